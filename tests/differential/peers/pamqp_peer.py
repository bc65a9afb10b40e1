"""pamqp's codec. Reads frames, a line of hex each, and says of each on a line:
takes TEXT HEX, takes TEXT !REASON, waits, or refuses REASON, with tabs between; TEXT as in src/amqp/text.rs, HEX as
pamqp writes what it has read, REASON why it does not.

    python pamqp_peer.py FILE"""

import datetime
import decimal
import logging
import struct
import sys

from pamqp import base, body, frame, header, heartbeat

RESERVED = {"capabilities", "insist", "known_hosts", "out_of_band", "channel_id"}
NAMES = {"exchange_type": "type", "message_type": "type"}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def verdict(data):
    # An incomplete head is not told apart from other faults.
    if len(data) < 8:
        return ["waits"]
    try:
        _, channel, read = frame.unmarshal(data)
    except Exception as error:
        text = str(error)
        return ["waits"] if "Not all data received" in text else ["refuses", reason(error)]
    try:
        written = frame.marshal(read, channel).hex().upper()
    except Exception as error:
        written = "!" + reason(error)
    return ["takes", told(read, channel), written]


def reason(error):
    """What kind of error: its text names the value."""
    while error.__cause__ is not None:
        error = error.__cause__
    return "ValueError" if isinstance(error, ValueError) else type(error).__name__


def told(read, channel):
    match read:
        case header.ProtocolHeader():
            return f"protocol {read.major_version} {read.minor_version} {read.revision}"
        case heartbeat.Heartbeat():
            return "heartbeat"
        case body.ContentBody():
            return f"body {channel} {read.value.hex().upper()}"
        case header.ContentHeader():
            return f"header {channel} {read.body_size}" + fields(read.properties, is_there)
        case base.Frame():
            name = read.name.replace(".", " ").split()
            return f"method {channel} {name[0].lower()}.{name[1].lower()}" + fields(read, is_argument)


def fields(read, wanted):
    parts = []
    for name in read.__slots__:
        value = getattr(read, name)
        if wanted(read, name, value):
            parts.append(f" {NAMES.get(name, name).replace('_', '')}={argument(value)}")
    return "".join(parts)


def is_there(read, name, value):
    # It sets this one to "" if it is not there.
    return value is not None and (name, value) != ("cluster_id", "")


def is_argument(read, name, value):
    if name == "ticket":
        return read.name == "Access.RequestOk"
    if name == "cluster_id":
        return False
    return name not in RESERVED


def argument(value):
    match value:
        case bool():
            return "01"[value]
        case int():
            return str(value)
        case str():
            return '"' + value.encode().hex().upper()
        case bytes() | bytearray():
            return '"' + value.hex().upper()
        case datetime.datetime():
            return seconds(value)
        case dict():
            return told_value(value)
        case None:
            return "None"
    raise TypeError(value)


def told_value(value):
    match value:
        case bool():
            return "t" + "01"[value]
        case int():
            return f"n{value}"
        case float():
            return "d" + struct.pack(">d", value).hex().upper()
        case decimal.Decimal():
            sign, digits, exponent = value.as_tuple()
            return f"D{-exponent}:{'-' if sign else ''}{int(''.join(map(str, digits)))}"
        case str():
            return "S" + value.encode().hex().upper()
        case bytearray():
            return "x" + value.hex().upper()
        case bytes():
            return "S" + value.hex().upper()
        case datetime.datetime():
            return "T" + seconds(value)
        case list():
            return "[" + "".join(told_value(one) + "," for one in value) + "]"
        case dict():
            return "{" + "".join(f"{key.encode().hex().upper()}={told_value(one)}," for key, one in value.items()) + "}"
        case None:
            return "V"
    raise TypeError(value)


def seconds(value):
    whole, rest = divmod(value - EPOCH, datetime.timedelta(seconds=1))
    return f"{whole}{'' if not rest else f'+{rest.microseconds}'}"


if __name__ == "__main__":
    logging.disable()
    with open(sys.argv[1], encoding="ascii") as lines:
        sys.stdout.write("".join("\t".join(verdict(bytes.fromhex(line.strip()))) + "\n" for line in lines))
