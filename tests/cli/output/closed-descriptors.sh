# Results never land in a file that happened to get the number of a closed descriptor.
f=$DATA/two-windows.binetflow
oddflow detect -q -o csv "$f" >&-; echo "standard output: $?"
oddflow detect -q -o csv -w out.csv "$f" >&- 2>&-; echo "with -w: $?"
oddflow detect -q -o csv "$f" | cmp - out.csv
oddflow detect -q -o csv <&-; echo "standard input: $?"
