# What cannot be grouped or counted is told before anything is read, with its place.
f=$DATA/two-windows.binetflow
try() {
    echo "$*"
    oddflow detect "$@" "$f" 2>&1
    echo "exit $?"
}
try --by srcip_
try --by 'bytes > 5'
try --by src_ip --feature 'peers'
try --by src_ip --feature 'peers = distinct(dst_pi)'
try --by src_ip --feature 'size = bytes'
try --by src_ip --feature 'n = count()' --feature 'n = count()'
try --by src_ip --say 'flows = flows'
try --by src_ip --steps
try --by src_ip --home 10.0.0.0/40
try --by src_ip --home 'home'
try --by src_ip --min-flows 0
try --feature 'n = count()'
