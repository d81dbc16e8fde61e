oddflow synth --flows 1000 --attacks none -w a.binetflow; echo $?
oddflow synth --flows 1000 --attacks none >b.binetflow
cmp a.binetflow b.binetflow
head -n 1 a.binetflow
wc -l <a.binetflow
oddflow synth --flows 1k --attacks none --no-header | cmp - <(tail -n +2 a.binetflow)
oddflow synth --flows 1000 --attacks none --seed 2 | cmp -s - a.binetflow && echo "the seed changes nothing"
oddflow check a.binetflow | sed -E 's/, [0-9,]+ bytes.*//'
