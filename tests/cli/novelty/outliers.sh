# Novelties and outliers together, and apart in every output.
oddflow synth --flows 120k --attacks none --seed 3 -q -w clean.binetflow
oddflow synth --flows 60k --seed 4 -q -w traffic.binetflow
oddflow learn -q -o clean.odd --preset hosts clean.binetflow
by='--detector dbscan --against window'
oddflow detect --baseline clean.odd --also-outliers $by traffic.binetflow
oddflow detect --baseline clean.odd --also-outliers $by -n 1 traffic.binetflow
oddflow detect -q --baseline clean.odd --also-outliers $by -o csv traffic.binetflow | cut -d, -f1,9-14 | head -6
oddflow detect -q --baseline clean.odd --also-outliers $by --alerts alerts.ndjson -o ndjson traffic.binetflow >rows
grep -o '"entity".*"cluster":-1' rows | head -4
grep -o '"kind":"[a-z]*"' alerts.ndjson | sort | uniq -c
for output in eve ecs; do
    oddflow detect -q --baseline clean.odd --also-outliers $by -o $output traffic.binetflow | grep -o '"kind":"\(outlier\|novelty\)"' | sort | uniq -c
done
# The outliers are those of the preset by itself.
oddflow detect -q --preset hosts $by -o ndjson --fields src_ip,window,kind,score traffic.binetflow | sort >alone
oddflow detect -q --baseline clean.odd --also-outliers $by -o ndjson --fields src_ip,window,kind,score traffic.binetflow | grep outlier | sort >beside
wc -l <beside
cmp beside alone && echo "the same outliers"
oddflow detect -q --by src_ip --window 5m --where 'in_home(src_ip) and service is not null' --home 147.32.0.0/16 --feature 'flows = log1p(count())' --detector dbscan:eps=0.4 --against window -o ndjson --fields src_ip,window,kind,score traffic.binetflow | sort >alone
oddflow learn -q -o own.odd --by src_ip --window 5m --home 147.32.0.0/16 --feature 'flows = log1p(count())' clean.binetflow
oddflow detect -q --baseline own.odd --where 'in_home(src_ip) and service is not null' --also-outliers --detector dbscan:eps=0.4 --against window -o ndjson --fields src_ip,window,kind,score traffic.binetflow | grep outlier | sort >beside
wc -l <beside
cmp beside alone && echo "the same outliers"
oddflow detect --exit-code -q --baseline clean.odd --fpr 1e-9 --also-outliers $by traffic.binetflow >out; echo "exit code $?"
oddflow detect --baseline clean.odd --detector knn traffic.binetflow
oddflow detect --baseline clean.odd --also-outliers --windows-only traffic.binetflow
oddflow detect --also-outliers traffic.binetflow
