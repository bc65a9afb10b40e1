#!/usr/bin/env python3
"""Compare every .json beside this script with two decoders of others: tshark and npm mqtt-packet.

    NODE_PATH=.../node_modules python3 crosscheck.py [tshark] [mqtt-packet]

From tshark: type, length, flags, topic, packet identifier, qos, payload, codes, properties.
From mqtt-packet: all fields of every packet, after translation of names.
Exit status 1 if anything differs.
"""
import glob
import json
import os
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from expect import NAMES, PROPERTIES, version_of

HERE = os.path.dirname(os.path.abspath(__file__))


def load():
    """{base name: {side: (bytes, expected packets)}}"""
    result = {}
    for path in sorted(glob.glob(os.path.join(HERE, "v*.bin"))):
        base, side, _ = os.path.basename(path).split(".")
        with open(path, "rb") as file:
            data = file.read()
        with open(path[:-4] + ".json", encoding="utf-8") as file:
            result.setdefault(base, {})[side] = (data, [json.loads(line) for line in file])
    return result


# ---------------------------------------------------------------- mqtt-packet

def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


RENAMED = {"subscription_identifier_available": "subscriptionIdentifiersAvailable",
           "user_property": "userProperties", "maximum_qos": "maximumQoS"}
FLAGS = {"payload_format_indicator", "request_problem_information", "request_response_information",
         "retain_available", "wildcard_subscription_available", "shared_subscription_available",
         "subscription_identifier_available"}
BINARY = {"correlation_data", "authentication_data"}


def js_properties(expected):
    result = {}
    for name, value in expected.items():
        if name == "user_property":
            # mqtt-packet groups by name: a name that comes again becomes a list.
            grouped = {}
            for key, text in value:
                grouped.setdefault(key, []).append(text)
            value = {k: v if len(v) > 1 else v[0] for k, v in grouped.items()}
        elif name == "subscription_identifier":
            value = value if len(value) > 1 else value[0]
        elif name in FLAGS:
            value = bool(value)
        elif name in BINARY:
            value = {"hex": value}
        result[RENAMED.get(name, camel(name))] = value
    return result


def js_packet(e, version):
    """The expected packet in the words of mqtt-packet."""
    kind = e["packet"].lower()
    v5 = version == 5
    properties = js_properties(e.get("properties", {}))
    first = {k: e[k] for k in ("dup", "qos", "retain") if k in e}
    head = 1 + (1 if e["length"] < 130 else 2 if e["length"] < 16387 else 3)
    out = {"cmd": kind, "length": e["length"] - head, **first}
    if "packet_identifier" in e:
        out["messageId"] = e["packet_identifier"]
    if kind == "connect":
        out.update(protocolId=e["protocol_name"], protocolVersion=e["protocol_level"],
                   clean=e["clean_start" if v5 else "clean_session"], keepalive=e["keep_alive"],
                   clientId=e["client_identifier"])
        if "user_name" in e:
            out["username"] = e["user_name"]
        if "password" in e:
            out["password"] = {"hex": e["password"]}
        if "will" in e:
            w = e["will"]
            out["will"] = {"qos": w["qos"], "retain": w["retain"], "topic": w["topic"],
                           "payload": {"hex": w["payload"]}}
            if w.get("properties"):
                out["will"]["properties"] = js_properties(w["properties"])
    elif kind == "connack":
        out["sessionPresent"] = e["session_present"]
        out["reasonCode" if v5 else "returnCode"] = e["reason_code" if v5 else "return_code"]
    elif kind == "publish":
        out.update(topic=e["topic_name"], payload={"hex": e["payload"]})
    elif kind in ("puback", "pubrec", "pubrel", "pubcomp", "disconnect", "auth") and v5:
        out["reasonCode"] = e["reason_code"]
    elif kind == "subscribe":
        out["subscriptions"] = [
            {"topic": s["topic_filter"], "qos": s["qos"],
             **({"nl": s["no_local"], "rap": s["retain_as_published"], "rh": s["retain_handling"]}
                if v5 else {})} for s in e["subscriptions"]]
    elif kind == "unsubscribe":
        out["unsubscriptions"] = e["topic_filters"]
    elif kind == "suback" or kind == "unsuback" and v5:
        out["granted"] = e["reason_codes" if v5 else "return_codes"]
    if properties:
        out["properties"] = properties
    return out


