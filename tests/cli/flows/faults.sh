# A fault in a condition is shown where it is; so is a field that the input lacks.
f=$DATA/two-windows.binetflow
oddflow flows --where 'bytes >' "$f"; echo "exit $?"
oddflow flows --where 'TotBites > 5' "$f"; echo "exit $?"
oddflow detect --where 'src_ip in 10.0.0.0/40' "$f"; echo "exit $?"
oddflow explain-filter 'src net 10.0.0.0/8 and dst port 445'
oddflow explain-filter TotBytes '>' 10M and Proto = tcp
oddflow explain-filter 'bytes > and 5'; echo "exit $?"
oddflow explain-filter; echo "exit $?"
oddflow flows --since 2011-08-16T10:02:00Z --until 2011-08-16T10:01:00Z "$f" | wc -l
