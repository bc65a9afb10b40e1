#!/usr/bin/env python3
"""The MQTT examples against programs that others wrote.

The server example is driven by paho-mqtt and by mosquitto's command line clients, the client example by Debian's
mosquitto. Everything runs on loopback and is ended by the process that started it.

    cargo build --release --example mqtt_server --example mqtt_client
    python3 tests/strangers/mqtt.py target/release/examples

Needs: mosquitto, mosquitto-clients (Debian), paho-mqtt 2 (PyPI).
"""

import contextlib
import os
import pathlib
import queue
import subprocess
import sys
import tempfile
import time

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from examples import EXAMPLES, PATIENCE, our_server, process

sys.path.append(str(pathlib.Path(__file__).parents[2] / "testdata"))

from tap import free_port, wait_for_port  # noqa: E402

VERSIONS = {"3.1": paho.MQTTv31, "3.1.1": paho.MQTTv311, "5.0": paho.MQTTv5}


@contextlib.contextmanager
def mosquitto(extra=""):
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        config = pathlib.Path(folder) / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\n" + (extra.format(folder=folder) or "allow_anonymous true\n"))
        passwords = pathlib.Path(folder) / "passwords"
        passwords.touch(0o644)
        subprocess.run(["mosquitto_passwd", "-b", passwords, "ada", "pa:ss"], check=True, stderr=subprocess.DEVNULL)
        passwords.chmod(0o644)
        with process("mosquitto", "-c", config) as running:
            wait_for_port(port, running)
            yield port


class Peer:
    """A paho client whose events are waited for, one at a time."""

    def __init__(self, port, name, version, clean=True, will=None, expiry=None):
        self.events = queue.Queue()
        self.version = version
        kind = {} if version == paho.MQTTv5 else {"clean_session": clean}
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name, protocol=version, **kind)
        self.client.max_inflight_messages_set(50)
        put = self.events.put
        self.client.on_connect = lambda _c, _u, flags, reason, _p: put(("connected", flags.session_present, reason))
        self.client.on_disconnect = lambda _c, _u, _f, reason, _p: put(("disconnected", reason))
        self.client.on_message = lambda _c, _u, message: put(
            ("message", message.topic, message.payload, message.qos, bool(message.retain))
        )
        self.client.on_publish = lambda _c, _u, mid, _r, _p: put(("published", mid))
        self.client.on_subscribe = lambda _c, _u, _mid, codes, _p: put(("subscribed", [code.value for code in codes]))
        self.client.on_unsubscribe = lambda _c, _u, _mid, _codes, _p: put(("unsubscribed",))
        if will:
            self.client.will_set(*will)
        properties = None
        if version == paho.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = expiry or 0
            self.client.connect("127.0.0.1", port, 30, clean_start=clean, properties=properties)
        else:
            self.client.connect("127.0.0.1", port, 30)
        self.client.loop_start()
        self.session_present = self.wait("connected")[1]

    def wait(self, kind):
        end = time.monotonic() + PATIENCE
        while True:
            event = self.events.get(timeout=max(0.01, end - time.monotonic()))
            if event[0] == kind:
                return event

    def messages(self, n):
        return [self.wait("message")[1:] for _ in range(n)]

    def subscribe(self, *filters):
        self.client.subscribe(list(filters))
        return self.wait("subscribed")[1]

    def publish(self, topic, payload, qos, retain=False, properties=None):
        self.client.publish(topic, payload, qos, retain, properties)
        self.wait("published")

    def end(self):
        self.client.disconnect()
        self.wait("disconnected")
        self.client.loop_stop()

    def cut(self):
        """Ends the connection without DISCONNECT."""
        self.client.loop_stop()
        self.client._sock_close()


# --- our server ------------------------------------------------------------------------------------------------------


def paho_publishes_and_subscribes(version):
    with our_server("mqtt_server") as port:
        reader, writer = Peer(port, "reader", version), Peer(port, "writer", version)
        assert reader.subscribe(("home/+/temperature", 2), ("alarm/#", 1)) == [2, 1]
        for qos in (0, 1, 2):
            writer.publish("home/kitchen/temperature", f"{qos}", qos)
        assert reader.messages(3) == [("home/kitchen/temperature", b"%d" % qos, qos, False) for qos in (0, 1, 2)]
        writer.publish("alarm/fire", b"\x00\xff" * 20_000, 2)
        assert reader.messages(1) == [("alarm/fire", b"\x00\xff" * 20_000, 1, False)]
        reader.client.unsubscribe("alarm/#")
        reader.wait("unsubscribed")
        writer.publish("alarm/fire", "nobody hears", 1)
        writer.publish("home/hall/temperature", "last", 1)
        assert reader.messages(1) == [("home/hall/temperature", b"last", 1, False)]
        reader.end(), writer.end()


