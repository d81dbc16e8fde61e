# What cannot be measured is said
try() { oddflow eval "$@"; echo "exit $?" >&2; }
try
try -
try --negative true "$DATA/two-windows.binetflow"
try --positive 'label lke "x"' "$DATA/two-windows.binetflow"
try --by src_ip --feature "bad = count(label like '*x*')" "$DATA/two-windows.binetflow"
try --preset hosts,hosts "$DATA/two-windows.binetflow"
try --preset hostz "$DATA/two-windows.binetflow"
try --fail-if-worse "$DATA/two-windows.binetflow"
try --labels none.csv "$DATA/two-windows.binetflow"
echo '10.0.0.1,bad' >l.csv
try --labels l.csv "$DATA/two-windows.binetflow"
echo 'no-window = yes' >c.conf
try --compare c.conf "$DATA/two-windows.binetflow"
echo 'not results' >r.csv
try --results r.csv "$DATA/two-windows.binetflow" >/dev/null
