[ -w /dev/full ] || { echo "no /dev/full"; exit 77; }
f=$DATA/two-windows.binetflow
oddflow detect -q -o csv -w /dev/full "$f"; echo "-w: $?"
oddflow detect -q -o csv "$f" >/dev/full; echo "standard output: $?"
oddflow detect -q -o csv --bad /dev/full "$f" >/dev/null; echo "--bad: $?"
oddflow synth --flows 1000 -w /dev/full; echo "synth: $?"
oddflow list fields >/dev/full; echo "list: $?"
oddflow check "$f" >/dev/full; echo "check: $?"
