# Two files are one stream in the order of time; a row keeps the number it has in its own file.
f=$DATA/two-windows.binetflow
{ head -n 1 "$f"; tail -n 20 "$f"; } >late.binetflow
head -n 21 "$f" >early.binetflow
oddflow detect -o csv late.binetflow early.binetflow
oddflow detect -q -o csv --windows-only late.binetflow early.binetflow
