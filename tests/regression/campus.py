#!/usr/bin/env python3
"""How many of the attacks on a generated campus the novelty plans find: `oddflow learn` on week one, `detect` on the rest.

Usage: campus.py PROGRAM [--seeds 4,5,13] [--days 21] [--scope auto|none] [--plans host-hours,peer-days,host-services]
       campus.py PROGRAM --results [--drawn 3]   rows of campus.csv: both scopes, the seeds and as many drawn now; then --clean
       campus.py PROGRAM --clean                 what p, budgets and days of hosts are worth on two weeks without attacks
An alert is a host on a day; an attack is found if one of its hosts is an alert on one of its days. A host's day counts with its best rank over the plans, each plan's rows by their score; "at N a day"
is the threshold that spends exactly N alerts a day on the days after the first week, attacks included. Four attacks a day, of
twelve kinds from loud to quiet. Labels are read here, never by oddflow.
"""
import argparse
import collections
import csv
import datetime
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

BUDGETS = (5, 10, 20)
FIRST = datetime.date(2025, 3, 3)
LABEL = "flow=From-Attack-"
RECALL_MUSTS = {5: 0.70, 10: 0.90, 20: 0.95}
KIND_MUSTS = {"QuietLateral": ">= 70 %"}
OUTWARD = ("GameUpload", "Exfiltration", "QuietExfiltration")  # what no row of a host alone shows: together at least 80 %
LEVELS = (1e-1, 1e-2, 1e-3)
ALL_PLANS = ("host-hours", "peer-days", "service-hours", "host-services")


