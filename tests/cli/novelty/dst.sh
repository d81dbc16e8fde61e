# Hours, days, own dimensions and events of a calendar keep the wall clock of --tz when summer time ends and begins.
# 40 hosts are busy from 08:00 to 12:00 in Prague on 10 days around a change of the clock.
flows() { # first day as UTC seconds, days
    TZ=Europe/Prague awk -v first="$1" -v days="$2" 'BEGIN {
        print "StartTime,SrcAddr,DstAddr,Proto,Dport,TotBytes"
        for (t = first; t < first + days * 86400; t += 3600) {
            local = strftime("%H", t) + 0
            for (host = 1; host <= 40; host++) {
                seed = (seed * 1103515245 + 12345 + host) % 2147483648
                n = (1 + seed % 3) * (local >= 8 && local < 12 ? 8 : 1)
                for (i = 0; i < n; i++) printf "%s,10.0.0.%d,192.0.2.9,tcp,443,%d\n", strftime("%Y-%m-%dT%H:%M:%SZ", t + 60 * i, 1), host, 100 + seed % 50
            }
        }
    }'
}
cat >morning.ics <<'END'
BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Morning
DTSTART;TZID=Europe/Prague:20241001T080000
DTEND;TZID=Europe/Prague:20241001T120000
RRULE:FREQ=DAILY;UNTIL=20241107T000000Z
END:VEVENT
END:VCALENDAR
END
own='--by src_ip --window 1h --feature flows=log1p(count())'
flows 1729548000 10 >autumn.csv
flows 1742943600 10 >spring.csv
for season in autumn spring; do
    echo "$season: hours of Prague, and of UTC"
    for zone in Europe/Prague UTC; do
        oddflow learn -q -o zone.odd $own --tz $zone $season.csv
        oddflow baseline scopes zone.odd | grep -v 'rows'
    done
done
echo "a dimension, and events"
oddflow learn -q -o dim.odd $own --tz Europe/Prague --scope-dim 'morning = hour in 8..11' autumn.csv
oddflow baseline scopes dim.odd
oddflow learn -o event.odd $own --calendar morning.ics autumn.csv
oddflow baseline scopes event.odd | cut -c1-170
# Learnt before the change, judged after it: by the hours of the clock they are as busy as they were, by those of UTC they are not.
for zone in Europe/Prague UTC; do
    oddflow learn -q -o before.odd $own --tz $zone --until '2024-10-27' autumn.csv
    oddflow detect --baseline before.odd --fpr 0.05 --since '2024-10-28' --windows-only -o csv autumn.csv 2>&1 >/dev/null | tail -1
done
