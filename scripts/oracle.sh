#!/usr/bin/env bash
# Runs the comparison of the detectors with scikit-learn and PyOD. PyOD comes from PyPI into a virtual environment of its own
# (build/oracle/venv); where it cannot be had, python3-sklearn alone is compared with, and said so.
# Usage: scripts/oracle.sh BUILD-FOLDER    environment: SEED MATRICES
set -euo pipefail
cd "$(dirname "$0")/.."
work=build/oracle
mkdir -p "$work"
python=$work/venv/bin/python
if ! "$python" -c 'import pyod' 2>/dev/null; then
    rm -rf "$work/venv"
    { /usr/bin/python3 -m venv "$work/venv" && "$python" -m pip install -q scikit-learn pyod; } >"$work/venv.log" 2>&1 || {
        echo "PyOD cannot be had: $(tail -n 1 "$work/venv.log")"
        python=/usr/bin/python3
    }
fi
exec "$python" tests/oracle/outliers.py "$1/raw_scores" --seed "${SEED:-1}" --matrices "${MATRICES:-2000}"
