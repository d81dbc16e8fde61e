#!/usr/bin/env python3
"""Checks JSON lines on standard input: validate.py SCHEMA COUNT

Strictly: valid UTF-8, one object a line, no NaN or Infinity, no key twice, COUNT lines. Then against SCHEMA (draft 2020-12),
and that the schema is strict: each line with one thing broken must not pass. Without jsonschema that part is skipped aloud.
"""
import copy
import json
import sys


def refuse(name):
    raise ValueError(name + " is no JSON number")


def unique(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key twice: %r" % keys)
    return dict(pairs)


def broken(event):
    """Copies of a valid event, each with one thing wrong."""
    copies = []

    def change(apply):
        copy_of = copy.deepcopy(event)
        if apply(copy_of) is not False and copy_of != event:
            copies.append(copy_of)

    def inner(e):
        for key in ("flow_anomaly", "flow_window", "oddflow"):
            if key in e:
                return e[key]
        return e

    change(lambda e: e.update(zzz=1))
    change(lambda e: inner(e).update(zzz=1))
    change(lambda e: inner(e).update(cluster=-2, clusters=-2))
    change(lambda e: inner(e).update(row="1", flows="1"))
    change(lambda e: "features" in inner(e) and inner(e).pop("features") and None)
    change(lambda e: inner(e).update(features={"x": None}))
    change(lambda e: "score" in inner(e) and inner(e).update(score=100.5))
    change(lambda e: "kind" in inner(e) and inner(e).update(kind="strange"))
    change(lambda e: "kind" in inner(e) and inner(e).pop("reason") and None)
    change(lambda e: "id" in e and e.update(id=e["id"][1:]))
    change(lambda e: "count" in e and e.update(count=0))
    change(lambda e: "preset" in e and e.pop("key") and None)
    change(lambda e: "window_end" in e and e.pop("window_end") and None)
    change(lambda e: "window_start" in e and e.update(window_start="2011-08-10 09:46:00"))
    change(lambda e: "@timestamp" in e and e.update({"@timestamp": "2011-08-10T09:46:00+0000"}))
    change(lambda e: "timestamp" in e and e.update(timestamp="2011-08-10T09:46:00Z"))
    change(lambda e: "event_type" in e and e.update(event_type="anomaly"))
    change(lambda e: "flow" in e and e["flow"].update(age=0.5))
    if "ecs" in event:
        change(lambda e: e["ecs"].update(version="1.0"))
        change(lambda e: e["event"].update(kind="signal"))
        change(lambda e: e["event"].update(category="network"))
        change(lambda e: e["event"].update(type="info"))
        change(lambda e: e["event"].update(duration=0.5))
        change(lambda e: e["event"].update(risk_score=101))
        change(lambda e: "rule" in e and e.pop("rule") and None)
        change(lambda e: "related" in e and e["related"].update(ip="1.2.3.4"))
        change(lambda e: "source" in e and e["source"].update(mac="00:00:00:00:00:00"))
        change(lambda e: "network" in e and e["network"].update(iana_number=6))
    change(lambda e: "reasons" in inner(e) and inner(e)["reasons"][0].update(share=1.5))
    change(lambda e: "reasons" in inner(e) and inner(e)["reasons"][0].pop("expected") and None)
    return copies


def main():
    schema_path, count = sys.argv[1], int(sys.argv[2])
    events = []
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            event = json.loads(line.decode("utf-8"), parse_constant=refuse, object_pairs_hook=unique)
            if not isinstance(event, dict) or not line.endswith(b"}\n"):
                raise ValueError("not an object on a line of its own")
        except ValueError as e:
            sys.exit("line %d: %s: %r" % (number, e, line))
        events.append(event)
    if len(events) != count:
        sys.exit("%d lines, not %d" % (len(events), count))
    try:
        import jsonschema
    except ImportError:
        print("SKIP validation against %s: python3-jsonschema is missing" % schema_path)
        return
    with open(schema_path, encoding="utf-8") as f:
        schema = json.load(f)
    if not hasattr(jsonschema, "Draft202012Validator"):
        print("SKIP validation against %s: this python3-jsonschema does not know draft 2020-12" % schema_path)
        return
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for number, event in enumerate(events[:1500], 1):
        for error in validator.iter_errors(event):
            sys.exit("line %d: %s at %s: %s" % (number, error.message, list(error.absolute_path), event))
    refused = 0
    for event in events[:60]:
        for wrong in broken(event):
            refused += 1
            if validator.is_valid(wrong):
                sys.exit("the schema lets this pass: %s" % json.dumps(wrong))
    if not refused:
        sys.exit("nothing to break")
    print("%d lines valid, %d broken ones refused" % (len(events), refused))


main()
