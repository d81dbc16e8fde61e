oddflow list
for list in fields readers scalers detectors outputs attacks; do
    oddflow list $list >text || echo "$list: exit $?"
    [ -s text ] || echo "$list: nothing"
    awk -v l=$list 'length > 80 { print l ": too long: " $0 }' text
done
oddflow list fields | grep -A 3 '^bytes '
