# Without FILE and with a terminal as standard input there is nothing to wait for.
command -v script >/dev/null || { echo "no 'script' program"; exit 77; }
script -qec 'oddflow detect' /dev/null </dev/null | tr -d '\r'
script -qec 'oddflow check' /dev/null </dev/null | tr -d '\r'
