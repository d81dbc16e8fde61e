# Alerts of detect: nothing shows of threads, blocks and the way in; a prefix of the input gives the same ids; mute rules.
oddflow synth --flows 40k --seed 3 -q -w traffic.binetflow
ids() { sed 's/.*"id":"\([0-9a-f]*\)".*/\1/' "$1" | sort; }
oddflow detect -q --windows-only -o csv --alerts flows.ndjson traffic.binetflow >/dev/null
wc -l <flows.ndjson
head -n 1 flows.ndjson
by=(--by src_ip --window 2m --feature 'peers=log1p(distinct(dst_ip))' --feature 'failed=log1p(count(failed))' --detector dbscan:eps=1.5,min_samples=5)
oddflow detect -q -n 1 "${by[@]}" -j1 --alerts one.ndjson traffic.binetflow >/dev/null
wc -l <one.ndjson
head -n 1 one.ndjson
oddflow detect -q "${by[@]}" -j2 --block-size 4k --alerts two.ndjson traffic.binetflow >/dev/null
cmp one.ndjson two.ndjson
oddflow detect -q -o csv "${by[@]}" --alerts two.ndjson - <traffic.binetflow >/dev/null
sed 's/oddflow flows -/oddflow flows traffic.binetflow/' two.ndjson | cmp - one.ndjson
echo "a prefix has the ids of the alerts that begin in it"
head -n 32000 traffic.binetflow >prefix.binetflow
oddflow detect -q "${by[@]}" --alerts prefix.ndjson --until 2011-08-16T10:04:00Z prefix.binetflow >/dev/null
wc -l <prefix.ndjson
oddflow detect -q "${by[@]}" --alerts whole.ndjson traffic.binetflow >/dev/null
ids prefix.ndjson >prefix.ids
ids whole.ndjson | comm -23 prefix.ids - | wc -l
echo "against the run"
oddflow detect -q --preset hosts --detector dbscan:eps=2,min_samples=5 --home 147.32.0.0/16 -j1 --alerts one.ndjson traffic.binetflow >/dev/null
oddflow detect -q --preset hosts --detector dbscan:eps=2,min_samples=5 --home 147.32.0.0/16 -j2 --block-size 4k -n 1 --alerts two.ndjson traffic.binetflow >/dev/null
cmp one.ndjson two.ndjson
wc -l <one.ndjson
oddflow detect -q --alerts traffic.binetflow traffic.binetflow
oddflow detect -q --alerts x --bad x traffic.binetflow
oddflow detect -q --alerts no/x traffic.binetflow | head -n 1
