#!/usr/bin/env python3
"""Compare the .json files with what RabbitMQ's own decoder makes of the same bytes: every field, every type.

Needs rabbitmq-server (Debian), of which nothing is started: its decoder is called through escript.
"""
import glob
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# Fields without a meaning, which are not described; an access ticket is, where it is an answer.
RESERVED = {"ticket", "capabilities", "insist", "known_hosts", "out_of_band", "channel_id", "cluster_id"}


def frames():
    """Every method and content header that is described, with its bytes."""
    for path in sorted(glob.glob(os.path.join(HERE, "*.bin"))):
        with open(path, "rb") as file:
            data = file.read()
        with open(path[:-4] + ".json", encoding="utf-8") as file:
            for line in file:
                e = json.loads(line)
                if e.get("frame") in ("METHOD", "HEADER"):
                    yield os.path.basename(path), e, data[e["offset"]:e["offset"] + e["length"]]


def hexed(value, letter="S"):
    """A value of ours in the script's words: a string is hex, whether text or not."""
    if letter == "F":
        return [[hexed(key), inner, hexed(item, inner)] for key, inner, item in value]
    if letter == "A":
        return [[inner, hexed(item, inner)] for inner, item in value]
    if letter != "S":
        return value
    return value["hex"] if isinstance(value, dict) else value.encode().hex()


def field(value):
    letter = "F" if isinstance(value, list) else "S" if isinstance(value, (str, dict)) else ""
    return hexed(value, letter)


def in_rabbitmq(e):
    """The described frame in RabbitMQ's words."""
    if e["frame"] == "HEADER":
        return {"body_size": e["body_size"], "properties": {k: field(v) for k, v in e["properties"].items()}}
    fields = {k: field(v) for k, v in e.items() if k not in ("offset", "length", "frame", "channel", "method")}
    if "no_wait" in fields:
        fields["nowait"] = fields.pop("no_wait")
    return {"method": hexed(e["method"].replace("-", "_")), **fields}


def main():
    listed = subprocess.run(["dpkg", "-L", "rabbitmq-server"], capture_output=True, text=True, check=True).stdout
    ebin = next(x for x in listed.splitlines() if "/rabbit_common-" in x and x.endswith("/ebin"))
    jobs = list(frames())
    source = "".join(("m" if e["frame"] == "METHOD" else "h") + data[7:-1].hex() + "\n" for _, e, data in jobs)
    done = subprocess.run(["escript", os.path.join(HERE, "rabbit.escript"), ebin], input=source, text=True,
                          capture_output=True, check=True)
    differences = 0
    refused = []
    for (name, e, _), line in zip(jobs, done.stdout.splitlines(), strict=True):
        got, want = json.loads(line), in_rabbitmq(e)
        if got == "refused":
            refused.append("%s %s" % (name, e.get("method", "content header")))
            continue
        got = {k: v for k, v in got.items() if k in want or k not in RESERVED}
        if got != want:
            differences += 1
            print("%s, offset %d: expected %r, RabbitMQ %r" % (name, e["offset"], want, got))
    print("%d frames compared, %d differences; refused: %s" % (
        len(jobs) - len(refused), differences, ", ".join(refused) or "none"))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
