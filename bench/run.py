#!/usr/bin/python3
"""Measures every row of the table of speed and memory and writes bench/results.csv and bench/results.md.

Every figure is a ratio within one run on one machine: the page cache is warm, one thread unless said, output goes to a
file, runs of the two sides alternate, the median is taken. Processor time (user + system) is what is compared where the
table does not say wall. The peers are timed from within, without the start of Python.

Usage (by bench/run.sh): run.py --build FOLDER --work FOLDER --peers PYTHON [--quick] [--only WORD]
"""
import argparse
import csv
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys

FLOWS = 2824636
HERE = os.path.dirname(os.path.abspath(__file__))


def three(value):
    """Three significant digits, in plain figures: 0.912, 13.1, 2,180."""
    return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


class Bench:
    def __init__(self, args):
        self.program = os.path.join(args.build, "oddflow")
        self.measure = os.path.join(args.build, "bench_measure")
        self.build, self.work, self.peers, self.quick = args.build, args.work, args.peers, args.quick
        self.runs = 3 if args.quick else 7
        self.flows = FLOWS // 10 if args.quick else FLOWS
        self.rows = []
        self.versions = {}
        self.detail = {}

    # ---- Running ----

    def cost(self, command):
        """{wall, cpu, rss_mib} of a program; fails loudly."""
        read_end, write_end = os.pipe()
        done = subprocess.run([self.measure, str(write_end)] + command, pass_fds=(write_end,), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        os.close(write_end)
        with os.fdopen(read_end) as line:
            figures = line.read().split()
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode()[-300:]}")
        wall, user, system, rss = map(float, figures)
        return {"wall": wall, "cpu": user + system, "rss_mib": rss / 1024, "text": done.stderr.decode()}

    def oddflow(self, *args):
        return self.cost([self.program] + list(args))

    def peer(self, script, *args, python=None):
        """JSON of a peer, or None where it cannot be had."""
        done = subprocess.run([python or self.peers, os.path.join(HERE, script)] + [str(a) for a in args], capture_output=True,
                              check=False, text=True)
        if done.returncode != 0:
            self.say(f"  peer {script} {args[0]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
            return None
        result = json.loads(done.stdout.splitlines()[-1])
        if "version" in result:
            self.versions[result["version"]] = True
        if "user" in result:
            result["cpu"] = result["user"] + result["system"]
        return result

    def alternate(self, *jobs):
        """Runs the jobs in turn, self.runs times; the list of results of each."""
        results = [[] for _ in jobs]
        for _ in range(self.runs):
            for i, job in enumerate(jobs):
                results[i].append(job())
        return results

    @staticmethod
    def say(text):
        print(text, flush=True)

    # ---- Table ----

    def row(self, job, must, ambition, measured, verdict, text, figures=""):
        """One row of the table; verdict by comparing `measured` with `must` and `ambition` is the caller's."""
        self.rows.append({"job": job, "must": must, "ambition": ambition,
                          "measured": "" if measured is None else f"{measured:.4g}", "text": text, "verdict": verdict,
                          "figures": figures})
        self.say(f"  {job}: {text}  [{verdict}]")

    def at_least(self, job, must, ambition, value, unit, figures=""):
        if value is None:
            self.row(job, f">= {must:g}{unit}", f">= {ambition:g}{unit}" if ambition else "-", None, "no peer",
                     "the peer cannot be had here", figures)
            return
        verdict = "ambition" if ambition and value >= ambition else "met" if value >= must else "MISSED"
        self.row(job, f">= {must:g}{unit}", f">= {ambition:g}{unit}" if ambition else "-", value, verdict,
                 three(value) + unit, figures)

    def at_most(self, job, must, ambition, value, unit, figures=""):
        verdict = "ambition" if ambition and value <= ambition else "met" if value <= must else "MISSED"
        self.row(job, f"<= {must:g}{unit}", f"<= {ambition:g}{unit}" if ambition else "-", value, verdict,
                 three(value) + unit, figures)


def median(results, key):
    return statistics.median(r[key] for r in results)


def ratio(theirs, ours, key):
    """The median of the ratios of runs that stood beside each other: the speed of a shared machine drifts."""
    return statistics.median(a[key] / b[key] for a, b in zip(theirs, ours))


def generate(b, flows, name):
    path = os.path.join(b.work, name)
    made = b.oddflow("synth", "--flows", str(flows), "--seed", "1", "-w", path)
    size = os.path.getsize(path)
    b.say(f"generated {flows} flows, {size} bytes, {flows / made['wall'] / 1e6:.1f} M flows/s")
    b.detail[f"synth_{flows}"] = made["wall"]
    subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)
    return path


