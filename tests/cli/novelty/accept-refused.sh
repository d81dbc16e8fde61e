# What accept, reject, log and revert refuse, and how changes are undone.
oddflow synth campus --days 4 --seed 7 --minecraft-from 2 --attacks-from 9 -q -w campus.binetflow
oddflow learn -q -o campus.odd --preset host-hours --scope none --until 2025-03-05 campus.binetflow
try() { oddflow accept -q campus.odd --time 2025-03-07 "$@"; echo "exit $?"; }
try
try --from campus.binetflow
try --scope 'dst_port == 7777'
try --scope 'dst_port === 7777' --from campus.binetflow
try --scope 'dst_port == 4' --from campus.binetflow
try --scope true --from campus.binetflow
try --scope 'src_ip in 172.27.0.0/16' --since 2025-03-05 --until '2025-03-05 10:00' --from campus.binetflow
try --scope 'dst_port == 7777' --since '2025-03-05 12:00' --until '2025-03-05 23:30' --from campus.binetflow
try --scope 'dst_port == 7777' --expires 2025-03-01 --from campus.binetflow
oddflow accept; echo "exit $?"
oddflow reject campus.odd 1; echo "exit $?"
oddflow baseline revert campus.odd; echo "exit $?"
oddflow baseline log campus.odd
echo "--- with --force"
try --scope 'dst_port == 7777' --since '2025-03-05 12:00' --until '2025-03-05 23:30' --force --from campus.binetflow
try --scope 'dst_port == 7777' --from campus.binetflow
cmp campus.odd campus.odd.prev >before.txt; echo "differ: $?"
oddflow reject campus.odd 'dst_port == 7777' --time 2025-03-08 --owner kim --reason 'the server was hacked'
oddflow reject campus.odd 2; echo "exit $?"
oddflow baseline revert campus.odd --time 2025-03-09
oddflow baseline revert campus.odd 2; echo "exit $?"
oddflow baseline revert campus.odd 9; echo "exit $?"
oddflow baseline revert campus.odd x; echo "exit $?"
oddflow baseline revert campus.odd 1 --time 2025-03-10
oddflow baseline log campus.odd
oddflow baseline log -o ndjson campus.odd | tail -n 1
oddflow baseline scopes campus.odd | head -n 2
