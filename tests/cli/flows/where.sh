# The flows that a condition lets through, as they were read; the rest is counted, and nothing is lost.
f=$DATA/two-windows.binetflow
oddflow flows -n 2 "$f"
oddflow flows -q --where 'dst_port == 80 and bytes > 1k' -n 2 --no-header "$f"
oddflow flows -q --where 'TotBytes > 1M or Proto = icmp' "$f" >a
oddflow flows -q --where 'bytes > 1M' "$f" >b
oddflow flows -q --where 'proto == icmp and not bytes > 1M' "$f" >c
cat b <(tail -n +2 c) | sort | cmp - <(sort a) && echo "the two halves are the whole"
oddflow detect -q -o csv --where 'proto == tcp' "$f" | cut -d, -f3 | sort | uniq -c
oddflow detect --where 'proto == tcp' "$f" 2>&1 >/dev/null
oddflow detect -q -o csv --where 'proto == tcp' - <"$f" | cmp - <(oddflow detect -q -o csv -j1 --block-size 4k --where 'proto == tcp' "$f") && echo "the same from a pipe"
