# Compressed data that ends early: what could be read is judged and written, then the failure is told.
command -v zstd >/dev/null || { echo "no zstd"; exit 77; }
oddflow version --build | grep -q 'zstd.*yes' || { echo "built without zst"; exit 77; }
oddflow synth --flows 50000 | zstd -q >whole.zst
oddflow detect -q -o csv --windows-only whole.zst >whole.csv; echo "whole: $?"
size=$(stat -c %s whole.zst)
head -c $((size / 2)) whole.zst >half.zst
oddflow detect -q -o csv --windows-only half.zst 2>message >half.csv; echo "half: $?"
sed 's/offset [0-9,]*/offset N/' message >&2
[ "$(wc -l <half.csv)" -gt 2 ] || echo "nothing of the first half was written"
head -n -1 half.csv | cmp - <(head -n $(($(wc -l <half.csv) - 1)) whole.csv) # the last window was cut
head -c 20 whole.zst >start.zst
oddflow detect -q start.zst; echo "start: $?"
oddflow check -q half.zst 2>&1 >/dev/null | sed 's/offset [0-9,]*/offset N/'; echo "check: ${PIPESTATUS[0]}"
