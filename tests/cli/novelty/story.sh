# The story of the game, small: four days without it, two nights of alerts, what is dismissed, proposed and accepted, and the next night.
# tests/regression/story.py tells it in full, on three weeks of several campuses.
oddflow synth campus --days 7 --seed 7 --minecraft-from 4 --attacks-from 4 -q -w campus.binetflow
oddflow learn -q -o campus.odd --preset service-hours,host-hours,host-services --until 2025-03-07 campus.binetflow
alerts() { oddflow detect -q --baseline campus.odd --budget 10/day --alerts "$@" -o ndjson campus.binetflow >rows.ndjson; }
game() { grep -E '"key":"(172\.27\.[0-9.]+ )?tcp/7777"' "$1"; }
echo "--- the first night is one alert of the service"
alerts first.ndjson --since '2025-03-07 12:00' --until '2025-03-08 12:00'
grep '"preset":"service-hours"' first.ndjson | grep -o '"key":"tcp/7777"\|"start":"[^"]*"\|"end":"[^"]*"' | grep -A 2 7777
echo "--- two nights: somebody dismisses the game of housing"
alerts both.ndjson --since '2025-03-07 12:00' --until '2025-03-09 12:00'
oddflow propose campus.odd both.ndjson campus.binetflow; echo "exit $?"
oddflow alerts dismiss both.ndjson --because 'the students play' $(game both.ndjson | grep -o '"id":"[0-9a-f]*"' | cut -d'"' -f4)
echo "--- proposed"
oddflow propose --budget 10/day -n 1 campus.odd both.ndjson --until '2025-03-09 12:00' campus.binetflow
oddflow propose --budget 10/day -n 1 -o ndjson campus.odd both.ndjson --until '2025-03-09 12:00' campus.binetflow >proposal.ndjson
cat proposal.ndjson
scope=$(grep -o '"condition":"[^"]*"' proposal.ndjson | head -n 1 | cut -d'"' -f4)
echo "--- accepted"
oddflow accept campus.odd --scope "$scope" --owner kim --reason 'the students play' --time 2025-03-09 \
    --since '2025-03-07 12:00' --until '2025-03-09 12:00' --from campus.binetflow
echo "--- the next night: what judged the game, and alerts about it with and without the scope"
oddflow detect --baseline campus.odd --budget 10/day --since '2025-03-09 12:00' --alerts after.ndjson -o ndjson campus.binetflow 2>&1 >rows.ndjson |
    grep '^host-[a-z]*:1'
game after.ndjson | wc -l
oddflow baseline revert campus.odd --time 2025-03-10
alerts before.ndjson --since '2025-03-09 12:00'
game before.ndjson | wc -l
