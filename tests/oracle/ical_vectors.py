#!/usr/bin/env python3
"""Recurrence rules and what python-dateutil makes of them, for tests/unit/baseline/test_ical.c: one a line,
start, rule, number of occurrences until 2035, and sum over occurrences of (their number from 1) * (their hours since 1970).

Usage: ical_vectors.py > tests/oracle/ical_vectors.h
"""
import datetime
import random

from dateutil.rrule import rrulestr

END = datetime.datetime(2035, 1, 1)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def draw_rule(r):
    freq = r.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = ["FREQ=" + freq]
    if r.random() < .4:
        parts.append("INTERVAL=%d" % r.randint(2, 5))
    months = ",".join(str(m) for m in sorted(r.sample(range(1, 13), r.randint(1, 4))))
    if r.random() < .3 or freq == "YEARLY":
        parts.append("BYMONTH=" + months)
    if freq in ("DAILY", "WEEKLY") and r.random() < .6:
        parts.append("BYDAY=" + ",".join(r.sample(DAYS, r.randint(1, 4))))
    elif freq in ("MONTHLY", "YEARLY"):
        how = r.random()
        if how < .4:
            parts.append("BYDAY=" + ",".join(r.choice(["", "1", "2", "3", "4", "5", "-1", "-2"]) + d
                                            for d in r.sample(DAYS, r.randint(1, 2))))
        elif how < .8:
            parts.append("BYMONTHDAY=" + ",".join(str(d) for d in r.sample(
                list(range(1, 32)) + [-1, -2, -5, -31], r.randint(1, 3))))
            if how > .7:
                parts.append("BYDAY=" + ",".join(r.sample(DAYS, 3)))
    if r.random() < .3:
        parts.append("WKST=" + r.choice(DAYS))
    end = r.random()
    if end < .3:
        parts.append("COUNT=%d" % r.randint(1, 60))
    elif end < .5:
        parts.append("UNTIL=20%02d%02d%02dT120000" % (r.randint(26, 34), r.randint(1, 12), r.randint(1, 28)))
    r.shuffle(parts)
    return ";".join(parts)


def main():
    r = random.Random(5545)
    n = 0
    print("/* Written by tests/oracle/ical_vectors.py with python-dateutil: start, rule, occurrences before 2035, and the sum over them of\n"
          " * (their number from 1) * (their hours since 1970). */")
    print("static const struct {\n    const char *start, *rule;\n    int64_t count, sum;\n} ical_vectors[] = {")
    while n < 500:
        rule = draw_rule(r)
        start = datetime.datetime(2024, 1, 1) + datetime.timedelta(days=r.randint(0, 900), hours=r.randint(0, 23))
        first = next(iter(rrulestr("RRULE:" + rule, dtstart=start)), None)
        if first is None:
            continue
        total = count = 0
        for at in rrulestr("RRULE:" + rule, dtstart=first):
            if at >= END:
                break
            count += 1
            total += count * int((at - datetime.datetime(1970, 1, 1)).total_seconds() // 3600)
        print('    {"%s", "%s", %d, %d},' % (first.strftime("%Y%m%dT%H%M%S"), rule, count, total))
        n += 1
    print("};")


main()
