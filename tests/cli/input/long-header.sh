# A header of 4,000 long names is over 64 KiB: more than what is looked at first.
name=$(printf 'x%.0s' {1..30})
{ printf StartTime,TotBytes; printf ",${name}_%d" {1..4000}; echo; } >wide.csv
for i in 1 2 3 4 5 6; do { printf '2011-08-10 09:46:0%d,%d' $i $i; printf ',%d' {1..4000}; echo; } >>wide.csv; done
oddflow detect --windows-only wide.csv
{ printf StartTime,TotBytes,; head -c 2000000 /dev/zero | tr '\0' x; echo; } >long.csv
oddflow detect long.csv; echo $?