def times_faster(notebook):
    """Its whole job against the mean of ours: both are sums over the same minutes of the machine."""
    return notebook["whole_job"] / statistics.fmean(notebook["beside"])


def notebook_figures(notebook):
    return (f"oddflow {statistics.fmean(notebook['beside']):.3f} s in the mean, run after each window; notebook "
            f"{notebook['whole_job']:.0f} s extrapolated from {notebook['chosen']} of {notebook['windows']} windows by the sum of n^2")


def founding(b, path):
    """The founding analysis against DuckDB and the notebook, its threads and its memory."""
    out = os.path.join(b.work, "out")

    def detect(*args):
        return b.oddflow("detect", *args, "-o", "csv", "-w", out, path)

    b.say("founding analysis")
    detect("-j", "1")
    duckdb = b.peer("peer_duckdb.py", "zscore", path, out + ".duckdb")
    jobs = [lambda: detect("-j", "1"), lambda: detect("-j", "2")]
    if duckdb:
        jobs.append(lambda: b.peer("peer_duckdb.py", "zscore", path, out + ".duckdb"))
    ours, ours2, *theirs = b.alternate(*jobs)
    cpu, wall, wall2 = median(ours, "cpu"), median(ours, "wall"), median(ours2, "wall")
    b.detail["founding_cpu"] = cpu
    odd = sum(1 for _ in open(out, "rb")) - 1
    b.say(f"  {cpu:.3f} s of processor time, {wall:.3f} s; {odd} odd flows")
    b.at_least("founding analysis, -j1, against DuckDB's windowed z-score (processor time)", 4, None,
               ratio(theirs[0], ours, "cpu") if theirs else None, "x",
               f"oddflow {cpu:.3f} s, DuckDB {median(theirs[0], 'cpu'):.3f} s" if theirs else "")
    beside = [b.measure, "3", b.program, "detect", "-j", "1", "-o", "csv", "-w", out, path]
    notebook = b.peer("peer_notebook.py", path, 3 if b.quick else 19, *beside, python="/usr/bin/python3")
    b.at_least("founding analysis, -j1, against the notebook's pipeline with the pandas and scikit-learn of Debian 12 "
               "(processor time)", 2000, None, times_faster(notebook) if notebook else None, "x",
               notebook_figures(notebook) if notebook else "")
    newest = b.peer("peer_notebook.py", path, 3 if b.quick else 19, *beside)
    if newest:
        b.row("the same with the newest pandas and scikit-learn", "-", "-", None, "reported",
              three(times_faster(newest)) + "x", notebook_figures(newest))
    b.at_most("founding analysis, -j1, seconds (the C probe R needed 0.16 to 0.20 on another machine)", float("inf"), 0.2,
              cpu, " s")
    b.at_least("founding analysis, -j2 against -j1 (wall)", 1.7, 1.9, ratio(ours, ours2, "wall"), "x",
               f"-j1 {wall:.3f} s, -j2 {wall2:.3f} s")
    rss = max(median(ours, "rss_mib"), median(ours2, "rss_mib"))
    b.at_most("peak memory, 1-minute windows", 64, 24, rss, " MiB",
              f"-j1 {median(ours, 'rss_mib'):.1f} MiB, -j2 {median(ours2, 'rss_mib'):.1f} MiB")
    return cpu, median(ours, "rss_mib")


def wide_windows(b, path):
    out = os.path.join(b.work, "out")
    b.say("wide windows")
    results = b.alternate(
        *[lambda o=options: b.oddflow("detect", "-j", "1", *o, "-o", "csv", "-w", out, path)
          for options in ([], ["--window", "10m"], ["--no-window"])])
    one, ten, whole = (median(r, "cpu") for r in results)
    b.at_most("10-minute windows against 1-minute windows (processor time)", 2, 1.3, ten / one, "x",
              f"{one:.3f} s, {ten:.3f} s")
    b.at_most("the whole file as one window against 1-minute windows (processor time)", 2, 1.3, whole / one, "x",
              f"{one:.3f} s, {whole:.3f} s")
    b.at_most("the whole file as one window, peak memory", 512, None, median(results[2], "rss_mib"), " MiB")


