# A row whose window has been emitted is late; the account says what lateness would have kept it.
f=$DATA/two-windows.binetflow
{ head -n 1 "$f"; tail -n 20 "$f"; sed -n '2,4p' "$f"; } >backwards.binetflow
oddflow detect --hold 0 --lateness 0s -o csv --windows-only backwards.binetflow
oddflow detect --hold 0 --lateness 5m -o csv --windows-only backwards.binetflow
oddflow detect -o csv --windows-only backwards.binetflow
