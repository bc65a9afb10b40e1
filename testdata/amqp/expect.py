#!/usr/bin/env python3
"""AMQP 0-9-1 decoder that writes the expected meaning of a recording.

Written from the specification and RabbitMQ's list of extensions and type letters, with Python's
standard library alone; it shares nothing with the crate under test.

    expect.py FILE.bin ...      print the JSON lines of each file
    expect.py --write           write the .json sibling of every .bin beside this script
    expect.py --check           exit 1 if a sibling is missing or differs
"""
import math
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import describe  # noqa: E402
from describe import text  # noqa: E402

# The methods: number, name, who sends it (c, s, both), fields. A field in parentheses has no meaning.
METHODS = """
10.10  connection.start           s  version_major:octet version_minor:octet server_properties:table mechanisms:longstr locales:longstr
10.11  connection.start-ok        c  client_properties:table mechanism:shortstr response:longstr locale:shortstr
10.20  connection.secure          s  challenge:longstr
10.21  connection.secure-ok       c  response:longstr
10.30  connection.tune            s  channel_max:short frame_max:long heartbeat:short
10.31  connection.tune-ok         c  channel_max:short frame_max:long heartbeat:short
10.40  connection.open            c  virtual_host:shortstr (capabilities):shortstr (insist):bit
10.41  connection.open-ok         s  (known_hosts):shortstr
10.50  connection.close           cs reply_code:short reply_text:shortstr class_id:short method_id:short
10.51  connection.close-ok        cs
10.60  connection.blocked         s  reason:shortstr
10.61  connection.unblocked       s
10.70  connection.update-secret   c  new_secret:longstr reason:shortstr
10.71  connection.update-secret-ok s
20.10  channel.open               c  (out_of_band):shortstr
20.11  channel.open-ok            s  (channel_id):longstr
20.20  channel.flow               cs active:bit
20.21  channel.flow-ok            cs active:bit
20.40  channel.close              cs reply_code:short reply_text:shortstr class_id:short method_id:short
20.41  channel.close-ok           cs
30.10  access.request             c  realm:shortstr exclusive:bit passive:bit active:bit write:bit read:bit
30.11  access.request-ok          s  ticket:short
40.10  exchange.declare           c  (ticket):short exchange:shortstr type:shortstr passive:bit durable:bit auto_delete:bit internal:bit no_wait:bit arguments:table
40.11  exchange.declare-ok        s
40.20  exchange.delete            c  (ticket):short exchange:shortstr if_unused:bit no_wait:bit
40.21  exchange.delete-ok         s
40.30  exchange.bind              c  (ticket):short destination:shortstr source:shortstr routing_key:shortstr no_wait:bit arguments:table
40.31  exchange.bind-ok           s
40.40  exchange.unbind            c  (ticket):short destination:shortstr source:shortstr routing_key:shortstr no_wait:bit arguments:table
40.51  exchange.unbind-ok         s
50.10  queue.declare              c  (ticket):short queue:shortstr passive:bit durable:bit exclusive:bit auto_delete:bit no_wait:bit arguments:table
50.11  queue.declare-ok           s  queue:shortstr message_count:long consumer_count:long
50.20  queue.bind                 c  (ticket):short queue:shortstr exchange:shortstr routing_key:shortstr no_wait:bit arguments:table
50.21  queue.bind-ok              s
50.30  queue.purge                c  (ticket):short queue:shortstr no_wait:bit
50.31  queue.purge-ok             s  message_count:long
50.40  queue.delete               c  (ticket):short queue:shortstr if_unused:bit if_empty:bit no_wait:bit
50.41  queue.delete-ok            s  message_count:long
50.50  queue.unbind               c  (ticket):short queue:shortstr exchange:shortstr routing_key:shortstr arguments:table
50.51  queue.unbind-ok            s
60.10  basic.qos                  c  prefetch_size:long prefetch_count:short global:bit
60.11  basic.qos-ok               s
60.20  basic.consume              c  (ticket):short queue:shortstr consumer_tag:shortstr no_local:bit no_ack:bit exclusive:bit no_wait:bit arguments:table
60.21  basic.consume-ok           s  consumer_tag:shortstr
60.30  basic.cancel               cs consumer_tag:shortstr no_wait:bit
60.31  basic.cancel-ok            cs consumer_tag:shortstr
60.40  basic.publish              c  (ticket):short exchange:shortstr routing_key:shortstr mandatory:bit immediate:bit
60.50  basic.return               s  reply_code:short reply_text:shortstr exchange:shortstr routing_key:shortstr
60.60  basic.deliver              s  consumer_tag:shortstr delivery_tag:longlong redelivered:bit exchange:shortstr routing_key:shortstr
60.70  basic.get                  c  (ticket):short queue:shortstr no_ack:bit
60.71  basic.get-ok               s  delivery_tag:longlong redelivered:bit exchange:shortstr routing_key:shortstr message_count:long
60.72  basic.get-empty            s  (cluster_id):shortstr
60.80  basic.ack                  cs delivery_tag:longlong multiple:bit
60.90  basic.reject               c  delivery_tag:longlong requeue:bit
60.100 basic.recover-async        c  requeue:bit
60.110 basic.recover              c  requeue:bit
60.111 basic.recover-ok           s
60.120 basic.nack                 cs delivery_tag:longlong multiple:bit requeue:bit
85.10  confirm.select             c  no_wait:bit
85.11  confirm.select-ok          s
90.10  tx.select                  c
90.11  tx.select-ok               s
90.20  tx.commit                  c
90.21  tx.commit-ok               s
90.30  tx.rollback                c
90.31  tx.rollback-ok             s
"""


