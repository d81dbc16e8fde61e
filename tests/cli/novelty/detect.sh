# Odd against what was learnt as normal, in every output.
oddflow synth --flows 120k --attacks none --seed 3 -q -w clean.binetflow
oddflow synth --flows 60k --seed 4 -q -w traffic.binetflow
oddflow learn -q -o clean.odd --preset hosts clean.binetflow
oddflow detect --baseline clean.odd -n 3 traffic.binetflow
oddflow detect --baseline clean.odd --fpr 1e-5 traffic.binetflow
for output in csv ndjson eve ecs; do
    echo "-o $output"
    oddflow detect -q --baseline clean.odd --fpr 0.002 -o $output traffic.binetflow | head -2
done
oddflow detect -q --baseline clean.odd --all -o ndjson traffic.binetflow | head -1
oddflow detect -q --baseline clean.odd --windows-only -o csv traffic.binetflow
oddflow detect -q --baseline clean.odd --fields src_ip,window,kind,score,p,plan,scope -o csv traffic.binetflow | head -3
oddflow detect -q --baseline clean.odd --all -o csv -j1 traffic.binetflow >one
oddflow detect -q --baseline clean.odd --all -o csv -j2 --block-size 4k - <traffic.binetflow | cmp - one && echo "threads and pipes change nothing"
echo "several plans"
oddflow learn -q -o both.odd --preset hosts,services clean.binetflow
oddflow detect --baseline both.odd -n 3 traffic.binetflow
oddflow detect --baseline both.odd -v --since '2011-08-16 10:05' traffic.binetflow
oddflow detect --baseline both.odd --plan services -n 1 -o ndjson -q traffic.binetflow
oddflow detect --baseline both.odd -o csv traffic.binetflow
oddflow detect --baseline both.odd --plan service traffic.binetflow
oddflow detect --exit-code -q --baseline clean.odd traffic.binetflow >out; echo "exit code $?"
oddflow detect --exit-code -q --baseline clean.odd --fpr 1e-9 --since '2011-08-16 10:05' traffic.binetflow >out; echo "exit code $?"
