# -w writes what standard output would have got, and nothing else goes there.
f=$DATA/two-windows.binetflow
oddflow detect -q -o csv "$f" >expected.csv
oddflow detect -q -o csv -w written.csv "$f"
cmp expected.csv written.csv
oddflow detect -w no/such/folder/out.csv "$f"; echo $?
