# A reader that has seen enough is no failure, and nobody dies of a signal.
f=$DATA/two-windows.binetflow
for i in $(seq 1 2000); do tail -n +2 "$f"; done | cat <(head -n 1 "$f") - >big.binetflow
oddflow detect --all -o csv big.binetflow | head -n 1 >/dev/null; echo "detect: ${PIPESTATUS[0]}"
oddflow synth --flows 1M | head -n 1 >/dev/null; echo "synth: ${PIPESTATUS[0]}"
oddflow list fields | true; echo "list: ${PIPESTATUS[0]}"
oddflow help --man | true; echo "help: ${PIPESTATUS[0]}"
