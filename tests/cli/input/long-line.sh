# A line of 1 GiB is one bad record; what stands around it is read, and memory stays small.
long() {
    head -n 21 "$DATA/two-windows.binetflow"
    head -c 1G /dev/zero | tr '\0' x
    echo
    tail -n +22 "$DATA/two-windows.binetflow"
}
long | oddflow detect -o csv --windows-only --bad bad.csv -; echo "${PIPESTATUS[1]}"
cut -c 1-100 bad.csv
limit=500000 # KiB; a program with sanitizers cannot live in any
( (ulimit -v $limit; oddflow version) || exit 1) >/dev/null 2>&1 || limit=unlimited
(ulimit -v $limit; long | oddflow detect -q -j1 -o csv --windows-only -)
echo "as a header:"
head -c 1G /dev/zero | tr '\0' x | oddflow detect -