def typed(b, path):
    out = os.path.join(b.work, "out")
    b.say("every field")
    jobs = [lambda: b.oddflow("check", "-j", "1", path),
            lambda: b.oddflow("detect", "-j", "1", "--all", "-o", "csv", "-w", out, path)]
    if b.peer("peer_duckdb.py", "load", path, out):
        jobs.append(lambda: b.peer("peer_duckdb.py", "load", path, out))
    check, every, *load = b.alternate(*jobs)
    theirs = median(load[0], "cpu") if load else None
    b.at_least("every field typed and checked against DuckDB's load of all 15 columns (processor time)", 6, 12,
               theirs / median(check, "cpu") if load else None, "x",
               f"oddflow check {median(check, 'cpu'):.3f} s, DuckDB {theirs:.3f} s" if load else "")
    b.at_least("all rows written back with labels against that load (processor time)", 4, 8,
               theirs / median(every, "cpu") if load else None, "x",
               f"oddflow detect --all -o csv {median(every, 'cpu'):.3f} s, DuckDB {theirs:.3f} s" if load else "")
    if os.path.exists(out):
        os.unlink(out)


AGGREGATES = [
    "n=count()", "b=sum(bytes)", "p=sum(pkts)", "s=sum(src_bytes)", "peers=distinct(dst_ip)", "ports=distinct(dst_port)",
    "mean_b=mean(bytes)", "max_b=max(bytes)", "min_b=min(bytes)", "std_b=std(bytes)", "mean_d=mean(duration)",
    "refused=share(state like 'S_*')"]


def hosts(b, path):
    """Twelve aggregates of each source in each five minutes, judged too, against the aggregates alone; the hunt."""
    b.say("hosts")
    out = os.path.join(b.work, "out")
    features = [word for text in AGGREGATES for word in ("--feature", text)]

    def by(*args):
        return b.oddflow("detect", "-j", "1", "--window", "5m", "--by", "src_ip", *features, *args, "-o", "csv", "-w", out, path)

    runs, b.runs = b.runs, 3
    jobs = [by, lambda: by("--all"), lambda: b.oddflow("hunt", "-j", "1", "-o", "csv", "-w", out, path)]
    if b.peer("peer_duckdb.py", "group", path, out + ".duckdb"):
        jobs += [lambda: b.peer("peer_duckdb.py", "group", path, out + ".duckdb"),
                 lambda: b.peer("peer_duckdb.py", "group_csv", path, out + ".duckdb")]
    ours, written, hunt, *theirs = b.alternate(*jobs)
    b.runs = runs
    cpu, all_cpu, hunt_cpu = (median(r, "cpu") for r in (ours, written, hunt))
    group, group_csv = (median(r, "cpu") for r in theirs) if theirs else (None, None)
    b.at_least("--by src_ip, 12 aggregates, 5-minute windows, clustered, the odd hosts written, against DuckDB's GROUP BY "
               "(processor time)", 4, 8, ratio(theirs[0], ours, "cpu") if group else None, "x",
               f"oddflow {cpu:.3f} s, DuckDB {group:.3f} s, into a table in memory" if group else "")
    if group:
        b.row("the same with every host of every window written as CSV on both sides", "-", "-", None, "reported",
              f"{ratio(theirs[1], written, 'cpu'):.3g}x", f"oddflow {all_cpu:.3f} s, DuckDB {group_csv:.3f} s")
    b.at_most("oddflow hunt, its default presets, against that --by src_ip (processor time)", 8, 4, ratio(hunt, ours, "cpu"), "x",
              f"{hunt_cpu:.3f} s, {cpu:.3f} s")
    filtering(b, path)


PLANS = ("host-hours", "peer-days", "service-hours", "host-services")


