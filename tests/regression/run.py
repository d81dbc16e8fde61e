#!/usr/bin/env python3
"""Quality on labelled traffic: run.py PROGRAM DATA [PART...] >results.csv

Parts (all without): pairs scenario6 beat transplants captures generated. What must hold is told on standard error.

scenario6    the infected host of CTU-13 scenario 6 (first part) among the local hosts: its rank by maximum (as hunt's, p corrected for
             the windows in which a host was judged) and by persistence, average precision over (host, window), per preset and window; its rank in `oddflow hunt`
beat         the same by `oddflow eval`, CTU-13's measures, and the lines to beat: the founding analysis and a plain iforest
transplants  the main host of other captures in the place of the infected one (transplant.py)
captures     those captures by themselves
generated    each kind of attack of `oddflow synth`, loud, medium and quiet, in an hour of traffic

Labels (addresses) only measure. Standard library alone; the measures of the first two parts are those of docs/presets.md and of
sklearn.metrics.average_precision_score.
"""
import csv
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from math import ceil, exp, expm1, log, log1p

import transplant

BOT = "147.32.84.165"
HOME = ["--home", "147.32.0.0/16"]
PAIRS = (("iot23-34-1", "iot23/CTU-IoT-Malware-Capture-34-1.conn.log.labeled.zst"),
         ("zeek-001", "zeek-labelled/001-zeek-scenario-malicious.conn.log.labeled.zst"))
S6 = "scenario6-part1"
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


def corrected(score, at_once, windows):
    """-ln(1 - (1 - p)^windows), p that of a score where so many rows are judged at once (docs/numbers.md, "The score")."""
    s75 = log(100 * at_once)
    surprise = s75 * score / 75 if score < 75 else 25 * s75 / (100 - score)
    p = exp(-surprise)
    return surprise - log(windows) if p < 1e-300 else -log(-expm1(windows * log1p(-p)))


def preset(program, path, name, window):
    best = {}
    rows = table(program, "detect", "--preset", name, "--window", window, "--all", *HOME, path)
    for row in rows:
        key = row["window"], row["src_ip"]
        best[key] = max(best.get(key, -1.0), float(row["score"] or 0))
    highest, tries, windows = defaultdict(float), defaultdict(int), defaultdict(list)
    for (start, host), score in best.items():
        highest[host] = max(highest[host], score)
        tries[host] += 1
        windows[start].append((score, host))
    at_once = max(2, ceil(len(rows) / len(windows)))
    maximum = {host: corrected(score, at_once, tries[host]) for host, score in highest.items()}
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


def part_pairs(program, data, say):
    for name, file in PAIRS:
        rows, positive, ap = pairs_of(program, os.path.join(data, file))
        say(name, "pairs 5m", "pairs of a window", rows)
        say(name, "pairs 5m", "of them positive", positive)
        say(name, "pairs 5m", "average precision", f"{ap:.3f}")


def part_scenario6(program, data, say):
    path = os.path.join(data, FILE)
    flagged, of_bot = founding(program, path)
    say(S6, "founding analysis", "flows flagged", flagged)
    say(S6, "founding analysis", "of the infected host", of_bot)
    with tempfile.TemporaryDirectory() as folder:
        sampled = os.path.join(folder, "sampled.binetflow")
        sample(path, sampled)
        for name in ("hosts", "services", "scans", "spam"):
            for window, file, note in (("1m", path, ""), ("5m", path, ""), ("15m", path, ""), ("5m", sampled, " sampled 1:10")):
                by_max, by_persistence, ap, n = preset(program, file, name, window)
                what = f"{name} {window}{note}"
                say(S6, what, "rank by maximum", by_max)
                say(S6, what, "rank by persistence", by_persistence)
                say(S6, what, "average precision", f"{ap:.3f}")
                say(S6, what, "host-windows", n)
        for what, file, options in (("hunt, home guessed", path, ()), ("hunt, every address is home", path, ("--home", "0.0.0.0/0")),
                                    ("hunt, sampled 1:10", sampled, ())):
            place, n = hunt(program, file, *options)
            say(S6, what, "rank", place)
            say(S6, what, "hosts", n)
    pairs = table(program, "detect", "--preset", "beacons", "--all", *HOME, path)
    pairs.sort(key=lambda r: -float(r["beacon"]))
    say(S6, "beacons, pairs", "rank of the command channel",
        1 + next(i for i, r in enumerate(pairs) if r["src_ip"] == BOT and r["service"] == "tcp/5678"))
    say(S6, "beacons, pairs", "pairs", len(pairs))


