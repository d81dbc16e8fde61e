# The bytes that --map names are those of the default feature, also beside a column that is called as the default is.
{
    echo "StartTime,TotBytes,Octets"
    for i in $(seq 30); do echo "2011/08/10 09:46:54.0,1,$((100 + i % 7))"; done
    echo "2011/08/10 09:46:55.0,1,900000"
} >flows.csv
oddflow detect -q --map bytes=Octets flows.csv
oddflow detect -q --map bytes=Octets --features TotBytes flows.csv
oddflow detect -q flows.csv
# A parenthesis that does not close is told as that.
oddflow detect -q --features 'log1p(Octets' flows.csv
oddflow detect -q --features 'TotBytes,log1p(Octets' flows.csv
oddflow detect -q --features 'log1p(TotBytes,Octets' flows.csv
