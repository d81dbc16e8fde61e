# What a baseline was learnt from, and for whom and when its models hold.
oddflow synth campus --days 4 --seed 7 --attacks-from 4 -q -w campus.binetflow
oddflow learn -q -o campus.odd --preset hosts --window 1h campus.binetflow
oddflow baseline show campus.odd
oddflow baseline scopes campus.odd
oddflow baseline scopes -o ndjson campus.odd
oddflow baseline show -o ndjson campus.odd | cut -c1-300
# Detect judges as many rows by each scope as it was learnt from.
oddflow baseline scopes -o ndjson campus.odd | grep -o '"condition":"[^"]*"' | cut -d'"' -f4 | while read -r condition; do
    oddflow detect -q --baseline campus.odd --all -o ndjson campus.binetflow | grep -F "\"condition\":\"$condition\"" | wc -l
done
oddflow baseline
oddflow baseline explain campus.odd
oddflow baseline show
oddflow baseline show campus.binetflow
oddflow baseline scopes missing.odd
oddflow baseline show -o xml campus.odd
