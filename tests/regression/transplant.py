"""The main host of a capture moved into other traffic: unchanged but for its address and its time."""
import datetime
import subprocess
from collections import Counter

COLUMNS = ["StartTime", "Dur", "Proto", "SrcAddr", "Sport", "Dir", "DstAddr", "Dport", "State", "sTos", "dTos", "TotPkts",
           "TotBytes", "SrcBytes", "Label"]
EPOCH = datetime.datetime(1970, 1, 1)
# What Zeek saw, as Argus would have written it: no answer, a refusal, half of a flow, a flow (docs/expressions.md, failed()).
TCP = {"S0": "S_", "REJ": "S_RA", "RSTOS0": "SR_", "RSTRH": "_RA", "SH": "FS_", "SHR": "_FSA"}


def text(path):
    program = "zstdcat" if path.endswith(".zst") else "cat"
    return subprocess.run([program, path], check=True, capture_output=True, text=True).stdout.splitlines()


def seconds(t):
    """Of both spellings of Argus, and of Unix times."""
    if "/" not in t:
        return float(t)
    date, clock = t[:10], t[10:].strip()
    return (datetime.datetime.strptime(date + " " + clock, "%Y/%m/%d %H:%M:%S.%f") - EPOCH).total_seconds()


def argus_rows(path):
    lines = text(path)
    mark = "\t" if "\t" in lines[0] else ","
    header = lines[0].split(mark)
    for line in lines[1:]:
        row = dict(zip(header, line.split(mark)))
        try:
            row["at"] = seconds(row["StartTime"])
        except ValueError:
            continue
        if row["Proto"] in ("tcp", "udp", "icmp"):  # no host starts an ARP or a management record
            yield row


def zeek_row(r):
    pkts, answers = int(r["orig_pkts"]), int(r["resp_pkts"])
    state = r["conn_state"]
    if r["proto"] == "tcp" and answers == 0 and state not in TCP:
        state = "S_"  # a middle that nobody answered, a flood of single packets: failed, as oddflow reads Zeek
    elif r["proto"] == "tcp":
        state = TCP.get(state, "FSPA_FSPA")
    else:
        state = "CON" if answers else "INT"
    return {"at": float(r["ts"]), "Dur": "0" if r["duration"] == "-" else r["duration"], "Proto": r["proto"],
            "SrcAddr": r["id.orig_h"], "Sport": r["id.orig_p"], "Dir": "   ->", "DstAddr": r["id.resp_h"], "Dport": r["id.resp_p"],
            "State": state, "sTos": "0", "dTos": "0", "TotPkts": str(pkts + answers),
            "TotBytes": str(int(r["orig_ip_bytes"]) + int(r["resp_ip_bytes"])), "SrcBytes": r["orig_ip_bytes"],
            "label": r["label"], "detail": r["detailed"]}


def zeek_rows(path, wanted=None):
    """wanted: a word of the detailed label, or "Benign"."""
    header = None
    for line in text(path):
        if line.startswith("#fields"):
            header = [f for f in line.replace("   ", "\t").split("\t")[1:] if f]
            header = [{"detailed-label": "detailed", "detailedlabel": "detailed"}.get(f, f) for f in header]
        if line.startswith("#"):
            continue
        cells = [f for f in line.replace("   ", "\t").split("\t") if f != ""]
        row = zeek_row(dict(zip(header, cells)))
        if wanted is None or wanted in (row["label"], row["detail"]):
            yield row


def main_host(rows):
    return Counter(r["SrcAddr"] for r in rows if "." in r["SrcAddr"]).most_common(1)[0][0]


def densest(rows, span):
    """The `span` seconds with the most rows."""
    rows = sorted(rows, key=lambda r: r["at"])
    best = (0, 0)
    low = 0
    for high, row in enumerate(rows):
        while rows[low]["at"] < row["at"] - span:
            low += 1
        best = max(best, (high - low + 1, -low))
    return rows[-best[1]:best[0] - best[1]]


def line(row, host, address, shift):
    moved = EPOCH + datetime.timedelta(seconds=row["at"] + shift)
    out = dict(row, StartTime=moved.strftime("%Y/%m/%d %H:%M:%S.%f"), Label="flow=Transplant")
    for end in ("SrcAddr", "DstAddr"):
        if out[end] == host:
            out[end] = address
    return ",".join(out.get(c) or "" for c in COLUMNS)


def transplant(rows, address, into, start, span, to):
    """Writes `into` (lines of a binetflow file with COLUMNS) and the host's flows among them; returns how many."""
    rows = list(rows)
    host = main_host(rows)
    own = densest([r for r in rows if host in (r["SrcAddr"], r["DstAddr"])], span)
    shift = start - own[0]["at"]
    lines = into[1:] + [line(r, host, address, shift) for r in own]
    lines.sort(key=lambda text_: text_[:26])  # the first 26 characters are the time
    with open(to, "w", encoding="utf-8") as f:
        f.write("\n".join([into[0]] + lines) + "\n")
    return len(own)
