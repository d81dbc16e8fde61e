#!/usr/bin/env python3
"""What scikit-learn's scalers say, for tests/unit/scale/test_scale.c.

Writes tests/oracle/scale_vectors.h: locations, scales and some scaled values as hexadecimal floats. The matrices are not
stored: value(kind, u) below and in the test make the same bits from the same seed, by arithmetic alone.

Usage: scale_vectors.py > tests/oracle/scale_vectors.h       (needs numpy and scikit-learn)
"""
import platform
import sys

import numpy
import sklearn
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

MASK = (1 << 64) - 1
KINDS = 16
SIZES = [1, 2, 3, 5, 8, 31, 127, 128, 129, 1000, 5000]


def splitmix64(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    z = x
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return x, z ^ (z >> 31)


def value(kind, u):
    return {
        0: lambda: u,
        1: lambda: float(int(u * 10.0)),
        2: lambda: 14.62,
        3: lambda: 1e9 + 0.1,
        4: lambda: 3.0 if u < 0.5 else 7.0,
        5: lambda: 1.7e9 + u,
        6: lambda: u * 1e-12,
        7: lambda: u * 1e-140,
        8: lambda: (u - 0.5) * 1e150,
        9: lambda: 1.0 / (u + 1e-9),
        10: lambda: 0.0 if u < 0.9 else u,
        11: lambda: 0.0,
        12: lambda: -5.5,
        13: lambda: 1e6 + (0.0 if u < 0.5 else 2.0**-33),
        14: lambda: (u - 0.5) * 1e6,
        15: lambda: 5e-16 if u < 0.5 else 0.0,
    }[kind]()


def matrix(case, n, d):
    x = numpy.empty((n, d))
    state = case
    for i in range(n):
        for j in range(d):
            state, z = splitmix64(state)
            x[i, j] = value((case + j) % KINDS, (z >> 11) * 2.0**-53)
    return x


def floats(values):
    return ", ".join(float(v).hex() for v in values)


def main():
    print("/* Made by scale_vectors.py with scikit-learn %s, numpy %s, Python %s. Do not edit. */" %
          (sklearn.__version__, numpy.__version__, platform.python_version()))
    rows = []
    for case in range(72):
        n = SIZES[case % len(SIZES)]
        d = 1 + case * 5 % 7
        x = matrix(case, n, d)
        for name, scaler in (("standard", StandardScaler()), ("robust", RobustScaler()), ("minmax", MinMaxScaler())):
            z = scaler.fit_transform(x)
            location = {"standard": "mean_", "robust": "center_", "minmax": "data_min_"}[name]
            scale = 1.0 / scaler.scale_ if name == "minmax" else scaler.scale_  # MinMaxScaler multiplies
            rows.append('    {"%s", %d, %d, %d, {%s}, {%s}, {%s}, {%s}},' %
                        (name, case, n, d, floats(getattr(scaler, location)), floats(scale), floats(z[n // 2]),
                         floats(z[n - 1])))
    print("\n".join(rows))


if __name__ == "__main__":
    sys.exit(main())
