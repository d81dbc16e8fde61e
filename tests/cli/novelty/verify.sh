# Whether a baseline can be judged by.
oddflow synth --flows 60k --attacks none --seed 3 -q -w clean.binetflow
oddflow learn -q -o clean.odd --preset hosts,host-hours clean.binetflow
oddflow baseline verify clean.odd; echo "exit code $?"
head -c 5000 clean.odd >cut.odd
oddflow baseline verify cut.odd; echo "exit code $?"
(head -c 3000 clean.odd; printf X; tail -c +3002 clean.odd) >damaged.odd
oddflow baseline verify damaged.odd; echo "exit code $?"
oddflow baseline verify clean.binetflow; echo "exit code $?"
oddflow baseline verify; echo "exit code $?"
oddflow baseline check clean.odd; echo "exit code $?"
