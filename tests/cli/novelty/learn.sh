# What is learnt, from whom, and the same file whatever the threads, the blocks and the way in.
oddflow synth --flows 120k --attacks none --seed 3 -q -w clean.binetflow
oddflow learn -o clean.odd --preset hosts clean.binetflow
oddflow learn -q -j1 -o one.odd --preset hosts clean.binetflow
oddflow learn -q -j2 --preset hosts --block-size 4k -o two.odd clean.binetflow
cmp one.odd two.odd && echo "threads and blocks change nothing"
oddflow learn -o clean.odd --preset hosts,services --window 1m --home 147.32.0.0/16 clean.binetflow
cmp one.odd clean.odd.prev && echo "the file before is kept"
oddflow learn -o own.odd --by src_ip,service --window 10m --feature 'flows = log1p(count())' --where 'proto == udp' - <clean.binetflow
ls
