#!/usr/bin/env python3
"""What scikit-learn's ranking measures say, for tests/unit/eval/test_ranking.c.

Writes tests/oracle/eval_vectors.h: measures as hexadecimal floats. The rows are not stored: score(kind, u) and the labels
below and in the test make the same bits from the same seed, by arithmetic alone.

Usage: eval_vectors.py > tests/oracle/eval_vectors.h       (needs numpy and scikit-learn)
"""
import platform
import sys

import numpy
import sklearn
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

MASK = (1 << 64) - 1
KINDS = 6
SIZES = [4, 5, 10, 47, 48, 49, 300, 5000]
RATES = [0.5, 0.1, 0.9, 0.02]
CASES = 96


def uniforms(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield ((z ^ (z >> 31)) >> 11) * 2.0**-53


def score(kind, u, positive):
    shift = 0.25 if positive else 0.0
    return {
        0: lambda: u + shift,
        1: lambda: float(int((u + shift) * 10.0)),
        2: lambda: 7.0,
        3: lambda: (u - 0.5) * 1e300,
        4: lambda: 0.0 if u < 0.9 else u + shift,
        5: lambda: -1.0 / (u + 1e-9),
    }[kind]()


def make(case):
    n = SIZES[case % len(SIZES)]
    rate = RATES[case // len(SIZES) % len(RATES)]
    draw = uniforms(case)
    s, y, w = [], [], []
    for i in range(n):
        a, b, c = next(draw), next(draw), next(draw)
        positive = a < rate or i == 0  # the first row is positive, the second is not: both classes are there
        positive = positive and i != 1
        ignored = i > 1 and a > 0.95
        if ignored:
            continue
        s.append(score(case % KINDS, b, positive))
        y.append(positive)
        w.append(float(1 + int(c * 5.0)) / 4.0)
    return numpy.array(s), numpy.array(y), numpy.array(w)


def max_f1(y, s, w):
    p, r, t = precision_recall_curve(y, s, sample_weight=w)
    with numpy.errstate(invalid="ignore"):
        return numpy.nanmax(2 * p * r / (p + r))


def main():
    print("/* Made by eval_vectors.py with scikit-learn %s, numpy %s, Python %s. Do not edit. */" %
          (sklearn.__version__, numpy.__version__, platform.python_version()))
    for case in range(CASES):
        s, y, w = make(case)
        values = []
        for weight in (None, w):
            values += [roc_auc_score(y, s, sample_weight=weight),
                       average_precision_score(y, s, sample_weight=weight), max_f1(y, s, weight)]
        print("    {%d, %d, {%s}}," % (case, len(s), ", ".join(float(v).hex() for v in values)))


if __name__ == "__main__":
    sys.exit(main())