# ---- By oddflow eval ---------------------------------------------------------------------------------------------------------


def measures(program, path, *options):
    """{(configuration, level, metric): value}"""
    rows = table(program, "eval", "--resamples", "0", *options, path)
    return {(r["config"], r["level"], r["metric"]): float(r["value"]) for r in rows}


IFOREST = ["--by", "src_ip", "--where", "in_home(src_ip)", "--against", "run", "--feature", "flows = count()", "--feature",
           "peers = distinct(dst_ip)", "--feature", "ports = distinct(dst_port)", "--feature", "bytes = sum(bytes)", "--feature",
           "failed = share(failed)", "--detector", "iforest"]


def say_eval(say, found, config, what):
    for metric in ("rank_by_maximum", "rank_by_persistence"):
        if (config, "first positive host", metric) in found:
            say(S6, what, metric.replace("_", " "), int(found[config, "first positive host", metric]))
    say(S6, what, "average precision over hosts in windows", f"{found[config, 'host in a window', 'average_precision']:.3f}")
    say(S6, what, "hosts told as odd", int(found[config, "host", "tp"] + found[config, "host", "fp"]))
    say(S6, what, "of them infected", int(found[config, "host", "tp"]))


def say_ctu13(say, found, config, what):
    for metric in ("recall", "fpr", "precision", "f1"):
        if (config, "ctu13", metric) in found:
            say(S6, what, f"CTU-13 {metric}", f"{found[config, 'ctu13', metric]:.3f}")


def novelty(program, path, say, bot):
    """Learnt from three quarters of an hour without the infected host, judged on the rest."""
    with tempfile.TemporaryDirectory() as folder:
        model, config = os.path.join(folder, "clean.odd"), os.path.join(folder, "novelty.conf")
        subprocess.run([program, "learn", "-q", "-o", model, *HOME, "--preset", "hosts", "--until", "2011-08-16T10:45:00Z", "--where",
                        f"src_ip != {BOT}", path], check=True)
        with open(config, "w", encoding="utf-8") as f:
            f.write(f"baseline = {model}\n")
        say_eval(say, measures(program, path, "--compare", config, "--since", "2011-08-16T10:45:00Z", *bot), "novelty",
                 "eval, novelty by hosts 5m")


def part_beat(program, data, say):
    path = os.path.join(data, FILE)
    bot = ["--positive", f"src_ip == {BOT}"]
    say_eval(say, measures(program, path, *bot), "detect", "eval, founding analysis 1m")
    for window in ("1m", "5m", "15m"):
        at = ["--window", window, *HOME, *bot]
        say_eval(say, measures(program, path, *IFOREST, *at), "iforest", f"eval, plain iforest {window}")
        found = measures(program, path, "--preset", "hosts,services,scans,spam", *at)
        for name in ("hosts", "services", "scans", "spam"):
            say_eval(say, found, name, f"eval, {name} {window}")
    for threshold in (None, 30, 40, 50):  # as the detectors tell, and from the same scores for all
        options = ["--threshold", str(threshold)] if threshold else []
        note = f", told from score {threshold}" if threshold else ""
        found = measures(program, path, "--preset", "notebook,hosts,services,scans,spam", "--hunt", *HOME, *options)
        for name in ("notebook", "hosts", "services", "scans", "spam", "hunt"):
            say_ctu13(say, found, name, f"eval, {name}{note}")
        found.update(measures(program, path, *IFOREST, "--window", "5m", *HOME, *options))
        say_ctu13(say, found, "iforest", f"eval, plain iforest 5m{note}")
    for name in ("AllPositive", "AllNegative", "AllBackground"):
        say_ctu13(say, found, name, f"eval, {name}")
    novelty(program, path, say, bot)


