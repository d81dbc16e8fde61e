#!/usr/bin/env python3
"""oddflow eval against scikit-learn: eval.py PROGRAM CAPTURE.binetflow[.zst]

What the program says of each flow and entity is taken from `oddflow detect`, what is true from the file's labels (CTU-13's), and the
measures of flows, hosts in windows and windows are made by scikit-learn. They must be those of `oddflow eval` to 1e-10.
"""
import csv
import subprocess
import sys
from collections import defaultdict

import numpy
from sklearn.metrics import average_precision_score, roc_auc_score

HOME = ["--home", "147.32.0.0/16"]


def run(program, *args):
    out = subprocess.run([program, *args, "-o", "csv", "-q"], check=True, capture_output=True, text=True).stdout
    return list(csv.DictReader(out.splitlines()))


def read(path):
    """Source, 5-minute window and class (2 bad, 1 good, 0 unknown) of every flow."""
    program = "zstdcat" if path.endswith(".zst") else "cat"
    lines = subprocess.run([program, path], check=True, capture_output=True, text=True).stdout.splitlines()
    header = lines[0].split(",")
    at = {name: header.index(name) for name in ("StartTime", "SrcAddr", "Label")}
    for line in lines[1:]:
        cells = line.split(",")
        t, label = cells[at["StartTime"]], cells[at["Label"]]
        window = f"{t[:10].replace('/', '-')}T{t[11:14]}{int(t[14:16]) // 5 * 5:02d}:00Z"
        yield cells[at["SrcAddr"]], window, 2 if "From-Botnet" in label else 1 if "From-Normal" in label else 0


def measured(program, path, *options):
    return {(r["level"], r["metric"]): float(r["value"])
            for r in run(program, "eval", "--resamples", "0", *options, path) if not r["config"].startswith("All")}


class Oracle:
    def __init__(self):
        self.worst = 0.0

    def compare(self, what, found, level, truth, score):
        truth, score = numpy.array(truth), numpy.array(score)
        known = truth > 0
        truth, score = truth[known] == 2, score[known]
        expected = {"average_precision": average_precision_score(truth, score)}
        if not truth.all():
            expected["roc_auc"] = roc_auc_score(truth, score)
        for metric, value in expected.items():
            off = abs(value - found[level, metric])
            self.worst = max(self.worst, off)
            print(f"{'ok  ' if off < 1e-10 else 'DIFF'} {what}, {level}, {metric}: {value:.12f} {found[level, metric]:.12f}")


def highest(keys, values):
    best = {}
    for key, value in zip(keys, values):
        best[key] = max(best.get(key, -1), value)
    return best


def flows(oracle, program, path, rows):
    score = [-1.0] * len(rows)
    for r in run(program, "detect", "--window", "5m", "--all", "--fields", "row,score", path):
        score[int(r["row"])] = float(r["score"] or -1)
    found = measured(program, path, "--window", "5m")
    truth = [r[2] for r in rows]
    oracle.compare("bytes of flows", found, "flow", truth, score)
    for level, key in (("host in a window", lambda r: r[:2]), ("window", lambda r: r[1])):
        keys = [key(r) for r in rows]
        s, t = highest(keys, score), highest(keys, truth)
        oracle.compare("bytes of flows", found, level, [t[k] for k in t], [s[k] for k in t])


def preset(oracle, program, path, rows, name):
    score = defaultdict(lambda: -1.0)
    for r in run(program, "detect", "--preset", name, "--all", *HOME, path):
        key = r["src_ip"], r["window"]
        score[key] = max(score[key], float(r["score"] or -1))
    truth = highest([r[:2] for r in rows], [r[2] for r in rows])
    found = measured(program, path, "--preset", name, *HOME)
    oracle.compare(f"preset {name}", found, "host in a window", [truth[k] for k in truth], [score[k] for k in truth])


def main():
    program, path = sys.argv[1], sys.argv[2]
    rows, oracle = list(read(path)), Oracle()
    flows(oracle, program, path, rows)
    for name in ("hosts", "services", "scans", "ddos"):
        preset(oracle, program, path, rows, name)
    print(f"largest difference: {oracle.worst:.2g}")
    sys.exit(1 if oracle.worst >= 1e-10 else 0)


if __name__ == "__main__":
    main()
