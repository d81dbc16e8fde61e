# Alerts of hunt: the same for any threads and blocks; a preset more changes no id of the others.
oddflow synth --flows 40k --seed 3 -q -w traffic.binetflow
h=(oddflow hunt --home 147.32.0.0/16)
ids() { sed 's/.*"id":"\([0-9a-f]*\)","preset":"\([a-z]*\)".*/\1 \2/' "$1" | sort; }
"${h[@]}" -n 3 -j1 --alerts one.ndjson traffic.binetflow
wc -l <one.ndjson
"${h[@]}" -q -j2 --block-size 4k --alerts two.ndjson traffic.binetflow >/dev/null
cmp one.ndjson two.ndjson
"${h[@]}" -q --preset hosts,scans --alerts some.ndjson traffic.binetflow >/dev/null
"${h[@]}" -q --preset hosts,scans,spam --alerts more.ndjson traffic.binetflow >/dev/null
wc -l <some.ndjson
ids some.ndjson >some.ids
ids more.ndjson | grep -v spam | cmp - some.ids
head -n 1 some.ndjson
"${h[@]}" -q -n 2 -o csv --preset hosts --alerts some.ndjson --alert-score 45 traffic.binetflow
wc -l <some.ndjson
"${h[@]}" --alert-score 101 traffic.binetflow
