#!/usr/bin/env python3
"""Record the bytes of real MQTT programs, both sides, into this folder.

    python3 record.py [--out FOLDER] [NAME ...]     (NAME: only scenarios that start so)

Needs the programs named in README.md; NODE_PATH names the folder of the node modules.
A mosquitto broker is started on a free port of 127.0.0.1 and a recording proxy before it.
Every step waits for a packet seen by the proxy, never for a fixed time.
"""
import argparse
import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import time

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from tap import LIMIT, Scenario, free_port  # noqa: E402

(CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, SUBACK, UNSUBSCRIBE,
 UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH) = range(1, 16)
PROTOCOL = {"v31": paho.MQTTv31, "v311": paho.MQTTv311, "v5": paho.MQTTv5}
TOOL = {"v31": "mqttv31", "v311": "mqttv311", "v5": "mqttv5"}


# ---------------------------------------------------------------- broker

class Broker:
    """One mosquitto process with its own configuration, ended by its pid."""

    def __init__(self, work, name, lines=(), before=()):
        self.port = free_port()
        path = os.path.join(work, name + ".conf")
        with open(path, "w") as file:
            file.write("\n".join([
                "user root", "persistence false", "sys_interval 0", *before,
                "listener %d 127.0.0.1" % self.port, *lines]) + "\n")
        self.log = os.path.join(work, name + ".log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(["mosquitto", "-v", "-c", path], stdout=log, stderr=log)
        end = time.monotonic() + LIMIT
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("mosquitto did not start: " + open(self.log).read())
            time.sleep(0.02)

    def stop(self):
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
        self.process.wait(LIMIT)


def cut(data, start):
    """The type and the end of the packet that begins at start, if it is whole."""
    size, shift, pos = 0, 0, start + 1
    while True:
        if pos >= len(data):
            return None
        byte = data[pos]
        size |= (byte & 127) << shift
        shift, pos = shift + 7, pos + 1
        if byte < 128:
            break
    return (data[start] >> 4, pos + size) if pos + size <= len(data) else None


# ---------------------------------------------------------------- clients

def properties(packet, **values):
    result = Properties(packet)
    for name, value in values.items():
        setattr(result, name, value)
    return result


class Client:
    """paho-mqtt against a scenario; number is that of its first connection."""

    def __init__(self, scenario, version, name, number=1, clean=True, keep_alive=60, user=None,
                 will=None, connect=None, resume=False):
        self.version, self.scenario, self.number = version, scenario, number
        v5 = version == "v5"
        more = {} if v5 else {"clean_session": clean}
        self.c = c = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name,
                                 protocol=PROTOCOL[version], reconnect_on_failure=resume, **more)
        c.reconnect_delay_set(1, 1)
        if user:
            c.username_pw_set(*user)
        if will:
            c.will_set(**will)
        self.messages = queue.Queue()
        c.on_message = lambda client, data, message: self.messages.put(message)
        c.connect_timeout = LIMIT
        more = {"clean_start": clean, "properties": connect} if v5 else {}
        c.connect("127.0.0.1", scenario.port, keep_alive, **more)
        c.loop_start()
        self.on().wait("server", CONNACK)
        # paho has handled the CONNACK when it says so.
        end = time.monotonic() + LIMIT
        while not c.is_connected() and time.monotonic() < end \
                and not self.on().streams["server"].eof:
            time.sleep(0.005)

    def on(self, later=0):
        return self.scenario.connection(self.number + later)

    def subscribe(self, *arguments, later=0, **more):
        seen = self.on(later).count("server", SUBACK)
        self.c.subscribe(*arguments, **more)
        self.on(later).wait("server", SUBACK, seen + 1)

    def unsubscribe(self, *arguments, **more):
        seen = self.on().count("server", UNSUBACK)
        self.c.unsubscribe(*arguments, **more)
        self.on().wait("server", UNSUBACK, seen + 1)

    def publish(self, topic, payload, qos=0, retain=False, later=0, **more):
        kind = {1: PUBACK, 2: PUBCOMP}.get(qos)
        on = self.on(later)
        seen = kind and on.count("server", kind)
        self.c.publish(topic, payload, qos, retain, **more)
        if kind:
            on.wait("server", kind, seen + 1)
        return self

    def receive(self, count=1):
        return [self.messages.get(timeout=LIMIT) for _ in range(count)]

    def end(self, **more):
        self.c.disconnect(**more)
        self.c.loop_stop()

    def stop(self):
        """For a client whose connection the other side has closed already."""
        self.c.disconnect()
        self.c.loop_stop()


