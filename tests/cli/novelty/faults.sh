# What is refused, each with a sentence.
oddflow synth --flows 60k --seed 3 -q -w traffic.binetflow
oddflow learn -q -o good.odd --preset hosts traffic.binetflow
head -400 traffic.binetflow >little.binetflow
oddflow learn -o little.odd --preset hosts little.binetflow; echo "exit code $?"
oddflow learn -o little.odd --preset hosts --home 10.99.0.0/16 traffic.binetflow; echo "exit code $?"
ls little.odd
oddflow learn --preset hosts traffic.binetflow; echo "exit code $?"
oddflow learn -o traffic.binetflow --preset hosts traffic.binetflow; echo "exit code $?"
oddflow learn -o no/folder.odd --preset hosts traffic.binetflow; echo "exit code $?"
oddflow learn -o x.odd --preset hots traffic.binetflow; echo "exit code $?"
oddflow learn -o x.odd --preset notebook traffic.binetflow; echo "exit code $?"
oddflow learn -o x.odd --preset beacons traffic.binetflow; echo "exit code $?"
oddflow learn -o x.odd --preset hosts --by src_ip traffic.binetflow; echo "exit code $?"
oddflow learn -o x.odd --preset hosts --where 'bytes >' traffic.binetflow; echo "exit code $?"
oddflow learn -o x.odd missing.binetflow; echo "exit code $?"
oddflow detect --baseline missing.odd traffic.binetflow; echo "exit code $?"
oddflow detect --baseline traffic.binetflow traffic.binetflow; echo "exit code $?"
head -c 3000 good.odd >cut.odd
oddflow detect --baseline cut.odd traffic.binetflow; echo "exit code $?"
(head -c 3000 good.odd; printf X; tail -c +3002 good.odd) >damaged.odd
oddflow detect --baseline damaged.odd traffic.binetflow; echo "exit code $?"
(head -c 8 good.odd; printf '\011'; tail -c +10 good.odd) >newer.odd
oddflow detect --baseline newer.odd traffic.binetflow; echo "exit code $?"
oddflow detect --baseline good.odd --window 1m traffic.binetflow; echo "exit code $?"
oddflow detect --baseline good.odd --preset hosts traffic.binetflow; echo "exit code $?"
oddflow detect --baseline good.odd --fpr 2 traffic.binetflow; echo "exit code $?"
oddflow detect --baseline good.odd -w good.odd traffic.binetflow; echo "exit code $?"
printf 'StartTime,SrcAddr,Color\n2011-08-16 10:00,10.0.0.1,red\n' >other.csv
oddflow detect --baseline good.odd other.csv; echo "exit code $?"
oddflow detect --baseline good.odd --top 1 -o csv "$DATA/first-window.binetflow"; echo "exit code $?"
