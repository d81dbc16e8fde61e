# Each input that could not be read to its end is told, not only the first.
oddflow version --build | grep -q 'gzip.*yes' || { echo "built without gzip"; exit 77; }
for name in a b; do
    oddflow synth --flows 3000 | gzip >whole.gz
    head -c 20000 whole.gz >$name.gz
done
oddflow detect -o csv --windows-only -w out.csv a.gz b.gz 2>message; echo $?
sed -e 's/^[0-9,]* flows read.*/LEDGER/' -e 's/offset [0-9,]*/offset N/' message >&2
