# The nightly game of a campus, accepted from two nights: its flows are judged by rows of their own, the same port elsewhere as before.
oddflow synth campus --days 5 --seed 7 --minecraft-from 2 --attacks-from 9 -q -w campus.binetflow
oddflow learn -q -o campus.odd --preset host-hours --scope none --until 2025-03-05 campus.binetflow
detect() { oddflow detect --baseline campus.odd --since '2025-03-07' -n 2 "$@" campus.binetflow; }
game="src_ip in 172.27.0.0/16 and dst_port == 7777 and hour in 0..3"
detect 2>&1 | grep -E 'host-hours|normal'
echo "--- tried"
oddflow accept campus.odd --dry-run --scope "$game" --since '2025-03-05 12:00' --until '2025-03-07 12:00' --from campus.binetflow
oddflow baseline log campus.odd
echo "--- accepted"
oddflow accept -q campus.odd --scope "$game" --name 'the game' --owner kim --reason 'students play' --time '2025-03-07 12:00' \
    --expires '2025-03-08' --since '2025-03-05 12:00' --until '2025-03-07 12:00' --from campus.binetflow
oddflow baseline scopes campus.odd
oddflow baseline scopes -o ndjson campus.odd | head -n 1
oddflow baseline log campus.odd
oddflow baseline verify campus.odd
echo "--- judged by it"
detect 2>&1 | grep -E 'host-hours|normal'
detect -n 1000 --fpr 0.2 -o ndjson 2>/dev/null | grep '"the game\|the game"' | head -n 1 | cut -c 1-400
