#!/usr/bin/env python3
"""Compares the detectors ecod, hbos, iforest, mad and pca with PyOD and scikit-learn on random matrices, live.

Usage: outliers.py RAW_SCORES [--matrices N] [--seed N] [--only NAME]      RAW_SCORES: the program of raw_scores.c

Deterministic detectors: raw scores of N matrices each (default 2,000; ties, duplicates, constant columns, heavy tails,
whole numbers), to 1e-9 of the greatest raw score of the matrix; new rows too, where the method scores them apart from each
other. What PyOD leaves undetermined is set aside and counted:
  ecod  a skewness within rounding of 0 (its sign decides); new rows: PyOD counts them among the old ones, so a single
        new row is compared with the formula in numpy instead
  hbos  ranges that numpy.histogram refuses to cut; with auto, two numbers of bins equally likely to 1e-9
  mad   a deviation of 0 (PyOD answers with the greatest double, oddflow with the standard deviation: checked as such)
  pca   eigenvalues within 1e-6 of each other or of 0; columns whose mean is 1e5 deviations and more from 0 (subtracting it
        leaves both programs fewer digits than are compared); eigenvectors whose two greatest elements are equal to 1e-9 are
        given oddflow's sign before PyOD's formula is applied

iforest: 20 forests each of scikit-learn and oddflow, seeds 0 to 19, on matrices of several kinds and parameters; the means
of five statistics of the scores must lie within 3 standard errors of their difference. The seeds are fixed, so a
pair of versions always gives the same answer.

Needs numpy, scipy, scikit-learn and pyod; without them it says SKIP and exits with 77.
"""
import argparse
import math
import struct
import subprocess
import sys
import warnings

try:
    import numpy as np
    import sklearn
    from pyod.models.ecod import ECOD
    from pyod.models.hbos import HBOS
    from pyod.models.mad import MAD
    from pyod.models.pca import PCA
    from scipy.spatial.distance import cdist
    from scipy.stats import skew
    from sklearn.ensemble import IsolationForest
except ImportError as error:
    print(f"SKIP outliers.py: {error} (pip install pyod)")
    sys.exit(77)

warnings.filterwarnings("ignore")


