# Hours and days are those of --tz, summer time too: a Sunday of 23 hours in between, and the file says the zone.
oddflow synth campus --start 2025-03-27T00:00:00Z --days 5 --seed 7 --attacks-from 9 -q -w campus.binetflow
for zone in UTC +02:00 Europe/Prague; do
    oddflow learn -o zone.odd --preset hosts --window 1h --tz $zone --until '2025-03-31' campus.binetflow 2>&1 | grep learnt.hosts
    oddflow detect -q --baseline zone.odd --since '2025-03-31' --all -o ndjson campus.binetflow | grep -o '"condition":"[^"]*"' | sort | uniq -c
    oddflow detect -q --baseline zone.odd --since '2025-03-31' --all -o csv --fields src_ip,window campus.binetflow | sed -n 2p
done
oddflow detect --baseline zone.odd --tz UTC campus.binetflow
