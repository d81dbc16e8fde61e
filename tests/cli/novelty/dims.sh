# Scopes by dimensions that users add: conditions over who and when, and the events of a calendar; in words, as conditions, and judged by.
# 60 hosts on 8 days: those of the lab, which no prefix tells, have six times the flows; in exams all have four times as many.
flows() { # first day, days
    awk -v first="$1" -v days="$2" 'BEGIN {
        print "StartTime,SrcAddr,DstAddr,Proto,Dport,TotBytes"
        for (day = first; day < first + days; day++) for (hour = 0; hour < 24; hour++) for (host = 1; host <= 60; host++) {
            seed = (seed * 1103515245 + 12345 + host) % 2147483648
            n = (1 + seed % 3) * (host % 3 ? 1 : 6) * (day > 4 ? 4 : 1)
            if (day == 9 && hour == 3 && host == 7) n = 200
            for (i = 0; i < n; i++) printf "2025-03-%02d %02d:%02d:00,10.0.0.%d,192.0.2.%d,tcp,443,%d\n", day, hour, i % 60, host, i % 9, 100 + seed % 50
        }
    }'
}
flows 1 8 >flows.csv
flows 9 1 >next.csv
lab=$(seq 3 3 60 | sed 's/^/10.0.0./' | paste -sd, | sed 's/,/, /g')
cat >events.ics <<'END'
BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Exams
DTSTART;VALUE=DATE:20250305
DTEND;VALUE=DATE:20250312
END:VEVENT
BEGIN:VEVENT
SUMMARY:Lunch
DTSTART;TZID=Europe/Prague:20250101T120000
DURATION:PT1H
RRULE:FREQ=DAILY
END:VEVENT
END:VCALENDAR
END
own='--by src_ip --window 1h --feature flows=log1p(count())'
oddflow learn -o dims.odd $own --scope-dim "lab = src_ip in {$lab}" --calendar events.ics flows.csv
oddflow baseline scopes dims.odd | sed 's/10.0.0.3, .*, 10.0.0.60/.../'
oddflow baseline verify dims.odd
oddflow baseline show dims.odd | tail -6 | cut -c1-60
oddflow detect --baseline dims.odd -n 2 next.csv
oddflow detect -q --baseline dims.odd -n 1 -o ndjson next.csv | grep -o '"scope":"[^"]*","condition":"[^"]*"' | sed 's/10.0.0.3, .*, 10.0.0.60/.../'
# Each condition is one of --where, and true of the rows of its scope.
oddflow detect -q --baseline dims.odd --all -o ndjson flows.csv >rows
oddflow baseline scopes -o ndjson dims.odd | sed 's/.*"condition":"\([^"]*\)","rows":\([0-9]*\).*/\2 \1/' | while read -r rows condition; do
    grep -cF "\"condition\":\"$condition\"" rows
    echo "$rows $(oddflow flows --where "$condition" --no-header -q flows.csv | cut -c1-13,17-30 | cut -d, -f1,2 | sort -u | wc -l)"
done
oddflow learn -q -j1 -o one.odd $own --scope-dim "lab = src_ip in {$lab}" --calendar events.ics flows.csv
oddflow learn -q -j2 --block-size 4k -o two.odd $own --scope-dim "lab = src_ip in {$lab}" --calendar events.ics flows.csv
cmp one.odd two.odd && echo "threads and blocks change nothing"
echo "a number"
oddflow learn -o number.odd $own --scope-dim "size = if(src_ip in {$lab}, if(hour < 12, 2.5, 3), 1)" --scope-dim "text = if(weekday in wed..sat, 'it\\'s late', 'early')" flows.csv
oddflow baseline scopes number.odd | grep -v rows | sed 's/10.0.0.3, .*, 10.0.0.60/.../'
echo "refused"
oddflow learn -o x.odd $own --scope-dim 'lab' flows.csv
oddflow learn -o x.odd $own --scope-dim 'my lab = hour' flows.csv
oddflow learn -o x.odd $own --scope-dim 'lab = hour' --scope-dim 'lab = weekday' flows.csv
oddflow learn -o x.odd $own --scope-dim 'lab = hour >' flows.csv
oddflow learn -o x.odd $own --scope-dim 'lab = dst_ip' flows.csv
oddflow learn -o x.odd --by host --window 1h --feature 'flows = count()' --scope-dim 'lab = hour' flows.csv
oddflow learn -o x.odd $own --scope-dim a=hour --scope-dim b=hour --scope-dim c=hour --scope-dim d=hour --scope-dim e=hour flows.csv
oddflow learn -o x.odd $own --calendar missing.ics flows.csv
oddflow learn -o x.odd $own --calendar flows.csv flows.csv
sed 's/FREQ=DAILY/FREQ=DAILY;BYSETPOS=1/' events.ics >setpos.ics
oddflow learn -o x.odd $own --calendar setpos.ics flows.csv
sed 's/Prague/Atlantis/' events.ics >zone.ics
oddflow learn -o x.odd $own --calendar zone.ics flows.csv
ls x.odd
