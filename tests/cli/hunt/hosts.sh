# Hosts of the home network, oddest first; nothing shows of threads, blocks and the way in.
oddflow synth --flows 40k --seed 3 -q -w traffic.binetflow
oddflow hunt -n 5 traffic.binetflow
oddflow hunt -n 2 -o csv -q traffic.binetflow
oddflow hunt -n 1 -o ndjson -q traffic.binetflow
oddflow hunt -n 1 -o eve -q traffic.binetflow
oddflow hunt -n 1 -o ecs -q traffic.binetflow
oddflow hunt -n 2 --preset scans,spam --home 147.32.84.0/24 --where 'proto == tcp' traffic.binetflow
echo "nothing shows"
oddflow hunt -n 1000 -o csv -q -j1 --home 147.32.0.0/16 traffic.binetflow >one
wc -l <one
oddflow hunt -n 1000 -o csv -q -j2 --home 147.32.0.0/16 --block-size 4k traffic.binetflow | cmp - one
oddflow hunt -n 1000 -o csv -q -j2 --home 147.32.0.0/16 - <traffic.binetflow | cmp - one
gzip -k traffic.binetflow
oddflow hunt -n 1000 -o csv -q --home 147.32.0.0/16 traffic.binetflow.gz | cmp - one