def paho_finds_what_is_retained(version):
    with our_server("mqtt_server") as port:
        writer = Peer(port, "writer", version)
        writer.publish("state/door", "open", 1, retain=True)
        writer.publish("state/lamp", "on", 1, retain=True)
        writer.publish("state/lamp", "", 1, retain=True)
        reader = Peer(port, "reader", version)
        reader.subscribe(("state/#", 1))
        assert reader.messages(1) == [("state/door", b"open", 1, True)]
        reader.end(), writer.end()


def paho_hears_a_will(version):
    with our_server("mqtt_server") as port:
        reader = Peer(port, "reader", version)
        reader.subscribe(("gone/#", 1))
        Peer(port, "mortal", version, will=("gone/mortal", "farewell", 1)).cut()
        assert reader.messages(1) == [("gone/mortal", b"farewell", 1, False)]
        polite = Peer(port, "polite", version, will=("gone/polite", "not to be heard", 1))
        polite.end()
        Peer(port, "other", version, will=("gone/other", "second", 1)).cut()
        assert reader.messages(1) == [("gone/other", b"second", 1, False)]
        reader.end()


def paho_resumes_its_session(version):
    with our_server("mqtt_server") as port:
        reader = Peer(port, "reader", version, clean=False, expiry=60)
        assert not reader.session_present
        reader.subscribe(("news", 2))
        reader.cut()
        writer = Peer(port, "writer", version)
        for n in range(5):
            writer.publish("news", f"{n}", 2)
        again = Peer(port, "reader", version, clean=False, expiry=60)
        # 3.1 has no words for a session that is present.
        assert again.session_present or version == paho.MQTTv31
        assert [message[1] for message in again.messages(5)] == [b"%d" % n for n in range(5)]
        again.end(), writer.end()


def paho_sends_many_at_once(version):
    with our_server("mqtt_server") as port:
        reader, writer = Peer(port, "reader", version), Peer(port, "writer", version)
        reader.subscribe(("many", 2))
        for n in range(500):
            writer.client.publish("many", f"{n}", n % 3)
        got = [(int(message[1]), message[2]) for message in reader.messages(500)]
        for qos in (0, 1, 2):
            assert [n for n, got_qos in got if got_qos == qos] == list(range(qos, 500, 3)), f"order of QoS {qos}"
        reader.end(), writer.end()


def paho_uses_what_is_new_in_5(version):
    if version != paho.MQTTv5:
        return
    with our_server("mqtt_server") as port:
        reader, writer = Peer(port, "", version), Peer(port, "writer", version)
        reader.client.subscribe("own/#", options=SubscribeOptions(qos=1, noLocal=True))
        reader.wait("subscribed")
        properties = Properties(PacketTypes.PUBLISH)
        properties.UserProperty = [("room", "kitchen"), ("room", "hall")]
        properties.ContentType, properties.MessageExpiryInterval = "text/plain", 60
        seen = []
        reader.client.on_message = lambda _c, _u, message: seen.append(message) or reader.events.put(("message",))
        reader.publish("own/echo", "not for myself", 1)
        writer.publish("own/other", "text", 1, properties=properties)
        reader.wait("message")
        assert [message.topic for message in seen] == ["own/other"]
        assert seen[0].properties.UserProperty == [("room", "kitchen"), ("room", "hall")]
        assert (seen[0].properties.ContentType, seen[0].properties.MessageExpiryInterval) == ("text/plain", 60)
        first, second = Peer(port, "twin", version), Peer(port, "twin", version)
        assert first.wait("disconnected")[1].value == 0x8E, "session taken over"
        second.end(), reader.end(), writer.end()


