f=$DATA/two-windows.binetflow
oddflow detect -q "$f" >/dev/null; echo "odd, not asked: $?"
oddflow detect -q --exit-code "$f" >/dev/null; echo "odd, asked: $?"
tail -n 20 "$f" | cat <(head -n 1 "$f") - >calm.binetflow
oddflow detect -q --exit-code calm.binetflow >/dev/null; echo "nothing odd: $?"
