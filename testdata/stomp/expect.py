#!/usr/bin/env python3
"""STOMP 1.0, 1.1 and 1.2 decoder that writes the expected meaning of a recording.

Written from the three specifications, with Python's standard library alone; it shares nothing with the crate under
test. It is strict: the first byte, or line, against the rules is the last that is described.

    expect.py FILE.bin ...      print the JSON lines of each file
    expect.py --write           write the .json sibling of every .bin beside this script
    expect.py --check           exit 1 if a sibling is missing or differs
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import describe  # noqa: E402
from describe import payload, text  # noqa: E402

VERSIONS = ["1.0", "1.1", "1.2"]
CLIENTS = "CONNECT STOMP SEND SUBSCRIBE UNSUBSCRIBE ACK NACK BEGIN COMMIT ABORT DISCONNECT".split()
SERVERS = "CONNECTED MESSAGE RECEIPT ERROR".split()
WITH_BODY = ["SEND", "MESSAGE", "ERROR"]
# Nothing is escaped in these; STOMP is CONNECT by another name.
RAW = ["CONNECT", "STOMP", "CONNECTED"]

# Headers that must be there, by version; those of None in every version.
REQUIRED = {
    None: {"SEND": "destination", "SUBSCRIBE": "destination", "MESSAGE": "destination message-id", "BEGIN": "transaction",
           "COMMIT": "transaction", "ABORT": "transaction", "RECEIPT": "receipt-id", "STOMP": "accept-version host"},
    "1.0": {"ACK": "message-id"},
    "1.1": {"ACK": "message-id subscription", "NACK": "message-id subscription"},
    "1.2": {"ACK": "id", "NACK": "id"},
}
SINCE_1_1 = {"SUBSCRIBE": "id", "UNSUBSCRIBE": "id", "MESSAGE": "subscription", "CONNECT": "accept-version host",
             "CONNECTED": "version"}


class Malformed(Exception):
    """Bytes that break a rule, and where the byte or the line is that does."""

    def __init__(self, offset, why):
        super().__init__("%s, at byte %d" % (why, offset))
        self.offset = offset


class Incomplete(Exception):
    pass


def need(condition, offset, why):
    if not condition:
        raise Malformed(offset, why)


def required(command, version):
    names = REQUIRED[None].get(command, "") + " " + REQUIRED.get(version, {}).get(command, "")
    if version in ("1.1", "1.2"):
        names += " " + SINCE_1_1.get(command, "")
    return set(names.split())


class Stream:
    def __init__(self, data):
        self.data, self.pos, self.version = data, 0, None

    def byte(self, at):
        if at >= len(self.data):
            raise Incomplete
        return self.data[at]

    def line(self, with_cr, in_head=True):
        """The line at pos, which then is behind it."""
        start = self.pos
        end = self.data.find(b"\n", start)
        seen = self.data[start:end if end >= 0 else len(self.data)]
        if in_head:
            need(b"\0" not in seen, start + seen.find(b"\0"), "NUL in the head")
        if with_cr and b"\r" in (seen if end >= 0 else seen[:-1]):
            at = seen.index(b"\r")
            need(end >= 0 and at == len(seen) - 1, start + at, "CR without LF")
            seen = seen[:-1]
        if end < 0:
            raise Incomplete
        self.pos = end + 1
        return seen

    def unit(self):
        start = self.pos
        # Where no version was agreed, 1.2's line ends are read.
        with_cr = self.version in (None, "1.2")
        if self.byte(start) == 10 or with_cr and self.data.startswith(b"\r\n", start):
            self.line(with_cr)
            return {"offset": start, "length": self.pos - start, "frame": "EOL"}
        return self.frame(start, with_cr)

    def frame(self, start, with_cr):
        command = self.line(with_cr, in_head=False).decode("latin-1")
        need(command in CLIENTS + SERVERS, start, "unknown command")
        need(self.version != "1.0" or command not in ("NACK", "STOMP"), start, command + " in 1.0")
        escapes = {"1.1": "nc\\", "1.2": "rnc\\"}.get(self.version, "") if command not in RAW else ""
        headers, first, lines = [], {}, {}
        while True:
            begin = self.pos
            line = self.line(with_cr)
            if not line:
                break
            name, value = self.header(line, begin, escapes)
            headers.append([name, value])
            if isinstance(name, str) and name not in first:
                first[name], lines[name] = value, begin
        names_none = not {"id", "destination"} & first.keys()
        missing = required(command, self.version) - first.keys()
        need(not missing and not (command == "UNSUBSCRIBE" and names_none), begin, "missing %s" % sorted(missing))
        body = self.body(command, first, lines)
        out = {"offset": start, "length": self.pos - start, "frame": command, "headers": headers}
        if command in WITH_BODY or body:
            out["body"] = payload(body)
        self.learn(command, first)
        return out

    def header(self, line, begin, escapes):
        need(b":" in line, begin, "no colon")
        colon = line.index(b":")
        need(colon > 0, begin, "no name")
        parts = [line[:colon], line[colon + 1:]]
        if escapes:
            for part, at in zip(parts, (begin, begin + colon + 1)):
                self.escaped(part, at, escapes)
            meaning = {b"r": b"\r", b"n": b"\n", b"c": b":", b"\\": b"\\"}
            parts = [re.sub(rb"\\(.)", lambda found: meaning[found[1]], part, flags=re.S) for part in parts]
        if self.version != "1.0":
            for part, at in zip((line[:colon], line[colon + 1:]), (begin, begin + colon + 1)):
                try:
                    part.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise Malformed(at + error.start, "not UTF-8") from error
        return [text(part) for part in parts]

    @staticmethod
    def escaped(part, at, escapes):
        place = 0
        while place < len(part):
            need(part[place] != 58, at + place, "a colon that is not escaped")
            if part[place] == 92:
                letter = part[place + 1:place + 2].decode("latin-1")
                need(letter and letter in escapes, at + place, "no escape of %s" % escapes)
                place += 1
            place += 1

    def body(self, command, first, lines):
        may = command in WITH_BODY or self.version == "1.0"
        length = first.get("content-length") if command in WITH_BODY or self.version in (None, "1.2") else None
        start = self.pos
        if length is not None:
            digits = length.strip(" ") if self.version == "1.0" else length
            need(re.fullmatch("[0-9]+", digits), lines["content-length"], "content-length")
            need(may or int(digits) == 0, lines["content-length"], "body of " + command)
            end = start + int(digits)
            need(self.byte(end) == 0, end, "no NUL behind the body")
        elif may:
            end = self.data.find(b"\0", start)
            if end < 0:
                raise Incomplete
        else:
            end = start
            need(self.byte(end) == 0, end, "body of " + command)
        self.pos = end + 1
        return self.data[start:end]

    def learn(self, command, first):
        """What CONNECTED says; of a client's bytes alone, the highest that CONNECT offers."""
        if self.version is None and command == "CONNECTED":
            self.version = first.get("version", "1.0")
        elif self.version is None and command in ("CONNECT", "STOMP"):
            offered = first.get("accept-version", "1.0").split(",")
            self.version = max((version for version in VERSIONS if version in offered), default=None)


def decode(data):
    """Yield one dictionary for every unit in data; the last one says what is wrong, or how much of a unit there is."""
    stream = Stream(data)
    while stream.pos < len(data):
        start = stream.pos
        try:
            yield stream.unit()
        except Incomplete:
            yield {"incomplete": len(data) - start}
            return
        except Malformed as error:
            yield {"error": {"offset": error.offset}}
            return


def units(data, path):
    """The units of what the side in a file's name sent, which must be in the version in it."""
    name, side, _ = os.path.basename(path).split(".")
    theirs = {"client": SERVERS, "server": CLIENTS}[side]
    for unit in decode(data):
        if unit.get("frame") in theirs and "wrong-server-command" not in name:
            raise AssertionError("%s from a %s" % (unit["frame"], side))
        yield unit


if __name__ == "__main__":
    sys.exit(describe.main(__file__, __doc__, units))
