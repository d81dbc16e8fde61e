# Several presets in one reading of detect; every verdict names its preset; home is guessed where a preset speaks of it.
oddflow synth --flows 40k --seed 3 -q -w traffic.binetflow
p=(oddflow detect --preset hosts,scans,services --detector 'dbscan:eps=3,min_samples=5')
"${p[@]}" -n 4 traffic.binetflow
for o in csv ndjson eve ecs; do "${p[@]}" -q -n 1 -o $o traffic.binetflow; done
"${p[@]}" -q traffic.binetflow | grep -A1 '^20'
"${p[@]}" -q --windows-only -o csv traffic.binetflow
"${p[@]}" -q --windows-only -o ndjson traffic.binetflow | cut -c 1-120
"${p[@]}" -q -o csv --all -j1 traffic.binetflow >one
"${p[@]}" -q -o csv --all -j2 --block-size 4k - <traffic.binetflow | cmp - one
wc -l <one
echo "one by one, the same scores"
for n in hosts scans services; do
    oddflow detect -q --preset $n --detector 'dbscan:eps=3,min_samples=5' --all --fields preset,window,score,cluster -o csv traffic.binetflow | tail -n +2
done | sort >apart
"${p[@]}" -q --all --fields preset,window,score,cluster -o csv traffic.binetflow 2>&1 | grep -v '^preset' | sort | cmp - apart
echo "from a file of one's own, alerts and mute rules"
printf 'preset = hosts, scans\ndetector = dbscan:eps=3,min_samples=5\nalerts = alerts.ndjson\nmute = rules\n' >mine.conf
printf 'mute = src_ip = 147.32.84.208\npreset = scans\nowner = a\nreason = b\nexpires = 2030-01-01\n' >rules
oddflow detect -c mine.conf --windows-only traffic.binetflow | tail -n 1
sed 's/.*"preset":"\([a-z]*\)".*"key":"\([^"]*\)".*/\1 \2/' alerts.ndjson | sort
echo "one preset"
oddflow detect -q --preset flows -n 1 -o csv traffic.binetflow
oddflow detect -q --preset scans, -n 1 -o ndjson --detector 'dbscan:eps=3,min_samples=5' traffic.binetflow | cut -c 1-150
oddflow detect --preset scans --against window --detector 'dbscan:eps=3,min_samples=5' --windows-only traffic.binetflow
oddflow detect --preset scans --home 10.0.0.0/8 --windows-only traffic.binetflow | tail -n 1
echo "what is refused"
oddflow detect --preset hosts,flows traffic.binetflow
oddflow detect --preset hosts,hosts traffic.binetflow
oddflow detect --preset hosts,hostz traffic.binetflow
oddflow detect --preset hosts,scans --against window traffic.binetflow
