oddflow synth campus --days 2 --seed 7 --attacks-from 1 -w a.binetflow; echo $?
head -n 8 a.binetflow
wc -l <a.binetflow
oddflow synth --model campus --days 2 --seed 7 --attacks-from 1 | cmp - a.binetflow
oddflow synth campus --days 1 --seed 7 --no-header | cmp - <(tail -n +2 a.binetflow) 2>&1 | sed -E 's/ (byte|char).*//'
oddflow check a.binetflow | sed -E 's/, [0-9,]+ bytes.*//'
cut -d, -f15 a.binetflow | grep Attack | sort -t- -k4n | uniq -c
echo "none of these"
oddflow synth campus --flows 100; echo $?
oddflow synth campus --attacks none; echo $?
oddflow synth --days 3; echo $?
oddflow synth campus --start 2025-03-03T10:00:00Z; echo $?
oddflow synth campus again; echo $?
oddflow synth camp; echo $?
oddflow synth campus --days 0; echo $?
