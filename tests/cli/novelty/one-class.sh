# Traffic of one class only, all of it alike: nothing of it is novel afterwards, and what is different is.
make() { # rows of 20 hosts in 24 hours of days $1..$2, to "$3"
    awk -v from="$1" -v to="$2" -v what="$3" 'BEGIN {
        print "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes"
        for (day = from; day <= to; day++) for (hour = 0; hour < 24; hour++) for (host = 1; host <= 20; host++)
            printf "2025-03-%02d %02d:00:00,0.1,%s\n", day, hour, sprintf(what, host)
    }'
}
make 1 7 'udp,10.0.0.%d,4000,<->,192.0.2.53,53,CON,0,0,2,120,60' >dns.csv
make 8 8 'udp,10.0.0.%d,4000,<->,192.0.2.53,53,CON,0,0,2,120,60' >more.csv
make 8 8 'tcp,10.0.0.%d,4000,->,198.51.100.7,443,CON,0,0,9,90000,80000' >web.csv
oddflow learn -o dns.odd dns.csv
oddflow baseline scopes dns.odd
oddflow detect --baseline dns.odd more.csv
oddflow detect --baseline dns.odd -n 2 web.csv
echo "one row shape"
oddflow learn -o hosts.odd --preset hosts --window 1h dns.csv
oddflow detect --baseline hosts.odd more.csv
oddflow detect --baseline hosts.odd --also-outliers --windows-only -o csv more.csv
oddflow detect --baseline hosts.odd --also-outliers more.csv
echo "wrong fields"
cut -d, -f1,4,7 more.csv >few.csv
oddflow detect --baseline hosts.odd few.csv; echo "exit code $?"
cut -d, -f1-8,12-14 more.csv >stateless.csv
oddflow detect --baseline hosts.odd stateless.csv; echo "exit code $?"
oddflow hunt --baseline dns.odd few.csv; echo "exit code $?"
echo "too little"
oddflow learn -o few.odd --until '2025-03-01 02:00' dns.csv; echo "exit code $?"
oddflow learn -o few.odd --preset hosts --window 1h --until '2025-03-01 02:00' dns.csv; echo "exit code $?"
oddflow learn -o none.odd --preset hosts --window 1h --since '2026-01-01' dns.csv; echo "exit code $?"
head -1 dns.csv >nothing.csv
oddflow detect --baseline hosts.odd nothing.csv; echo "exit code $?"
