head -n 1 "$DATA/two-windows.binetflow" >header.binetflow
oddflow detect header.binetflow; echo $?
oddflow detect -o csv header.binetflow; echo $?
printf 'StartTime,TotBytes' >no-line-end.csv
oddflow detect no-line-end.csv
