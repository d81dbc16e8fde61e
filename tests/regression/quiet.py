#!/usr/bin/env python3
"""How often the detectors cry wolf, and what they find: quiet.py PROGRAM >quiet.csv   (about five minutes)

Generated traffic, five-minute windows, about 336 hosts a window. Per detector with preset hosts, by window and against the
run, and per preset as it is: in how many of 500 windows without any attack a row scores 75 or above (5 are allowed), and how
many (host, window) pairs of each planted attack do, in 300 windows with attacks of every kind from quiet to loud. The seeds are
none of those that the constants of the scores were chosen on (docs/numbers.md, "The score").
Standard library alone. Exit code 1 where a detector or preset is too loud; services is told of, not judged: in this traffic one
host has a service of its own in every window.
"""
import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

RATE, WINDOWS = 3000, 100
QUIET, ATTACKED = (101, 102, 103, 104, 105), (201, 202, 203)
KINDS = ("scan", "spam", "portscan", "bruteforce", "lateral", "exfiltration", "beacon")
LOUDNESS = (("loud", "L100"), ("medium", "L50"), ("quiet", "L10"))
DETECTORS = ("ecod", "hbos", "iforest", "knn", "knn:others", "l2", "lof", "mad", "mahalanobis", "pca", "tail", "tail:agg=top3")
PRESETS = ("hosts", "services", "scans", "spam")


def generate(program, folder, seed, attacks):
    path = os.path.join(folder, f"{attacks}{seed}.binetflow")
    subprocess.run([program, "synth", "--attacks", attacks, "--seed", str(seed), "--rate", f"{RATE}/m", "--flows",
                    str(RATE * 5 * WINDOWS), "-q", "-w", path], check=True)
    return path


def rows(program, path, preset, *options):
    """(window, host) of the odd rows, or of all."""
    out = subprocess.run([program, "detect", "--preset", preset, "--home", "147.32.0.0/16", *options, "-o", "csv", "-q",
                          "--fields", "window,src_ip", path], check=True, capture_output=True, text=True).stdout
    return [(r["window"], r["src_ip"]) for r in csv.DictReader(out.splitlines())]


def planted(path):
    """{(window, host): attacks}; the detectors never see the label."""
    found = defaultdict(set)
    with open(path, encoding="ascii") as file:
        for line in file:
            if "-Botnet-" not in line:
                continue
            cells = line.rstrip("\n").split(",")
            kind, loudness = cells[14].split("-Botnet-")[1].split("-")[:2]
            day, clock = cells[0].split(" ")
            hour, minute = clock.split(":")[:2]
            window = f"{day.replace('/', '-')}T{hour}:{int(minute) // 5 * 5:02}:00Z"
            found[window, cells[3]].add((kind, loudness))
    return found


def main():
    program = sys.argv[1]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["preset", "detector", "against", "quiet windows", "with a row >= 75", "rows of no attacker >= 75 beside attacks"] +
                    [f"{word} {kind}" for kind in KINDS for word, _ in LOUDNESS])
    loud = False
    with tempfile.TemporaryDirectory() as folder:
        quiet = [generate(program, folder, seed, "none") for seed in QUIET]
        attacked = [generate(program, folder, seed, "all") for seed in ATTACKED]
        present = [set(rows(program, path, "hosts", "--against", "window", "--detector", "l2", "--all")) for path in attacked]
        truth = [{key: kinds for key, kinds in planted(path).items() if key in there}
                 for path, there in zip(attacked, present)]
        n_windows = sum(len({w for w, _ in rows(program, path, "hosts", "--against", "window", "--detector", "l2", "--all")})
                        for path in quiet)
        jobs = [("hosts", d, against, ("--detector", d, "--against", against)) for against in ("window", "run") for d in DETECTORS]
        for preset, detector, against, options in jobs + [(name, "its own", "run", ()) for name in PRESETS]:
            alarms = sum(len({w for w, _ in rows(program, path, preset, *options)}) for path in quiet)
            found, total, others = Counter(), Counter(), 0
            for path, kinds in zip(attacked, truth):
                odd = set(rows(program, path, preset, *options))
                others += len(odd - set(kinds))
                for key, attacks in kinds.items():
                    total.update(attacks)
                    found.update(a for a in attacks if key in odd)
            loud |= alarms > n_windows / 100 and preset != "services"
            writer.writerow([preset, detector, against, n_windows, alarms, others] +
                            [f"{found[kind, short]}/{total[kind, short]}" for kind in KINDS for _, short in LOUDNESS])
            sys.stdout.flush()
    return 1 if loud else 0


if __name__ == "__main__":
    sys.exit(main())
