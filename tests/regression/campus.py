#!/usr/bin/env python3
"""How many of the attacks on a generated campus the novelty plans find: `oddflow learn` on week one, `detect` on the rest.

Usage: campus.py PROGRAM [--seeds 4,5,13] [--days 21] [--scope auto|none] [--plans host-hours,peer-days,host-services]
       campus.py PROGRAM --results [--drawn 3]   rows of campus.csv: both scopes, the seeds and as many drawn now
An alert is a host on a day. A host's day counts with its best rank over the plans, each plan's rows by their score; "at N a day"
is the threshold that spends exactly N alerts a day on the days after the first week, attacks included. Four attacks a day, of
twelve kinds from loud to quiet. Labels are read here, never by oddflow.
"""
import argparse
import collections
import csv
import datetime
import os
import random
import re
import subprocess
import sys
import tempfile

BUDGETS = (5, 10, 20)
FIRST = datetime.date(2025, 3, 3)
LABEL = "flow=From-Attack-"


def run(program, *args):
    done = subprocess.run([program, *args], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: oddflow {' '.join(args)}\n{done.stderr}")
    return done.stderr if args[0] == "learn" else done.stdout


def attacks_of(capture, since):
    """{(kind, number, day): hosts}"""
    found = {}
    with open(capture, encoding="ascii") as lines:
        for line in lines:
            at = line.rfind(LABEL)
            if at < 0:
                continue
            fields = line.split(",")
            day = fields[0][:10].replace("/", "-")
            if day >= since:
                kind, number = line[at + len(LABEL):].strip().rsplit("-", 1)
                found.setdefault((kind, number, day), set()).add(fields[3].strip())
    return found


def ranks(program, capture, baseline, plan, since):
    """Of each host and day: the rank of its best row."""
    best = {}
    out = run(program, "detect", "-q", "--baseline", baseline, "--plan", plan, "--since", since, "--all", "-o", "csv",
              "--fields", "src_ip,window,score", capture)
    for host, window, score in list(csv.reader(out.splitlines()))[1:]:
        key = (host, window[:10])
        best[key] = max(best.get(key, -1.0), float(score))
    ordered = sorted(best, key=lambda key: (-best[key], key))
    return {key: place for place, key in enumerate(ordered)}


def measure(program, seed, options, scope, folder):
    capture, baseline = os.path.join(folder, "campus.binetflow"), os.path.join(folder, "campus.odd")
    since = (FIRST + datetime.timedelta(days=7)).isoformat()
    run(program, "synth", "campus", "--seed", str(seed), "--days", str(options.days), "-q", "-w", capture)
    told = run(program, "learn", "-o", baseline, "--preset", options.plans, "--scope", scope, "--until", since, capture)
    scopes = {plan: int(n or 1) for plan, n in re.findall(r"learnt ([a-z-]+): (?:(\d+) scopes|one scope)", told)}
    by_plan = [ranks(program, capture, baseline, plan, since) for plan in options.plans.split(",")]
    keys = set().union(*by_plan)
    ordered = sorted(keys, key=lambda key: (min(r.get(key, len(keys)) for r in by_plan), key))
    attacks = attacks_of(capture, since)
    found = {}
    for budget in BUDGETS:
        alerts = set(ordered[:budget * (options.days - 7)])
        for attack, hosts in attacks.items():
            found[budget, attack] = any((host, attack[2]) in alerts for host in hosts)
    return attacks, found, scopes


def results(options):
    """Rows of campus.csv; the mean of the drawn seeds must be at most 0.05 below that of the fixed ones."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["data", "what", "metric", "value"])
    fixed = options.seeds.split(",")
    drawn = [str(random.SystemRandom().randrange(1, 1 << 31)) for _ in range(options.drawn)]
    means, failed = collections.defaultdict(list), False
    for scope in ("auto", "none"):
        kinds = collections.defaultdict(lambda: [0, 0])
        for seed in fixed + drawn:
            with tempfile.TemporaryDirectory() as folder:
                attacks, found, scopes = measure(options.program, seed, options, scope, folder)
            which = "fixed" if seed in fixed else "drawn"
            for plan, n in sorted(scopes.items()):
                out.writerow([f"campus {seed} ({which})", f"--scope {scope}", f"scopes of {plan}", n])
            for budget in BUDGETS:
                recall = sum(found[budget, a] for a in attacks) / len(attacks)
                means[which, scope, budget].append(recall)
                out.writerow([f"campus {seed} ({which})", f"--scope {scope}", f"recall at {budget} alerts a day", f"{recall:.2f}"])
            for attack in attacks:
                kinds[attack[0]][0] += found[10, attack]
                kinds[attack[0]][1] += 1
            sys.stdout.flush()
        for kind, (n, of) in sorted(kinds.items()):
            out.writerow([f"{len(fixed + drawn)} campuses", f"--scope {scope}", f"at 10 a day: {kind}", f"{n} of {of}"])
    for (which, scope, budget), values in means.items():
        mean = sum(values) / len(values)
        out.writerow([f"mean of {len(values)} {which} seeds", f"--scope {scope}", f"recall at {budget} alerts a day", f"{mean:.2f}"])
        known = means["fixed", scope, budget]
        if which == "drawn" and mean < sum(known) / len(known) - 0.05:
            failed = True
            print(f"FAILED: drawn seeds, --scope {scope}, {budget} a day: {mean:.2f}", file=sys.stderr)
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seeds", default="4,5,13")
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--scope", default="auto")
    parser.add_argument("--plans", default="host-hours,peer-days,host-services")
    parser.add_argument("--results", action="store_true")
    parser.add_argument("--drawn", type=int, default=3)
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    if options.results:
        sys.exit(results(options))
    kinds = collections.defaultdict(lambda: [0, 0])
    recall = collections.defaultdict(list)
    for seed in options.seeds.split(","):
        with tempfile.TemporaryDirectory() as folder:
            attacks, found, _ = measure(options.program, seed, options, options.scope, folder)
        for budget in BUDGETS:
            share = sum(found[budget, a] for a in attacks) / max(1, len(attacks))
            recall[budget].append(share)
        for attack in attacks:
            kinds[attack[0]][0] += found[10, attack]
            kinds[attack[0]][1] += 1
        print(f"seed {seed}: " + ", ".join(f"{recall[b][-1]:.2f} at {b} a day" for b in BUDGETS), flush=True)
    print("mean: " + ", ".join(f"{sum(recall[b]) / len(recall[b]):.2f} at {b} a day" for b in BUDGETS))
    print("at 10 a day: " + ", ".join(f"{kind} {n}/{of}" for kind, (n, of) in sorted(kinds.items())))


if __name__ == "__main__":
    main()