class Ours:
    """A running raw_scores."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, n):
        return np.frombuffer(self.process.stdout.read(8 * n), dtype=float)

    def detect(self, spec, x, new=None):
        """(raw scores of x, raw scores of new)"""
        new = np.empty((0, x.shape[1])) if new is None else new
        text = spec.encode()
        job = struct.pack("=4Q", len(text), len(x), len(new), x.shape[1]) + text
        self.process.stdin.write(job + np.ascontiguousarray(x).tobytes() + np.ascontiguousarray(new).tobytes())
        self.process.stdin.flush()
        status, = struct.unpack("=Q", self.process.stdout.read(8))
        if status:
            raise RuntimeError(f"{spec}: status {status}")
        raw = self.read(len(x))
        self.read(len(x))
        return raw, self.read(len(new))


# ---- Random matrices ---------------------------------------------------------------------------------------------


def matrix(rng, d_max=8):
    """A matrix to fit on and new rows like it and unlike it."""
    n = int(np.exp(rng.uniform(np.log(2), np.log(400))))
    d = 1 if rng.random() < 0.2 else int(rng.integers(1, d_max + 1))
    kind = int(rng.integers(0, 7))
    x = rng.normal(0, 1, (n, d))
    if kind == 1:
        x = np.floor(x * 2)
    elif kind == 2:
        x = x[rng.integers(0, max(1, n // 4), n)]
    elif kind == 3:
        x = rng.lognormal(3, 2, (n, d))
    elif kind == 4:
        x = x * 10.0 ** rng.integers(-6, 9, d) + 10.0 ** rng.integers(-3, 6)
    elif kind == 5:
        x[:, rng.random(d) < 0.5] = rng.choice([0.0, 7.0, 14.62, -3e-12])
    elif kind == 6:
        x = np.where(rng.random((n, d)) < 0.8, 0.0, np.floor(rng.lognormal(1, 1, (n, d))))
    new = x[rng.integers(0, n, 12)] + np.where(rng.random((12, d)) < 0.5, 0, rng.normal(0, 3, (12, d)))
    return x, new


class Tally:
    def __init__(self, name):
        self.name, self.compared, self.aside, self.worst, self.wrong = name, 0, {}, 0.0, 0

    def leave(self, why):
        self.aside[why] = self.aside.get(why, 0) + 1

    def compare(self, ours, theirs):
        self.compared += 1
        scale = max(1e-300, float(np.max(np.abs(theirs)))) if len(theirs) else 1.0
        off = float(np.max(np.abs(ours - theirs))) / scale if len(theirs) else 0.0
        self.worst = max(self.worst, off)
        self.wrong += not off <= 1e-9

    def report(self):
        aside = "".join(f", {count} aside ({why})" for why, count in sorted(self.aside.items()))
        print(f"{self.name:<28}{self.compared:6} compared, worst {self.worst:.1e}, {self.wrong} wrong{aside}")
        return self.wrong == 0 and self.compared > 0


# ---- Deterministic detectors ---------------------------------------------------------------------------------------


def rarity(count, n):
    return np.where(count > 0, -np.log(np.maximum(count, 1) / n), math.log(n + 1))


def ecod_formula(x, new):
    n, total = len(x), np.zeros(len(new))
    for column, values in zip(x.T, new.T):
        left = rarity((column[:, None] <= values).sum(0), n)
        right = rarity((column[:, None] >= values).sum(0), n)
        sign = np.sign(np.nan_to_num(skew(column)))
        total += np.maximum(np.maximum(left, right), right if sign > 0 else left if sign < 0 else left + right)
    return total


def symmetric(x):
    """Skewness that rounding decides. (Columns of exactly symmetric whole numbers are among them.)"""
    s = np.nan_to_num(skew(x, axis=0))
    constant = np.all(x == x[0], axis=0)
    return bool(np.any((np.abs(s) < 1e-9) & ~constant))


def compare_ecod(ours, rng, tally):
    x, new = matrix(rng)
    if symmetric(x):
        return tally.leave("symmetric")
    raw, fresh = ours.detect("ecod", x, new)
    tally.compare(raw, ECOD().fit(x).decision_scores_)
    tally.compare(fresh, ecod_formula(x, new))


def auto_is_close(x):
    """Two numbers of bins of nearly the same likelihood."""
    n = len(x)
    for column in x.T:
        values = []
        for b in range(1, max(2, int(np.sqrt(n)))):
            h, _ = np.histogram(column, bins=b)
            values.append(float(np.sum(h * np.log(b * h / n + 1) - (b - 1 + np.log(b) ** 2.5))))
        values.sort()
        if len(values) > 1 and values[-1] - values[-2] < 1e-9 * abs(values[-1]):
            return True
    return False


def compare_hbos(ours, rng, tally):
    x, new = matrix(rng)
    bins = "auto" if rng.random() < 0.3 else int(rng.integers(2, 30)) if rng.random() < 0.5 else 10
    alpha, tol = (0.1, 0.5) if rng.random() < 0.5 else (rng.uniform(0.01, 0.9), rng.uniform(0.01, 0.9))
    try:
        detector = HBOS(n_bins=bins, alpha=alpha, tol=tol).fit(x)
    except (ValueError, AssertionError):
        return tally.leave("refused by numpy")
    if bins == "auto" and auto_is_close(x):
        return tally.leave("auto undecided")
    raw, fresh = ours.detect(f"hbos:n_bins={bins},alpha={alpha!r},tol={tol!r}".replace("np.float64(", "").replace(")", ""),
                             x, new)
    tally.compare(raw, detector.decision_scores_)
    tally.compare(fresh, detector.decision_function(new))


def compare_mad(ours, rng, tally):
    x, new = matrix(rng, 1)
    raw, fresh = ours.detect("mad", x, new)
    median = np.median(x)
    if np.median(np.abs(x - median)) > 0:
        detector = MAD().fit(x)
        tally.compare(raw, detector.decision_scores_)
        return tally.compare(fresh, detector.decision_function(new))
    tally.leave("deviation 0: by the standard deviation")
    if np.std(x) > 0:
        tally.compare(raw, np.abs(x[:, 0] - median) / np.std(x))


def our_sign(v):
    size = np.abs(v)
    return v * np.sign(v[int(np.argmax(size >= size.max() * (1 - 1e-9)))])


def compare_pca(ours, rng, tally):
    x, new = matrix(rng)
    weighted, standard, few = rng.random() < 0.7, rng.random() < 0.7, rng.random() < 0.3
    most = min(x.shape)
    components = int(rng.integers(1, most + 1)) if few else None
    chosen = int(rng.integers(1, (components or most) + 1)) if rng.random() < 0.3 else None
    try:
        detector = PCA(n_components=components, n_selected_components=chosen, weighted=weighted,
                       standardization=standard).fit(x)
    except ValueError:
        return tally.leave("refused by scikit-learn")
    if np.max(np.abs(x.mean(0)) - 1e5 * x.std(0)) > 0:
        return tally.leave("mean 1e5 deviations from 0: digits lost")
    every = PCA(standardization=standard).fit(x).detector_
    ratio = every.explained_variance_ratio_
    if not np.all(np.isfinite(ratio)) or ratio[-1] < 1e-6:
        return tally.leave("eigenvalue 0")
    if len(ratio) > 1 and np.min(-np.diff(ratio)) < 1e-6:
        return tally.leave("equal eigenvalues")
    spec = f"pca:n_components={components or 0},n_selected_components={chosen or 0}," \
           f"weighted={'yes' if weighted else 'no'},standardization={'yes' if standard else 'no'}"
    raw, fresh = ours.detect(spec, x, new)
    vectors = np.array([our_sign(v) for v in detector.selected_components_])

    def formula(rows):
        rows = detector.scaler_.transform(rows) if standard else rows
        return np.sum(cdist(rows, vectors) / detector.selected_w_components_, axis=1)

    if np.array_equal(vectors, detector.selected_components_):
        tally.compare(raw, detector.decision_scores_)
    else:
        tally.leave("sign undetermined: by formula")
        tally.compare(raw, formula(x))
    tally.compare(fresh, formula(new))


# ---- Isolation forest ------------------------------------------------------------------------------------------------


def statistics(score):
    s = np.sort(score)
    return [s.mean(), s.std(), s[-1], s[int(0.95 * (len(s) - 1))], s[0]]


def forest_cases():
    rng = np.random.default_rng(7)
    blob = rng.normal(0, 1, (2000, 4))
    blob[:5] += 6
    counts = np.floor(rng.lognormal(2, 2, (1500, 5)))
    mixed = np.column_stack([blob[:, 0], np.zeros(2000), np.floor(blob[:, 1] * 2)])
    yield "blob and 5 far rows", blob, {}
    yield "counts, heavy tail", counts, {}
    yield "a constant, a grid", mixed, {}
    yield "one feature", rng.normal(0, 1, (600, 1)), {}
    yield "fewer rows than 256", blob[:100], {}
    yield "duplicates", blob[rng.integers(0, 40, 800)], {}
    yield "50 trees of 64 rows", blob, {"n_estimators": 50, "max_samples": 64}
    yield "share of rows", counts, {"max_samples": 0.1}
    yield "2 of 4 features", blob, {"max_features": 2}
    yield "half of 5 features", counts, {"max_features": 0.5}
    yield "all equal", np.ones((300, 2)), {}


def compare_forests(ours):
    good = True
    for name, x, parameters in forest_cases():
        x = x.astype(np.float32).astype(float)
        spec = "".join(f",{k}={v}" for k, v in parameters.items())
        theirs = [statistics(-IsolationForest(random_state=seed, **parameters).fit(x).score_samples(x))
                  for seed in range(20)]
        mine = [statistics(ours.detect(f"iforest:seed={seed}{spec}", x)[0]) for seed in range(20)]
        theirs, mine = np.array(theirs), np.array(mine)
        error = np.sqrt(theirs.var(0, ddof=1) / 20 + mine.var(0, ddof=1) / 20)
        off = np.abs(theirs.mean(0) - mine.mean(0)) / np.maximum(error, 1e-12)
        good &= bool(np.all(off <= 3))
        print(f"iforest {name:<24} mean {mine.mean(0)[0]:.4f} ({theirs.mean(0)[0]:.4f}); differences in standard "
              f"errors: mean, deviation, greatest, 95 %, least {np.round(off, 1)}{'' if np.all(off <= 3) else '  WRONG'}")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--matrices", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["ecod", "hbos", "mad", "pca", "iforest"])
    a = parser.parse_args()
    ours, good = Ours(a.program), True
    print(f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, seed {a.seed}")
    for number, (name, compare) in enumerate([("ecod", compare_ecod), ("hbos", compare_hbos), ("mad", compare_mad),
                                              ("pca", compare_pca)]):
        if a.only not in (None, name):
            continue
        tally = Tally(name)
        for i in range(a.matrices):
            compare(ours, np.random.default_rng([a.seed, number, i]), tally)
        good &= tally.report()
    if a.only in (None, "iforest"):
        good &= compare_forests(ours)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
