cut -d , -f 2- "$DATA/two-windows.binetflow" >timeless.csv
oddflow detect timeless.csv; echo $?
echo "without windows it can be done:"
oddflow detect -q --no-window --windows-only -o csv --features TotBytes timeless.csv
