#!/usr/bin/env python3
"""Compares the detectors but dbscan with PyOD, scikit-learn and slow twins on random matrices, live.

Usage: outliers.py RAW_SCORES [--matrices N] [--seed N] [--only NAME] [--quick]    RAW_SCORES: the program of raw_scores.c

Deterministic detectors: raw scores of N matrices each (default 2,000; ties, duplicates, constant columns, heavy tails,
whole numbers), to 1e-9 of each (of a millionth of the matrix's greatest, if that is more); new rows too, where the method
scores them apart from each other. What PyOD leaves undetermined is set aside and counted:
  ecod  a skewness within rounding of 0 (its sign decides); new rows: PyOD counts them among the old ones, so a single
        new row is compared with the formula in numpy instead
  hbos  ranges that numpy.histogram refuses to cut; with auto, two numbers of bins equally likely to 1e-9
  mad   a deviation of 0 (PyOD answers with the greatest double, oddflow with the standard deviation: checked as such)
  pca   eigenvalues within 1e-6 of each other or of 0; columns whose mean is 1e5 deviations and more from 0 (subtracting it
        leaves both programs fewer digits than are compared); eigenvectors whose two greatest elements are equal to 1e-9 are
        given oddflow's sign before PyOD's formula is applied
  lof   neighbours equally far at the k-th distance (which are taken depends on scikit-learn's version): these are compared
        with a slow twin that takes the lowest rows, as are all others
  mahalanobis  covariances that are singular or nearly so: rows that were fitted on are compared by the pseudo-inverse
knn:others, l2 and tail are oddflow's own: slow twins in numpy. knn is compared with scikit-learn's neighbours, and with PyOD.

iforest: 20 forests each of scikit-learn and oddflow, seeds 0 to 19, on matrices of several kinds and parameters; the means
of five statistics of the scores must lie within 3 standard errors of their difference. The seeds are fixed, so a
pair of versions always gives the same answer.

Needs numpy, scipy and scikit-learn; without them it says SKIP and exits with 77. Without pyod (PyPI: pip install pyod) the
detectors that need it are skipped aloud. --quick leaves out all but two of the forests.
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
    from scipy.spatial.distance import cdist
    from scipy.stats import skew
    from sklearn.covariance import EmpiricalCovariance
    from sklearn.ensemble import IsolationForest
    from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
except ImportError as error:
    print(f"SKIP outliers.py: {error}")
    sys.exit(77)
try:
    from pyod.models.ecod import ECOD
    from pyod.models.hbos import HBOS
    from pyod.models.knn import KNN
    from pyod.models.mad import MAD
    from pyod.models.pca import PCA
except ImportError:
    PCA = None

warnings.filterwarnings("ignore")


class Ours:
    """A running raw_scores."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, n):
        return np.frombuffer(self.process.stdout.read(8 * n), dtype=float)

    def detect(self, spec, x, new=None, entities=None):
        """(raw scores of x, raw scores of new); entities: whose row each of x and then of new is"""
        new = np.empty((0, x.shape[1])) if new is None else new
        text = spec.encode()
        job = struct.pack("=5Q", len(text), len(x), len(new), x.shape[1], entities is not None) + text
        self.process.stdin.write(job + np.ascontiguousarray(x).tobytes() + np.ascontiguousarray(new).tobytes())
        if entities is not None:
            self.process.stdin.write(np.asarray(entities, np.uint32).tobytes())
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

    def compare(self, ours, theirs, tolerance=1e-9):
        self.compared += 1
        most = max(1e-300, float(np.max(np.abs(theirs)))) if len(theirs) else 1.0
        off = float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-6 * most))) if len(theirs) else 0.0
        self.worst = max(self.worst, off)
        self.wrong += not off <= tolerance

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


# ---- Neighbours ----------------------------------------------------------------------------------------------------


