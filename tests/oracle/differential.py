#!/usr/bin/python3
"""Compares oddflow with pandas and scikit-learn on random input, live.

Three parts, each a number of random cases that depend on (seed, part, index) alone:
  scalers   odd_scale of every scaler against StandardScaler, RobustScaler and MinMaxScaler
  dbscan    odd_detect("dbscan:...") against DBSCAN(algorithm="kd_tree"), labels and scores
  windows   oddflow detect on random binetflow files against pandas.Grouper + scaler + DBSCAN

Labels must be identical. Where two points lie within 1e-9 eps of eps, rounding decides whether they are neighbours; such
matrices are counted and set aside (but for generators whose distances are exact, which are always compared), and outside
the generators of ties at most 0.1 % may be. Why kd_tree: "auto" falls back to brute force for n <= 11 or d > 15, whose
expanded square (x.x - 2 x.y + y.y) loses digits on large means.

Tolerances: location and scale to 1e-12 relative (of the greatest |x| of the column for the location); scores to 1e-9.
Scaled values to 1e-12 relative, plus what the error of the location makes of them, in units of e |x| / scale with
e = 2^-52: n for scikit-learn, which adds a column up in order and so may be off by that much; 16 for StandardScaler's
formula with the mean by math.fsum, which is exact.

Needs numpy, pandas and scikit-learn (Debian: python3-pandas python3-sklearn).
"""
import argparse
import ctypes
import math
import os
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn.cluster import DBSCAN
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

EPSILON = np.finfo(float).eps
NEAR = 1e-9


# ---- The library ------------------------------------------------------------------------------------------------


class OddError(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("line", ctypes.c_uint64), ("offset", ctypes.c_uint64),
                ("source", ctypes.c_char * 256), ("message", ctypes.c_char * 512)]


class MatrixView(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("rows", ctypes.c_size_t), ("cols", ctypes.c_size_t),
                ("stride", ctypes.c_ssize_t)]


class Library:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        view, err = ctypes.POINTER(MatrixView), ctypes.POINTER(OddError)
        self.lib.odd_scale.argtypes = [ctypes.c_char_p, view] + [ctypes.c_void_p] * 3 + [err]
        self.lib.odd_detect.argtypes = [ctypes.c_char_p, view] + [ctypes.c_void_p] * 2 + [err]

    @staticmethod
    def _view(x):
        return MatrixView(x.ctypes.data, x.shape[0], x.shape[1], x.strides[0])

    @staticmethod
    def _raise(status, err):
        if status != 0:
            raise RuntimeError(f"status {status}: {err.message.decode()}")

    def scale(self, spec, x):
        """(scaled, location, scale) of x."""
        err = OddError()
        out, location, scale = np.empty_like(x), np.empty(x.shape[1]), np.empty(x.shape[1])
        view = self._view(x)
        self._raise(self.lib.odd_scale(spec.encode(), ctypes.byref(view), out.ctypes.data, location.ctypes.data,
                                       scale.ctypes.data, ctypes.byref(err)), err)
        return out, location, scale

    def detect(self, spec, x):
        """(labels, scores) of x."""
        err = OddError()
        labels, scores = np.empty(x.shape[0], np.int32), np.empty(x.shape[0])
        view = self._view(x)
        self._raise(self.lib.odd_detect(spec.encode(), ctypes.byref(view), labels.ctypes.data, scores.ctypes.data,
                                        ctypes.byref(err)), err)
        return labels, scores


# ---- Random matrices ---------------------------------------------------------------------------------------------


def shape(rng, n_max=400, d_max=20):
    """Small matrices as often as big ones; one column as often as several."""
    n = int(rng.integers(1, 13)) if rng.random() < 0.15 else int(np.exp(rng.uniform(np.log(5), np.log(n_max))))
    d = 1 if rng.random() < 0.25 else int(rng.integers(1, d_max + 1))
    return n, d


def blobs(rng):
    n, d = shape(rng)
    centres = rng.normal(0, 5, (int(rng.integers(1, 6)), d))
    return centres[rng.integers(0, len(centres), n)] + rng.normal(0, rng.uniform(0.1, 2), (n, d))


def uniform(rng):
    n, d = shape(rng)
    return rng.uniform(-1, 1, (n, d)) * 10.0 ** rng.integers(-3, 6)