def novelty(b, path):
    """Learning four plans, and judging by what was learnt, against the same plans without a baseline; the baseline itself."""
    b.say("novelty")
    out, base = os.path.join(b.work, "out"), os.path.join(b.work, "base.odd")
    quiet = ["-q", "-j", "1"]

    def plain(*args):
        return b.oddflow("detect", *quiet, "--preset", ",".join(PLANS), "-o", "ndjson", "-w", out, *args, path)

    def novel(*args):
        return b.oddflow("detect", *quiet, "--baseline", base, "-o", "ndjson", "-w", out, *args, path)

    runs, b.runs = b.runs, 3
    learn, detect, judge, load = b.alternate(lambda: b.oddflow("learn", *quiet, "-o", base, path), plain, novel,
                                             lambda: b.oddflow("baseline", "verify", base))
    b.runs = runs
    cpu = median(detect, "cpu")
    b.at_most("oddflow learn, its four plans with their memory, against the same plans' detect (processor time)", 2, 1.5,
              median(learn, "cpu") / cpu, "x", f"{median(learn, 'cpu'):.3f} s, {cpu:.3f} s")
    b.at_most("oddflow detect --baseline, the same plans, against their plain detect (processor time)", 2, 1.5,
              median(judge, "cpu") / cpu, "x", f"{median(judge, 'cpu'):.3f} s, {cpu:.3f} s")
    b.at_most("loading that baseline: oddflow baseline verify, start of the program included", 50, 20,
              1000 * median(load, "wall"), " ms")
    b.at_most("size of that baseline", 16, None, os.path.getsize(base) / 2**20, " MiB")


def filtering(b, path):
    """What a filter of four terms costs beside reading the columns that it looks at."""
    out = os.path.join(b.work, "out")
    terms = "bytes > 100 and pkts > 1 and proto == tcp and dst_port < 1024"
    lines = subprocess.run([os.path.join(b.build, "bench_expr"), "3"], capture_output=True, check=True, text=True).stdout
    line = next(line for line in lines.splitlines() if line.endswith(terms))
    seconds = float(line.split()[0]) * 1e-9 * b.flows
    none = terms.replace("100", "1e15")
    whole = median(b.alternate(lambda: b.oddflow("flows", "-j", "1", "--where", none, "-w", out, path))[0], "cpu")
    b.at_most("a filter of 4 terms over reading its columns (processor time)", 15, 5, 100 * seconds / (whole - seconds),
              " %", f"{line.split()[0]} ns a row; {whole:.3f} s with the reading")


def ten_times(b, path):
    """Ten times the flows: the same memory, ten times the time."""
    out = os.path.join(b.work, "out")
    b.say("ten times the flows")
    big = generate(b, 10 * b.flows, "flows10.binetflow")
    try:
        runs, b.runs = b.runs, 3
        small, large = b.alternate(lambda: b.oddflow("detect", "-j", "1", "-o", "csv", "-w", out, path),
                                   lambda: b.oddflow("detect", "-j", "1", "-o", "csv", "-w", out, big))
        b.runs = runs
    finally:
        os.unlink(big)
    b.at_most("10x the flows, time (processor time)", 10.5, None, ratio(large, small, "cpu"), "x",
              f"{median(small, 'cpu'):.3f} s, {median(large, 'cpu'):.3f} s")
    b.at_most("10x the flows, peak memory", 1.05, None, median(large, "rss_mib") / median(small, "rss_mib"), "x",
              f"{median(small, 'rss_mib'):.1f} MiB, {median(large, 'rss_mib'):.1f} MiB")


def matrix(b, path, rows, columns):
    """The file of a matrix made from the first rows of the flows, or None without numpy and pandas."""
    out = os.path.join(b.work, f"matrix_{rows}_{columns}")
    return out if b.peer("peer_dbscan.py", "make", path, out, rows, columns) else None


