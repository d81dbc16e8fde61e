# The property of any-way for both ends, overlapping windows and sessions: threads, blocks, the order of closing, pipes, and
# a file cut in two change no byte, and the account of records closes.
oddflow synth --flows 5k --rate 800/m --seed 12 -q -w traffic.binetflow
{ head -1 traffic.binetflow && sed -n 2,2100p traffic.binetflow; } >first.binetflow
{ head -1 traffic.binetflow && sed -n '2101,$p' traffic.binetflow; } >second.binetflow
keys='host
host, service
net(host, 16), peer
src_ip
src_ip, dst_ip
host, proto'
features='count()
distinct(service)
sum(bytes)
max_over(service, count_over(dst_ip, all(failed)))
gap_median()
share(is_new(dst_ip))
entropy(dst_port)
first(bytes) - last(bytes)
new_share(service)'
ends='count(as_source)
sum(sent) - sum(received)
distinct(peer where not as_source)
max_over(peer, log1p(sum(sent)))
share(unseen(host, peer))'
windows='--window 3m --hop 1m
--window 1m --gap 5s
--window 100s --hop 30s
--window 4m --hop 2m --gap 20s
--window 2m
--window 10m --gap 1m'
pick() { printf '%s\n' "$1" | sed -n "$(($2 % $(printf '%s\n' "$1" | wc -l) + 1))p"; }
n=0
for draw in 1 2 3 4 5 6 7 8 9 10; do
    key=$(pick "$keys" "$draw")
    case $key in *host*) all="$features
$ends" ;; *) all=$features ;; esac
    # shellcheck disable=SC2046
    set -- --by "$key" $(pick "$windows" $((draw * 5 + draw / 6))) --scale robust --missing zero --min-flows $((draw % 3 + 1)) --all -o csv
    for j in 1 2 3; do
        set -- "$@" --feature "f$j=$(pick "$all" $((draw * 5 + j * 4)))"
    done
    oddflow detect "$@" -j1 traffic.binetflow >one 2>account || echo "draw $draw: $*"
    [ "$(wc -l <one)" -gt 5 ] || echo "draw $draw has no rows: $*"
    tr -d , <account | sed -nE 's/^([0-9]+) flows read: ([0-9]+) scored ([0-9]+) late ([0-9]+) bad ([0-9]+) missing( ([0-9]+) thin)?.*/\1 \2 \3 \4 \5 \7/p' |
        awk '{if ($1 != $2 + $3 + $4 + $5 + $6) print "does not close:", $0; else n++} END {if (!n) print "no account"}'
    oddflow detect "$@" -q -j2 --block-size 4k traffic.binetflow | cmp - one || echo "draw $draw, blocks: $*"
    oddflow detect "$@" -q -j2 --hold 0 --lateness 0s traffic.binetflow | cmp - one || echo "draw $draw, closing: $*"
    oddflow detect "$@" -q -j2 - <traffic.binetflow | cmp - one || echo "draw $draw, pipe: $*"
    oddflow detect "$@" -q -j1 first.binetflow second.binetflow | cmp - one || echo "draw $draw, two files: $*"
    n=$((n + 1))
done
echo "$n draws, five ways each"