# ---- Other attacks in this traffic ------------------------------------------------------------------------------------------

HUNTED = ("beacons", "bruteforce", "ddos", "hosts", "lateral", "scans", "services", "spam")
IOT = PAIRS[0][1]


def captures_of(data):
    """name -> (file, rows of transplant.py)"""
    def argus(name, file):
        return name, (file, lambda: transplant.argus_rows(os.path.join(data, file)))

    def iot(name, part):
        return name, (None, lambda: transplant.zeek_rows(os.path.join(data, IOT), part))

    return dict((argus("test1-win-attack", "argus/test1-win-attack.binetflow.zst"),
                 argus("test4-malicious", "argus/test4-malicious.binetflow"),
                 argus("test11-portscan", "argus/test11-portscan.binetflow"),
                 argus("test5", "argus/test5.tabs.binetflow.zst"),
                 argus("test2-malicious", "argus/test2-malicious.binetflow.zst"),
                 argus("win1", "argus/2016-09-09_win1.binetflow.zst"),
                 argus("WannaCry", "argus/WannaCry.binetflow.zst"),
                 argus("synscan", "pcap/expected-argus/ndpi-synscan.pcap.binetflow.zst"),
                 iot("IoT-23 34-1 whole", None), iot("IoT-23 34-1 DDoS", "DDoS"),
                 iot("IoT-23 34-1 scan", "PartOfAHorizontalPortScan"), iot("IoT-23 34-1 C&C", "C&C"),
                 argus("control: 2013 normal", "argus/2013-10-21_normal-capture-1.binetflow.zst"),
                 iot("control: IoT-23 benign", "Benign")))


def part_transplants(program, data, say):
    lines = transplant.text(os.path.join(data, FILE))
    clean = [lines[0]] + [line for line in lines[1:] if BOT not in line]
    start = transplant.seconds(clean[1][:26]) + 10
    with tempfile.TemporaryDirectory() as folder:
        moved = os.path.join(folder, "moved.binetflow")
        for name, (_, rows) in captures_of(data).items():
            flows = transplant.transplant(rows(), BOT, clean, start, 88 * 60, moved)
            found = measures(program, moved, "--hunt", "--preset", ",".join(HUNTED), *HOME, "--positive", f"src_ip == {BOT}")
            where = f"{S6} with {name}"
            say(where, "transplant", "flows", flows)
            say(where, "hunt", "rank", int(found["hunt", "first positive host", "rank"]))
            for config in HUNTED:
                for metric in ("rank_by_maximum", "rank_by_persistence"):
                    value = found.get((config, "first positive host", metric))
                    say(where, config, metric.replace("_", " "), "not judged" if value is None else int(value))


def part_captures(program, data, say):
    """Small captures hold few hosts: the main one's place, and whether there is a reason."""
    for name, (file, rows) in captures_of(data).items():
        if not file:
            continue
        host = transplant.main_host(rows())
        hosts = table(program, "hunt", "-n", "1000000", os.path.join(data, file))
        place = [r["host"] for r in hosts].index(host) + 1 if host in [r["host"] for r in hosts] else "not judged"
        say(name, "hunt of the capture", "rank of the main host", place)
        say(name, "hunt of the capture", "hosts", len(hosts))


# ---- Attacks that oddflow synth makes ------------------------------------------------------------------------------------------

KINDS = ("beacon", "bruteforce", "exfiltration", "flood", "lateral", "portscan", "scan", "spam")