def fit(b, path, rows, columns, eps, labels):
    done = subprocess.run([os.path.join(b.build, "bench_dbscan"), path, str(rows), str(columns), str(eps), "5", "7", labels],
                          capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def clustering(b, path):
    """DBSCAN on a matrix, labels and scores included: best of several runs of each, memory reused."""
    b.say("DBSCAN on matrices")
    labels = os.path.join(b.work, "labels")
    million = min(1000000, b.flows)
    one = matrix(b, path, million, 1)
    if not one:
        b.say("  without numpy and pandas there are no matrices")
        return
    ours = fit(b, one, million, 1, 2.5, labels)
    sort = b.peer("peer_dbscan.py", "sort", one, million, 7)
    b.at_least(f"1-D DBSCAN with labels, {million:,} points, against numpy.sort(stable)", 2, 4,
               sort["seconds"] / ours["seconds"] if sort else None, "x",
               f"oddflow {ours['seconds'] * 1e3:.2f} ms, sort {sort['seconds'] * 1e3:.1f} ms" if sort else "")
    for rows, must in ((7600, 30), (76000, 400), (million, None)):
        four = matrix(b, path, rows, 4)
        ours = fit(b, four, rows, 4, 0.5, labels)
        if must and not (b.quick and rows > 10000):
            slow = b.peer("peer_dbscan.py", "sklearn", four, rows, 4, 0.5, 5, 3 if rows < 10000 else 1, labels)
            b.at_least(f"4-D DBSCAN, {rows:,} points, against scikit-learn", must, None,
                       slow["seconds"] / ours["seconds"] if slow else None, "x",
                       f"oddflow {ours['seconds'] * 1e3:.2f} ms, scikit-learn {slow['seconds'] * 1e3:.0f} ms; rows whose "
                       f"noise or cluster differs: {slow['noise_differs'] + slow['labels_differ']}" if slow else "")
        fast = b.peer("peer_dbscan.py", "engine", four, rows, 4, 0.5, 5, 7, labels)
        b.at_least(f"4-D DBSCAN, {rows:,} points, against the package dbscan", 1, 1.5,
                   fast["seconds"] / ours["seconds"] if fast else None, "x",
                   f"oddflow {ours['seconds'] * 1e3:.2f} ms, dbscan {fast['seconds'] * 1e3:.1f} ms; rows whose noise or "
                   f"cluster differs: {fast['noise_differs'] + fast['labels_differ']}" if fast else "")


def outliers(b, path):
    """Other detectors on a matrix of four features, scores included: ours best of three runs, memory reused; scikit-learn's one
    run each, of a minute or two for a million rows."""
    b.say("other detectors on matrices")
    million = min(1000000, b.flows)
    for kind, spec, must, ambition in (("iforest", "iforest", 10, 30), ("knn", "knn:n_neighbors=20", 3, 6), ("lof", "lof", 3, 6)):
        rows = million
        four = matrix(b, path, rows, 4)
        if not four:
            b.say("  without numpy and pandas there are no matrices")
            return
        done = subprocess.run([os.path.join(b.build, "bench_detector"), spec, four, str(rows), "4", "3"], capture_output=True,
                              check=True, text=True)
        ours = json.loads(done.stdout)["seconds"]
        slow = b.peer("peer_outliers.py", kind, four, rows, 4)
        b.at_least(f"{spec}, fit and scores of {rows:,} x 4, against scikit-learn", must, ambition,
                   slow["seconds"] / ours if slow else None, "x",
                   f"oddflow {ours:.3f} s, scikit-learn {slow['seconds']:.2f} s" if slow else "")


def adversarial(b, _path):
    """What a doubling of the rows costs on the worst input."""
    b.say("DBSCAN on adversarial matrices")
    done = subprocess.run([os.path.join(b.build, "bench_dbscan_adversarial")], capture_output=True, check=False, text=True)
    shapes = [json.loads(line) for line in done.stdout.splitlines()]
    with open(os.path.join(b.work, "adversarial.json"), "w", encoding="ascii") as out:
        json.dump(shapes, out, indent=1)
    held = [s for s in shapes if s["held"]]
    worst = max(held, key=lambda s: s["cold"])
    over = [f"{s['shape']} {s['features']}: {s['cold']:.2f}x" for s in held if s["cold"] > 2.3]
    b.at_most("adversarial matrices, 7,813 to 1,000,000 rows, worst of all doublings, read from memory", 2.3, None,
              worst["cold"], "x", f"{len(held)} shapes and numbers of features; worst: {worst['shape']} with "
              f"{worst['features']}" + (f"; above 2.3: {', '.join(over)}" if over else ""))
    warm, plain = (max(held, key=lambda s, what=what: s[what]) for what in ("warm", "plain_sum"))
    b.row("the same with the matrix in the cache where it fits, beside adding up the same matrix", "-", "-", None,
          "reported", f"{warm['warm']:.2f}x ({warm['shape']} with {warm['features']}); a plain sum "
          f"{plain['plain_sum']:.2f}x")
    rest = [s for s in shapes if not s["held"]]
    b.row("shapes of many features that no bound holds for, worst doubling from memory", "-", "-", None,
          "reported", "; ".join(f"{s['shape']} {s['features']}: {s['cold']:.2f}x" for s in rest))


def machine(b):
    """[(what, value)] about where and with what this was measured."""
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="ascii")
                if line.startswith("model name")), platform.machine())
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo", encoding="ascii") if line.startswith("MemTotal"))
    build = subprocess.run([b.program, "version", "--build"], capture_output=True, text=True, check=False).stdout
    facts = [("date", datetime.date.today().isoformat()), ("processor", f"{cpu}, {os.cpu_count()} cores"),
             ("memory", f"{memory / 2**20:.0f} GiB"), ("system", f"{platform.system()} {platform.release()}"),
             ("oddflow", " / ".join(line.strip() for line in build.splitlines()[:2]))]
    facts.append(("peers", ", ".join(sorted(b.versions)) or "none"))
    return facts


