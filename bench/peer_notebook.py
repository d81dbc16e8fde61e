"""The notebook's pipeline with pandas and scikit-learn. Usage: peer_notebook.py FILE WINDOWS; prints JSON.

read_csv, to_datetime, Grouper of one minute are run whole; StandardScaler and DBSCAN(eps=2.5) on WINDOWS windows spread
evenly over the file. The cost of DBSCAN over all windows follows from theirs by the sum of n^2 (it lists neighbour pairs,
and nearly every pair of a window is one), that of the scaler by the number of windows.
"""
import json
import resource
import sys
import time

import pandas as pd
import sklearn
from sklearn.cluster import DBSCAN
from sklearn.preprocessing import StandardScaler


def cpu():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def main():
    path, wanted = sys.argv[1], int(sys.argv[2])
    start, wall = cpu(), time.monotonic()
    frame = pd.read_csv(path, low_memory=False)
    frame = frame.set_index(pd.to_datetime(frame["StartTime"]))
    windows = [group for _, group in frame.groupby(pd.Grouper(freq="1min")) if len(group)]
    read = cpu() - start
    step = max(1, len(windows) // wanted)
    chosen = windows[step // 2::step][:max(wanted, 1)]
    scaling = clustering = 0.0
    noise = 0
    for group in chosen:
        start = cpu()
        x = StandardScaler().fit_transform(group[["TotBytes"]])
        scaling += cpu() - start
        start = cpu()
        noise += int((DBSCAN(eps=2.5).fit_predict(x) == -1).sum())
        clustering += cpu() - start
    squares = sum(len(g) ** 2 for g in windows)
    share = sum(len(g) ** 2 for g in chosen) / squares
    print(json.dumps({
        "read": read, "scaling": scaling, "clustering": clustering, "windows": len(windows), "chosen": len(chosen),
        "noise_in_chosen": noise, "share_of_squares": share, "measured_wall": time.monotonic() - wall,
        "whole_job": read + scaling * len(windows) / len(chosen) + clustering / share,
        "rss_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "version": f"pandas {pd.__version__} with scikit-learn {sklearn.__version__}"}))


if __name__ == "__main__":
    main()
