#!/usr/bin/env python3
"""MQTT 3.1, 3.1.1 and 5.0 decoder that writes the expected meaning of a recording.

Written from the MQTT specifications alone, with Python's standard library
alone; it shares nothing with the crate under test.

    expect.py FILE.bin ...      print the JSON lines of each file
    expect.py --write           write the .json sibling of every .bin beside this script
    expect.py --check           exit 1 if a sibling is missing or differs
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import describe  # noqa: E402

NAMES = [None, "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP",
         "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP",
         "DISCONNECT", "AUTH"]
CLIENT_ONLY = {"CONNECT", "SUBSCRIBE", "UNSUBSCRIBE", "PINGREQ"}
SERVER_ONLY = {"CONNACK", "SUBACK", "UNSUBACK", "PINGRESP"}

# MQTT 5.0 section 2.2.2.2: identifier -> (name, type, packets it may stand in)
PROPERTIES = {
    0x01: ("payload_format_indicator", "byte", "PUBLISH WILL"),
    0x02: ("message_expiry_interval", "four", "PUBLISH WILL"),
    0x03: ("content_type", "text", "PUBLISH WILL"),
    0x08: ("response_topic", "text", "PUBLISH WILL"),
    0x09: ("correlation_data", "binary", "PUBLISH WILL"),
    0x0B: ("subscription_identifier", "varint", "PUBLISH SUBSCRIBE"),
    0x11: ("session_expiry_interval", "four", "CONNECT CONNACK DISCONNECT"),
    0x12: ("assigned_client_identifier", "text", "CONNACK"),
    0x13: ("server_keep_alive", "two", "CONNACK"),
    0x15: ("authentication_method", "text", "CONNECT CONNACK AUTH"),
    0x16: ("authentication_data", "binary", "CONNECT CONNACK AUTH"),
    0x17: ("request_problem_information", "byte", "CONNECT"),
    0x18: ("will_delay_interval", "four", "WILL"),
    0x19: ("request_response_information", "byte", "CONNECT"),
    0x1A: ("response_information", "text", "CONNACK"),
    0x1C: ("server_reference", "text", "CONNACK DISCONNECT"),
    0x1F: ("reason_string", "text", "CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK "
                                    "DISCONNECT AUTH"),
    0x21: ("receive_maximum", "two", "CONNECT CONNACK"),
    0x22: ("topic_alias_maximum", "two", "CONNECT CONNACK"),
    0x23: ("topic_alias", "two", "PUBLISH"),
    0x24: ("maximum_qos", "byte", "CONNACK"),
    0x25: ("retain_available", "byte", "CONNACK"),
    0x26: ("user_property", "pair", "CONNECT CONNACK PUBLISH WILL PUBACK PUBREC PUBREL PUBCOMP "
                                    "SUBSCRIBE SUBACK UNSUBSCRIBE UNSUBACK DISCONNECT AUTH"),
    0x27: ("maximum_packet_size", "four", "CONNECT CONNACK"),
    0x28: ("wildcard_subscription_available", "byte", "CONNACK"),
    0x29: ("subscription_identifier_available", "byte", "CONNACK"),
    0x2A: ("shared_subscription_available", "byte", "CONNACK"),
}


class Malformed(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Malformed(why)


class Reader:
    def __init__(self, data, pos, end):
        self.data, self.pos, self.end = data, pos, end

    def left(self):
        return self.end - self.pos

    def take(self, count):
        need(count <= self.left(), "field runs past its packet")
        self.pos += count
        return self.data[self.pos - count:self.pos]

    def byte(self):
        return self.take(1)[0]

    def two(self):
        return int.from_bytes(self.take(2), "big")

    def four(self):
        return int.from_bytes(self.take(4), "big")

    def varint(self):
        value = 0
        for index in range(4):
            byte = self.byte()
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                need(index == 0 or byte != 0, "variable byte integer longer than needed")
                return value
        raise Malformed("variable byte integer of more than 4 bytes")

    def binary(self):
        return self.take(self.two()).hex()

    def text(self):
        text = self.take(self.two()).decode("utf-8", "strict")
        need("\0" not in text, "U+0000 in a string")
        return text

    def pair(self):
        name = self.text()
        return [name, self.text()]

    def rest(self):
        return self.take(self.left())

    def properties(self, place):
        size = self.varint()
        need(size <= self.left(), "properties run past their packet")
        inner = Reader(self.data, self.pos, self.pos + size)
        self.pos += size
        result = {}
        while inner.left():
            identifier = inner.varint()
            need(identifier in PROPERTIES, "unknown property 0x%02x" % identifier)
            name, kind, places = PROPERTIES[identifier]
            need(place in places.split(), "%s in %s" % (name, place))
            value = getattr(inner, kind)()
            # A SUBSCRIBE has one Subscription Identifier at most, a PUBLISH any number.
            if name == "user_property" or (name == "subscription_identifier"):
                need(name not in result or place != "SUBSCRIBE" or name == "user_property",
                     "second subscription_identifier")
                result.setdefault(name, []).append(value)
            else:
                need(name not in result, "second " + name)
                result[name] = value
        return result


def connect(out, r):
    out["protocol_name"] = r.text()
    out["protocol_level"] = level = r.byte()
    need((out["protocol_name"], level) in (("MQIsdp", 3), ("MQTT", 4), ("MQTT", 5)),
         "unknown protocol")
    v5 = level == 5
    flags = r.byte()
    need(not flags & 1, "reserved connect flag")
    out["clean_start" if v5 else "clean_session"] = bool(flags & 2)
    out["keep_alive"] = r.two()
    if v5:
        out["properties"] = r.properties("CONNECT")
    out["client_identifier"] = r.text()
    if flags & 4:
        will = {"qos": flags >> 3 & 3, "retain": bool(flags & 0x20)}
        need(will["qos"] < 3, "will qos 3")
        if v5:
            will["properties"] = r.properties("WILL")
        will["topic"] = r.text()
        will["payload"] = r.binary()
        out["will"] = will
    else:
        need(not flags & 0x38, "will flags without a will")
    if flags & 0x80:
        out["user_name"] = r.text()
    if flags & 0x40:
        need(v5 or flags & 0x80, "password without user name")
        out["password"] = r.binary()


def decode(data, version, side=None):
    """Yield one dictionary for every packet in data; version is 3, 4 or 5."""
    pos = 0
    v5 = version == 5
    while pos < len(data):
        first = data[pos]
        head = Reader(data, pos + 1, len(data))
        size = head.varint()
        need(size <= head.left(), "cut packet at the end")
        r = Reader(data, head.pos, head.pos + size)
        name = NAMES[first >> 4]
        need(name is not None and (v5 or name != "AUTH"), "packet type %d" % (first >> 4))
        need(side != "client" or name not in SERVER_ONLY, name + " from a client")
        need(side != "server" or name not in CLIENT_ONLY, name + " from a server")
        flags = first & 15
        out = {"offset": pos, "length": r.end - pos, "packet": name}
        if name == "PUBLISH":
            out["dup"] = bool(flags & 8)
            out["qos"] = flags >> 1 & 3
            out["retain"] = bool(flags & 1)
            need(out["qos"] < 3, "qos 3")
        elif name in ("PUBREL", "SUBSCRIBE", "UNSUBSCRIBE") and version > 3:
            need(flags == 2, "flags of " + name)
        elif version == 3 and name in ("PUBREL", "SUBSCRIBE", "UNSUBSCRIBE"):
            # MQTT 3.1 gives these a DUP flag and QoS 1.
            need(flags in (2, 10), "flags of " + name)
        else:
            need(flags == 0, "flags of " + name)

        if name == "CONNECT":
            connect(out, r)
        elif name == "CONNACK":
            acknowledge = r.byte()
            need(acknowledge < 2, "connect acknowledge flags")
            out["session_present"] = bool(acknowledge)
            out["reason_code" if v5 else "return_code"] = r.byte()
            if v5:
                out["properties"] = r.properties(name)
        elif name == "PUBLISH":
            out["topic_name"] = r.text()
            if out["qos"]:
                out["packet_identifier"] = r.two()
            if v5:
                out["properties"] = r.properties(name)
            out["payload"] = r.rest().hex()
        elif name in ("PUBACK", "PUBREC", "PUBREL", "PUBCOMP"):
            out["packet_identifier"] = r.two()
            if v5:
                out["reason_code"] = r.byte() if r.left() else 0
                out["properties"] = r.properties(name) if r.left() else {}
        elif name in ("SUBSCRIBE", "UNSUBSCRIBE"):
            out["packet_identifier"] = r.two()
            if v5:
                out["properties"] = r.properties(name)
            entries = []
            need(r.left(), "no topic filter")
            while r.left():
                topic_filter = r.text()
                if name == "UNSUBSCRIBE":
                    entries.append(topic_filter)
                    continue
                options = r.byte()
                entry = {"topic_filter": topic_filter, "qos": options & 3}
                need(entry["qos"] < 3, "qos 3")
                if v5:
                    entry["no_local"] = bool(options & 4)
                    entry["retain_as_published"] = bool(options & 8)
                    entry["retain_handling"] = options >> 4 & 3
                    need(options < 0x30, "retain handling 3 or reserved bits")
                else:
                    need(options < 3, "reserved bits of the requested qos")
                entries.append(entry)
            out["subscriptions" if name == "SUBSCRIBE" else "topic_filters"] = entries
        elif name in ("SUBACK", "UNSUBACK"):
            out["packet_identifier"] = r.two()
            if v5:
                out["properties"] = r.properties(name)
            if name == "SUBACK" or v5:
                need(r.left(), "no codes")
                out["reason_codes" if v5 else "return_codes"] = list(r.rest())
        elif name in ("DISCONNECT", "AUTH") and v5:
            out["reason_code"] = r.byte() if r.left() else 0
            out["properties"] = r.properties(name) if r.left() else {}
        need(r.left() == 0, "%d bytes too many in %s" % (r.left(), name))
        for code in [out.get("packet_identifier", 1)]:
            need(code != 0, "packet identifier 0")
        yield out
        pos = r.end


def version_of(path):
    prefix = os.path.basename(path).split("-")[0]
    return {"v31": 3, "v311": 4, "v5": 5}[prefix]


def units(data, path):
    """The packets of what the side in a file's name sent, in its version."""
    version = version_of(path)
    for packet in decode(data, version, path.split(".")[-2]):
        need(packet.get("protocol_level", version) == version, "version and file name differ")
        yield packet


if __name__ == "__main__":
    sys.exit(describe.main(__file__, __doc__, units))
