"""What the scenarios have in common: their list, and a client by stomp.py."""
import contextlib
import logging
import queue
import threading

import stomp

from tap import LIMIT

logging.getLogger("stomp.py").setLevel(logging.CRITICAL)

SCENARIOS = {}  # name -> (function, broker's name, how the proxy is to be set up)
BOTH = ("rabbitmq", "activemq")
ALL = ("1.0", "1.1", "1.2")


def scenario(*versions, brokers=BOTH, **more):
    """Adds one for each version and broker."""
    def add(function):
        for version in versions:
            for broker in brokers:
                name = "v%s-%s-%s" % (version.replace(".", ""), function.__name__.replace("_", "-"), broker)
                run = lambda s, port, version=version, broker=broker: function(s, broker, version)  # noqa: E731
                SCENARIOS[name] = (run, broker, more)
        return function
    return add


class Client(stomp.ConnectionListener):
    """stomp.py, logged in. What comes in is kept in the order of its coming."""

    CLASSES = {"1.0": stomp.Connection10, "1.1": stomp.Connection11, "1.2": stomp.Connection12}

    def __init__(self, s, version, passcode="guest", vhost="/", headers=None, number=1, heartbeats=None, **more):
        self.version, self.seen, self.ended = version, queue.Queue(), threading.Event()
        if version != "1.0":
            more = {"vhost": vhost, "heartbeats": heartbeats or (0, 0), **more}
        self.c = self.CLASSES[version]([("127.0.0.1", s.port)], reconnect_attempts_max=1, **more)
        self.c.set_listener("recorder", self)
        with contextlib.suppress(stomp.exception.ConnectFailedException):
            self.c.connect("guest", passcode, wait=True, headers=headers)
        self.tap = s.connection(number)

    def on_message(self, frame):
        self.seen.put(frame)

    on_receipt = on_error = on_message

    def on_disconnected(self):
        self.ended.set()

    def next(self, command="MESSAGE"):
        frame = self.seen.get(timeout=LIMIT)
        assert frame.cmd == command, frame
        return frame

    def nothing(self):
        """Nothing has come: the server has answered everything that was sent before."""
        self.sync()
        assert self.seen.empty(), self.seen.get()

    def sync(self):
        """A receipt: the server has seen all before it. What comes before the receipt stays."""
        self.synced = getattr(self, "synced", 0) + 1
        receipt = "sync-%d" % self.synced
        self.c.send("/queue/nobody", "", receipt=receipt)
        before = []
        while (frame := self.seen.get(timeout=LIMIT)).headers.get("receipt-id") != receipt:
            before.append(frame)
        for frame in before:
            self.seen.put(frame)

    def subscribe(self, destination, id=None, ack="auto", **more):
        """In 1.0 a subscription may do without an id."""
        id = id or (None if self.version == "1.0" else "s")
        self.c.subscribe(destination, id, ack, **more)

    def send(self, destination, body, headers=None, **more):
        self.c.send(destination, body, headers={**(headers or {}), **more})

    def answer(self, message, verb="ack", **more):
        """ACK or NACK, which name the message in each version in another way."""
        function, headers = getattr(self.c, verb), message.headers
        if self.version == "1.2":
            function(headers["ack"], **more)
        elif self.version == "1.1":
            function(headers["message-id"], headers["subscription"], **more)
        else:
            function(headers["message-id"], **more)

    def close(self):
        self.c.disconnect(receipt="bye")
        self.next("RECEIPT")
        self.closed()

    def close_after_receipt(self):
        self.next("RECEIPT")
        self.close()

    def closed(self):
        """The server has ended the connection, or the client has."""
        self.c.transport.disconnect_socket()

    def refused(self):
        """The server answers with ERROR. Some wait for the client to end the connection."""
        while self.seen.get(timeout=LIMIT).cmd != "ERROR":
            pass
        self.closed()

    def ended_by_server(self):
        """The server ends the connection without a word."""
        if not self.ended.wait(LIMIT):
            raise TimeoutError("the server does not end")
        assert self.seen.empty(), self.seen.get()


@contextlib.contextmanager
def client(s, version, **more):
    c = Client(s, version, **more)
    yield c
    c.close()
