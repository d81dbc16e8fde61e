# Every list is valid JSON, one object a line, with the same names as the table.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
for list in fields readers scalers detectors outputs attacks; do
    oddflow list $list -o ndjson | python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
names = [row["name"] for row in rows]
assert names and len(set(names)) == len(names)
if sys.argv[1] == "fields":
    total = next(row for row in rows if row["name"] == "bytes")
    assert {"name": "TotBytes", "dialect": "argus"} in total["spellings"], total
    assert total["unit"] == "bytes"
if sys.argv[1] == "detectors":
    eps = next(p for row in rows if row["name"] == "dbscan" for p in row["params"] if p["name"] == "eps")
    assert eps["type"] == "float" and float(eps["default"]) > 0, eps
' $list || echo "$list: wrong"
done
