oddflow detect -q -o csv "$DATA/two-windows.binetflow"
oddflow detect -q -o csv --all "$DATA/two-windows.binetflow" | head -n 4
oddflow detect -q -o csv --windows-only "$DATA/two-windows.binetflow"
