f=$DATA/two-windows.binetflow
awk -F , -v OFS=, 'NR == 4 { $13 = "" } { print }' "$f" >missing.binetflow
for policy in drop zero error; do
    oddflow detect --missing $policy -o csv --windows-only missing.binetflow
    echo "$policy: $?"
done