def check_mqtt_packet(recordings, differ):
    jobs = [(base, side, version_of(base), data, expected) for base, sides in recordings.items()
            for side, (data, expected) in sides.items()]
    source = "".join(json.dumps({"version": v, "hex": data.hex()}) + "\n" for _, _, v, data, _ in jobs)
    done = subprocess.run(["node", os.path.join(HERE, "mqtt_packet.cjs")], input=source, text=True,
                          capture_output=True, check=True)
    packets = 0
    for (base, side, version, _, expected), line in zip(jobs, done.stdout.splitlines(), strict=True):
        seen = json.loads(line)
        name = base + "." + side
        if seen["error"] or len(seen["packets"]) != len(expected):
            differ(name, "error %r, %d packets of %d" % (
                seen["error"], len(seen["packets"]), len(expected)))
        for e, got in zip(expected, seen["packets"]):
            packets += 1
            want = js_packet(e, version)
            # Fields that mqtt-packet sets beside those of the wire.
            got = {k: v for k, v in got.items() if v is not None and k in want or k in (
                "will", "username", "password", "properties", "messageId") and v is not None}
            if "properties" in got and not got["properties"]:
                del got["properties"]
            for key in sorted(set(want) | set(got)):
                if want.get(key) != got.get(key):
                    differ(name, "offset %d %s %s: expected %r, mqtt-packet %r" % (
                        e["offset"], e["packet"], key, want.get(key), got.get(key)))
    return packets


# ---------------------------------------------------------------- tshark

def tcp(source, target, seq, ack, payload):
    head = struct.pack(">HHIIBBHHH", source, target, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4,
                       0x18, 65535, 0, 0)
    segment = head + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0,
                     b"\x7f\0\0\1", b"\x7f\0\0\1")
    return ip + segment


def write_pcap(path, client, server, size=700):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        clock = 0

        def put(frame):
            nonlocal clock
            clock += 1
            file.write(struct.pack("<IIII", 1, clock, len(frame), len(frame)) + frame)
        for at in range(0, len(client), size):
            put(tcp(40000, 1883, 1 + at, 1, client[at:at + size]))
        for at in range(0, len(server), size):
            put(tcp(1883, 40000, 1 + at, 1 + len(client), server[at:at + size]))


def raw(field):
    return field.get("value", "")


class Proto:
    def __init__(self, element):
        self.fields = list(element.iter("field"))

    def all(self, name):
        return [f for f in self.fields if f.get("name") == name]

    def first(self, name):
        found = self.all(name)
        return found[0] if found else None

    def number(self, name):
        field = self.first(name)
        return int(field.get("show"), 0) if field is not None else None

    def flag(self, name):
        field = self.first(name)
        return None if field is None else field.get("show") in ("1", "True")

    def text(self, name):
        field = self.first(name)
        return None if field is None else bytes.fromhex(raw(field)).decode()

    def hexes(self, name):
        return [raw(f) for f in self.all(name)]


def property_tree(packet, wanted):
    """Raw values of a property list, as [identifier, hex, hex...], from tshark's tree."""
    result = []
    tree = packet.first(wanted)
    if tree is None:
        return result
    for field in tree:
        name = field.get("name")
        if name == "mqtt.property_id":
            result.append([int(field.get("show"), 0)])
        elif name not in ("mqtt.property_len", "mqtt.prop_string_len", "mqtt.prop_key_len",
                          "mqtt.prop_value_len"):
            # tshark's field of this one begins with the length of the string.
            result[-1].append(raw(field)[4:] if name == "mqtt.property.content_type" else raw(field))
    return sorted(result, key=lambda entry: entry[0])


def raw_properties(expected):
    """The same list made of the expected object. Both are sorted by identifier, stably: the order
    of properties of one identifier is compared, that of different ones is not in the object."""
    result = []
    sizes = {"byte": 1, "two": 2, "four": 4}
    for identifier, (name, kind, _) in PROPERTIES.items():
        if name not in expected:
            continue
        values = expected[name]
        for value in values if isinstance(values, list) else [values]:
            if kind == "pair":
                result.append([identifier, *(v.encode().hex() for v in value)])
            elif kind == "text":
                result.append([identifier, value.encode().hex()])
            elif kind == "binary":
                result.append([identifier, value])
            elif kind == "varint":
                coded = bytearray()
                while True:
                    coded.append(value & 127 | (128 if value > 127 else 0))
                    value >>= 7
                    if not value:
                        break
                result.append([identifier, coded.hex()])
            else:
                result.append([identifier, value.to_bytes(sizes[kind], "big").hex()])
    return result