def run(program, *args):
    done = subprocess.run([program, *args], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: oddflow {' '.join(args)}\n{done.stderr}")
    return done.stderr if args[0] == "learn" else done.stdout


def attacks_of(capture, since):
    """{(kind, number): {(host, day)}}"""
    found = collections.defaultdict(set)
    with open(capture, encoding="ascii") as lines:
        for line in lines:
            at = line.rfind(LABEL)
            if at < 0:
                continue
            fields = line.split(",")
            day = fields[0][:10].replace("/", "-")
            if day >= since:
                kind, number = line[at + len(LABEL):].strip().rsplit("-", 1)
                found[kind, number].add((fields[3].strip(), day))
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
        for attack, where in attacks.items():
            found[budget, attack] = bool(where & alerts)
    return attacks, found, scopes


def results(options):
    """Rows of campus.csv; the mean of the drawn seeds must be at most 0.05 below that of the fixed ones."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["data", "what", "metric", "value", "must"])
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
                out.writerow([f"campus {seed} ({which})", f"--scope {scope}", f"scopes of {plan}", n,
                              "<= 20" if scope == "auto" else ""])
            for budget in BUDGETS:
                recall = sum(found[budget, a] for a in attacks) / len(attacks)
                means[which, scope, budget].append(recall)
                out.writerow([f"campus {seed} ({which})", f"--scope {scope}", f"recall at {budget} alerts a day", f"{recall:.2f}", ""])
            for attack in attacks:
                kinds[attack[0]][0] += found[10, attack]
                kinds[attack[0]][1] += 1
            sys.stdout.flush()
        for kind, (n, of) in sorted(kinds.items()):
            out.writerow([f"{len(fixed + drawn)} campuses", f"--scope {scope}", f"at 10 a day: {kind}", f"{n} of {of}",
                          KIND_MUSTS.get(kind, "") if scope == "auto" else ""])
        n, of = (sum(kinds[kind][i] for kind in OUTWARD) for i in (0, 1))
        out.writerow([f"{len(fixed + drawn)} campuses", f"--scope {scope}", f"at 10 a day: {', '.join(OUTWARD)}", f"{n} of {of}",
                      ">= 80 %" if scope == "auto" else ""])
    for (which, scope, budget), values in means.items():
        mean = sum(values) / len(values)
        out.writerow([f"mean of {len(values)} {which} seeds", f"--scope {scope}", f"recall at {budget} alerts a day", f"{mean:.2f}",
                      f">= {RECALL_MUSTS[budget]}" if scope == "auto" else ""])
        known = means["fixed", scope, budget]
        if which == "drawn" and mean < sum(known) / len(known) - 0.05:
            failed = True
            print(f"FAILED: drawn seeds, --scope {scope}, {budget} a day: {mean:.2f}", file=sys.stderr)
    clean_results(options, out)
    return failed


# ---- Clean weeks ----

def within(hits, rows, calibrated, level):
    """Whether so many of the rows with p <= level are within the central 99 % of the beta-binomial law; None beyond 1/(n + 1)."""
    k = math.floor(level * (calibrated + 1))
    if k < 1:
        return None
    rest = calibrated + 1 - k

    def beta(a, b):
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    def at(x):
        choose = math.lgamma(rows + 1) - math.lgamma(x + 1) - math.lgamma(rows - x + 1)
        return math.exp(choose + beta(x + k, rows - x + rest) - beta(k, rest))

    below = sum(at(x) for x in range(hits))
    return below + at(hits) > 0.005 and 1 - below > 0.005


def rows_of(program, capture, baseline, plan, since):
    """{scope: [p]}"""
    out = run(program, "detect", "-q", "--baseline", baseline, "--plan", plan, "--since", since, "--all", "-o", "csv",
              "--fields", "scope,p", capture)
    rows = collections.defaultdict(list)
    for scope, p in list(csv.reader(out.splitlines()))[1:]:
        rows[scope].append(float(p))
    return rows


def spent(program, capture, baseline, since, budget):
    """Alerts a day with a budget, and how many traffic as it was learnt would give."""
    done = subprocess.run([program, "detect", "--baseline", baseline, "--since", since, "--windows-only", "--budget", f"{budget}/day",
                           "-o", "ndjson", capture], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    line = re.search(r"budget: .*, ([0-9.e+]+) a day; .* about ([0-9.e+]+) a day", done.stderr.replace(",", ", ").replace(",  ", ", "))
    return float(line[1]), float(line[2])


def clean(program, seed, options, folder):
    """Of one campus: {plan: ({level: achieved / asked}, [inside] of its scopes and levels)}, and what budgets and shares of the
    hosts' days gave."""
    capture, baseline = os.path.join(folder, "campus.binetflow"), os.path.join(folder, "campus.odd")
    since = (FIRST + datetime.timedelta(days=7)).isoformat()
    run(program, "synth", "campus", "--seed", str(seed), "--days", str(options.days), "--per-day", "0", "-q", "-w", capture)
    run(program, "learn", "-o", baseline, "--until", since, capture)
    told = [json.loads(line) for line in run(program, "baseline", "scopes", "-o", "ndjson", baseline).splitlines()]
    calibrated = {(s["plan"], s["words"]): s["calibrated"] for s in told}
    plans = {}
    for plan in ALL_PLANS:
        n, hits, inside = 0, collections.Counter(), []
        for scope, ps in rows_of(program, capture, baseline, plan, since).items():
            n += len(ps)
            for level in LEVELS:
                h = sum(p <= level * (1 + 1e-9) for p in ps)
                hits[level] += h
                inside.append(within(h, len(ps), calibrated[plan, scope], level))
        plans[plan] = {level: hits[level] / n / level for level in LEVELS}, [i for i in inside if i is not None]
    budgets = {budget: spent(program, capture, baseline, since, budget)[0] for budget in BUDGETS}
    # A threshold that gives nobody's day for normal gives how many days there are.
    days = spent(program, capture, baseline, since, 1000000)[1]
    shares = {level: spent(program, capture, baseline, since, level * days) for level in LEVELS[:2]}
    return plans, budgets, shares


def clean_results(options, out):
    """Rows of campus.csv about clean weeks."""
    ratios, insides, shares = collections.defaultdict(list), collections.defaultdict(list), collections.defaultdict(list)
    musts = {1e-1: ".8 to 1.3", 1e-2: ".8 to 1.3", 1e-3: ".5 to 2"}
    for seed in options.seeds.split(","):
        with tempfile.TemporaryDirectory() as folder:
            plans, budgets, share = clean(options.program, seed, options, folder)
        for plan, (by_level, inside) in plans.items():
            insides[plan] += inside
            for level in LEVELS:
                ratios[plan, level].append(by_level[level])
        for budget, alerts in budgets.items():
            out.writerow([f"campus {seed}, clean weeks", "--scope auto", f"alerts a day with --budget {budget}/day", f"{alerts:.1f}",
                          "7 to 18" if budget == 10 else ""])
        for level, (got, asked) in share.items():
            shares[level].append(got / asked)
        sys.stdout.flush()
    what = f"{len(options.seeds.split(','))} campuses, clean weeks"
    for (plan, level), values in ratios.items():
        out.writerow([what, "--scope auto", f"{plan}: rows with p <= {level:g} against that share", f"{sum(values) / len(values):.2f}",
                      musts[level]])
    for plan, values in insides.items():
        out.writerow([what, "--scope auto", f"{plan}: scopes and levels within 99 % of their law",
                      f"{sum(values) / len(values):.2f}", ">= 0.85"])
    for level, values in shares.items():
        out.writerow([what, "--scope auto", f"hosts' days that a share of {level:g} is asked of, against that share",
                      f"{sum(values) / len(values):.2f}", ".8 to 1.3" if level == 1e-1 else ".6 to 1.6"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seeds", default="4,5,13")
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--scope", default="auto")
    parser.add_argument("--plans", default="host-hours,peer-days,host-services")
    parser.add_argument("--results", action="store_true")
    parser.add_argument("--clean", action="store_true")
    parser.add_argument("--drawn", type=int, default=3)
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    if options.clean:
        out = csv.writer(sys.stdout, lineterminator="\n")
        clean_results(options, out)
        return
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