def table_of_methods():
    result = {}
    for line in METHODS.strip().splitlines():
        number, name, senders, *fields = line.split()
        numbers = tuple(int(part) for part in number.split("."))
        result[numbers] = (name, senders, [field.split(":") for field in fields])
    return result


KNOWN = table_of_methods()

# Properties of basic, from the highest flag down.
PROPERTIES = [field.split(":") for field in (
    "content_type:shortstr content_encoding:shortstr headers:table delivery_mode:octet priority:octet "
    "correlation_id:shortstr reply_to:shortstr expiration:shortstr message_id:shortstr "
    "timestamp:longlong type:shortstr user_id:shortstr app_id:shortstr cluster_id:shortstr").split()]


class Malformed(Exception):
    """Bytes that break a rule, and where the field that does so begins."""

    def __init__(self, offset, why):
        super().__init__("%s, at byte %d" % (why, offset))
        self.offset = offset


class Reader:
    def __init__(self, data, pos, end):
        self.data, self.pos, self.end = data, pos, end
        self.bits = None  # the octet that bits come from, and the next one's number

    def left(self):
        return self.end - self.pos

    def need(self, condition, why, offset=None):
        if not condition:
            raise Malformed(self.pos if offset is None else offset, why)

    def take(self, count):
        self.bits = None
        self.need(count <= self.left(), "a field runs past its end")
        self.pos += count
        return bytes(self.data[self.pos - count:self.pos])

    def number(self, form):
        return struct.unpack(">" + form, self.take(struct.calcsize(form)))[0]

    def octet(self):
        return self.number("B")

    def short(self):
        return self.number("H")

    def long(self):
        return self.number("I")

    def longlong(self):
        return self.number("Q")

    def bit(self):
        if self.bits is None or self.bits[1] == 8:
            octet = self.octet()
            self.bits = (octet, 0)
        octet, place = self.bits
        self.bits = (octet, place + 1)
        return bool(octet >> place & 1)

    def shortstr(self):
        return text(self.take(self.octet()))

    def longstr(self):
        return text(self.take(self.long()))

    def inner(self, start=None):
        size = self.long()
        self.need(size <= self.left(), "a table or an array runs past its end", start)
        self.pos += size
        return Reader(self.data, self.pos - size, self.pos)

    def table(self, start=None):
        inner = self.inner(start)
        entries = []
        while inner.left():
            entries.append([inner.shortstr(), *inner.value()])
        return entries

    def array(self, start):
        inner = self.inner(start)
        values = []
        while inner.left():
            values.append(list(inner.value()))
        return values

    def value(self):
        """A letter and a value. What is wrong with them is wrong at the letter, if it is not in an inner value."""
        start = self.pos
        letter = self.take(1).decode("latin-1")
        if letter == "A":
            return letter, self.array(start)
        if letter == "F":
            return letter, self.table(start)
        try:
            return letter, self.scalar(letter)
        except Malformed as error:
            raise Malformed(start, str(error)) from error

    def scalar(self, letter):
        if letter in NUMBERS:
            value = self.number(NUMBERS[letter])
            if letter in "fd" and not math.isfinite(value):
                return "NaN" if math.isnan(value) else "inf" if value > 0 else "-inf"
            return value
        if letter == "t":
            return self.octet() != 0
        if letter == "D":
            return {"scale": self.octet(), "value": self.long()}
        if letter == "S":
            return self.longstr()
        if letter == "x":
            return self.take(self.long()).hex()
        self.need(letter == "V", "no value has the type %r" % letter)
        return None


