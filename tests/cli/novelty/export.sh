# All that a baseline holds, as NDJSON that its schema knows.
oddflow synth campus --days 4 --seed 7 --attacks-from 4 -q -w campus.binetflow
oddflow learn -q -o campus.odd --preset host-hours,service-hours --max-scopes 2 campus.binetflow
oddflow baseline export campus.odd >all.ndjson
grep -c . all.ndjson
grep -o '^{"type":"[a-z]*"' all.ndjson | sort | uniq -c
grep '"type":"memory"' all.ndjson
grep -m1 '"type":"scope"' all.ndjson | cut -c1-500
python3 "$DATA/../../unit/write/validate.py" "$DATA/../../../docs/schemas/baseline.schema.json" "$(grep -c . all.ndjson)" <all.ndjson | sed 's/, [0-9]* broken ones refused//'
oddflow baseline export missing.odd
