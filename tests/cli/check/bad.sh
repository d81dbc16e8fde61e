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
echo "no good record:"
head -n 1 "$f" >header.binetflow
oddflow check header.binetflow; echo $?
{ cat header.binetflow; echo a,b; } >none.binetflow
oddflow check none.binetflow
