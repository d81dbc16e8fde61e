#!/usr/bin/env bash
# Runs the comparison with pandas and scikit-learn on random input.
# Usage: scripts/differential.sh BUILD-FOLDER    environment: SEED MATRICES WINDOWS
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-/usr/bin/python3}
exec "$python" tests/oracle/differential.py --library "$1/liboddflow.so" --program "$1/oddflow" \
    --seed "${SEED:-1}" --matrices "${MATRICES:-2000}" --windows "${WINDOWS:-200}"