def check_tshark_packet(e, p, version, say):
    v5 = version == 5

    def same(what, want, got):
        if want != got:
            say("%s: expected %r, tshark %r" % (what, want, got))

    kind = e["packet"]
    same("type", kind, NAMES[p.number("mqtt.msgtype")])
    length = p.first("mqtt.len")
    same("length", e["length"], 1 + int(length.get("size")) + int(length.get("show")))
    if kind == "PUBLISH":
        same("dup", e["dup"], p.flag("mqtt.dupflag"))
        same("qos", e["qos"], p.number("mqtt.qos"))
        same("retain", e["retain"], p.flag("mqtt.retain"))
        same("payload", e["payload"], "".join(p.hexes("mqtt.msg")))
        same("topic", e["topic_name"], p.text("mqtt.topic") or "")
    if "packet_identifier" in e:
        same("packet identifier", e["packet_identifier"], p.number("mqtt.msgid"))
    if kind == "CONNECT":
        same("protocol name", e["protocol_name"], p.text("mqtt.protoname"))
        same("protocol level", e["protocol_level"], p.number("mqtt.ver"))
        same("clean", e.get("clean_start", e.get("clean_session")), p.flag("mqtt.conflag.cleansess"))
        same("keep alive", e["keep_alive"], p.number("mqtt.kalive"))
        same("client identifier", e["client_identifier"], p.text("mqtt.clientid") or "")
        same("will flag", "will" in e, p.flag("mqtt.conflag.willflag"))
        will = e.get("will", {"qos": 0, "retain": False})
        same("will qos", will["qos"], p.number("mqtt.conflag.qos"))
        same("will retain", will["retain"], p.flag("mqtt.conflag.retain"))
        same("will topic", will.get("topic"), p.text("mqtt.willtopic"))
        same("will payload", will.get("payload", ""), "".join(p.hexes("mqtt.willmsg")))
        same("user name", e.get("user_name"), p.text("mqtt.username"))
        same("password", e.get("password", ""), "".join(p.hexes("mqtt.passwd")))
        if v5 and "will" in e:
            same("will properties", raw_properties(will["properties"]),
                 property_tree(p, "mqtt.will_properties"))
    if kind == "CONNACK":
        if version > 3:
            same("session present", e["session_present"], p.flag("mqtt.conack.flags.sp"))
        same("code", e.get("reason_code", e.get("return_code")),
             p.number("mqtt.connack.reason_code" if v5 else "mqtt.conack.val"))
    if kind == "SUBSCRIBE":
        topics = [bytes.fromhex(h).decode() for h in p.hexes("mqtt.topic")]
        same("filters", [s["topic_filter"] for s in e["subscriptions"]], topics)
        options = p.all("mqtt.subscription_options" if v5 else "mqtt.sub.qos")
        want = [s["qos"] | (s["no_local"] << 2 | s["retain_as_published"] << 3
                            | s["retain_handling"] << 4 if v5 else 0) for s in e["subscriptions"]]
        same("options", want, [int(raw(f), 16) for f in options])
    if kind == "UNSUBSCRIBE":
        same("filters", e["topic_filters"], [bytes.fromhex(h).decode() for h in p.hexes("mqtt.topic")])
    if kind in ("SUBACK", "UNSUBACK") and (v5 or kind == "SUBACK"):
        name = "mqtt.%s.reason_code" % kind.lower() if v5 else "mqtt.suback.qos"
        same("codes", e.get("reason_codes", e.get("return_codes")),
             [int(raw(f), 16) for f in p.all(name)])
    if v5 and kind in ("PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "DISCONNECT", "AUTH"):
        same("reason code", e["reason_code"], p.number("mqtt.%s.reason_code" % kind.lower()) or 0)
    if v5 and "properties" in e:
        same("properties", raw_properties(e["properties"]),
             property_tree(p, "mqtt.properties"))


def check_tshark(recordings, differ):
    """Each connection is written to a capture of its own, as TCP segments of 700 bytes."""
    packets = 0
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "one.pcap")
        for base, sides in recordings.items():
            write_pcap(path, sides["client"][0], sides["server"][0])
            done = subprocess.run(["tshark", "-n", "-r", path, "-d", "tcp.port==1883,mqtt", "-T", "pdml"],
                                  capture_output=True, check=True)
            found = {"client": [], "server": []}
            for frame in ElementTree.fromstring(done.stdout):
                source = next(f.get("show") for f in frame.iter("field") if f.get("name") == "tcp.srcport")
                side = "server" if source == "1883" else "client"
                found[side] += [Proto(x) for x in frame.findall("proto") if x.get("name") == "mqtt"]
                if any(x.get("name") == "_ws.malformed" for x in frame.iter("proto")):
                    differ(base + "." + side, "tshark calls a packet malformed")
            for side, (_, expected) in sides.items():
                if len(found[side]) != len(expected):
                    differ(base + "." + side, "tshark sees %d packets of %d" % (
                        len(found[side]), len(expected)))
                for e, p in zip(expected, found[side]):
                    packets += 1
                    check_tshark_packet(e, p, version_of(base), lambda text, e=e: differ(
                        base + "." + side, "offset %d %s %s" % (e["offset"], e["packet"], text)))
    return packets


def main(arguments):
    recordings = load()
    count = 0

    def differ(name, text):
        nonlocal count
        count += 1
        print(name + ": " + text)

    for name, check in (("mqtt-packet", check_mqtt_packet), ("tshark", check_tshark)):
        if not arguments or name in arguments:
            before = count
            packets = check(recordings, differ)
            print("%s: %d packets compared, %d differences" % (name, packets, count - before), flush=True)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
