# The ledger of entities: flows of hosts that are too small are thin, of hosts without a value missing, without a key too.
f=$DATA/two-windows.binetflow
oddflow detect --by src_ip --feature 'n = count()' --windows-only -o csv "$f"
oddflow detect --by src_ip --feature 'n = count()' --min-flows 3 --windows-only -o csv "$f"
oddflow detect --by src_ip --feature 'gap = gap_median()' --windows-only -o csv "$f"
oddflow detect --by src_ip --feature 'gap = gap_median()' --missing zero --windows-only -o csv "$f"
oddflow detect --by src_ip --feature 'n = count()' --where 'bytes > 100' --windows-only -o csv "$f"
echo "a feature of flows by an expression"
oddflow detect --feature 'bpp = bytes / pkts' --feature 'log1p(dst_bytes)=log1p(bytes - src_bytes)' --windows-only -o csv "$f"