def squared(rows, x):
    """Squared distances, summed feature by feature."""
    total = np.zeros((len(rows), len(x)))
    for j in range(x.shape[1]):
        difference = np.subtract.outer(rows[:, j], x[:, j])
        total += difference * difference
    return total


def reduce_by(method, distances):
    return {"largest": distances[:, -1], "mean": distances.mean(1), "median": np.median(distances, axis=1)}[method]


def compare_knn(ours, rng, tally):
    x, new = matrix(rng)
    k, method = int(rng.integers(1, min(12, len(x)))) if len(x) > 2 else 1, str(rng.choice(["largest", "mean", "median"]))
    raw, fresh = ours.detect(f"knn:n_neighbors={k},method={method}", x, new)
    near = NearestNeighbors(n_neighbors=k, algorithm="kd_tree").fit(x)
    tally.compare(raw, reduce_by(method, near.kneighbors()[0]))
    tally.compare(fresh, reduce_by(method, near.kneighbors(new)[0]))
    if PCA and len(x) > 20:
        detector = KNN(n_neighbors=k, method=method, algorithm="kd_tree").fit(x)
        tally.compare(raw, detector.decision_scores_)
        tally.compare(fresh, detector.decision_function(new))


def compare_others(ours, rng, tally):
    x, new = matrix(rng)
    n, k = len(x), int(rng.integers(1, 8))
    entity = rng.integers(0, max(2, int(n * rng.uniform(0.1, 1))), n + len(new))
    raw, fresh = ours.detect(f"knn:others,n_neighbors={k}", x, new, entity)
    d2 = squared(np.vstack([x, new]), x)
    want = np.zeros(n + len(new))
    there = np.unique(entity[:n])
    most = min(k, len(there) - 1)
    if most == 0:
        return tally.leave("one entity")
    for i, distances in enumerate(d2):
        nearest = np.sort([distances[entity[:n] == e].min() for e in there if e != entity[i]])
        want[i] = math.sqrt(nearest[min(most, len(nearest)) - 1])
    tally.compare(raw, want[:n])
    tally.compare(fresh, want[n:])


def lof_twin(x, new, k):
    """Of neighbours equally far the lowest rows; a fitted row is none of its own."""
    d2 = squared(np.vstack([x, new]), x)
    d2[np.arange(len(x)), np.arange(len(x))] = np.inf
    neighbor = np.argsort(d2, axis=1, kind="stable")[:, :k]
    distance = np.sqrt(np.take_along_axis(d2, neighbor, 1))
    kdist = distance[:len(x), -1]
    lrd = 1 / (np.maximum(distance, kdist[neighbor]).mean(1) + 1e-10)
    return (lrd[neighbor] / lrd[:, None]).mean(1), d2


def compare_lof(ours, rng, tally):
    x, new = matrix(rng)
    k = min(int(rng.choice([1, 2, 5, 20, 20, 40])), len(x) - 1)
    raw, fresh = ours.detect(f"lof:n_neighbors={k}", x, new)
    want, d2 = lof_twin(x, new, k)
    tally.compare(raw, want[:len(x)])
    tally.compare(fresh, want[len(x):])
    if k + 1 >= len(x):
        return tally.leave("all rows are neighbours: by the twin")
    if np.any(np.diff(np.sort(d2, axis=1)[:, k - 1:k + 1]) <= 1e-9 * np.sort(d2, axis=1)[:, k - 1:k]):
        return tally.leave("ties at the k-th distance: by the twin")
    tally.compare(raw, -LocalOutlierFactor(n_neighbors=k, algorithm="kd_tree").fit(x).negative_outlier_factor_)
    tally.compare(fresh, -LocalOutlierFactor(n_neighbors=k, algorithm="kd_tree", novelty=True).fit(x).score_samples(new))


# ---- Distances from the centre and tails -----------------------------------------------------------------------------


