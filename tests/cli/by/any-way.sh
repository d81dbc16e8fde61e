# A property: whatever the key and the features, threads, blocks, the order of closing, pipes, and a file cut in two change no byte.
oddflow synth --flows 6k --seed 11 -q -w traffic.binetflow
{ head -1 traffic.binetflow && sed -n 2,2500p traffic.binetflow; } >first.binetflow
{ head -1 traffic.binetflow && sed -n '2501,$p' traffic.binetflow; } >second.binetflow
features='count()
sum(bytes) / count()
log1p(distinct(dst_ip))
entropy(dst_port)
top_share(service)
share(failed)
quantile(duration, 0.9)
median(pkts)
std(log1p(bytes))
max_over(service, count_over(dst_ip, all(failed)))
rate(pkts)
gap_median()
gap_mad()
regularity()
first(bytes) - last(bytes)
sum(if(dst_port in {22, 25, 445}, src_bytes, 0))
min(src_port)
new_share(dst_ip)
mean(bytes) - max(bytes)
distinct(net(dst_ip, 16))
count(proto == udp and bytes > 200)
sum(src_bytes) - sum(dst_bytes)'
keys='src_ip
dst_ip
src_ip,service
net(src_ip, 24)
dst_port
src_ip,dst_ip
proto,state'
filters='bytes > 60
not failed
proto in {tcp, udp}
src_ip in 147.32.0.0/16 or dst_port < 1024'
pick() { printf '%s\n' "$1" | sed -n "$(($2 % $(printf '%s\n' "$1" | wc -l) + 1))p"; }
n=0
for draw in 1 2 3 4 5 6 7 8 9 10 11 12; do
    set -- --where "$(pick "$filters" $((draw * 5)))" --by "$(pick "$keys" $draw)" --window "$((draw % 4 + 1))m" \
        --scale robust --missing zero --all -o csv -q
    for j in 1 2 3; do
        set -- "$@" --feature "f$j=$(pick "$features" $((draw * 7 + j * 9)))"
    done
    oddflow detect "$@" -j1 traffic.binetflow >one || echo "draw $draw: $*"
    [ "$(wc -l <one)" -gt 5 ] || echo "draw $draw has no rows: $*"
    oddflow detect "$@" -j2 --block-size 4k traffic.binetflow | cmp - one || echo "draw $draw, blocks: $*"
    oddflow detect "$@" -j2 --hold 0 --lateness 0s traffic.binetflow | cmp - one || echo "draw $draw, closing: $*"
    oddflow detect "$@" -j2 - <traffic.binetflow | cmp - one || echo "draw $draw, pipe: $*"
    oddflow detect "$@" -j1 first.binetflow second.binetflow | cmp - one || echo "draw $draw, two files: $*"
    n=$((n + 1))
done
echo "$n draws, five ways each"