def write_results(b):
    with open(os.path.join(HERE, "results.csv"), "w", newline="", encoding="ascii") as out:
        writer = csv.DictWriter(out, ["job", "must", "ambition", "measured", "text", "verdict", "figures"],
                                lineterminator="\n")
        writer.writeheader()
        writer.writerows(b.rows)
    with open(os.path.join(HERE, "results.md"), "w", encoding="ascii") as out:
        out.write("# Speed and memory, measured\n\nWritten by `make bench`. Every ratio is of one run on one machine, "
                  f"on a generated file of\n{b.flows:,} flows (`oddflow synth --flows {b.flows} --seed 1`), page cache "
                  "warm, one thread unless said, output\nwritten to a file; runs of the two sides alternate, the median "
                  f"of {b.runs} is taken. Processor time is user + system;\nthe peers are timed from within, without the "
                  "start of Python.\n\n")
        for what, value in machine(b):
            out.write(f"- {what}: {value}\n")
        out.write("\n| job | must | ambition | measured | verdict | figures |\n|---|---|---|---|---|---|\n")
        for r in b.rows:
            out.write(f"| {r['job']} | {r['must']} | {r['ambition']} | {r['text']} | {r['verdict']} | {r['figures']} |\n"
                      .replace("<= inf s", "-").replace("| met | \n", "| met |\n"))


def write_readme(b):
    """The rows that matter most, between the marks in README.md."""
    path = os.path.join(HERE, "..", "README.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    table = ["| job | against | measured |", "|---|---|---|"]
    for words, job, against in (
            ("DuckDB's windowed", "founding analysis", "DuckDB's 3-sigma z-score per minute from the same CSV, a weaker job"),
            ("notebook's pipeline", "founding analysis", "the notebook's pipeline, pandas and scikit-learn (extrapolated)"),
            ("every field typed", "every field typed and checked", "DuckDB's load of the typed columns"),
            ("DuckDB's GROUP BY", "12 aggregates of each host, 5-minute windows, clustered", "DuckDB's GROUP BY alone"),
            ("1-D DBSCAN", "1-D DBSCAN with labels, 1 M points", "`numpy.sort(kind=\"stable\")` of the same array"),
            ("4-D DBSCAN, 76,000 points, against scikit-learn", "4-D DBSCAN, 76,000 points", "scikit-learn's DBSCAN"),
            ("4-D DBSCAN, 76,000 points, against the package", "4-D DBSCAN, 76,000 points", "the PyPI package `dbscan` (C++)"),
            ("peak memory, 1-minute", "peak memory, 1-minute windows", "-"),
            ("one window, peak memory", "peak memory, the whole file as one window", "-")):
        for r in b.rows:
            if words in r["job"] and r["measured"]:
                faster = r["text"].removesuffix("x") + " times faster" if r["text"].endswith("x") else r["text"]
                table.append(f"| {job} | {against} | {faster} |")
    facts = dict(machine(b))
    table.append(f"\nMeasured {facts['date']} by `make bench` on {facts['processor']}, with {facts['peers']}: processor time "
                 f"on one thread, {b.flows:,} generated flows, page cache warm. All rows, with the figures: "
                 "[bench/results.md](bench/results.md).")
    start, end = "<!-- bench: written by bench/run.py -->\n", "<!-- /bench -->"
    head, rest = text.split(start)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + start + "\n".join(table) + "\n" + end + rest.split(end)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--peers", required=True)
    parser.add_argument("--quick", action="store_true", help="a tenth of the flows, fewer runs; writes nothing")
    parser.add_argument("--only", help="parts whose name contains this; writes nothing")
    b = Bench(parser.parse_args())
    only = parser.parse_args().only
    os.makedirs(b.work, exist_ok=True)
    path = generate(b, b.flows, "flows.binetflow")
    for part in (founding, wide_windows, typed, hosts, novelty, clustering, outliers, adversarial, ten_times):
        if not only or only in part.__name__:
            part(b, path)
    missed = [r["job"] for r in b.rows if r["verdict"] == "MISSED"]
    if not b.quick and not only:
        write_results(b)
        write_readme(b)
        b.say("wrote bench/results.md and bench/results.csv")
    b.say(f"missed: {len(missed)}" + "".join(f"\n  {job}" for job in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
