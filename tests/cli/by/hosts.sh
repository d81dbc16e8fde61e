# Entities instead of flows: as table, csv and JSON; the command of a reason prints exactly the flows that it counted.
oddflow synth --flows 20k --seed 7 -q -w traffic.binetflow
cat >hosts.conf <<'CONF'
by = src_ip
window = 2m
home = 147.32.0.0/16
where = in_home(src_ip)
feature = flows = log1p(count())
feature = peers = log1p(distinct(dst_ip))
feature = failed = log1p(count(failed))
feature = fanout = log1p(max_over(service, count_over(dst_ip, all(failed))))
say = peers = different peers
say = fanout = peers that never answered on {}
detector = dbscan:eps=1.5
CONF
oddflow detect -c hosts.conf traffic.binetflow
oddflow detect -c hosts.conf -n 2 -o csv -q traffic.binetflow
oddflow detect -c hosts.conf -n 1 -o ndjson -q traffic.binetflow
oddflow detect -c hosts.conf -n 1 -o eve -q traffic.binetflow
oddflow detect -c hosts.conf --windows-only -o csv -q traffic.binetflow
for i in 1 2 3 4 5; do
    command=$(oddflow detect -c hosts.conf -n $i -q traffic.binetflow | grep 'oddflow flows' | tail -1)
    counted=$(oddflow detect -c hosts.conf -n $i -q -o ndjson traffic.binetflow | tail -1 | sed 's/.*"flows":\([0-9]*\),.*/\1/')
    printed=$(eval "$command --no-header -q" | wc -l)
    [ "$printed" = "$counted" ] && echo "entity $i: $printed flows, as counted" || echo "entity $i: $printed flows, not $counted"
done
echo "nothing shows: threads, blocks, the way in"
oddflow detect -c hosts.conf --all -o csv -q -j1 traffic.binetflow >one
oddflow detect -c hosts.conf --all -o csv -q -j2 --block-size 4k traffic.binetflow | cmp - one
oddflow detect -c hosts.conf --all -o csv -q -j2 --hold 0 --lateness 0s traffic.binetflow | cmp - one
oddflow detect -c hosts.conf --all -o csv -q - <traffic.binetflow | cmp - one
gzip -k traffic.binetflow && oddflow detect -c hosts.conf --all -o csv -q traffic.binetflow.gz | cmp - one
