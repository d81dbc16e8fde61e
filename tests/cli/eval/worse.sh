# A results file is kept, and a measure that fell is told
oddflow synth --flows 5k --seed 4 -w t.binetflow
e="oddflow eval --resamples 0 --results r.csv t.binetflow"
$e --preset notebook >/dev/null && wc -l <r.csv
$e --preset notebook --fail-if-worse >/dev/null; echo "same: $?"
sed -i -E 's/^(t.binetflow,notebook,flow,average_precision),[^,]*/\1,0.99/' r.csv
$e --preset notebook --fail-if-worse >/dev/null; echo "worse: $?"
grep -c 'average_precision,0.99,' r.csv
$e --preset notebook >/dev/null
grep -c 'average_precision,0.99,' r.csv
