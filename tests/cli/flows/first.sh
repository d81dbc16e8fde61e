# -n stops at a row: what is counted after it does not depend on where a block ends.
f=$DATA/two-windows.binetflow
{ head -n 6 "$f"; echo "bad"; tail -n +7 "$f"; echo "bad too"; } >flows.binetflow
for n in 4 6 7 40 41; do
    for size in 4k 256k; do
        oddflow flows -n $n --where 'proto == tcp' --block-size $size --bad bad flows.binetflow | wc -l
        wc -l <bad
    done
done 2>&1
