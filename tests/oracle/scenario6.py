#!/usr/bin/python3
"""Real CTU-13 scenario 6: every window as pandas and scikit-learn report it, by every road the same bytes.

Usage: scenario6.py PROGRAM    environment: ODDFLOW_DATA, the folder that holds ctu13/; without it the test is skipped
(exit 77). The expected table was made with pandas and scikit-learn 1.2.1: flows, clusters, outliers, mean and population
deviation of TotBytes and the outlier rows of each of 89 one-minute windows.
"""
import csv
import glob
import hashlib
import io
import os
import subprocess
import sys
import tempfile

TOLERANCE = 1e-12


def run(program, args, stdin=None):
    with (open(stdin, "rb") if stdin else open(os.devnull, "rb")) as source:
        done = subprocess.run([program, "detect"] + args, stdin=source, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"oddflow detect {' '.join(args)}: exit {done.returncode}: {done.stderr.decode()[-500:]}")
    return done.stdout


def roads(packed, plain):
    """(what, arguments, file on stdin) of every way in."""
    yield "zst, 1 thread", ["-j", "1", packed], None
    yield "zst, 2 threads", ["-j", "2", packed], None
    yield "zst on stdin", ["-"], packed
    yield "unpacked, 1 thread", ["-j", "1", plain], None
    yield "unpacked, 2 threads", ["-j", "2", plain], None
    yield "unpacked on stdin, 1 thread", ["-j", "1", "-"], plain
    yield "unpacked on stdin, 2 threads", ["-j", "2", "-"], plain
    yield "blocks of 64 KiB, 1 thread", ["-j", "1", "--block-size", "64k", plain], None
    yield "blocks of 64 KiB, 2 threads", ["-j", "2", "--block-size", "64k", plain], None
    yield "blocks of 64 KiB, zst", ["-j", "2", "--block-size", "64k", packed], None
    yield "no vector instructions", ["-j", "2", "--portable", plain], None
    yield "windows closed at once", ["-j", "2", "--hold", "0", plain], None


def same_by_every_road(program, packed, plain):
    """The outputs (-o csv, -o csv --windows-only); exits if two roads differ by a byte."""
    outputs = []
    for options in (["-o", "csv"], ["-o", "csv", "--windows-only"]):
        first = None
        for what, args, stdin in roads(packed, plain):
            out = run(program, options + args, stdin)
            if first is None:
                first = out
                print(f"{' '.join(options)}: {len(out)} bytes, sha256 {hashlib.sha256(out).hexdigest()[:16]}")
            elif out != first:
                sys.exit(f"{' '.join(options)}: {what} differs from the first road")
        outputs.append(first.decode())
    return outputs


def close(a, b):
    return abs(a - b) <= TOLERANCE * abs(b)


def compare(expected, windows, rows):
    """What differs between the expected table and the two outputs; a list of sentences."""
    wrong = []
    if len(expected) != len(windows):
        wrong.append(f"{len(windows)} windows, expected {len(expected)}")
    outliers = {}
    for row in rows:
        outliers.setdefault(row["window"][:19].replace("T", " "), []).append(int(row["row"]))
    for want, got in zip(expected, windows):
        start = want["window_start"]
        if got["window_start"][:19].replace("T", " ") != start:
            wrong.append(f"window {got['window_start']} where {start} was expected")
            continue
        for ours, theirs in (("flows", "n_netflows"), ("clusters", "n_clusters"), ("outliers", "n_outliers")):
            if int(got[ours]) != int(want[theirs]):
                wrong.append(f"{start}: {got[ours]} {ours}, expected {want[theirs]}")
        for ours, theirs in (("bytes_mean", "mean_totbytes"), ("bytes_std", "std_totbytes")):
            if not close(float(got[ours]), float(want[theirs])):
                wrong.append(f"{start}: {ours} {got[ours]}, expected {want[theirs]}")
        rows_wanted = [int(r) for r in want["outlier_rows"].split()]
        if sorted(outliers.get(start, [])) != rows_wanted:
            wrong.append(f"{start}: outlier rows {outliers.get(start)}, expected {rows_wanted}")
    if sum(map(len, outliers.values())) != sum(int(w["n_outliers"]) for w in expected):
        wrong.append("outliers outside the expected windows")
    return wrong


def main():
    program = sys.argv[1]
    data = os.environ.get("ODDFLOW_DATA")
    if not data:
        print("SKIP scenario 6: ODDFLOW_DATA is not set")
        return 77
    packed = glob.glob(os.path.join(data, "ctu13", "scenario06-part1-*.binetflow.zst"))
    if not packed:
        print("SKIP scenario 6: ODDFLOW_DATA has no ctu13/scenario06-part1-*.binetflow.zst")
        return 77
    with open(os.path.join(data, "ctu13", "scenario06-part1-expected-dbscan.csv"), encoding="ascii") as file:
        expected = list(csv.DictReader(file))
    with tempfile.TemporaryDirectory() as folder:
        plain = os.path.join(folder, "scenario06.binetflow")
        subprocess.run(["zstd", "-dqf", packed[0], "-o", plain], check=True)
        found, windows = same_by_every_road(program, packed[0], plain)
    wrong = compare(expected, list(csv.DictReader(io.StringIO(windows))), list(csv.DictReader(io.StringIO(found))))
    for sentence in wrong[:20]:
        print(sentence)
    print(f"scenario 6: {len(expected)} windows, {len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
