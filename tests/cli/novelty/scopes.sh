# Scopes found by the data, in words and as conditions; the same for any number of threads.
oddflow synth campus --days 5 --seed 7 --attacks-from 4 --per-day 12 -q -w campus.binetflow
oddflow learn -o campus.odd --preset hosts --window 1h --until '2025-03-07' campus.binetflow
oddflow learn -q -j1 -o again.odd --preset hosts --window 1h --until '2025-03-07' --block-size 64k - <campus.binetflow
oddflow learn -q -j2 -o twice.odd --preset hosts --window 1h --until '2025-03-07' --block-size 64k - <campus.binetflow
cmp again.odd twice.odd && echo "threads change nothing"
oddflow detect --baseline campus.odd --since '2025-03-07' -n 2 campus.binetflow
oddflow detect -q --baseline campus.odd --since '2025-03-07' --all -o ndjson campus.binetflow | grep -o '"scope":"[^"]*","condition":"[^"]*"' | sort -u
oddflow learn -o none.odd --preset hosts --window 1h --scope none --until '2025-03-07' campus.binetflow 2>&1 | grep learnt.hosts
oddflow learn -o three.odd --preset hosts --window 1h --max-scopes 3 --kappa 0 --until '2025-03-07' campus.binetflow 2>&1 | grep learnt.hosts
