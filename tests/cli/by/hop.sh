# --hop: windows overlap. Held against a slow twin in awk, whatever the block size and threads; a record counts once.
oddflow synth --flows 4000 --rate 500/m --seed 7 -q -w traffic.binetflow
twin() { # seconds of a window, of a hop -> window,source,flows,bytes
    awk -F, -v length_="$1" -v hop="$2" '
    NR > 1 {
        split(substr($1, 12), t, ":")
        s = t[1] * 3600 + t[2] * 60 + t[3]
        for (w = int(s / hop) * hop; w + length_ > s; w -= hop) {
            k = sprintf("%s-%s-%sT%02d:%02d:%02dZ,%s", substr($1, 1, 4), substr($1, 6, 2), substr($1, 9, 2), int(w / 3600), int(w / 60) % 60, w % 60, $4)
            n[k]++; b[k] += $13
        }
    }
    END { for (k in n) print k "," n[k] "," b[k] }' traffic.binetflow | sort
}
ours() {
    oddflow detect -q --by src_ip --feature 'n = count()' --feature 'b = sum(bytes)' --all -o csv "$@" | awk -F, 'NR > 1 {print $5 "," $1 "," $2 "," $4}' | sort
}
twin 300 60 >five; twin 150 60 >odd
wc -l <five
ours --window 5m --hop 1m traffic.binetflow | diff five - | head -n 5
ours --window 5m --hop 1m --block-size 4k -j 3 traffic.binetflow | diff five - | head -n 5
ours --window 5m --hop 1m --hold 0 --lateness 20m - <traffic.binetflow | diff five - | head -n 5
ours --window 150s --hop 1m --block-size 8k traffic.binetflow | diff odd - | head -n 5
ours --window 5m --hop 1m --against run --scale robust --detector knn traffic.binetflow | diff five - | head -n 5
cmp <(oddflow detect -q --window 2m --hop 2m -o csv traffic.binetflow) <(oddflow detect -q --window 2m -o csv traffic.binetflow)

echo "flows by themselves, each in three windows"
oddflow detect --window 3m --hop 1m --windows-only -o csv traffic.binetflow
oddflow detect --window 3m --hop 1m --windows-only -o csv --since 2011-08-16T10:02:00Z --block-size 4k traffic.binetflow | tail -n 3

echo "a record counts in the first of its windows, under both ends too"
oddflow detect --by host --min-flows 5 --window 2m --hop 1m --windows-only -o csv -w windows.csv --block-size 4k traffic.binetflow
awk -F, '
NR > 1 {
    split(substr($1, 12), t, ":"); m = int((t[1] * 3600 + t[2] * 60 + t[3]) / 60)
    first[NR] = m - 1; src[NR] = $4; dst[NR] = $7
    for (w = m - 1; w <= m; w++) { n[w, $4]++; if ($4 != $7) n[w, $7]++ }
}
END {
    for (r in first)
        if (n[first[r], src[r]] >= 5 || n[first[r], dst[r]] >= 5) scored++; else thin++
    print scored, thin
}' traffic.binetflow

echo "the commands print exactly the flows that were counted"
{
    oddflow detect -q --by src_ip --feature 'n = count()' --window 150s --hop 1m -o ndjson traffic.binetflow
    oddflow detect -q --by src_ip --feature 'n = count()' --window 10m --since 2011-08-16T10:01:10Z --until 2011-08-16T10:05:20Z \
        -o ndjson traffic.binetflow
} | sed -nE 's/.*"flows":([0-9]+),"kind".*"command":"(.*)"\}$/\1 \2/p' | sed 's/\\"/"/g' >commands
while read -r n command; do
    [ "$(bash -c "$command -q --no-header" | wc -l)" = "$n" ] && echo exact || echo "$n: $command"
done <commands | sort | uniq -c | sed 's/^ *//' | sed -E 's/^[0-9]{2,} exact/many exact/'

echo "what cannot be"
oddflow detect --hop 2m traffic.binetflow; echo $?
oddflow detect --no-window --hop 1m traffic.binetflow; echo $?
oddflow detect --window 1h --hop 1s traffic.binetflow; echo $?
