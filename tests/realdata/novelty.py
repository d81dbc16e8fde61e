#!/usr/bin/env python3
"""Learns from 45 minutes of a real network without its infected host, and detects on the rest: CTU-13, scenario 6, part 1.

Usage: novelty.py PROGRAM      (77, and a line that says so, without ODDFLOW_DATA)
The infected host must be the top novelty, and the average precision over host-windows at least 0.9 (0.99 is what is wanted).
"""
import csv
import glob
import io
import os
import subprocess
import sys
import tempfile

INFECTED = "147.32.84.165"
CUT = "2011-08-16 10:45"


def run(program, *args):
    done = subprocess.run([program, *args], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: oddflow {' '.join(args)}\n{done.stderr}")
    return done


def average_precision(rows):
    rows = sorted(rows, key=lambda r: -float(r["score"]))
    hits, total = 0, 0.0
    for place, row in enumerate(rows, 1):
        if row["src_ip"] == INFECTED:
            hits += 1
            total += hits / place
    return hits, total / hits, rows[0]["src_ip"]


def main():
    data = os.environ.get("ODDFLOW_DATA")
    if not data:
        print("SKIP novelty on real traffic: ODDFLOW_DATA is not set")
        return 77
    (capture,) = glob.glob(os.path.join(data, "ctu13", "scenario06-part1-*.binetflow.zst"))
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        baseline = os.path.join(folder, "hosts.odd")
        told = run(program, "learn", "-o", baseline, "--preset", "hosts", "--window", "5m", "--until", CUT,
                   "--where", f"src_ip != {INFECTED} and dst_ip != {INFECTED}", capture).stderr
        if "on 1 day" not in told:
            sys.exit("FAILED: learn does not say that it saw one day only:\n" + told)
        done = run(program, "detect", "--baseline", baseline, "--since", CUT, "--all", "-o", "csv", capture)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    hits, precision, top = average_precision(rows)
    false = sum(r["kind"] == "novelty" and r["src_ip"] != INFECTED for r in rows)
    found = sum(r["kind"] == "novelty" and r["src_ip"] == INFECTED for r in rows)
    print(f"{len(rows)} host-windows, {hits} of {INFECTED}: average precision {precision:.3f}, top {top}; "
          f"{found} called novel, {false / 0.75:.1f} false alarms an hour")
    ok = hits == 9 and precision >= 0.9 and top == INFECTED
    if not ok:
        print("FAILED: 9 windows, an average precision of 0.9 and the infected host on top are asked for")
    return 0 if ok else 1


sys.exit(main())
