# A NUL byte makes its record bad, and no other.
{ head -n 5 "$DATA/two-windows.binetflow"; printf '2011/08/10 09:46:05.5,0.1,udp,10.0.0.9,1,  <->,10.0.0.1,53,CON,0,0,2,1\00023,60,x\n'; tail -n +6 "$DATA/two-windows.binetflow"; } >nul.binetflow
oddflow detect -o csv --windows-only --bad bad.csv nul.binetflow; echo $?
cat bad.csv
head -c 100000 /dev/zero >zeros
oddflow detect zeros