def mosquitto_clients_talk(version):
    word = {paho.MQTTv31: "31", paho.MQTTv311: "311", paho.MQTTv5: "5"}[version]
    with our_server("mqtt_server") as port:
        common = ["-h", "127.0.0.1", "-p", str(port), "-V", word]
        for qos in "012":
            publish = ["mosquitto_pub", *common, "-i", "pub", "-r", "-t", f"a/{qos}", "-q", qos, "-m", f"m{qos}"]
            subprocess.run(publish, check=True, timeout=PATIENCE)
        subscribe = ["mosquitto_sub", *common, "-i", "sub", "-t", "a/#", "-q", "2", "-C", "3", "-F", "%t %q %p"]
        got = subprocess.run(subscribe, check=True, timeout=PATIENCE, capture_output=True, text=True).stdout
        assert sorted(got.splitlines()) == ["a/0 0 m0", "a/1 1 m1", "a/2 2 m2"], got


# --- our client ------------------------------------------------------------------------------------------------------


def run_client(*args):
    done = subprocess.run([EXAMPLES / "mqtt_client", *args], capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, done.stdout.splitlines(), done.stderr


def our_client_talks_to_mosquitto(version):
    if version == paho.MQTTv31:
        return
    flags = ["--v3"] if version == paho.MQTTv311 else []
    with mosquitto("allow_anonymous false\npassword_file {folder}/passwords\n") as port:
        url = f"mqtt://ada:pa:ss@127.0.0.1:{port}"
        for qos in "012":
            publish = [*flags, "--url", url, "--qos", qos, "publish", f"keep/{qos}", f"message {qos}", "--retain"]
            code, lines, errors = run_client(*publish)
            assert code == 0, errors
            # In 5.0 mosquitto also says that nobody subscribes yet.
            done = ("published: Success", "published: No matching subscribers")
            assert qos == "0" or any(line.startswith(done) for line in lines), lines
        code, lines, errors = run_client(*flags, "--url", url, "--qos", "2", "subscribe", "keep/+", "--count", "3")
        assert code == 0, errors
        assert sorted(lines[2:]) == [f"keep/{qos}: message {qos}" for qos in "012"], lines
        code, lines, errors = run_client(*flags, "--url", f"mqtt://ada:wrong@127.0.0.1:{port}", "subscribe", "#")
        assert code == 1 and "refused" in errors, (code, errors)


def our_client_resumes_at_mosquitto(version):
    if version == paho.MQTTv31:
        return
    flags = ["--v3"] if version == paho.MQTTv311 else []
    with mosquitto() as port, tempfile.TemporaryDirectory() as folder:
        session = f"{folder}/session"
        common = [*flags, "--url", f"mqtt://127.0.0.1:{port}", "--id", "sensor", "--session", session]
        code, _, errors = run_client(*common, "--qos", "2", "publish", "x", "first")
        assert code == 0, errors
        subscribe = [EXAMPLES / "mqtt_client", *common, "--qos", "2", "subscribe", "queued", "--count", "1"]
        writer = Peer(port, "writer", version)
        first = subprocess.Popen(subscribe, stdout=subprocess.PIPE, text=True)
        try:
            while not first.stdout.readline().startswith("subscribed"):
                assert first.poll() is None
            writer.publish("queued", "one", 2)
            lines, _ = first.communicate(timeout=PATIENCE)
        finally:
            first.kill()
        assert lines.splitlines() == ["queued: one"], lines
        # Away: the broker keeps what comes.
        writer.publish("queued", "two", 2)
        code, lines, errors = run_client(*subscribe[1:])
        assert code == 0, errors
        assert lines[0] == "connected, session present" and "queued: two" in lines, lines
        writer.end()


def main():
    tests = [
        paho_publishes_and_subscribes,
        paho_finds_what_is_retained,
        paho_hears_a_will,
        paho_resumes_its_session,
        paho_sends_many_at_once,
        paho_uses_what_is_new_in_5,
        mosquitto_clients_talk,
        our_client_talks_to_mosquitto,
        our_client_resumes_at_mosquitto,
    ]
    passed = failed = 0
    for test in tests:
        for name, version in VERSIONS.items():
            try:
                test(version)
                passed += 1
                print(f"ok      {test.__name__} {name}", flush=True)
            except Exception as error:  # noqa: BLE001: all tests are to run
                failed += 1
                print(f"FAILED  {test.__name__} {name}: {type(error).__name__} {error}", flush=True)
    print(f"strangers: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