def heavy_tail(rng):
    n, d = shape(rng)
    return rng.lognormal(5, rng.uniform(0.5, 3), (n, d))


def traffic(rng):
    """Whole numbers with many duplicates and a heavy tail, as byte counts are."""
    n, d = shape(rng)
    x = np.floor(rng.lognormal(5, 2, (n, d))) + 60
    common = rng.random((n, d)) < 0.5
    x[common] = rng.choice([60.0, 66.0, 120.0, 186.0, 243.0], int(common.sum()))
    return x


def duplicates(rng):
    x = blobs(rng)
    return x[rng.integers(0, max(1, len(x) // 4), len(x))]


def huge_mean(rng):
    n, d = shape(rng)
    return rng.normal(0, 1, (n, d)) * 10.0 ** rng.integers(-1, 3) + 10.0 ** rng.uniform(6, 12)


def constant_columns(rng):
    x = blobs(rng)
    for j in range(x.shape[1]):
        if rng.random() < 0.5:
            x[:, j] = rng.choice([0.0, 7.0, 14.62, 1e9 + 0.1, -3e-12, rng.normal()])
    return x


def small_values(rng):
    return blobs(rng) * 1e-12


def mixed_units(rng):
    """Columns of very different size, as bytes, packets and seconds are."""
    x = blobs(rng)
    return x * 10.0 ** rng.integers(-6, 9, x.shape[1])


def all_equal(rng):
    n, d = shape(rng)
    return np.tile(rng.choice([0.0, 1.0, 14.62, -1e9, rng.normal()], d), (n, 1)).astype(float)


def two_values(rng):
    n, d = shape(rng)
    a, b = rng.normal(0, 3, (2, d))
    return np.where(rng.random((n, 1)) < rng.random(), a, b)


def integer_grid(rng):
    """Integers and an integer eps: squared distances are exact, ties at eps are decided alike by both."""
    n, d = shape(rng, d_max=6)
    return rng.integers(0, int(rng.integers(2, 12)), (n, d)).astype(float)


def two_decimals(rng):
    n, d = shape(rng, d_max=6)
    return np.round(rng.uniform(0, rng.choice([0.5, 2, 10]), (n, d)), 2)


# name: (maker, whether distances tie, whether they are exact)
GENERATORS = {
    "blobs": (blobs, False, False),
    "uniform": (uniform, False, False),
    "heavy_tail": (heavy_tail, False, False),
    "traffic": (traffic, True, False),
    "duplicates": (duplicates, False, False),
    "huge_mean": (huge_mean, False, False),
    "constant_columns": (constant_columns, False, False),
    "small_values": (small_values, False, False),
    "mixed_units": (mixed_units, False, False),
    "all_equal": (all_equal, True, False),
    "two_values": (two_values, True, False),
    "integer_grid": (integer_grid, True, True),
    "two_decimals": (two_decimals, True, False),
}


# ---- Oracles -------------------------------------------------------------------------------------------------------


def distances(x, rows=slice(None)):
    """Euclidean distances of x[rows] to x by direct differences, summed feature by feature."""
    total = np.zeros((len(x[rows]), len(x)))
    for j in range(x.shape[1]):
        diff = np.subtract.outer(x[rows, j], x[:, j])
        total += diff * diff
    return np.sqrt(total)


def has_near_pair(x, eps):
    for start in range(0, len(x), 500):
        block = distances(x, slice(start, start + 500))
        if (np.abs(block - eps) <= NEAR * eps).any():
            return True
    return False


def expected_dbscan(x, eps, min_samples):
    """(labels, scores) by scikit-learn and the definition of the score."""
    model = DBSCAN(eps=eps, min_samples=min_samples, algorithm="kd_tree").fit(x)
    labels, core = model.labels_, model.core_sample_indices_
    if len(core) == 0:
        return labels, np.full(len(x), np.nan)
    nearest = np.full(len(x), np.inf)
    for start in range(0, len(x), 500):
        nearest[start:start + 500] = distances(x, slice(start, start + 500))[:, core].min(axis=1)
    with np.errstate(divide="ignore"):
        scores = np.where(labels == -1, 100 - 25 * eps / nearest, 75 * nearest / eps)
    return labels, scores


def make_scaler(name):
    return {"standard": StandardScaler, "robust": RobustScaler, "robust:floor": RobustScaler, "minmax": MinMaxScaler}[name]()


def location_and_scale(name, model):
    if name == "standard":
        return model.mean_, model.scale_
    if name.startswith("robust"):
        return model.center_, model.scale_
    return model.data_min_, 1 / model.scale_


def floored(x):
    """The scale of robust:floor, from numpy's quantiles and deviation; a constant feature's is 1, as StandardScaler's."""
    low, high = np.percentile(x, [25, 75], axis=0)
    standard = StandardScaler().fit(x)
    constant = (standard.scale_ == 1) & (standard.var_ != 1)
    return np.where(constant, 1.0, np.maximum(np.maximum((high - low) / 1.349, x.std(axis=0) / 2), 1e-9))


# ---- Parts ---------------------------------------------------------------------------------------------------------


class Tally:
    def __init__(self, part, seed):
        self.part, self.seed = part, seed
        self.compared, self.failures = {}, []
        self.aside, self.aside_ties = 0, 0

    def count(self, what):
        self.compared[what] = self.compared.get(what, 0) + 1

    def fail(self, case, text):
        self.failures.append(f"{self.part} case {case} (--seed {self.seed} --only {self.part}:{case}): {text}")

    def report(self, started):
        counts = ", ".join(f"{name} {n}" for name, n in sorted(self.compared.items()))
        print(f"{self.part}: {counts}; set aside {self.aside} (and {self.aside_ties} from generators of ties); "
              f"differences {len(self.failures)}; {time.time() - started:.1f} s")
        for text in self.failures[:10]:
            print("  " + text)


def rng_of(seed, part, case):
    return np.random.default_rng([seed, sum(part.encode()), case])


def pick_generator(rng, case):
    names = list(GENERATORS)
    name = names[case % len(names)]
    make, ties, exact = GENERATORS[name]
    return name, np.ascontiguousarray(make(rng)), ties, exact


def at_the_constant_bound(x):
    """Whether StandardScaler's test for a constant column is within 1e-3 of its bound, where rounding decides."""
    n, mean, var = len(x), x.mean(axis=0), x.var(axis=0)
    bound = n * EPSILON * var + (n * mean * EPSILON) ** 2
    return ((np.abs(var - bound) <= 1e-3 * bound) & (var > 0)).any()


def near_exact(x, scaled, mean, scale):
    """Whether mean and scaled values are those of the exactly summed mean."""
    exact = np.array([math.fsum(column) / len(column) for column in x.T])
    ulp = EPSILON * np.abs(x).max(axis=0)
    want = (x - exact) / scale
    return bool((np.abs(mean - exact) <= 16 * ulp).all() and
                (np.abs(scaled - want) <= 1e-12 * np.abs(want) + 16 * ulp / scale).all())


def compare_scalers(lib, seed, cases):
    tally, started = Tally("scalers", seed), time.time()
    for case in cases:
        rng = rng_of(seed, "scalers", case)
        generator, x, ties, _ = pick_generator(rng, case)
        top = np.abs(x).max(axis=0)
        for name in ("standard", "robust", "robust:floor", "minmax", "none"):
            if name in ("standard", "robust:floor") and at_the_constant_bound(x):
                tally.aside_ties += ties
                tally.aside += not ties
                continue
            got, location, scale = lib.scale(name, x)
            tally.count(name)
            if name == "none":
                if not (np.array_equal(got, x) and (location == 0).all() and (scale == 1).all()):
                    tally.fail(case, f"{generator}: none changed the matrix")
                continue
            model = make_scaler(name)
            want = model.fit_transform(x)
            want_location, want_scale = location_and_scale(name, model)
            if name == "robust:floor":
                want_scale = floored(x)
                want = (x - want_location) / want_scale
            slack = 1e-12 * np.abs(want) + max(len(x), 4) * EPSILON * top / want_scale
            if not (np.abs(location - want_location) <= 1e-12 * top).all():
                tally.fail(case, f"{generator} {x.shape}: {name} location {location} not {want_location}")
            elif not (np.abs(scale - want_scale) <= 1e-12 * want_scale).all():
                tally.fail(case, f"{generator} {x.shape}: {name} scale {scale} not {want_scale}")
            elif not (np.abs(got - want) <= slack).all():
                tally.fail(case, f"{generator} {x.shape}: {name} values differ by {np.abs(got - want).max()}")
            elif name == "standard" and not near_exact(x, got, location, scale):
                tally.fail(case, f"{generator} {x.shape}: values or mean are not those of the exact mean")
    tally.report(started)
    return tally


def pick_parameters(rng, x, exact):
    """An eps at which something happens: a quantile of the distances, and a small min_samples."""
    min_samples = int(rng.choice([1, 2, 3, 5, 5, 5, 8, 15]))
    if exact:
        return float(rng.integers(1, 5)), min_samples
    some = distances(x[rng.integers(0, len(x), min(len(x), 60))])
    some = some[some > 0]
    if len(some) == 0 or rng.random() < 0.1:
        return float(rng.choice([0.5, 2.5])), min_samples
    return float(np.quantile(some, rng.uniform(0.01, 0.5)) * rng.uniform(0.9, 1.1)), min_samples


def scores_agree(got, want):
    return bool((np.isnan(got) == np.isnan(want)).all() and
                (np.abs(got - want)[~np.isnan(want)] <= 1e-9 * 100).all())


def compare_dbscan(lib, seed, cases):
    tally, started = Tally("dbscan", seed), time.time()
    for case in cases:
        rng = rng_of(seed, "dbscan", case)
        generator, x, ties, exact = pick_generator(rng, case)
        if not exact and rng.random() < 0.5:
            x = StandardScaler().fit_transform(x)
        eps, min_samples = pick_parameters(rng, x, exact)
        if not exact and has_near_pair(x, eps):
            tally.aside_ties += ties
            tally.aside += not ties
            continue
        labels, scores = lib.detect(f"dbscan:eps={eps!r},min_samples={min_samples}", x)
        want_labels, want_scores = expected_dbscan(x, eps, min_samples)
        tally.count("matrices")
        tally.count("with noise" if (want_labels == -1).any() else "without noise")
        if want_labels.max() > 0:
            tally.count("with several clusters")
        if not np.array_equal(labels, want_labels):
            tally.fail(case, f"{generator} {x.shape} eps {eps!r} min_samples {min_samples}: "
                             f"{(labels != want_labels).sum()} labels differ")
        elif not scores_agree(scores, want_scores):
            tally.fail(case, f"{generator} {x.shape} eps {eps!r} min_samples {min_samples}: scores differ by "
                             f"{np.nanmax(np.abs(scores - want_scores))}")
    tally.report(started)
    return tally


HEADER = "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label"


def random_file(rng, path):
    """A binetflow file of at most 2,000 rows; in order, nearly so or shuffled; some without TotBytes."""
    n = int(np.exp(rng.uniform(np.log(3), np.log(2000))))
    span = rng.choice([20, 300, 1800, 7200]) * 10**6
    base = pd.Timestamp("2011-08-10T23:50:00").value // 1000 + int(rng.integers(0, 86400 * 10**6))
    times = np.sort(rng.integers(0, span, n)) + base
    order = rng.choice(["sorted", "near", "shuffled"])
    if order == "shuffled":
        times = rng.permutation(times)
    elif order == "near":
        times = times + rng.integers(-2 * 10**6, 2 * 10**6, n)
    size = rng.choice([0.5, 1.5, 2.5])
    pkts = np.floor(rng.lognormal(1.5, size, n)) + 1
    size_of = np.floor(pkts * rng.uniform(60, 1400, n))
    dup = rng.random(n) < rng.choice([0, 0.5, 0.95])
    size_of[dup] = rng.choice([60.0, 120.0, 243.0], int(dup.sum()))
    src = np.floor(size_of * rng.random(n))
    dur = np.round(rng.lognormal(-1, 2, n), 6)
    missing = rng.random(n) < rng.choice([0, 0, 0.1])
    stamps = pd.to_datetime(times * 1000).strftime("%Y/%m/%d %H:%M:%S.%f")
    with open(path, "w", encoding="ascii") as out:
        out.write(HEADER + "\n")
        for i in range(n):
            total = "" if missing[i] else f"{size_of[i]:.0f}"
            out.write(f"{stamps[i]},{dur[i]:.6f},tcp,10.0.{i % 7}.{i % 250},{1024 + i % 60000},   ->,192.168.0.1,443,"
                      f"FSPA_FSPA,0,0,{pkts[i]:.0f},{total},{src[i]:.0f},flow=Background\n")


FEATURE_SETS = ["TotBytes", "TotBytes", "TotPkts", "TotBytes,TotPkts", "log1p(TotBytes)", "TotBytes,TotPkts,Dur,SrcBytes",
                "log1p(TotBytes),log1p(TotPkts),Dur,log1p(SrcBytes)"]


def feature_matrix(frame, features):
    columns = []
    for name in features.split(","):
        if name.startswith("log1p("):
            columns.append(np.log1p(frame[name[6:-1]].to_numpy(float)))
        else:
            columns.append(frame[name].to_numpy(float))
    return np.column_stack(columns)


def run_oddflow(program, args, path):
    done = subprocess.run([program, "detect"] + args + [path], capture_output=True, check=False, text=True,
                          env={**os.environ, "LC_ALL": "C"})
    if done.returncode != 0:
        raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def window_options(rng):
    """(options of oddflow, pandas frequency, pandas origin, features, scaler, eps, min_samples)"""
    length, freq = [("1m", "60s"), ("30s", "30s"), ("10s", "10s"), ("5m", "300s"), ("7s", "7s"), ("90s", "90s"),
                    ("11m", "660s")][int(rng.integers(0, 7))]
    divides = 86400 % int(freq[:-1]) == 0
    origin = str(rng.choice(["start_day", "auto"]))
    pandas_origin = "start_day" if origin == "start_day" or divides else "epoch"
    features = str(rng.choice(FEATURE_SETS))
    scaler = str(rng.choice(["standard", "standard", "robust", "minmax", "none"]))
    eps = float({"standard": rng.uniform(0.3, 3), "robust": rng.uniform(0.5, 10), "minmax": rng.uniform(0.01, 0.3),
                 "none": rng.uniform(0.5, 500)}[scaler])
    if scaler == "standard" and rng.random() < 0.3:
        eps = 2.5
    min_samples = int(rng.choice([2, 3, 5, 5, 10]))
    options = ["--window", length, "--origin", origin, "--features", features, "--scale", scaler, "--detector",
               f"dbscan:eps={eps!r},min_samples={min_samples}", "-j", str(rng.choice([1, 2, 4])), "--block-size",
               str(rng.choice(["4k", "64k", "256k"]))]
    return options, freq, pandas_origin, features, scaler, eps, min_samples


def check_window(got, window, x, scaler, eps, min_samples):
    """None, "aside", or what differs in one window; got = (rows of --all, line of --windows-only), x its matrix."""
    rows, line = got
    if len(rows) != len(x) or int(line["flows"]) != len(x):
        return f"window {window}: {len(rows)} rows, {line['flows']} flows, not {len(x)}"
    means = line[[c for c in line.index if c.endswith("_mean")]].to_numpy(float)
    stds = line[[c for c in line.index if c.endswith("_std")]].to_numpy(float)
    top = np.abs(x).max(axis=0)
    if not (np.abs(means - x.mean(axis=0)) <= 1e-12 * top).all():
        return f"window {window}: mean {means} not {x.mean(axis=0)}"
    # A deviation that is nothing but rounding of the values cannot be compared relatively.
    if not (np.abs(stds - x.std(axis=0)) <= 1e-12 * x.std(axis=0) + 4 * EPSILON * top).all():
        return f"window {window}: std {stds} not {x.std(axis=0)}"
    z = x if scaler == "none" else make_scaler(scaler).fit_transform(x)
    if has_near_pair(z, eps) or (scaler == "standard" and at_the_constant_bound(x)):
        return "aside"
    labels, scores = expected_dbscan(z, eps, min_samples)
    if not np.array_equal(rows["cluster"].to_numpy(int), labels):
        return f"window {window}: labels differ"
    if not scores_agree(rows["score"].to_numpy(float), np.round(scores, 12)):
        return f"window {window}: scores differ"
    if int(line["clusters"]) != labels.max() + 1 or int(line["outliers"]) != (labels == -1).sum():
        return f"window {window}: {line['clusters']} clusters, {line['outliers']} outliers"
    return None


def compare_file(program, rng, path, tally, case):
    random_file(rng, path)
    options, freq, origin, features, scaler, eps, min_samples = window_options(rng)
    with open(path + ".all", "w", encoding="ascii") as out:
        out.write(run_oddflow(program, options + ["-o", "csv", "--all"], path))
    with open(path + ".windows", "w", encoding="ascii") as out:
        out.write(run_oddflow(program, options + ["-o", "csv", "--windows-only"], path))
    got = pd.read_csv(path + ".all")
    got["window"] = pd.to_datetime(got["window"], utc=True).dt.tz_localize(None)
    lines = pd.read_csv(path + ".windows")
    lines["window_start"] = pd.to_datetime(lines["window_start"], utc=True).dt.tz_localize(None)
    frame = pd.read_csv(path)
    frame.index = pd.to_datetime(frame["StartTime"], format="%Y/%m/%d %H:%M:%S.%f")
    frame["at"] = np.arange(len(frame))
    names = [f[6:-1] if f.startswith("log1p(") else f for f in features.split(",")]
    what = f"{' '.join(options)}"
    seen = 0
    # Bins come from all rows, as in the notebook; rows without a feature are left out inside a bin.
    for window, group in frame.groupby(pd.Grouper(freq=freq, origin=origin)):
        group = group.dropna(subset=names)
        if len(group) == 0:
            continue
        seen += 1
        rows = got[got["window"] == window].set_index("row").sort_index()
        line = lines[lines["window_start"] == window]
        if len(line) != 1 or not np.array_equal(rows.index.to_numpy(), np.sort(group["at"].to_numpy())):
            tally.fail(case, f"{what}: window {window} is missing or holds other rows")
            return
        x = feature_matrix(group.sort_values("at"), features)
        result = check_window((rows, line.iloc[0]), window, x, scaler, eps, min_samples)
        if result == "aside":
            tally.aside_ties += 1
        elif result:
            tally.fail(case, f"{what}: {result}")
            return
        else:
            tally.count("windows")
    if seen != len(lines) or len(got) != frame.dropna(subset=names).shape[0]:
        tally.fail(case, f"{what}: {len(lines)} windows, {len(got)} rows; pandas has {seen}, {len(frame)}")
    tally.count("files")


def compare_windows(program, seed, cases):
    tally, started = Tally("windows", seed), time.time()
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            rng = rng_of(seed, "windows", case)
            try:
                compare_file(program, rng, os.path.join(folder, "flows.binetflow"), tally, case)
            except RuntimeError as error:
                tally.fail(case, str(error))
    tally.report(started)
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--library", required=True, help="liboddflow.so")
    parser.add_argument("--program", required=True, help="oddflow")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--matrices", type=int, default=2000, help="cases a scaler and detector")
    parser.add_argument("--windows", type=int, default=200, help="random files")
    parser.add_argument("--only", help="PART:CASE, to run one case again")
    args = parser.parse_args()
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    lib = Library(os.path.abspath(args.library))
    print(f"seed {args.seed}; scikit-learn {sklearn.__version__}, pandas {pd.__version__}, numpy {np.__version__}")

    part, _, case = (args.only or ":").partition(":")
    cases = {"scalers": range(args.matrices), "dbscan": range(args.matrices), "windows": range(args.windows)}
    if part:
        cases = {name: [int(case)] if name == part else [] for name in cases}
    # Matrices that are set aside do not count: as many more are drawn.
    tallies = [compare_scalers(lib, args.seed, cases["scalers"])]
    tally = compare_dbscan(lib, args.seed, cases["dbscan"])
    short = args.matrices - tally.compared.get("matrices", 0)
    tallies.append(tally)
    if not part and short > 0:
        print(f"dbscan: {short} more, for those set aside")
        tallies.append(compare_dbscan(lib, args.seed, range(args.matrices, args.matrices + 2 * short + 20)))
    tallies.append(compare_windows(args.program, args.seed, cases["windows"]))

    failed = sum(len(t.failures) for t in tallies)
    matrices = sum(t.compared.get("matrices", 0) for t in tallies)
    aside = sum(t.aside for t in tallies)
    allowed = max(1, matrices // 1000)
    if aside > allowed:
        print(f"FAILED: {aside} matrices outside the generators of ties were set aside, more than {allowed}")
        failed += 1
    print(f"differential: {failed} differences" if failed else "differential: no difference")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
