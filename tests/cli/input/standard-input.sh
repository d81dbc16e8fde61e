# The same bytes from a file, a pipe and standard input give the same results.
f=$DATA/two-windows.binetflow
oddflow detect -q -o csv "$f" >file.csv
oddflow detect -q -o csv - <"$f" | cmp - file.csv
cat "$f" | oddflow detect -q -o csv | cmp - file.csv
oddflow detect -q -o csv <(cat "$f") | cmp - file.csv
oddflow detect -q -o csv -j1 --block-size 4k --portable "$f" | cmp - file.csv
unix() { sed 's/$/\r/' "$f"; }
unix | oddflow detect -q -o csv --windows-only -
