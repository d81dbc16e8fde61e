# The first five are shown, all are kept; bad records alone leave exit code 0.
f=$DATA/two-windows.binetflow
{
    head -n 15 "$f"
    echo '2011/08/10 09:46:14.6,0.1,udp,10.0.0.9,1,  <->,10.0.0.1,53,CON,0,0,2,many,60,x'
    echo 'too,short'
    tail -n +16 "$f"
    echo 'no time at all,0.1,udp,10.0.0.9,1,  <->,10.0.0.1,53,CON,0,0,2,120,60,x'
    echo '2011/08/10 09:48:30.0,0.1,udp,10.0.0.9,1,  <->,10.0.0.1,53,CON,0,0,2,1e999,60,x'
    echo '2011/08/10 09:48:30.1,0.1,udp,10.0.0.9,1,  <->,10.0.0.1,53,CON,0,0,2,0x10,60,"a ""quoted"" word"'
    printf '2011/08/10 09:48:30.2,0.1,udp,10.0.0.9,1,  <->,10.0.0.1,53,CON,0,0,2,\033[31m,60,x\n'
    echo '2011/13/10 09:48:30.3,0.1,udp,10.0.0.9,1,  <->,10.0.0.1,53,CON,0,0,2,120,60,x'
} >some-bad.binetflow
oddflow detect -o csv --windows-only some-bad.binetflow; echo $?
oddflow detect -q -o csv --windows-only --bad bad.csv some-bad.binetflow; echo $?
cat -v bad.csv