def part_generated(program, data, say):
    """How many harmless hosts stand above the attacker in the preset that sees it best, and in hunt."""
    del data
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "synth.binetflow")
        for kind in KINDS:
            for word in ("loud", "medium", "quiet"):
                subprocess.run([program, "synth", "-q", "--flows", "228k", "--rate", "3800/m", "--seed", "3", "--attacks",
                                f"{kind}:{word}", "-w", file], check=True)
                found = measures(program, file, "--hunt", "--preset", ",".join(HUNTED), *HOME, "--positive",
                                 "label like '*From-Botnet*'")
                where = f"synth {kind} {word}"
                above = {c: found.get((c, "first positive host", "rank"), 1e9) - 1 for c in HUNTED}
                best = min(HUNTED, key=lambda c: (above[c], c))
                say(where, "all presets", "best preset", best if above[best] < 1e9 - 1 else "none judges it")
                say(where, "best preset", "false alarms before it", int(above[best]))
                say(where, "hunt", "false alarms before it", int(found["hunt", "first positive host", "rank"]) - 1)
                told = [c for c in (*HUNTED, "hunt") if found.get((c, "host", "tp"), 0) > 0]
                say(where, "all presets", "told as odd by", " ".join(told) or "none")
                say(where, "hunt", "hosts falsely told as odd", int(found["hunt", "host", "fp"]))


# ---- What must hold --------------------------------------------------------------------------------------------------------------

MUSTS = ([(S6, f"hosts {w}", "average precision", ">=", x) for w, x in (("1m", 0.80), ("5m", 0.80), ("15m", 0.75))] +
         [(S6, "hosts 5m", "rank by maximum", "<=", 2), (S6, "hosts 5m", "rank by persistence", "<=", 1),
          (S6, "hosts 15m", "rank by persistence", "<=", 1), (S6, "hunt, home guessed", "rank", "<=", 1),
          (S6, "hunt, every address is home", "rank", "<=", 3), (S6, "hunt, sampled 1:10", "rank", "<=", 2),
          (S6, "beacons, pairs", "rank of the command channel", "<=", 25),
          ("iot23-34-1", "pairs 5m", "average precision", ">=", 0.85), ("zeek-001", "pairs 5m", "average precision", ">=", 0.55)] +
         [(S6, "eval, novelty by hosts 5m", "rank by maximum", "<=", 1),
          (S6, "eval, novelty by hosts 5m", "average precision over hosts in windows", ">=", 0.90)] +
         [(f"{S6} with {name}", "hosts", "rank by maximum", "<=", rank) for name, rank in
          (("IoT-23 34-1 DDoS", 5), ("IoT-23 34-1 whole", 5), ("synscan", 5), ("test1-win-attack", 5), ("test4-malicious", 5),
           ("test11-portscan", 12), ("IoT-23 34-1 scan", 12), ("IoT-23 34-1 C&C", 12))] +
         [(f"{S6} with {name}", "hunt", "rank", "<=", rank) for name, rank in
          (("IoT-23 34-1 DDoS", 5), ("IoT-23 34-1 whole", 5), ("synscan", 5), ("test1-win-attack", 5), ("test4-malicious", 5),
           ("test11-portscan", 12), ("IoT-23 34-1 scan", 12), ("IoT-23 34-1 C&C", 12))] +
         [(f"{S6} with control: 2013 normal", what, metric, ">", 3) for what, metric in
          (("hunt", "rank"), ("hosts", "rank by maximum"), ("hosts", "rank by persistence"))])


def check(said):
    """Tells what does not hold; whether all does."""
    good = True
    for data, what, metric, sign, limit in MUSTS:
        value = said.get((data, what, metric))
        if value is None:
            continue
        holds = value != "not judged" and {">=": float(value) >= limit, "<=": float(value) <= limit, ">": float(value) > limit}[sign]
        good = good and holds
        print(f"{'holds' if holds else 'DOES NOT HOLD'}: {data}, {what}, {metric}: {value}, must be {sign} {limit}",
              file=sys.stderr)
    return good


PARTS = {"pairs": part_pairs, "scenario6": part_scenario6, "beat": part_beat, "transplants": part_transplants,
         "captures": part_captures, "generated": part_generated}


def main():
    program, data = sys.argv[1], sys.argv[2]
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["data", "what", "metric", "value"])
    said = {}

    def say(*row):
        out.writerow(row)
        sys.stdout.flush()
        said[row[:3]] = row[3]

    for part in sys.argv[3:] or PARTS:
        PARTS[part](program, data, say)
    check(said)


if __name__ == "__main__":
    main()
