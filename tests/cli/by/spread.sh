# --spread: flows that last are shared out over the windows that they span. Held against a slow twin in awk.
oddflow synth --flows 3000 --rate 500/m --seed 7 -q -w traffic.binetflow
twin() { # seconds of a window, least flows -> window,source,flows,bytes,pkts,seconds (rounded)
    awk -F, -v length_="$1" -v least="$2" '
    NR > 1 {
        split(substr($1, 12), t, ":")
        s = t[1] * 3600 + t[2] * 60 + t[3]; e = s + $2
        for (at = s; at < e || at == s; at = limit) {
            w = int(at / length_) * length_
            limit = w + length_ < e ? w + length_ : e
            f = $2 > 0 ? (limit - at) / $2 : 1
            k = sprintf("%02d:%02d:%02d,%s", int(w / 3600), int(w / 60) % 60, w % 60, $4)
            n[k]++; b[k] += $13 * f; p[k] += $12 * f; d[k] += limit - at
            if ($2 == 0) break
        }
    }
    END { for (k in n) if (n[k] >= least) printf "%s,%d,%.1f,%.2f,%.2f\n", k, n[k], b[k], p[k], d[k] }' traffic.binetflow | sort
}
ours() {
    oddflow detect -q --by src_ip --feature 'n = count()' --feature 'b = sum(bytes)' --feature 'p = sum(pkts)' --feature 'd = sum(duration)' \
        --spread --all -o csv "$@" |
        awk -F, 'NR > 1 {printf "%s,%s,%d,%.1f,%.2f,%.2f\n", substr($7, 12, 8), $1, $2, $4, $5, $6}' | sort
}
# The last digit may be rounded the other way: numbers within one in a million, and a hundredth.
same() { paste -d, "$1" - | awk -F, '
    function off(a, b) { d = a - b; if (d < 0) d = -d; return d > 0.11 + 1e-6 * b }
    $1 != $7 || $2 != $8 || $3 != $9 || off($4, $10) || off($5, $11) || off($6, $12) {if (bad++ < 5) print} END {print NR, "rows,", bad + 0, "off"}'; }
twin 60 1 >one; twin 300 3 >five
ours --window 1m traffic.binetflow | same one
ours --window 1m --block-size 4k -j 3 traffic.binetflow | same one
ours --window 1m --hold 0 --lateness 0s - <traffic.binetflow | same one
ours --window 5m --min-flows 3 traffic.binetflow | same five
ours --window 1m --against run --scale robust --detector knn --block-size 8k traffic.binetflow | same one

echo "the same bytes in all ways, and each record counts once"
for by in src_ip 'host, service'; do
    set -- --by "$by" --feature 'n = count()' --feature 'b = sum(bytes)' --feature 'd = max(duration)' --spread --window 2m --min-flows 2 --all -o csv
    oddflow detect "$@" traffic.binetflow >all.csv
    oddflow detect "$@" -q -j3 --block-size 4k traffic.binetflow | cmp - all.csv
    oddflow detect "$@" -q --hold 0 --lateness 0s - <traffic.binetflow | cmp - all.csv
done

echo "the commands print exactly the flows that were counted"
{
    oddflow detect -q --by src_ip --feature 'n = count()' --spread --window 10m -o ndjson traffic.binetflow
    oddflow detect -q --by 'host' --feature 'n = count()' --spread --window 10m --where 'bytes > 100' --since 2011-08-16T10:01:00Z \
        --until 2011-08-16T10:04:00Z -o ndjson traffic.binetflow
} | sed -nE 's/.*"flows":([0-9]+),"kind".*"command":"(.*)"\}$/\1 \2/p' | sed 's/\\"/"/g' | head -n 60 >commands
while read -r n command; do
    [ "$(bash -c "$command -q --no-header" | wc -l)" = "$n" ] && echo exact || echo "$n: $command"
done <commands | sort | uniq -c | sed 's/^ *//' | sed -E 's/^[0-9]{2,} exact/many exact/'

echo "a long flow, one that ends with its window, one without a length"
printf '%s\n' 'ts,duration,src_ip,dst_ip,bytes,pkts' '30,240,1.1.1.1,2.2.2.2,2400,24' '0,60,1.1.1.1,2.2.2.2,60,6' '59,,3.3.3.3,2.2.2.2,10,1' \
    '59.5,1,3.3.3.3,2.2.2.2,10,1' >few.csv
oddflow detect --by src_ip --feature 'n = count()' --feature 'b = sum(bytes)' --feature 'p = sum(pkts)' --feature 'd = sum(duration)' --spread --all -o csv few.csv
oddflow detect --by src_ip --feature 'n = count()' --feature 'b = sum(bytes)' --spread --until 1970-01-01T00:02:00Z --all -o csv few.csv

echo "what cannot be"
oddflow detect --spread few.csv; echo $?
oddflow detect --by src_ip --spread --window 2m --hop 1m few.csv; echo $?
oddflow detect --by src_ip --spread --origin start_day few.csv; echo $?
