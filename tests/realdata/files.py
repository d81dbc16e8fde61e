#!/usr/bin/python3
"""Every real file is read to its last row: the ledger closes, nothing is late, and the rows are those that its
description states. Prints a table of rows and bad records a file, and every bad record.

Usage: files.py LEDGER-PROGRAM    environment: ODDFLOW_DATA; without it the test is skipped (exit 77).
"""
import os
import re
import subprocess
import sys

FOLDERS = ("argus", "ctu13", "cic-ids2017", "unsw-nb15", "ugr16", "iot23", "zeek", "zeek-labelled")

# In formats that oddflow does not read yet.
UNREAD = (".json.", "json-all-fields")

# Zeek's own test logs, whose times are crossed out: every row is bad.
CROSSED_OUT = "btest-"

# Tables without a time, or of something else than flows: taken whole.
NO_TIME = ("scenario01-extended-features", "scenario01-per-second-aggregate", "scenario06-part1-expected")


def unread(name):
    """Whether the file is in a format that is not read yet."""
    return any(part in name for part in UNREAD)


def stated_rows(data):
    """{file: rows} from the tables of the README beside the files."""
    rows = {}
    with open(os.path.join(data, "README.md"), encoding="utf-8") as readme:
        for line in readme:
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) > 8 and cells[1].split("/")[0] in FOLDERS and cells[6].isdigit() \
                    and not unread(cells[1]):
                rows[cells[1]] = int(cells[6])
    return rows


def main():
    data = os.environ.get("ODDFLOW_DATA")
    if not data:
        print("SKIP real files: ODDFLOW_DATA is not set")
        return 77
    stated = stated_rows(data)
    on_disk = {os.path.relpath(os.path.join(folder, name), data)
               for top in FOLDERS for folder, _, names in os.walk(os.path.join(data, top)) for name in names
               if not unread(name)}
    failed = 0
    if on_disk != set(stated):
        print(f"files and descriptions differ: {sorted(on_disk ^ set(stated))}")
        failed += 1
    print(f"{'file':64} {'stated':>7} {'read':>7} {'scored':>7} {'missing':>7} {'bad':>4} {'late':>4} "
          f"{'windows':>7} {'odd':>5}")
    bads = []
    for name, rows in sorted(stated.items()):
        options = ["no-window", "features=all"] if any(part in name for part in NO_TIME) else []
        done = subprocess.run([sys.argv[1]] + options + [os.path.join(data, name)], capture_output=True, check=False,
                              text=True)
        words = dict(re.findall(r"^read=.*$", done.stdout, re.M) and
                     re.findall(r"(\w+)=(\d+)", re.findall(r"^read=.*$", done.stdout, re.M)[0]))
        if CROSSED_OUT in name and f"not one of {rows} records is good" in done.stdout:
            print(f"{name:64} {rows:7} {'':7} {'':7} {'':7} {rows:4}")
            continue
        if done.returncode != 0 or not words:
            print(f"{name:64} FAILED: {done.stdout.strip()[-200:]}{done.stderr.strip()[-200:]}")
            failed += 1
            continue
        n = {key: int(value) for key, value in words.items()}
        print(f"{name:64} {rows:7} {n['read']:7} {n['scored']:7} {n['missing']:7} {n['bad']:4} {n['late']:4} "
              f"{n['windows']:7} {n['outliers']:5}")
        bad = [line for line in done.stdout.splitlines() if line.startswith("bad ")]
        bads += [f"{name}: {line}" for line in bad]
        closed = n["read"] == sum(n[k] for k in ("scored", "late", "bad", "filtered", "missing", "thin", "shed"))
        if not closed or n["late"] or n["scored"] + n["missing"] + n["bad"] != rows or len(bad) != n["bad"]:
            print("  WRONG: the ledger does not close, rows were late, or the rows are not those stated")
            failed += 1
    for line in bads:
        print(line)
    print(f"real files: {len(stated)} files, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
