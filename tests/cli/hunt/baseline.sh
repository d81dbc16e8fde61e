# A hunt that also asks a baseline: for each host the presets that spoke, and what is novel of it.
oddflow synth campus --days 5 --seed 7 --attacks-from 4 --per-day 12 -q -w campus.binetflow
oddflow learn -q -o campus.odd --until '2025-03-07' campus.binetflow
oddflow hunt --baseline campus.odd --since '2025-03-07' -n 4 campus.binetflow
for output in csv ndjson eve ecs; do
    oddflow hunt -q --baseline campus.odd --preset hosts,lateral --since '2025-03-07' -n 1 -o $output campus.binetflow
done
oddflow hunt -q --baseline campus.odd --preset hosts --since '2025-03-07' -n 1 --alerts alerts.ndjson campus.binetflow
grep -o '"kind":"[a-z]*"' alerts.ndjson | sort | uniq -c
oddflow hunt -q --baseline campus.odd --since '2025-03-07' -n 1000 -o csv -j1 campus.binetflow >one
oddflow hunt -q --baseline campus.odd --since '2025-03-07' -n 1000 -o csv -j2 --block-size 64k campus.binetflow | cmp - one && echo "nothing shows"
oddflow learn -q -o services.odd --preset service-hours --until '2025-03-07' campus.binetflow
oddflow hunt --baseline services.odd campus.binetflow
oddflow hunt --baseline campus.odd --tz +02:00 campus.binetflow
oddflow hunt --baseline campus.binetflow campus.binetflow
