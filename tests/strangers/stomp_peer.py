"""Peers for the STOMP tests: stomp.py, and a socket that says what no library would."""

import contextlib
import logging
import queue
import socket
import threading
import time
import typing

import stomp

from examples import PATIENCE

logging.getLogger("stomp.py").disabled = True


class Broker(typing.NamedTuple):
    name: str
    tcp: int
    web: int = 0


CONNECTIONS = {"1.0": stomp.StompConnection10, "1.1": stomp.StompConnection11, "1.2": stomp.StompConnection12}


class Peer(stomp.ConnectionListener):
    """stomp.py, connected; what comes is in queues."""

    def __init__(self, port, version="1.2", headers=None, **more):
        self.version, self.beats, self.numbers = version, 0, 0
        self.messages, self.receipts, self.errors = queue.Queue(), queue.Queue(), queue.Queue()
        self.gone = threading.Event()
        if version != "1.0":
            more = {"vhost": "/", **more}
        # Bodies are bytes.
        self.connection = CONNECTIONS[version]([("127.0.0.1", port)], auto_decode=False, **more)
        self.connection.set_listener("", self)
        self.connection.connect("guest", "guest", wait=True, headers=headers or {})

    def on_message(self, frame):
        self.messages.put(frame)

    def on_receipt(self, frame):
        self.receipts.put(frame.headers["receipt-id"])

    def on_error(self, frame):
        self.errors.put(frame)

    def on_heartbeat(self):
        self.beats += 1

    def on_disconnected(self):
        self.gone.set()

    def subscribe(self, destination, ack="auto", name="s", **headers):
        headers = {key.replace("_", "-"): value for key, value in headers.items()}
        self.confirmed(self.connection.subscribe, destination, id=name, ack=ack, headers=headers)

    def send(self, destination, body, **more):
        self.confirmed(self.connection.send, destination, body, **more)

    def confirmed(self, command, *args, **more):
        """A command with a receipt, and its receipt."""
        self.numbers += 1
        name = f"r:{self.numbers}" if self.version != "1.0" else f"r{self.numbers}"
        command(*args, **{**more, "receipt": name})
        assert self.receipts.get(timeout=PATIENCE) == name

    def message(self):
        return self.messages.get(timeout=PATIENCE)

    def bodies(self, count):
        return [self.message().body.decode() for _ in range(count)]

    def ack(self, message, verb="ack", **more):
        headers = message.headers
        command = getattr(self.connection, verb)
        if self.version == "1.2":
            command(headers["ack"], **more)
        elif self.version == "1.1":
            command(headers["message-id"], headers["subscription"], **more)
        else:
            command(headers["message-id"], **more)

    def nack(self, message, **more):
        self.ack(message, "nack", **more)

    def cut(self):
        """The line is cut: no DISCONNECT."""
        self.connection.transport.disconnect_socket()
        assert self.gone.wait(PATIENCE)

    def end(self):
        if not self.gone.is_set():
            self.connection.disconnect(receipt="bye")


@contextlib.contextmanager
def peer(broker, *args, **more):
    there = Peer(broker.tcp, *args, **more)
    try:
        yield there
    finally:
        there.end()


def rest(broker, destination, count, version="1.2"):
    """What is in a queue: so many messages and no more; each body, and whether it was delivered before."""
    with peer(broker, version) as reader:
        reader.subscribe(destination)
        seen, attempts = [], 0
        # What was just given back may be on its way; what is sent now comes behind it.
        for _ in range(count):
            seen.append(reader.message())
        last = None
        while last is None:
            # RabbitMQ may give it to a subscriber that has just left, and to whom it sent a receipt for that.
            reader.send(destination, "that is all")
            with contextlib.suppress(queue.Empty):
                last = reader.messages.get(timeout=PATIENCE / 4)
            attempts += 1
            assert last or attempts < 5, f"{destination} gives nothing back"
        assert last.body == b"that is all", f"{destination} has more: {last.body[:80]}"
    return [(message.body.decode(), message.headers.get("redelivered") == "true") for message in seen]


class Raw:
    """A socket."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.input = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def write(self, data):
        # If it is closed already that is seen when it is read.
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def frame(self):
        """The next frame, if it has no NUL in it: its command, headers, body. None at the end."""
        while b"\0" not in self.input:
            try:
                data = self.socket.recv(1 << 16)
            except ConnectionError:
                data = b""
            if not data:
                return None
            self.input += data
        frame, self.input = self.input.split(b"\0", 1)
        head, body = frame.lstrip(b"\r\n").decode(errors="replace").replace("\r\n", "\n").split("\n\n", 1)
        command, *lines = head.split("\n")
        return command, dict(line.split(":", 1) for line in reversed(lines)), body


def login(version="1.2", **more):
    headers = {"accept-version": version, "host": "/", "login": "guest", "passcode": "guest"}
    return frame("CONNECT", **{**headers, **{name.replace("_", "-"): value for name, value in more.items()}})


def frame(command, body=b"", **headers):
    lines = [command] + [f"{name.replace('_', '-')}:{value}" for name, value in headers.items() if value is not None]
    return "\n".join(lines).encode() + b"\n\n" + body + b"\0"


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)
