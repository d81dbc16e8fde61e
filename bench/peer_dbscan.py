"""Other programs on the matrices that bench_dbscan reads. Prints JSON; processor seconds, one thread, best of RUNS.

Usage: peer_dbscan.py make FLOWS OUT ROWS COLUMNS        1: TotBytes, 4: log1p of bytes, packets, duration, source bytes;
                                                         standard-scaled; raw doubles
       peer_dbscan.py sort MATRIX ROWS RUNS              numpy.sort(a, kind="stable")
       peer_dbscan.py engine MATRIX ROWS COLUMNS EPS MIN_SAMPLES RUNS LABELS    the package dbscan
       peer_dbscan.py sklearn MATRIX ROWS COLUMNS EPS MIN_SAMPLES RUNS LABELS   scikit-learn
LABELS is the file of labels (int32) that bench_dbscan wrote; "same" says whether the partition into clusters and noise
is the same but for the numbering, "border" how many rows differ otherwise (a border point may belong to any of its
clusters in some programs).
"""
import json
import os
import resource
import sys

os.environ["PARLAY_NUM_THREADS"] = "1" # before the import of dbscan

import numpy as np # noqa: E402


def cpu():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def best(runs, job):
    times, result = [], None
    for _ in range(runs):
        start = cpu()
        result = job()
        times.append(cpu() - start)
    return min(times), times[0], result


def make(flows, out, rows, columns):
    import pandas as pd
    names = ["TotBytes"] if columns == 1 else ["TotBytes", "TotPkts", "Dur", "SrcBytes"]
    x = pd.read_csv(flows, usecols=names, nrows=rows)[names].to_numpy(float)
    if columns > 1:
        x = np.log1p(x)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    np.ascontiguousarray(x).tofile(out)
    return {"rows": len(x), "columns": x.shape[1]}


def compare(labels, path):
    """How the labels differ from those in `path` when clusters are matched by their lowest row."""
    ours = np.fromfile(path, np.int32)
    noise = int(((labels == -1) != (ours == -1)).sum())
    both = (labels >= 0) & (ours >= 0)
    match = {}
    for a, b in zip(ours[both], labels[both]):
        match.setdefault(int(a), int(b))
    mapped = np.array([match.get(int(a), -2) for a in ours[both]])
    return {"noise_differs": noise, "labels_differ": int((mapped != labels[both]).sum())}


def cluster(kind, path, rows, columns, eps, min_samples, runs, labels_path):
    x = np.fromfile(path, float).reshape(rows, columns)
    if kind == "engine":
        import importlib.metadata
        from dbscan import DBSCAN
        if columns == 1: # the engine takes 2 to 20 features
            x = np.column_stack([x, np.zeros(rows)])
        version = "dbscan " + importlib.metadata.version("dbscan")
        seconds, first, (labels, _) = best(runs, lambda: DBSCAN(x, eps=eps, min_samples=min_samples))
    else:
        import sklearn
        from sklearn.cluster import DBSCAN
        version = "scikit-learn " + sklearn.__version__
        seconds, first, labels = best(runs, lambda: DBSCAN(eps=eps, min_samples=min_samples).fit_predict(x))
    labels = np.asarray(labels)
    return {"seconds": seconds, "first_seconds": first, "clusters": int(labels.max()) + 1,
            "noise": int((labels == -1).sum()), "version": version, **compare(labels, labels_path)}


def main():
    job, args = sys.argv[1], sys.argv[2:]
    if job == "make":
        result = make(args[0], args[1], int(args[2]), int(args[3]))
    elif job == "sort":
        a = np.fromfile(args[0], float, int(args[1]))
        seconds, first, _ = best(int(args[2]), lambda: np.sort(a, kind="stable"))
        result = {"seconds": seconds, "first_seconds": first, "version": "numpy " + np.__version__}
    else:
        result = cluster(job, args[0], int(args[1]), int(args[2]), float(args[3]), int(args[4]), int(args[5]), args[6])
    print(json.dumps(result))


if __name__ == "__main__":
    main()
