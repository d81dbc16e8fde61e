# Thresholds by false discovery rate: found, what that promises, and where the baseline cannot tell so much.
oddflow synth campus --days 8 --seed 4 --attacks-from 6 --minecraft-from 11 -q -w campus.binetflow
oddflow learn -q -o campus.odd --preset host-hours,host-services --until 2025-03-09 campus.binetflow
oddflow detect --baseline campus.odd --fdr 0.1 --since 2025-03-09 -n 3 campus.binetflow
oddflow detect --baseline campus.odd --fdr 0.3 --fdr-span 7d --since 2025-03-09 --windows-only campus.binetflow 2>&1 >/dev/null | tail -5
oddflow detect --baseline campus.odd --fdr 1e-7 --since 2025-03-09 --windows-only campus.binetflow 2>&1 >/dev/null | tail -4
oddflow detect --baseline campus.odd --fdr 0.1 --plan host-hours --since 2025-03-09 --windows-only campus.binetflow 2>&1 >/dev/null | tail -3
# What is an alert is a host's day: as many as the account says.
oddflow detect -q --baseline campus.odd --fdr 0.1 --since 2025-03-09 -o ndjson campus.binetflow >rows
python3 - <<'END'
import json
print(len({(r["entity"]["src_ip"], r["window_start"][:10]) for r in map(json.loads, open("rows"))}), "hosts' days")
END
oddflow detect -q --baseline campus.odd --fdr 0.1 --since 2025-03-09 -o ndjson -j1 --block-size 64k - <campus.binetflow | sed 's/,"command":.*//' >piped
sed 's/,"command":.*//' rows | cmp - piped && echo "threads and pipes change nothing"
oddflow detect --baseline campus.odd --fdr 0.1 --fpr 0.01 campus.binetflow
oddflow detect --baseline campus.odd --fdr 0.1 --budget 10/day campus.binetflow
oddflow detect --baseline campus.odd --fdr 0.1 --fdr-span 36h campus.binetflow
oddflow detect --baseline campus.odd --fdr-span 7d campus.binetflow
oddflow detect --baseline campus.odd --fdr 2 campus.binetflow
oddflow detect --fdr 0.1 campus.binetflow
