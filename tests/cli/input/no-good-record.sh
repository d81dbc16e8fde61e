{ head -n 1 "$DATA/two-windows.binetflow"; echo a,b; echo c,d; } >none.binetflow
oddflow detect none.binetflow; echo $?
printf 'this is no table\nat all\n' >text.txt
oddflow detect text.txt
