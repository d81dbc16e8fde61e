# A window of very many rows is written piece by piece: every row once, as it was read, with the verdict it has without --all.
oddflow synth --flows 150000 --attacks none >flows.csv
oddflow detect -q --no-window --all -o csv flows.csv >all.csv; echo $?
cut -d , -f 1-15 all.csv | cmp - flows.csv
tail -n +2 all.csv | cut -d , -f 16 | cmp - <(seq 0 149999)
oddflow detect -q --no-window -o csv flows.csv >odd.csv
grep -e ',outlier,' -e '^StartTime' all.csv | cmp - odd.csv
[ "$(wc -l <odd.csv)" -gt 10 ] || echo "too few odd rows to compare"
oddflow detect -q --no-window --all -o table --color never flows.csv >table.txt
grep -cE '^ +[0-9.]+  row [0-9]+ ' table.txt
head -n 1 table.txt
tail -n 1 table.txt
oddflow detect -q --no-window --all -o ndjson flows.csv | cut -d , -f 1 | cmp - <(seq 0 149999 | sed 's/^/{"row":/')
