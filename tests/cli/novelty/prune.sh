# What is taken out of a baseline, and that nothing else changes.
oddflow synth campus --days 5 --seed 7 --attacks-from 4 -q -w campus.binetflow
oddflow learn -q -o campus.odd --preset hosts --window 1h --until 2025-03-07 campus.binetflow
oddflow detect -q --baseline campus.odd --since 2025-03-07 --all -o csv --fields src_ip,window,kind,score,p,scope campus.binetflow >before
when='--time 2025-04-01 --owner me'
oddflow baseline prune campus.odd; echo "exit code $?"
oddflow baseline prune --expired $when campus.odd
cp campus.odd copy.odd
oddflow baseline prune --samples --least-rows 2500 --dry-run $when campus.odd
cmp campus.odd copy.odd && echo "as it was"
oddflow baseline prune --samples $when campus.odd
oddflow detect -q --baseline campus.odd --since 2025-03-07 --all -o csv --fields src_ip,window,kind,score,p campus.binetflow >after
cut -d, -f1-5 before | cmp - after && echo "the same p"
[ "$(stat -c %s campus.odd)" -lt 700000 ] && echo "small"
oddflow baseline verify campus.odd
oddflow baseline prune --samples $when campus.odd
oddflow baseline log campus.odd
oddflow baseline revert $when campus.odd
oddflow baseline prune --least-rows 2500 $when campus.odd
oddflow baseline scopes campus.odd | grep -c "judged by that of all traffic"
oddflow detect -q --baseline campus.odd --since 2025-03-07 --all -o csv --fields src_ip,window,kind,score,p campus.binetflow | cmp -s - after || echo "another p"
oddflow baseline prune --idle 1 $when campus.odd
oddflow baseline prune --idle none campus.odd; echo "exit code $?"
oddflow baseline prune --sample campus.odd; echo "exit code $?"
# An accepted scope whose time is over.
oddflow accept copy.odd --scope 'dst_port == 443' --from campus.binetflow --since 2025-03-03 --until 2025-03-06 --expires 2025-03-20 --time 2025-03-10 >/dev/null
oddflow baseline prune --expired --time 2025-03-19 copy.odd
oddflow baseline prune --expired $when copy.odd
oddflow baseline scopes copy.odd | head -1
