#!/usr/bin/env python3
"""Compare every .json beside this script with decoders of others: stompest, StompJs' parser, and stomp.py's.

    NODE_PATH=.../node_modules python3 crosscheck.py

The first two are given whole streams, up to what is wrong; stomp.py frame by frame. Exit status 1 if anything differs.
"""
import glob
import json
import os
import subprocess
import sys

from stomp import utils
from stompest.protocol import StompParser

from expect import RAW, describe

HERE = os.path.dirname(os.path.abspath(__file__))


class Recording:
    def __init__(self, path):
        self.name = os.path.basename(path)[:-4]
        with open(path, "rb") as file:
            data = file.read()
        with open(path[:-4] + ".json", encoding="utf-8") as file:
            self.units = [unit for unit in map(json.loads, file) if "frame" in unit]
        self.data = data[:sum(unit["length"] for unit in self.units)]
        self.version = {"v10": "1.0", "v11": "1.1", "v12": "1.2"}.get(self.name[:3])

    def frames(self):
        """Each frame, its bytes, and by which version it is to be read: what is not escaped, by 1.0."""
        agreed = "1.0"
        for unit in self.units:
            if unit["frame"] != "EOL":
                agreed = self.version or "1.0" if unit["frame"] in RAW else agreed
                yield unit, self.data[unit["offset"]:][:unit["length"]], "1.0" if unit["frame"] in RAW else agreed


def described(frame, headers, body):
    return {"frame": frame, "headers": headers, "body": describe.payload(body)}


def head(data):
    return data.replace(b"\r\n", b"\n").split(b"\n\n")[0]


def first_ones(headers):
    """Of repeated headers the first counts."""
    result = {}
    for name, value in headers:
        result.setdefault(name, value)
    return result


def by_stompest(recordings, differ):
    """All headers, in their order; in pieces. In 1.0 it knows ASCII alone."""
    count = 0
    for recording in recordings:
        for unit, data, version in recording.frames():
            if version == "1.0" and not head(data).isascii():
                continue
            # It knows by itself in which nothing is escaped.
            parser = StompParser("1.2" if unit["frame"] in RAW else version)
            piece = 7 if len(data) < 10000 else 7000
            for at in range(0, len(data), piece):
                parser.add(data[at:at + piece])
            frame = parser.get()
            seen = described(frame.command, [list(header) for header in frame.rawHeaders], frame.body)
            count += 1
            if seen != {"body": "", **{key: unit[key] for key in ("frame", "headers", "body") if key in unit}}:
                differ(recording.name, unit["offset"], seen)
    return count


def by_stomp_py(recordings, differ):
    """It knows 1.2's escapes alone, and resolves them everywhere: so where there are none, or in 1.2."""
    count = 0
    for recording in recordings:
        for unit, data, version in recording.frames():
            if b"\\" in data and version != "1.2":
                continue
            frame = utils.parse_frame(data[:-1])
            seen = described(frame.cmd, frame.headers, frame.body)
            expected = described(unit["frame"], first_ones(unit["headers"]), b"")
            count += 1
            if seen != {**expected, "body": unit.get("body", "")}:
                differ(recording.name, unit["offset"], seen)
    return count


def by_stompjs(recordings, differ):
    """Whole streams, in pieces, with line ends; headers as they stand there, so where nothing is escaped."""
    done = subprocess.run(["node", os.path.join(HERE, "stompjs_parser.mjs")], capture_output=True, text=True, check=True,
                          input="".join(recording.data.hex() + "\n" for recording in recordings))
    count = 0
    for recording, line in zip(recordings, done.stdout.split("\n")[:-1], strict=True):
        units = json.loads(line)
        if [unit["frame"] for unit in units] != [unit["frame"] for unit in recording.units]:
            differ(recording.name, 0, [unit["frame"] for unit in units])
            continue
        for (unit, data, _), seen in zip(recording.frames(), (unit for unit in units if unit["frame"] != "EOL")):
            seen = described(seen["frame"], seen["headers"], bytes.fromhex(seen["body"]))
            expected = {"body": "", **{key: unit[key] for key in seen if key in unit}}
            if b"\\" in head(data):
                del seen["headers"], expected["headers"]
            count += 1
            if seen != expected:
                differ(recording.name, unit["offset"], seen)
    return count


def main():
    recordings = [Recording(path) for path in sorted(glob.glob(os.path.join(HERE, "*.bin")))]
    total = 0
    for name, check in (("stompest", by_stompest), ("stomp.py", by_stomp_py), ("StompJs", by_stompjs)):
        differences = []
        count = check(recordings, lambda *what: differences.append(what))
        for what in differences:
            print("%s, byte %d: %r" % (what[0], what[1], what[2]))
        print("%s: %d frames compared, %d differences" % (name, count, len(differences)), flush=True)
        total += len(differences)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
