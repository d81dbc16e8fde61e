# Memory of who talked to whom: new is what was met on no other day; a host that is not known is judged as new.
oddflow synth campus --days 5 --seed 7 --attacks-from 4 --per-day 12 -q -w campus.binetflow
oddflow learn -o campus.odd --preset host-hours,service-hours --until '2025-03-07' campus.binetflow
oddflow learn -q -j2 --block-size 64k -o again.odd --preset host-hours,service-hours --until '2025-03-07' - <campus.binetflow
oddflow detect --baseline campus.odd --since '2025-03-07' -n 3 campus.binetflow
oddflow detect -q --baseline campus.odd --plan host-hours --since '2025-03-07' --all -o csv -j1 campus.binetflow >one
oddflow detect -q --baseline again.odd --plan host-hours --since '2025-03-07' --all -o csv -j2 --block-size 64k campus.binetflow | cmp - one && echo "the same bytes"
oddflow learn -o day.odd --preset host-hours --until '2025-03-04' campus.binetflow 2>&1 | tail -4
oddflow detect -q --baseline day.odd --since '2025-03-07' -n 1 campus.binetflow
oddflow learn -o small.odd --preset host-hours --pairs-mem 64k --until '2025-03-07' campus.binetflow 2>&1 | tail -3
