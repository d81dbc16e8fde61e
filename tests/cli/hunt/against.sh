# Entities against those of all windows; presets of detect; what is refused.
oddflow synth --flows 40k --seed 3 -q -w traffic.binetflow
oddflow detect --preset hosts --home 147.32.0.0/16 -n 3 traffic.binetflow
oddflow detect --preset hosts --home 147.32.0.0/16 --windows-only -o csv -q traffic.binetflow
oddflow detect --preset hosts --home 147.32.0.0/16 --detector dbscan:eps=2,min_samples=5 --window 1m -q traffic.binetflow | head -12
oddflow detect --preset hosts --home 147.32.0.0/16 --all -o csv -q -j1 traffic.binetflow >one
oddflow detect --preset hosts --home 147.32.0.0/16 --all -o csv -q -j2 --block-size 4k traffic.binetflow | cmp - one
wc -l <one
oddflow detect --against run traffic.binetflow
oddflow detect --preset host traffic.binetflow
oddflow hunt --preset notebook traffic.binetflow
oddflow hunt --preset ' , ' traffic.binetflow
oddflow presets show spam
oddflow presets show spm
oddflow presets shw
oddflow presets
echo "the account of entities is the same against the window and against the run"
for against in window run; do
    oddflow detect --by src_ip --min-flows 10 --against $against --windows-only -o csv traffic.binetflow 2>&1 | tail -1
    oddflow detect --by src_ip --feature 'a=gap_median()' --detector mad --against $against --windows-only -o csv traffic.binetflow 2>&1 | tail -1
done
oddflow hunt --preset hosts,hosts traffic.binetflow
mv traffic.binetflow ./-t.binetflow && oddflow hunt -q -n 1 -- -t.binetflow | grep -o 'oddflow flows ./-t.binetflow'
oddflow hunt -n 1 - <./-t.binetflow 2>/dev/null | grep -o 'oddflow flows - '
oddflow hunt -n 1 --home 10.99.0.0/16 -- -t.binetflow
