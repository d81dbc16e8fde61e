#!/usr/bin/env python3
"""docs/results.md from results.csv: table.py results.csv >docs/results.md"""
import csv
import sys

S6 = "scenario6-part1"
PRESETS = ("beacons", "bruteforce", "ddos", "hosts", "lateral", "scans", "services", "spam")


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(c) for c in row) + " |")
    print()


def scenario(value):
    rows = []
    for name, what in (("founding analysis (bytes of flows), 1 minute", "eval, founding analysis 1m"),
                       *((f"plain isolation forest, {w}", f"eval, plain iforest {w}") for w in ("1m", "5m", "15m")),
                       *((f"preset `{p}`, {w}", f"eval, {p} {w}") for p in ("hosts", "services", "scans", "spam") for w in ("1m", "5m", "15m")),
                       ("novelty: `hosts` learnt from 45 minutes without it", "eval, novelty by hosts 5m")):
        rows.append((name, value(S6, what, "rank by maximum"), value(S6, what, "rank by persistence"),
                     value(S6, what, "average precision over hosts in windows"),
                     f"{value(S6, what, 'of them infected')} of {value(S6, what, 'hosts told as odd')}"))
    table(("configuration", "rank by maximum", "by persistence", "AP over hosts in windows", "told as odd: infected of all"), rows)


def hunts(value):
    table(("hunt", "rank", "of"), [(w, value(S6, f"hunt, {w}", "rank"), value(S6, f"hunt, {w}", "hosts"))
                                   for w in ("home guessed", "every address is home", "sampled 1:10")])


def ctu13(value):
    rows = []
    for name in ("notebook", "plain iforest 5m", "hosts", "services", "scans", "spam", "hunt"):
        rows.append([name] + [f"{value(S6, f'eval, {name}{note}', 'CTU-13 recall')} / {value(S6, f'eval, {name}{note}', 'CTU-13 fpr')} / "
                              f"{value(S6, f'eval, {name}{note}', 'CTU-13 f1')}"
                              for note in ("", *(f", told from score {t}" for t in (30, 40, 50)))])
    for name in ("AllPositive", "AllNegative", "AllBackground"):
        rows.append([name, " / ".join(value(S6, f"eval, {name}", f"CTU-13 {m}") for m in ("recall", "fpr", "f1")), "", "", ""])
    table(("recall / FPR / F1", "as told", "from score 30", "from 40", "from 50"), rows)


def transplants(said, value):
    rows = []
    for where in dict.fromkeys(k[0] for k in said if k[0].startswith(S6 + " with ")):
        ranks = {}
        for preset in PRESETS:
            both = [value(where, preset, f"rank by {m}") for m in ("maximum", "persistence")]
            if both[0].isdigit():
                ranks[preset] = min(int(x) for x in both)
        best = min(ranks, key=lambda p: (ranks[p], p))
        rows.append((where[len(S6) + 6:], value(where, "transplant", "flows"), value(where, "hunt", "rank"),
                     f"{value(where, 'hosts', 'rank by maximum')} / {value(where, 'hosts', 'rank by persistence')}",
                     f"{ranks[best]} in `{best}`"))
    table(("moved in", "flows", "rank in hunt", "in `hosts` by maximum / persistence", "best rank by either"), rows)


def captures(said, value):
    what = "hunt of the capture"
    names = [k[0] for k in said if k[1] == what and k[2] == "hosts"]
    table(("capture", "rank of its main host in hunt", "of"),
          [(n, value(n, what, "rank of the main host"), value(n, what, "hosts")) for n in names])


def generated(said, value):
    names = list(dict.fromkeys(k[0] for k in said if k[0].startswith("synth ")))
    table(("attack", "best preset", "harmless hosts above it there", "in hunt", "told as odd by"),
          [(n[6:], value(n, "all presets", "best preset"), value(n, "best preset", "false alarms before it"),
            value(n, "hunt", "false alarms before it"), value(n, "all presets", "told as odd by")) for n in names])


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        said = {(r["data"], r["what"], r["metric"]): r["value"] for r in csv.DictReader(f)}

    def value(*key):
        return said.get(key, "-")

    print("# Quality on labelled traffic\n\nMade by `tests/regression/table.py` from `tests/regression/results.csv`, which "
          "`tests/regression/run.py` makes.\nLabels only measure: presets hold no number taken from these files. What each measure means: "
          "[evaluation](evaluation.md).\n")
    print("## The infected host of CTU-13 scenario 6, first part\n\nOne of 336 local hosts, 18 of its windows of five minutes.\n")
    scenario(value)
    hunts(value)
    print(f"The command channel (a pair of hosts and a service) stands at {value(S6, 'beacons, pairs', 'rank of the command channel')} of "
          f"{value(S6, 'beacons, pairs', 'pairs')} pairs in preset `beacons`. Pairs of IoT-23 34-1: average precision "
          f"{value('iot23-34-1', 'pairs 5m', 'average precision')}; of Zeek 001: "
          f"{value('zeek-001', 'pairs 5m', 'average precision')}.\n")
    print("CTU-13's measures, with the same score for all where it is given:\n")
    ctu13(value)
    print("## Other attacks in the same traffic\n\nThe main host of each capture takes the place of the infected one: its own flows, with its "
          "address and the time changed.\n")
    transplants(said, value)
    print("## The captures by themselves\n\nThey hold one to a few dozen hosts: little to compare with.\n")
    captures(said, value)
    print("## Generated attacks\n\nEach kind in an hour of harmless traffic (228,000 flows), loud, medium and quiet.\n")
    generated(said, value)


if __name__ == "__main__":
    main()