def compare_mahalanobis(ours, rng, tally):
    x, new = matrix(rng)
    raw, fresh = ours.detect("mahalanobis", x, new)
    varies = np.any(x != x[0], axis=0)
    if not varies.any():
        return tally.compare(1 + raw, np.ones(len(x)))
    x, new = x[:, varies], new[:, varies]
    sd = x.std(0)
    if np.any(np.abs(x.mean(0)) > 1e3 * sd):
        return tally.leave("mean 1e3 deviations from 0: digits lost")
    z, fresh_z = (x - x.mean(0)) / sd, (new - x.mean(0)) / sd # the distance does not change, but digits are lost without
    values = np.linalg.eigvalsh(z.T @ z / len(z))
    if values[0] > 1e-4:
        detector = EmpiricalCovariance().fit(z)
        tally.compare(raw, np.sqrt(detector.mahalanobis(z)))
        return tally.compare(fresh, np.sqrt(detector.mahalanobis(fresh_z))) if varies.all() else None
    if np.any((values > 1e-12) & (values < 1e-4)):
        return tally.leave("nearly singular")
    tally.leave("singular: by the pseudo-inverse")
    covariance = np.linalg.pinv(z.T @ z / len(z), rcond=1e-9, hermitian=True)
    tally.compare(raw, np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", z, covariance, z), 0)), 1e-6)


def compare_l2(ours, rng, tally):
    x, new = matrix(rng)
    raw, fresh = ours.detect("l2", x, new)
    tally.compare(raw, np.linalg.norm(x, axis=1))
    tally.compare(fresh, np.linalg.norm(new, axis=1))


def tail_twin(column, values):
    n, s = len(column), sorted(column)
    u = s[math.ceil(0.95 * n) - 1]
    excess = [v - u for v in s if v > u]
    mean = math.fsum(s) / n
    sd = math.sqrt(math.fsum((v - mean) ** 2 for v in s) / n) if s[0] < s[-1] else 1.0
    beta = (math.fsum(excess) + 5 * sd) / (len(excess) + 5)
    return [-math.log((len(excess) + 0.5) / (n + 1)) + (v - u) / beta if v > u else
            -math.log(sum(w >= v for w in s) / n) for v in values]


def compare_tail(ours, rng, tally):
    x, new = matrix(rng)
    agg = str(rng.choice(["max", "top3"]))
    raw, fresh = ours.detect(f"tail:agg={agg}", x, new)
    rates = -np.sort(-np.array([tail_twin(c, list(c) + list(v)) for c, v in zip(x.T, new.T)]), axis=0)
    want = rates[0] if agg == "max" else rates[:3].sum(0)
    tally.compare(raw, want[:len(x)])
    tally.compare(fresh, want[len(x):])


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


def compare_forests(ours, quick):
    good = True
    for name, x, parameters in list(forest_cases())[3:5] if quick else forest_cases():
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


DETECTORS = {"ecod": compare_ecod, "hbos": compare_hbos, "mad": compare_mad, "pca": compare_pca, "knn": compare_knn,
             "knn:others": compare_others, "l2": compare_l2, "lof": compare_lof, "mahalanobis": compare_mahalanobis,
             "tail": compare_tail}
PYOD = ("ecod", "hbos", "mad", "pca")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("--matrices", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*DETECTORS, "iforest"])
    parser.add_argument("--quick", action="store_true")
    a = parser.parse_args()
    ours, good = Ours(a.program), True
    print(f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, seed {a.seed}")
    for number, (name, compare) in enumerate(DETECTORS.items()):
        if a.only not in (None, name):
            continue
        if name in PYOD and not PCA:
            print(f"SKIP {name}: PyOD is not installed")
            continue
        tally = Tally(name)
        for i in range(a.matrices):
            compare(ours, np.random.default_rng([a.seed, number, i]), tally)
        good &= tally.report()
    if a.only in (None, "iforest"):
        good &= compare_forests(ours, a.quick)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
