"""A job of DuckDB on one thread. Usage: peer_duckdb.py zscore|load|group|group_csv FILE OUT; prints JSON.

zscore: the rows whose TotBytes lie more than 3 deviations from the mean of their minute, from the CSV, two typed columns
read, the rows written to OUT: a weaker job than clustering. load: all 15 columns, typed, into a table in memory.
group: twelve aggregates of each source in each five minutes, into a table in memory; group_csv: written to OUT.
Only the query is timed, not the start of Python.
"""
import json
import resource
import sys
import time

import duckdb

COLUMNS = {
    "StartTime": "TIMESTAMP", "Dur": "DOUBLE", "Proto": "VARCHAR", "SrcAddr": "VARCHAR", "Sport": "VARCHAR",
    "Dir": "VARCHAR", "DstAddr": "VARCHAR", "Dport": "VARCHAR", "State": "VARCHAR", "sTos": "DOUBLE", "dTos": "DOUBLE",
    "TotPkts": "BIGINT", "TotBytes": "BIGINT", "SrcBytes": "BIGINT", "Label": "VARCHAR",
}


def source(path):
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    return (f"read_csv('{path}', header=true, delim=',', auto_detect=false, columns={{{columns}}}, "
            "timestampformat='%Y/%m/%d %H:%M:%S.%f')")


def zscore(path, out):
    return f"""
        COPY (WITH f AS (SELECT date_trunc('minute', StartTime) AS w, TotBytes AS b FROM {source(path)}),
                   s AS (SELECT w, avg(b) AS m, stddev_pop(b) AS d FROM f GROUP BY w)
              SELECT f.w, f.b FROM f JOIN s USING (w) WHERE d > 0 AND abs(f.b - m) > 3 * d)
        TO '{out}' (FORMAT csv)"""


def group(path):
    return f"""
        SELECT time_bucket(INTERVAL '5 minutes', StartTime) AS w, SrcAddr, count(*) AS n, sum(TotBytes) AS b,
               sum(TotPkts) AS p, sum(SrcBytes) AS s, count(DISTINCT DstAddr) AS peers, count(DISTINCT Dport) AS ports,
               avg(TotBytes) AS mean_b, max(TotBytes) AS max_b, min(TotBytes) AS min_b, stddev_pop(TotBytes) AS std_b,
               avg(Dur) AS mean_d, avg(CASE WHEN State LIKE 'S\\_%' ESCAPE '\\' THEN 1 ELSE 0 END) AS refused
        FROM {source(path)} GROUP BY w, SrcAddr"""


def query_of(job, path, out):
    return {"zscore": zscore(path, out), "load": f"CREATE TABLE flows AS SELECT * FROM {source(path)}",
            "group": f"CREATE TABLE flows AS {group(path)}",
            "group_csv": f"COPY ({group(path)}) TO '{out}' (FORMAT csv)"}[job]


def main():
    job, path, out = sys.argv[1:4]
    db = duckdb.connect()
    db.execute("SET threads=1")
    db.execute("SET preserve_insertion_order=true")
    query = query_of(job, path, out)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    db.execute(query)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_SELF)
    if job in ("zscore", "group_csv"):
        with open(out, "rb") as written:
            rows = sum(1 for _ in written) - 1
    else:
        rows = db.execute("SELECT count(*) FROM flows").fetchone()[0]
    print(json.dumps({"wall": wall, "user": after.ru_utime - before.ru_utime, "system": after.ru_stime - before.ru_stime,
                      "rss_kib": after.ru_maxrss, "rows": rows, "version": "DuckDB " + duckdb.__version__}))


if __name__ == "__main__":
    main()
