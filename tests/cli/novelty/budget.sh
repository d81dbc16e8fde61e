# A threshold set by alerts a day: what was asked for, what learnt traffic would give, and what there was.
oddflow synth campus --days 8 --seed 4 --attacks-from 9 --minecraft-from 9 -q -w campus.binetflow
oddflow learn -q -o hosts.odd --preset hosts --window 1h --until 2025-03-08 campus.binetflow
oddflow detect --baseline hosts.odd --budget 10/day --since 2025-03-08 --windows-only campus.binetflow 2>&1 >/dev/null | tail -1
oddflow detect --baseline hosts.odd --budget 40 --since 2025-03-08 --windows-only campus.binetflow 2>&1 >/dev/null | tail -1
oddflow detect --baseline hosts.odd --budget 0.01/d --since 2025-03-08 --windows-only campus.binetflow 2>&1 >/dev/null | tail -1
oddflow detect --baseline hosts.odd --budget 1000000 --since 2025-03-08 --windows-only campus.binetflow 2>&1 >/dev/null | tail -1
oddflow learn -q -o both.odd --preset hosts,services --window 1h --until 2025-03-08 campus.binetflow
oddflow detect --baseline both.odd --budget 20/day --since 2025-03-08 --windows-only campus.binetflow 2>&1 >/dev/null | tail -3
oddflow detect --baseline both.odd --budget 20/day --plan services --since 2025-03-08 --windows-only campus.binetflow 2>&1 >/dev/null | tail -2
oddflow detect --baseline hosts.odd --budget ten campus.binetflow
oddflow detect --baseline hosts.odd --budget 0 campus.binetflow
oddflow detect --baseline hosts.odd --budget 10/week campus.binetflow
oddflow detect --baseline hosts.odd --budget 10/day --fpr 0.1 campus.binetflow
oddflow detect --budget 10/day campus.binetflow
