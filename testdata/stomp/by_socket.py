"""The scenarios that no client library plays: frames made by hand, into a plain socket."""
import contextlib
import socket

from play import ALL, BOTH, SCENARIOS, scenario
from tap import LIMIT


def frame(command, *headers, body=b"", end=b"\n"):
    """Headers are bytes as they are to stand there."""
    return end.join([command.encode(), *(header if isinstance(header, bytes) else header.encode() for header in headers),
                     b"", body]) + b"\0"


class Client:
    """A socket, logged in if a version is given."""

    def __init__(self, s, version=None, command="CONNECT", end=b"\n"):
        self.socket = socket.create_connection(("127.0.0.1", s.port), LIMIT)
        self.tap = s.connection()
        if version:
            self.send(frame(command, "accept-version:" + version, *LOGIN, end=end)).wait("CONNECTED")

    def send(self, data):
        self.socket.sendall(data)
        return self

    def wait(self, command, times=1):
        self.tap.wait("server", command, times)
        return self

    def close(self):
        self.send(frame("DISCONNECT", "receipt:bye")).wait_receipt("bye").ended()

    def wait_receipt(self, name):
        with self.tap.event:
            wanted = b"receipt-id:" + name.encode()
            if not self.tap.event.wait_for(lambda: wanted in self.tap.streams["server"].data, LIMIT):
                raise TimeoutError("no receipt " + name)
        return self

    def ended(self):
        """The server ends the connection."""
        with contextlib.suppress(OSError):
            while self.socket.recv(65536):
                pass
        self.socket.close()

    def refused(self):
        """The server says what is wrong. Some wait for the client to end the connection."""
        self.wait("ERROR").socket.close()


LOGIN = ("host:/", "login:guest", "passcode:guest")


# ---------------------------------------------------------------- versions

@scenario(*ALL)
def connect_command(s, broker, version):
    """CONNECT in place of STOMP; in 1.0 without accept-version, and without a receipt at the end."""
    offered = [] if version == "1.0" else ["accept-version:" + ",".join(ALL[:ALL.index(version) + 1])]
    client = Client(s).send(frame("CONNECT", *offered, *LOGIN)).wait("CONNECTED")
    client.send(frame("DISCONNECT")).ended()


@scenario("1.1", brokers=["rabbitmq"])
def highest_of_many(s, broker, version):
    """Versions in any order, and some that nobody knows."""
    Client(s, "1.1,1.0,0.9,2.0").close()


def not_connected(name, data):
    """The server refuses what comes first."""
    for broker in BOTH:
        SCENARIOS["none-%s-%s" % (name, broker)] = (lambda s, _: Client(s).send(data).refused(), broker, {})


not_connected("refused-version", frame("CONNECT", "accept-version:2.0,3.1", *LOGIN))
not_connected("before-connect", frame("SEND", "destination:/queue/a", body=b"x"))


# ---------------------------------------------------------------- line ends and spaces

@scenario("1.2")
def carriage_returns(s, broker, version):
    """CR LF ends each line, and CR LF is a sign of life; also beside LF alone."""
    end = b"\r\n"
    client = Client(s, "1.2", end=end)
    client.send(frame("SUBSCRIBE", "id:1", "destination:/queue/lines", "ack:auto", end=end) + b"\r\n\n\r\n")
    client.send(frame("SEND", "destination:/queue/lines", "content-length:7", body=b"a\r\nb\0\r\n", end=end))
    client.send(b"SEND\ndestination:/queue/lines\r\n\r\nmixed\0\r\n").wait("MESSAGE", 2)
    client.send(frame("DISCONNECT", "receipt:bye", end=end)).wait_receipt("bye").ended()


@scenario("1.2")
def signs_of_life(s, broker, version):
    """Line ends between frames are nothing; before the first one, too."""
    client = Client(s).send(b"\n\n" + frame("STOMP", "accept-version:1.2", *LOGIN) + b"\n\n\n").wait("CONNECTED")
    client.close()


@scenario("1.0", "1.2")
def spaces(s, broker, version):
    """A space behind the colon is a part of the value since 1.1; 1.0 prints its headers so."""
    client = Client(s, version)
    client.send(frame("SUBSCRIBE", "destination:/queue/spaces-" + version, "id:1"))
    client.send(frame("SEND", "destination:/queue/spaces-" + version, "kept: a ", "empty:", body=b"x"))
    client.wait("MESSAGE").close()


@scenario("1.0", "1.2")
def counted(s, broker, version):
    """content-length: none, right with NUL inside, and 0."""
    name = "destination:/queue/counted-" + version
    client = Client(s, version).send(frame("SUBSCRIBE", name, "id:1"))
    client.send(frame("SEND", name, body=b"none"))
    client.send(frame("SEND", name, "content-length:3", body=b"\0\0\0"))
    client.send(frame("SEND", name, "content-length:0")).wait("MESSAGE", 3).close()


# ---------------------------------------------------------------- what is wrong

def wrong(name, data, version="1.2", brokers=BOTH):
    """After this the server answers with ERROR, or ends without a word, or does not mind."""
    def run(s, _):
        client = Client(s, version).send(data).send(frame("SEND", "destination:/queue/nobody", "receipt:after"))
        with client.tap.event:
            stream = client.tap.streams["server"]
            client.tap.event.wait_for(lambda: stream.eof or b"receipt-id:after" in stream.data, LIMIT)
        client.socket.close()
    for broker in brokers:
        SCENARIOS["v%s-wrong-%s-%s" % (version.replace(".", ""), name, broker)] = (run, broker, {})


TO = "destination:/queue/wrong"
wrong("command", frame("MUTTER", "receipt:1"))
wrong("server-command", frame("MESSAGE", TO, "message-id:1", "subscription:1", body=b"x"))
wrong("no-destination", frame("SEND", "receipt:1", body=b"x"))
wrong("no-id", frame("SUBSCRIBE", TO, "receipt:1"))
wrong("no-colon", frame("SEND", TO, "here is none"), brokers=["rabbitmq"])
wrong("escape", frame("SEND", TO, "tab:\\t"), brokers=["rabbitmq"])
wrong("escape-r", frame("SEND", TO, "cr:\\r", "receipt:1"), version="1.1", brokers=["rabbitmq"])
wrong("second-connect", frame("CONNECT", "accept-version:1.2", *LOGIN))
wrong("length", frame("SEND", TO, "content-length:2", body=b"xyz") + b"\n")
wrong("ack-mode", frame("SUBSCRIBE", TO, "id:1", "ack:perhaps", "receipt:1"), brokers=["rabbitmq"])
