f=$DATA/two-windows.binetflow
{
    head -n 15 "$f"
    echo '2011/08/10 09:46:14.6,0.1,udp,10.0.0.999,1,  <->,10.0.0.1,99999,CON,0,0,2,120,60,x'
    tail -n +16 "$f"
    echo 'too,short'
} >bad.binetflow
oddflow check --bad bad.csv bad.binetflow; echo $?
cat bad.csv
oddflow check --strict bad.binetflow; echo $?
oddflow check -q no-such-file "$f"