def run(*command):
    process = subprocess.run(command, timeout=LIMIT * 2, capture_output=True, text=True)
    if process.returncode:
        raise RuntimeError("%r: %s%s" % (command, process.stdout, process.stderr))


def tool(program, port, version, *arguments):
    return [program, "-h", "127.0.0.1", "-p", str(port), "-V", TOOL[version], *arguments]


def publish_elsewhere(broker, version, topic, payload, qos):
    """A message from an unrecorded connection."""
    run(*tool("mosquitto_pub", broker.port, version, "-t", topic, "-m", payload, "-q", str(qos)))


# ---------------------------------------------------------------- the recorder

class Recorder:
    def __init__(self, out, only, work):
        self.out, self.only, self.work = out, only, work
        self.brokers = []

    def broker(self, name, lines=("allow_anonymous true",), before=()):
        broker = Broker(self.work, name, lines, before)
        self.brokers.append(broker)
        return broker

    def wanted(self, name):
        if self.only and not any(name.startswith(o) for o in self.only):
            return False
        print(name, flush=True)
        return True

    def scenario(self, name, broker, connections=1):
        return Scenario(name, broker.port, self.out, cut, connections)


def every_version(rec, v, plain, login):
    v5 = v == "v5"
    keep = {"connect": properties(PacketTypes.CONNECT, SessionExpiryInterval=600)} if v5 else {}

    if rec.wanted(v + "-connect"):
        with rec.scenario(v + "-connect", plain) as s:
            Client(s, v, "plain").end()

    if rec.wanted(v + "-login"):
        with rec.scenario(v + "-login", login) as s:
            Client(s, v, "alice-client", user=("alice", "pass wörd")).end()

    if rec.wanted(v + "-bad-password"):
        with rec.scenario(v + "-bad-password", login, 2) as s:
            Client(s, v, "alice-client", user=("alice", "guess")).stop()
            s.connection(1).wait_end()
            Client(s, v, "nobody", 2).stop()

    for qos in (0, 1, 2):
        name = "%s-qos%d" % (v, qos)
        if rec.wanted(name):
            with rec.scenario(name, plain) as s:
                c = Client(s, v, "self%d" % qos)
                c.subscribe("qos/%d" % qos, qos)
                for payload in (b"one", b"", bytes(range(256)), "zwölf €".encode()):
                    c.publish("qos/%d" % qos, payload, qos)
                c.receive(4)
                ack = {1: PUBACK, 2: PUBCOMP}.get(qos)
                if ack:
                    c.on().wait("client", ack, 4)
                c.end()

    if rec.wanted(v + "-lower-qos"):
        with rec.scenario(v + "-lower-qos", plain) as s:
            c = Client(s, v, "lower")
            c.subscribe([("low/0", 0), ("low/1", 1), ("low/2", 2)] if not v5 else
                        [("low/%d" % q, SubscribeOptions(qos=q)) for q in (0, 1, 2)])
            for target in (0, 1, 2):
                for qos in (0, 1, 2):
                    c.publish("low/%d" % target, "%d to %d" % (qos, target), qos)
            c.receive(9)
            c.on().wait("client", PUBACK, 3).wait("client", PUBCOMP, 1)
            c.end()

    if rec.wanted(v + "-burst"):
        with rec.scenario(v + "-burst", plain) as s:
            c = Client(s, v, "burst")
            c.subscribe("burst/#", 2)
            for number in range(30):
                c.c.publish("burst/%d" % number, "x" * number, number % 3)
            c.receive(30)
            c.on().wait("server", PUBACK, 10).wait("server", PUBCOMP, 10)
            c.on().wait("client", PUBACK, 10).wait("client", PUBCOMP, 10)
            c.end()

    if rec.wanted(v + "-will"):
        with rec.scenario(v + "-will", plain, 2) as s:
            watcher = Client(s, v, "watcher")
            watcher.subscribe("will/+", 2)
            will = {"topic": "will/größe", "payload": b"gone\x00\xff", "qos": 1, "retain": False}
            Client(s, v, "dying", 2, will=will)
            s.connection(2).cut()
            watcher.receive()
            watcher.on().wait("client", PUBACK)
            watcher.end()

    if rec.wanted(v + "-will-retain"):
        with rec.scenario(v + "-will-retain", login) as s:
            will = {"topic": "will/retained", "payload": b"", "qos": 2, "retain": True}
            Client(s, v, "calm", user=("alice", "pass wörd"), will=will).end()

    if rec.wanted(v + "-retained"):
        with rec.scenario(v + "-retained", plain, 2) as s:
            first = Client(s, v, "keeper")
            first.publish("kept/0", "zero", 0, True)
            first.publish("kept/1", "one", 1, True)
            first.publish("kept/2", "two", 2, True)
            second = Client(s, v, "reader", 2)
            second.subscribe("kept/#", 2)
            second.receive(3)
            second.on().wait("client", PUBACK).wait("client", PUBCOMP)
            for qos in (0, 1, 2):
                first.publish("kept/%d" % qos, b"", qos, True)
            second.receive(3)
            second.on().wait("client", PUBACK, 2).wait("client", PUBCOMP, 2)
            first.end()
            second.end()

    if rec.wanted(v + "-wildcard"):
        with rec.scenario(v + "-wildcard", plain) as s:
            c = Client(s, v, "wild")
            c.subscribe("wild/+/温度", 1)
            c.subscribe("+/deep/#", 0)
            c.subscribe("/#", 2)
            c.publish("wild/raum/温度", "21.5", 1)
            c.publish("wild//温度", "empty level", 0)
            c.publish("x/deep/a/b/c/🦀", "crab", 1)
            c.publish("/leading", "slash", 2)
            c.receive(4)
            c.on().wait("client", PUBACK).wait("client", PUBCOMP)
            c.end()

    if rec.wanted(v + "-unsubscribe"):
        with rec.scenario(v + "-unsubscribe", plain) as s:
            c = Client(s, v, "leaver")
            c.subscribe([("a/b", 0), ("c/#", 1), ("+", 2)] if not v5 else
                        [(f, SubscribeOptions(qos=q)) for q, f in enumerate(("a/b", "c/#", "+"))])
            c.unsubscribe("a/b")
            c.unsubscribe(["c/#", "+", "never/there"])
            c.end()

    if rec.wanted(v + "-ping"):
        with rec.scenario(v + "-ping", plain) as s:
            c = Client(s, v, "pinger", keep_alive=1)
            c.on().wait("server", PINGRESP, 2)
            c.end()

    # Flows of the client: the connection is cut before the server's packet arrives, and
    # the client sends again.
    for name, qos, kind in (("qos1-puback", 1, PUBACK), ("qos2-pubrec", 2, PUBREC),
                            ("qos2-pubcomp", 2, PUBCOMP)):
        name = "%s-resume-out-%s" % (v, name)
        if rec.wanted(name):
            with rec.scenario(name, plain, 2) as s:
                s.cuts[1] = ("server", kind, 1)
                more = dict(keep, clean=paho.MQTT_CLEAN_START_FIRST_ONLY) if v5 else {"clean": False}
                c = Client(s, v, "%s-out-%d-%d" % (v, qos, kind), resume=True, **more)
                c.c.publish("resume/out", "sent once or twice", qos)
                s.connection(1).wait_end()
                s.connection(2).wait("server", PUBACK if qos == 1 else PUBCOMP)
                c.end()

    # Flows of the server: the client's acknowledgement is cut off, and the server sends again.
    for name, qos, kind in (("qos1-puback", 1, PUBACK), ("qos2-pubrec", 2, PUBREC),
                            ("qos2-pubcomp", 2, PUBCOMP)):
        name = "%s-resume-in-%s" % (v, name)
        if rec.wanted(name):
            with rec.scenario(name, plain, 2) as s:
                s.cuts[1] = ("client", kind, 1)
                more = dict(keep, clean=paho.MQTT_CLEAN_START_FIRST_ONLY) if v5 else {"clean": False}
                c = Client(s, v, "%s-in-%d-%d" % (v, qos, kind), resume=True, **more)
                topic = "resume/%s/%d/%d" % (v, qos, kind)
                c.subscribe(topic, qos)
                publish_elsewhere(plain, v, topic, "maybe twice", qos)
                s.connection(1).wait_end()
                publish_elsewhere(plain, v, topic, "while away or back", qos)
                s.connection(2).wait("client", PUBACK if qos == 1 else PUBCOMP, 2)
                c.end()

    if rec.wanted(v + "-large") and v != "v31":
        with rec.scenario(v + "-large", plain) as s:
            c = Client(s, v, "large")
            if v == "v311":
                c.publish("large", bytes(i * i // 7 % 256 for i in range(16500)), 1)
            else:
                c.subscribe("large", 1)
                publish_elsewhere(plain, v, "large", "0123456789a" * 1500, 1)
                c.receive()
                c.on().wait("client", PUBACK)
            c.end()

    if rec.wanted(v + "-medium"):
        with rec.scenario(v + "-medium", plain) as s:
            c = Client(s, v, "medium")
            c.subscribe("medium", 0)
            for size in (100, 110, 115, 117, 118, 119, 120, 300):  # round 127/128 bytes
                c.publish("medium", b"m" * size, 0)
            c.receive(8)
            c.end()

    if rec.wanted(v + "-mosquitto-tools"):
        with rec.scenario(v + "-mosquitto-tools", plain, 4) as s:
            sub = subprocess.Popen(
                tool("mosquitto_sub", s.port, v, "-i", "msub", "-q", "2", "-t", "tool/#", "-t",
                     "other/+", "-U", "tool/never", "-C", "6", "-k", "30", "--will-topic",
                     "tool/will", "--will-payload", "sub lost", "--will-qos", "2", "--will-retain"),
                stdout=subprocess.DEVNULL)
            s.connection(1).wait("server", SUBACK).wait("server", UNSUBACK)
            for number, qos in ((2, 0), (3, 1), (4, 2)):
                run(*tool("mosquitto_pub", s.port, v, "-i", "mpub%d" % qos, "-q", str(qos), "-t",
                          "tool/%d" % qos, "-m", "from mosquitto_pub", "--repeat", "2"))
                s.connection(number).wait_end()
            if sub.wait(LIMIT):
                raise RuntimeError("mosquitto_sub failed")

    if rec.wanted(v + "-mqttjs"):
        with rec.scenario(v + "-mqttjs", plain) as s:
            run("node", os.path.join(HERE, "mqttjs.cjs"), str(s.port),
                {"v31": "3", "v311": "4", "v5": "5"}[v], "basic")

    if rec.wanted(v + "-takeover"):
        with rec.scenario(v + "-takeover", plain, 2) as s:
            first = Client(s, v, "same")
            second = Client(s, v, "same", 2)
            # mosquitto 2.0.11 closes without the DISCONNECT 0x8E of MQTT 5.0.
            s.connection(1).wait_end()
            second.end()
            first.stop()


def only_311(rec, plain, plugin):
    if rec.wanted("v311-empty-client-id"):
        with rec.scenario("v311-empty-client-id", plain) as s:
            Client(s, "v311", "").end()

    if rec.wanted("v311-refused"):
        with rec.scenario("v311-refused", plugin) as s:
            c = Client(s, "v311", "refused")
            c.subscribe([("fine/#", 1), ("refused/sub", 2), ("fine/too", 0)])
            c.publish("refused/pub", "not delivered", 1)
            c.publish("refused/pub", "not delivered", 2)
            c.end()


def only_5(rec, plain, plugin, limited):
    v = "v5"
    P = PacketTypes

    if rec.wanted("v5-connect-properties"):
        with rec.scenario("v5-connect-properties", plain) as s:
            p = properties(P.CONNECT, SessionExpiryInterval=0xFFFFFFFF, ReceiveMaximum=65535,
                           MaximumPacketSize=268435455, TopicAliasMaximum=65535,
                           RequestResponseInformation=1, RequestProblemInformation=0,
                           UserProperty=[("name", "first"), ("name", "second"), ("", "")])
            c = Client(s, v, "all-properties", connect=p)
            c.end(properties=properties(P.DISCONNECT, SessionExpiryInterval=0))

    if rec.wanted("v5-assigned-id"):
        with rec.scenario("v5-assigned-id", plain) as s:
            Client(s, v, "").end()

    if rec.wanted("v5-publish-properties"):
        with rec.scenario("v5-publish-properties", plain) as s:
            c = Client(s, v, "rich")
            c.subscribe("rich/#", options=SubscribeOptions(qos=2), properties=properties(
                P.SUBSCRIBE, SubscriptionIdentifier=16384, UserProperty=("on", "subscribe")))
            for qos in (0, 1, 2):
                c.publish("rich/%d" % qos, "text ✓", qos, properties=properties(
                    P.PUBLISH, PayloadFormatIndicator=1, MessageExpiryInterval=3600,
                    ContentType="text/plain; charset=utf-8", ResponseTopic="rich/answer/ü",
                    CorrelationData=bytes([0, 1, 127, 128, 255]),
                    UserProperty=[("k", "v1"), ("k", "v2"), ("größe", "10 €")]))
            c.publish("rich/binary", b"\xfe\xff", 1, properties=properties(
                P.PUBLISH, PayloadFormatIndicator=0, MessageExpiryInterval=0xFFFFFFFF,
                CorrelationData=b"", ContentType=""))
            c.receive(4)
            c.on().wait("client", PUBACK, 2).wait("client", PUBCOMP)
            c.unsubscribe("rich/#", properties=properties(P.UNSUBSCRIBE, UserProperty=("on", "unsubscribe")))
            c.end()

    if rec.wanted("v5-topic-alias"):
        with rec.scenario("v5-topic-alias", plain) as s:
            c = Client(s, v, "alias", connect=properties(P.CONNECT, TopicAliasMaximum=10))
            c.subscribe("alias/#", 1)
            for alias in (1, 10):
                p = properties(P.PUBLISH, TopicAlias=alias)
                c.publish("alias/%d" % alias, "set", 1, properties=p)
                c.publish("", "used", 1, properties=p)
                c.publish("", "used", 0, properties=p)
                c.publish("alias/%d/new" % alias, "set anew", 1, properties=p)
                c.publish("", "used anew", 1, properties=p)
            c.receive(10)
            c.on().wait("client", PUBACK, 8)
            c.end()

    if rec.wanted("v5-topic-alias-invalid"):
        with rec.scenario("v5-topic-alias-invalid", plain) as s:
            c = Client(s, v, "alias-bad")
            c.c.publish("alias/bad", "x", 0, properties=properties(P.PUBLISH, TopicAlias=11))
            c.on().wait("server", DISCONNECT).wait_end()
            c.stop()

    if rec.wanted("v5-subscription-identifiers"):
        with rec.scenario("v5-subscription-identifiers", plain) as s:
            c = Client(s, v, "ids")
            for identifier, topic in ((1, "ids/a"), (127, "ids/+"), (128, "ids/#"), (268435455, "ids/b")):
                c.subscribe(topic, 1, properties=properties(P.SUBSCRIBE, SubscriptionIdentifier=identifier))
            c.publish("ids/a", "three match", 1)
            c.publish("ids/b", "three match", 0)
            c.publish("ids/c/d", "one matches", 1)
            c.receive(3)
            c.on().wait("client", PUBACK, 2)
            c.end()

    if rec.wanted("v5-shared-subscription"):
        with rec.scenario("v5-shared-subscription", plain, 3) as s:
            workers = [Client(s, v, "worker%d" % n, n) for n in (1, 2)]
            for worker in workers:
                worker.subscribe("$share/group/jobs/#", 1)
            boss = Client(s, v, "boss", 3)
            for number in range(4):
                boss.publish("jobs/%d" % number, "job %d" % number, 1)
            end = time.monotonic() + LIMIT
            while sum(s.connection(n).count("client", PUBACK) for n in (1, 2)) < 4:
                if time.monotonic() > end:
                    raise TimeoutError("shared")
                time.sleep(0.01)
            for worker in workers:
                worker.unsubscribe("$share/group/jobs/#")
            for c in (*workers, boss):
                c.end()

    if rec.wanted("v5-subscription-options"):
        with rec.scenario("v5-subscription-options", plain) as s:
            c = Client(s, v, "options")
            c.publish("opt/kept", "kept", 1, True)
            O = SubscribeOptions
            c.subscribe([("opt/own", O(qos=1, noLocal=True)),
                         ("opt/plain", O(qos=1, noLocal=False)),
                         ("opt/rap", O(qos=2, retainAsPublished=True)),
                         ("opt/none", O(qos=0, retainHandling=O.RETAIN_DO_NOT_SEND))])
            c.subscribe("opt/kept", options=O(qos=1, retainHandling=O.RETAIN_SEND_IF_NEW_SUB))
            c.receive()
            c.subscribe("opt/kept", options=O(qos=1, retainHandling=O.RETAIN_SEND_IF_NEW_SUB))
            c.subscribe("opt/kept", options=O(qos=1, retainHandling=O.RETAIN_DO_NOT_SEND))
            c.subscribe("opt/kept", options=O(qos=1, retainAsPublished=True,
                                              retainHandling=O.RETAIN_SEND_ON_SUBSCRIBE))
            c.receive()
            c.publish("opt/own", "not to me", 1)
            c.publish("opt/rap", "retain flag stays", 2, True)
            c.publish("opt/plain", "retain flag goes", 1, True)
            c.receive(2)
            c.on().wait("client", PUBCOMP).wait("client", PUBACK, 3)
            for topic in ("opt/kept", "opt/rap", "opt/plain"):
                c.c.publish(topic, b"", 0, True)
            c.receive(3)
            c.end()

    if rec.wanted("v5-disconnect-reason"):
        with rec.scenario("v5-disconnect-reason", plain) as s:
            c = Client(s, v, "reasons", connect=properties(P.CONNECT, SessionExpiryInterval=30))
            c.end(reasoncode=ReasonCode(P.DISCONNECT, identifier=0x80), properties=properties(
                P.DISCONNECT, SessionExpiryInterval=10, ReasonString="unspecified, says the test",
                UserProperty=[("a", "1"), ("b", "2")]))

    if rec.wanted("v5-disconnect-reason-only"):
        with rec.scenario("v5-disconnect-reason-only", plain) as s:
            Client(s, v, "reason").end(reasoncode=ReasonCode(P.DISCONNECT, identifier=0x98))

    if rec.wanted("v5-disconnect-with-will"):
        with rec.scenario("v5-disconnect-with-will", plain, 2) as s:
            watcher = Client(s, v, "watcher")
            watcher.subscribe("last/will", 1)
            will = {"topic": "last/will", "payload": "{\"state\":\"off\"}", "qos": 1, "properties":
                    properties(P.WILLMESSAGE, WillDelayInterval=0, PayloadFormatIndicator=1,
                               MessageExpiryInterval=120, ContentType="application/json",
                               ResponseTopic="last/answer", CorrelationData=b"\x00\x01",
                               UserProperty=[("will", "yes"), ("will", "again")])}
            c = Client(s, v, "with-will", 2, will=will)
            c.end(reasoncode=ReasonCode(P.DISCONNECT, identifier=4))
            watcher.receive()
            watcher.on().wait("client", PUBACK)
            watcher.end()

    if rec.wanted("v5-will-delay"):
        with rec.scenario("v5-will-delay", plain, 2) as s:
            watcher = Client(s, v, "watcher")
            watcher.subscribe("late/will", 0)
            Client(s, v, "late", 2, connect=properties(P.CONNECT, SessionExpiryInterval=100), will={
                "topic": "late/will", "payload": "late", "qos": 0, "properties":
                properties(P.WILLMESSAGE, WillDelayInterval=1)})
            s.connection(2).cut()
            watcher.receive()
            watcher.end()

    if rec.wanted("v5-receive-maximum"):
        with rec.scenario("v5-receive-maximum", plain, 2) as s:
            slow = Client(s, v, "slow", connect=properties(P.CONNECT, ReceiveMaximum=1))
            slow.subscribe("slow", 2)
            fast = Client(s, v, "fast", 2)
            for number in range(3):
                fast.c.publish("slow", "number %d" % number, 1 + number % 2)
            slow.receive(3)
            slow.on().wait("client", PUBACK, 2).wait("client", PUBCOMP)
            fast.on().wait("server", PUBACK, 2).wait("server", PUBCOMP)
            slow.end()
            fast.end()

    if rec.wanted("v5-limits"):
        with rec.scenario("v5-limits", limited) as s:
            c = Client(s, v, "limits", keep_alive=600)
            c.end()

    for name, topic, payload, qos, retain in (
            ("qos", "limit", "x", 2, False), ("retain", "limit", "x", 0, True),
            ("size", "limit", "x" * 400, 0, False), ("alias", "limit", "x", 0, False)):
        if rec.wanted("v5-limits-" + name):
            with rec.scenario("v5-limits-" + name, limited) as s:
                c = Client(s, v, "limits-" + name)
                more = {"properties": properties(P.PUBLISH, TopicAlias=1)} if name == "alias" else {}
                c.c.publish(topic, payload, qos, retain, **more)
                c.on().wait("server", DISCONNECT).wait_end()
                c.stop()

    if rec.wanted("v5-no-subscriber"):
        with rec.scenario("v5-no-subscriber", plain) as s:
            c = Client(s, v, "alone")
            c.publish("nobody/here", "x", 1)
            c.publish("nobody/here", "x", 2)
            c.end()

    if rec.wanted("v5-refused"):
        with rec.scenario("v5-refused", plugin) as s:
            c = Client(s, v, "refused")
            c.subscribe([(t, SubscribeOptions(qos=q)) for t, q in
                         (("fine/#", 1), ("refused/sub", 2), ("fine/too", 0))])
            c.publish("refused/pub", "not delivered", 1)
            seen = c.on().count("server", PUBREC)
            c.c.publish("refused/pub", "not delivered", 2)
            c.on().wait("server", PUBREC, seen + 1)
            c.unsubscribe(["fine/#", "refused/sub"])
            c.end()

    if rec.wanted("v5-auth"):
        with rec.scenario("v5-auth", plugin) as s:
            run("node", os.path.join(HERE, "mqttjs.cjs"), str(s.port), "5", "auth")

    if rec.wanted("v5-auth-method-unknown"):
        with rec.scenario("v5-auth-method-unknown", plain) as s:
            Client(s, v, "auth-bad", connect=properties(
                P.CONNECT, AuthenticationMethod="NONE-SUCH", AuthenticationData=b"\x01\x02")).stop()

    if rec.wanted("v5-mosquitto-properties"):
        with rec.scenario("v5-mosquitto-properties", plain, 2) as s:
            sub = subprocess.Popen(tool(
                "mosquitto_sub", s.port, v, "-i", "msub5", "-q", "1", "-t", "tool5", "-C", "1", "-c",
                "-x", "60", "-D", "connect", "receive-maximum", "3", "-D", "connect",
                "user-property", "who", "sub", "-D", "connect", "maximum-packet-size", "4096", "-D",
                "subscribe", "subscription-identifier", "42", "-D", "subscribe", "user-property",
                "a", "b", "-D", "disconnect", "session-expiry-interval", "0", "--will-topic", "w",
                "--will-payload", "p", "-D", "will", "will-delay-interval", "9", "-D", "will",
                "content-type", "text/plain"), stdout=subprocess.DEVNULL)
            s.connection(1).wait("server", SUBACK)
            run(*tool("mosquitto_pub", s.port, v, "-i", "mpub5", "-q", "1", "-t", "tool5", "-m", "{}",
                      "-D", "publish", "content-type", "application/json", "-D", "publish",
                      "payload-format-indicator", "1", "-D", "publish", "message-expiry-interval",
                      "300", "-D", "publish", "response-topic", "tool5/back", "-D", "publish",
                      "correlation-data", "abc", "-D", "publish", "user-property", "x", "y", "-D",
                      "publish", "topic-alias", "3", "-D", "disconnect", "reason-string", "finished",
                      "-D", "disconnect", "user-property", "bye", "bye"))
            if sub.wait(LIMIT):
                raise RuntimeError("mosquitto_sub failed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default=HERE)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        passwords = os.path.join(work, "passwords")
        open(passwords, "w").close()
        run("mosquitto_passwd", "-b", passwords, "alice", "pass wörd")
        plugin_file = os.path.join(work, "plugin.so")
        run("cc", "-shared", "-fPIC", "-o", plugin_file, os.path.join(HERE, "plugin.c"))
        rec = Recorder(arguments.out, arguments.names, work)
        try:
            plain = rec.broker("plain", ["allow_anonymous true", "max_topic_alias 10"])
            login = rec.broker("login", ["allow_anonymous false"], ["password_file " + passwords])
            plugin = rec.broker("plugin", ["allow_anonymous true"], ["plugin " + plugin_file])
            limited = rec.broker("limited", [
                "allow_anonymous true", "max_topic_alias 0", "max_qos 1"], [
                "max_keepalive 30", "max_packet_size 300", "retain_available false",
                "max_inflight_messages 5"])
            for version in ("v31", "v311", "v5"):
                every_version(rec, version, plain, login)
            only_311(rec, plain, plugin)
            only_5(rec, plain, plugin, limited)
        except BaseException:
            for broker in rec.brokers:
                print("---", broker.log, open(broker.log).read()[-3000:], file=sys.stderr)
            raise
        finally:
            for broker in rec.brokers:
                broker.stop()


if __name__ == "__main__":
    main()
