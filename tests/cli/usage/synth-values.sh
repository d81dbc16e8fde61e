try() {
    echo "$*"
    oddflow synth "$@" 2>&1
    echo "exit $?"
}
try --flows 0
try --flows lots
try --seed -1
try --rate 0
try --rate 10/d
try --start never
try --attacks scam
try --attacks scan,
try file.binetflow
