# --by host: every flow counts for both its ends. Held against a slow twin in awk, whatever the block size and threads.
oddflow synth --flows 6000 --rate 2000/m --seed 7 -q -w traffic.binetflow
twin() { # MINUTES of a window, least flows -> window,host,flows,peers,as source,sent,got,failed
    awk -F, -v minutes="$1" -v least="$2" '
    function add(h, peer, src, sent, got) {
        k = w "," h
        n[k]++; as[k] += src; s[k] += sent; g[k] += got; f[k] += failed
        if (!((k, peer) in met)) { met[k, peer] = 1; peers[k]++ }
    }
    NR > 1 {
        split(substr($1, 12), t, ":")
        w = sprintf("%sT%02d:%02d:00Z", substr($1, 1, 10), t[1], int(t[2] / minutes) * minutes)
        gsub("/", "-", w)
        failed = $9 == "S_" || $9 == "S_RA" || ($3 == "udp" && $9 == "INT") || $9 == "REQ" || $9 == "S_R"
        add($4, $7, 1, $14, $13 - $14)
        if ($4 != $7) add($7, $4, 0, $13 - $14, $14)
    }
    END { for (k in n) if (n[k] >= least) print k "," n[k] "," peers[k] "," as[k] "," s[k] "," g[k] "," f[k] }
    ' traffic.binetflow | sort
}
features=(--feature 'peers = distinct(peer)' --feature 'src = count(as_source)' --feature 'sent = sum(sent)'
    --feature 'got = sum(received)' --feature 'f = count(failed)')
ours() { # columns in the twin's order
    oddflow detect -q --by host "${features[@]}" --all -o csv "$@" | awk -F, 'NR > 1 {print $8 "," $1 "," $2 "," $3 "," $4 "," $5 "," $6 "," $7}' | sort
}
twin 1 1 >one; twin 5 4 >five
wc -l <one
ours --window 1m traffic.binetflow | diff one - | head -n 5
ours --window 1m --block-size 4k -j 3 traffic.binetflow | diff one - | head -n 5
ours --window 1m - <traffic.binetflow | diff one - | head -n 5
ours --window 1m --hold 0 traffic.binetflow | diff one - | head -n 5
ours --window 5m --min-flows 4 --block-size 8k traffic.binetflow | diff five - | head -n 5
ours --window 5m --min-flows 4 --against run --scale robust --detector knn --block-size 4k traffic.binetflow | diff five - | head -n 5

echo "the ledger counts a flow once: scored if one of its ends is"
oddflow detect --by host --min-flows 4 --window 5m --windows-only -o csv --quiet traffic.binetflow
oddflow detect --by host --min-flows 4 --window 5m --windows-only -o csv traffic.binetflow 2>&1 >/dev/null | sed 's/;.*//'
awk -F, 'NR == FNR {split($0, a, ","); big[a[2]] = 1; next} FNR > 1 {if ($4 in big || $7 in big) n++; else thin++} END {print n, thin}' five traffic.binetflow
oddflow detect --by host --min-flows 4 --window 5m --against run -o csv -w all.csv traffic.binetflow 2>&1 | sed 's/;.*//'

echo "the commands print exactly the flows that were counted"
oddflow detect -q --by host --feature 'n = count()' --window 2m -o ndjson --where 'proto == tcp' traffic.binetflow >odd.ndjson
oddflow detect -q --by 'host, service' --feature 'n = log1p(count())' --window 2m -o ndjson traffic.binetflow >>odd.ndjson
oddflow detect -q --by 'net(host, 24), peer' --feature 'n = log1p(count())' --window 2m -o ndjson traffic.binetflow >>odd.ndjson
sed -nE 's/.*"flows":([0-9]+),"kind".*"command":"(.*)"\}$/\1 \2/p' odd.ndjson | sed 's/\\"/"/g' >commands
while read -r n command; do
    [ "$(bash -c "$command -q --no-header" | wc -l)" = "$n" ] && echo exact || echo "$n: $command"
done <commands | sort | uniq -c | sed 's/^ *//' | sed -E 's/^[0-9]{2,} exact/many exact/'

echo "flows to oneself count once, a flow without an address for the end that it has"
printf '%s\n' 'ts,src_ip,dst_ip,bytes,src_bytes' '1,1.1.1.1,1.1.1.1,10,4' '2,1.1.1.1,2.2.2.2,10,4' '3,,2.2.2.2,10,4' '4,,,10,4' >few.csv
oddflow detect --by host --feature 'n = count()' --feature 'peers = distinct(peer)' --feature 'sent = sum(sent)' --all -o csv few.csv

echo "words of host belong to it"
oddflow detect --by src_ip --feature 'n = distinct(peer)' few.csv; echo $?
oddflow detect --by 'peer' --feature 'n = count()' --all -o csv -q few.csv
oddflow detect --by 'host == 1.1.1.1' few.csv; echo $?