# RabbitMQ's letters: s and l are signed, i and u are not.
NUMBERS = {"b": "b", "B": "B", "s": "h", "u": "H", "I": "i", "i": "I", "l": "q", "f": "f", "d": "d", "T": "Q"}


def method(out, r, channel, side):
    r.need(r.left() >= 4, "no class and method")
    start = r.pos
    numbers = (r.short(), r.short())
    r.need(numbers in KNOWN, "unknown method %d.%d" % numbers, start)
    name, senders, fields = KNOWN[numbers]
    r.need((numbers[0] == 10) == (channel == 0), name + " on channel %d" % channel, out["offset"] + 1)
    if side and side[0] not in senders:
        raise AssertionError("%s from a %s" % (name, side))
    out["method"] = name
    for field, domain in fields:
        value = getattr(r, domain)()
        if not field.startswith("("):
            out[field] = value


def header(out, r):
    r.need(r.left() >= 12, "header cut off")
    start = r.pos
    r.need(r.short() == 60, "content of another class than basic", start)
    start = r.pos
    r.need(r.short() == 0, "weight", start)
    out["class"] = "basic"
    out["body_size"] = r.longlong()
    start = r.pos
    flags = r.short()
    r.need(flags & 3 == 0, "property flags", start)
    out["properties"] = {name: getattr(r, domain)()
                         for place, (name, domain) in enumerate(PROPERTIES) if flags >> 15 - place & 1}


def frame(data, pos, side):
    """The frame at pos and its end. All recordings end behind a frame's head, whole or not."""
    whole = Reader(data, pos, len(data))
    kind, channel, size = whole.octet(), whole.short(), whole.long()
    whole.need(kind in (1, 2, 3, 8), "frame type %d" % kind, pos)
    whole.need(kind == 1 or (channel == 0) == (kind == 8), "frame of type %d on channel %d" % (kind, channel), pos + 1)
    whole.need(kind != 8 or size == 0, "heartbeat with payload", pos + 3)
    if whole.left() <= size:
        return {"incomplete": len(data) - pos}, len(data)
    payload = Reader(data, whole.pos, whole.pos + size)
    whole.take(size)
    whole.need(whole.octet() == 0xCE, "frame end", pos + 7 + size)
    name = {1: "METHOD", 2: "HEADER", 3: "BODY", 8: "HEARTBEAT"}[kind]
    out = {"offset": pos, "length": whole.pos - pos, "frame": name, "channel": channel}
    if kind == 1:
        method(out, payload, channel, side)
    elif kind == 2:
        header(out, payload)
    elif kind == 3:
        out["payload"] = describe.payload(payload.take(size))
    payload.need(payload.left() == 0, "bytes behind the last field")
    return out, whole.pos


def decode(data, side=None):
    """Yield one dictionary for every unit in data; the last one says what is wrong, or how much of a unit there is."""
    pos = 0
    while pos < len(data):
        try:
            if pos == 0 and data[:1] == b"A":
                r = Reader(data, 0, len(data))
                r.need(r.take(4) == b"AMQP", "protocol header")
                names = ("protocol_id", "major", "minor", "revision")
                yield {"offset": 0, "length": 8, "frame": "PROTOCOL_HEADER", **{name: r.octet() for name in names}}
                pos = r.pos
                continue
            unit, pos = frame(data, pos, side)
            yield unit
        except Malformed as error:
            yield {"error": {"offset": error.offset}}
            return


def units(data, path):
    """The units of what the side in a file's name sent."""
    return decode(data, path.split(".")[-2])


if __name__ == "__main__":
    sys.exit(describe.main(__file__, __doc__, units))
