"""The notebook's pipeline with pandas and scikit-learn. Usage: peer_notebook.py FILE WINDOWS [COMMAND...]; prints JSON.

read_csv, to_datetime, Grouper of one minute are run whole; StandardScaler and DBSCAN(eps=2.5) on WINDOWS windows spread
evenly over the file. The cost of DBSCAN over all windows follows from theirs by the sum of n^2 (it lists neighbour pairs,
and nearly every pair of a window is one), that of the scaler by the number of windows.

COMMAND, which writes a line of figures to descriptor 3, is run after each of those windows: the job takes minutes, in which
a shared machine changes its speed, and what it is compared with has to meet the same machine.
"""
import json
import os
import resource
import subprocess
import sys
import time

import pandas as pd
import sklearn
from sklearn.cluster import DBSCAN
from sklearn.preprocessing import StandardScaler


def cpu():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def beside(command):
    """Processor seconds of the command, by the line `wall user system ...` that it writes."""
    read_end, write_end = os.pipe()
    try:
        subprocess.run(["sh", "-c", f'exec "$@" 3>&{write_end}', "sh"] + command, pass_fds=(write_end,), check=True,
                       stderr=subprocess.DEVNULL)
    finally:
        os.close(write_end)
    with os.fdopen(read_end) as line:
        return sum(map(float, line.read().split()[1:3]))


def main():
    path, wanted, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    start, wall = cpu(), time.monotonic()
    frame = pd.read_csv(path, low_memory=False)
    frame = frame.set_index(pd.to_datetime(frame["StartTime"]))
    windows = [group for _, group in frame.groupby(pd.Grouper(freq="1min")) if len(group)]
    read = cpu() - start
    step = max(1, len(windows) // wanted)
    chosen = windows[step // 2::step][:max(wanted, 1)]
    scaling = clustering = 0.0
    noise, others = 0, []
    for group in chosen:
        start = cpu()
        x = StandardScaler().fit_transform(group[["TotBytes"]])
        scaling += cpu() - start
        start = cpu()
        noise += int((DBSCAN(eps=2.5).fit_predict(x) == -1).sum())
        clustering += cpu() - start
        if command:
            others.append(beside(command))
    squares = sum(len(g) ** 2 for g in windows)
    share = sum(len(g) ** 2 for g in chosen) / squares
    print(json.dumps({
        "read": read, "scaling": scaling, "clustering": clustering, "windows": len(windows), "chosen": len(chosen),
        "noise_in_chosen": noise, "beside": others, "share_of_squares": share, "measured_wall": time.monotonic() - wall,
        "whole_job": read + scaling * len(windows) / len(chosen) + clustering / share,
        "rss_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "version": f"pandas {pd.__version__} with scikit-learn {sklearn.__version__}"}))


if __name__ == "__main__":
    main()
