# What every verdict of a baseline says, in every output; the schemas hold; its command prints exactly the flows that were counted.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
schemas=$DATA/../../../docs/schemas validate=$DATA/../../unit/write/validate.py
python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null || { echo "no python3-jsonschema of draft 2020-12"; exit 77; }
oddflow synth campus --days 5 --seed 7 --attacks-from 4 --per-day 12 -q -w campus.binetflow
oddflow learn -q -o campus.odd --until '2025-03-07' campus.binetflow
check() { # schema, command...
    schema=$1
    shift
    "$@" >out
    python3 "$validate" "$schemas/$schema" "$(wc -l <out)" <out | sed 's/^[0-9]* lines valid, [0-9]*/valid, all/'
}
judge='oddflow detect -q --baseline campus.odd --since 2025-03-07 campus.binetflow'
for output in ndjson eve ecs; do
    echo "$output"
    check $output.schema.json $judge -o $output
done
check eve.schema.json $judge -o eve --plan host-hours --also-outliers --detector dbscan --against window
check ndjson.schema.json oddflow hunt -q --baseline campus.odd --preset hosts --since 2025-03-07 -o ndjson campus.binetflow
$judge -o ndjson >rows
cat >check.py <<'END'
"""Each verdict is whole, and its command prints as many flows as it says."""
import json
import shlex
import subprocess

rows = [json.loads(line) for line in open("rows")]
plans = {}
for i, r in enumerate(rows):
    b = r["baseline"]
    plans[b["plan"]] = plans.get(b["plan"], 0) + 1
    assert r["kind"] == "novelty" and 0 <= r["p"] <= 0.001 and 75 <= r["score"] <= 100, r
    assert b["scope"] and b["condition"] and b["rows"] > 0 and b["days"] > 0, r
    assert r["reason"] and len(r["reasons"]) > 0, r
    for reason in r["reasons"]:
        assert reason["expected"][0] <= reason["expected"][1] and "nearest" in reason and "value" in reason, r
    if i % 6:
        continue
    flows = subprocess.run(shlex.split(r["command"]) + ["--no-header", "-q"], capture_output=True, text=True, check=True).stdout
    assert flows.count("\n") == r["flows"], (r["command"], flows.count("\n"), r["flows"])
print(len(rows), "verdicts, of", ", ".join(sorted(plans)))
END
python3 check.py
for output in table csv; do
    echo "$output"
    $judge -o $output --plan host-hours -n 1
done
$judge -o csv --plan host-hours -n 2 --fields src_ip,window,kind,score,p,plan,scope,condition,learnt_rows,learnt_hosts,learnt_days,flows,command
