#!/usr/bin/env python3
"""Quality on labelled real traffic: run.py PROGRAM DATA >results.csv

The infected host of CTU-13 scenario 6 (first part) among the local hosts: its rank by maximum and by persistence, and average
precision over (host, window), per preset and window; its rank in `oddflow hunt`. Labels (the address) only measure.
Standard library alone; the measures are those of docs/presets.md and of sklearn.metrics.average_precision_score.
"""
import csv
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from math import log

BOT = "147.32.84.165"
HOME = ["--home", "147.32.0.0/16"]
PAIRS = (("iot23-34-1", "iot23/CTU-IoT-Malware-Capture-34-1.conn.log.labeled.zst"),
         ("zeek-001", "zeek-labelled/001-zeek-scenario-malicious.conn.log.labeled.zst"))
FILE = "ctu13/scenario06-part1-100146-112959.binetflow.zst"


def average_precision(rows):
    rows = sorted(rows, key=lambda r: -r[0])
    positives = sum(y for _, y in rows)
    found, result, last, i = 0, 0.0, 0.0, 0
    while i < len(rows):
        j = i
        while j < len(rows) and rows[j][0] == rows[i][0]:
            found += rows[j][1]
            j += 1
        result += (found / positives - last) * found / j
        last, i = found / positives, j
    return result


def persistence_of(windows):
    total = defaultdict(float)
    for rows in windows.values():
        rows.sort()
        i = 0
        while i < len(rows):
            j = i
            while j < len(rows) and rows[j][0] == rows[i][0]:
                j += 1
            rank = (i + 1 + j) / 2
            for k in range(i, j):
                total[rows[k][1]] -= log((len(rows) - rank + 1) / len(rows))
            i = j
    return total


def rank(scores):
    return 1 + sum(s > scores[BOT] for s in scores.values())


def table(program, *args):
    out = subprocess.run([program, *args, "-o", "csv", "-q"], check=True, capture_output=True, text=True).stdout
    return list(csv.DictReader(out.splitlines()))


def preset(program, path, name, window):
    best = {}
    for row in table(program, "detect", "--preset", name, "--window", window, "--all", *HOME, path):
        key = row["window"], row["src_ip"]
        best[key] = max(best.get(key, -1.0), float(row["score"] or 0))
    maximum, windows = defaultdict(float), defaultdict(list)
    for (start, host), score in best.items():
        maximum[host] = max(maximum[host], score)
        windows[start].append((score, host))
    return (rank(maximum), rank(persistence_of(windows)),
            average_precision([(s, key[1] == BOT) for key, s in best.items()]), len(best))


def pair_key(row):
    return row["window"], row["src_ip"], row["dst_ip"], row["service"]


def pairs_of(program, path):
    """Preset pairs; the truth comes from a run of its own, so that no label reaches the one that is measured."""
    score = {pair_key(r): float(r["score"] or 0) for r in table(program, "detect", "--preset", "pairs", "--all", path)}
    bad = {pair_key(r): float(r["bad"]) > 0
           for r in table(program, "detect", "--by", "src_ip, dst_ip, service", "--window", "5m", "--all", "--feature",
                          "bad = count(label like '*Malicious*')", path)}
    return len(score), sum(bad.values()), average_precision([(s, bad[k]) for k, s in score.items()])


def hunt(program, path, *options):
    rows = table(program, "hunt", "-n", "1000000", *options, path)
    return 1 + [r["host"] for r in rows].index(BOT), len(rows)


def founding(program, path):
    rows = table(program, "detect", path)
    return len(rows), sum(r["SrcAddr"] == BOT for r in rows)


def sample(path, to):
    """Every tenth flow, from the second data row on."""
    program = "zstdcat" if path.endswith(".zst") else "cat"
    text = subprocess.run([program, path], check=True, capture_output=True, text=True).stdout.splitlines(True)
    with open(to, "w", encoding="utf-8") as f:
        f.writelines([text[0]] + text[1::10])


def main():
    program, data = sys.argv[1], sys.argv[2]
    path = os.path.join(data, FILE)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["data", "what", "metric", "value"])
    for name, file in PAIRS:
        rows, positive, ap = pairs_of(program, os.path.join(data, file))
        out.writerow([name, "pairs 5m", "pairs of a window", rows])
        out.writerow([name, "pairs 5m", "of them positive", positive])
        out.writerow([name, "pairs 5m", "average precision", f"{ap:.3f}"])

    def say(what, metric, value):
        out.writerow(["scenario6-part1", what, metric, value])

    flagged, of_bot = founding(program, path)
    say("founding analysis", "flows flagged", flagged)
    say("founding analysis", "of the infected host", of_bot)
    with tempfile.TemporaryDirectory() as folder:
        sampled = os.path.join(folder, "sampled.binetflow")
        sample(path, sampled)
        for name in ("hosts", "services", "scans", "spam"):
            for window, file, note in (("1m", path, ""), ("5m", path, ""), ("15m", path, ""), ("5m", sampled, " sampled 1:10")):
                by_max, by_persistence, ap, n = preset(program, file, name, window)
                what = f"{name} {window}{note}"
                say(what, "rank by maximum", by_max)
                say(what, "rank by persistence", by_persistence)
                say(what, "average precision", f"{ap:.3f}")
                say(what, "host-windows", n)
        for what, file, options in (("hunt, home guessed", path, ()), ("hunt, every address is home", path, ("--home", "0.0.0.0/0")),
                                    ("hunt, sampled 1:10", sampled, ())):
            place, n = hunt(program, file, *options)
            say(what, "rank", place)
            say(what, "hosts", n)
    pairs = table(program, "detect", "--preset", "beacons", "--all", *HOME, path)
    pairs.sort(key=lambda r: -float(r["beacon"]))
    say("beacons, pairs", "rank of the command channel",
        1 + next(i for i, r in enumerate(pairs) if r["src_ip"] == BOT and r["service"] == "tcp/5678"))
    say("beacons, pairs", "pairs", len(pairs))


if __name__ == "__main__":
    main()
