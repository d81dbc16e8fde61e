f=$DATA/two-windows.binetflow
{ head -n 15 "$f"; echo 'too,short'; tail -n +16 "$f"; } >one-bad.binetflow
oddflow detect --strict -o csv --windows-only one-bad.binetflow; echo $?
oddflow detect -q --strict -o csv --windows-only "$f"; echo $?
