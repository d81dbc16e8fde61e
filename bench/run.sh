#!/usr/bin/env bash
# Measures oddflow against its peers. The peers come by name into a virtual environment of their own (build/bench/venv);
# what cannot be had is told in the table. Usage: bench/run.sh BUILD-FOLDER [--quick]
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
shift
work=build/bench
mkdir -p "$work"
if [ ! -x "$work/venv/bin/python" ]; then
    rm -rf "$work/venv"
    /usr/bin/python3 -m venv "$work/venv" 2>"$work/venv.log" || rm -rf "$work/venv"
fi
python=$work/venv/bin/python
if [ -x "$python" ]; then
    for package in numpy pandas scikit-learn duckdb dbscan; do
        "$python" -m pip show -q "$package" >/dev/null 2>&1 && continue
        echo "installing $package into $work/venv"
        "$python" -m pip install -q "$package" >"$work/pip-$package.log" 2>&1 ||
            echo "  $package cannot be had: $(tail -n 1 "$work/pip-$package.log")"
    done
else
    echo "no virtual environment can be made (Debian: python3-venv); the peers are left out"
    python=/usr/bin/python3
fi
exec /usr/bin/python3 bench/run.py --build "$build" --work "$work" --peers "$python" "$@"
