# --gap: sessions. Held against a slow twin in awk, whatever the block size, threads and order of the input.
oddflow synth --flows 4000 --rate 500/m --seed 7 -q -w traffic.binetflow
twin() { # seconds of a window, of the gap -> source,session,flows,bytes
    awk -F, 'NR > 1 {split(substr($1, 12), t, ":"); printf "%s,%012.6f,%s,%s\n", $4, t[1] * 3600 + t[2] * 60 + t[3], substr($1, 12), $13}' traffic.binetflow |
        sort -t, -k1,1 -k2,2n | awk -F, -v length_="$1" -v gap="$2" '
    function stamp(t) { sub(/\.?0+$/, ".", t); sub(/\.$/, "", t); return t }
    function out() { if (n) print host ",2011-08-16T" first "/2011-08-16T" last "," n "," b; n = b = 0 }
    {
        w = int($2 / length_)
        if ($1 != host || w != window || $2 - before >= gap - 1e-7) { out(); first = $3 }
        host = $1; window = w; before = $2; last = $3; n++; b += $4
    }
    END { out() }' | sort
}
# Argus writes microseconds; ours are as short as they can be.
ours() {
    oddflow detect -q --by src_ip --feature 'n = count()' --feature 'b = sum(bytes)' --all -o csv "$@" |
        awk -F, 'NR > 1 {
            split($2, s, "/")
            for (i = 1; i <= 2; i++) { sub(/Z$/, "", s[i]); if (s[i] !~ /\./) s[i] = s[i] "."; p = index(s[i], "."); while (length(s[i]) - p < 6) s[i] = s[i] "0" }
            print $1 "," s[1] "/" s[2] "," $3 "," $5
        }' | sort
}
twin 3600 10 >ten; twin 120 60 >short
wc -l <ten
ours --window 1h --gap 10s traffic.binetflow | diff ten - | head -n 5
ours --window 1h --gap 10s --block-size 4k -j 3 traffic.binetflow | diff ten - | head -n 5
ours --window 2m --gap 1m --block-size 8k - <traffic.binetflow | diff short - | head -n 5
{ head -n 1 traffic.binetflow; tail -n +2 traffic.binetflow | sort -t, -k7,7 -k2,2; } >shuffled.binetflow
ours --window 1h --gap 10s shuffled.binetflow | diff ten - | head -n 5

echo "the commands print exactly the flows that were counted"
{
    oddflow detect -q --by src_ip --feature 'n = count()' --window 1h --gap 5s -o ndjson traffic.binetflow
    oddflow detect -q --by 'host, peer' --feature 'n = log1p(count())' --window 10m --hop 5m --gap 20s -o ndjson traffic.binetflow
} | sed -nE 's/.*"flows":([0-9]+),"kind".*"command":"(.*)"\}$/\1 \2/p' | sed 's/\\"/"/g' | head -n 60 >commands
while read -r n command; do
    [ "$(bash -c "$command -q --no-header" | wc -l)" = "$n" ] && echo exact || echo "$n: $command"
done <commands | sort | uniq -c | sed 's/^ *//' | sed -E 's/^[0-9]{2,} exact/many exact/'

echo "a session more than a gap after the last, in every output"
printf '%s\n' 'ts,src_ip,dst_ip,bytes' '0,1.1.1.1,2.2.2.2,10' '5,1.1.1.1,2.2.2.2,10' '9.5,1.1.1.1,2.2.2.2,10' '14.5,1.1.1.1,2.2.2.2,10' \
    '1,3.3.3.3,2.2.2.2,10' '2,3.3.3.3,2.2.2.2,10' '30,3.3.3.3,2.2.2.2,10' >few.csv
oddflow detect --by src_ip --feature 'n = count()' --gap 5s --all -o csv few.csv
oddflow detect -q --by src_ip --feature 'n = count()' --gap 5s --detector dbscan:eps=0.1,min_samples=2 --all -o ndjson few.csv
oddflow detect -q --by src_ip --feature 'n = count()' --gap 5s --detector dbscan:eps=0.1,min_samples=2 few.csv

echo "what cannot be"
oddflow detect --gap 5s few.csv; echo $?
oddflow detect --by src_ip --no-window --gap 5s few.csv; echo $?
oddflow detect --by src_ip --against run --gap 5s few.csv; echo $?
