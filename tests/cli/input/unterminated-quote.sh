f=$DATA/two-windows.binetflow
{ head -n 10 "$f"; printf '2011/08/10 09:46:09.9,0.1,"udp,10.0.0.9,1,x\n'; tail -n +11 "$f"; } >quote.binetflow
oddflow detect -o csv --windows-only quote.binetflow; echo $?
{ cat "$f"; printf '2011/08/10 09:48:30.0,0.1,udp,10.0.0.9,1,  <->,10.0.0.1,53,CON,0,0,2,100,50,"open'; } >end.binetflow
oddflow detect -o csv --windows-only end.binetflow; echo $?
printf '"StartTime,TotBytes\n1,2\n' >header.csv
oddflow detect header.csv
