"""The scenarios that no client library plays: frames made with pika's encoder, or by hand, into a plain socket."""
import contextlib
import socket
import struct

from pika import BasicProperties, frame, spec

from play import SCENARIOS, scenario
from tap import LIMIT


def raw(kind, channel, payload, end=b"\xce"):
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + end


def method(channel, class_id, method_id, arguments=b""):
    return raw(1, channel, struct.pack(">HH", class_id, method_id) + arguments)


class Client:
    def __init__(self, s, mechanism="PLAIN", response=b"\0guest\0guest", capabilities=True):
        self.socket = socket.create_connection(("127.0.0.1", s.port), LIMIT)
        self.tap = s.connection()
        properties = {"product": "a socket"}
        if capabilities:
            properties["capabilities"] = {"basic.nack": True, "consumer_cancel_notify": False}
        self.send(b"AMQP\0\0\x09\x01").wait("connection.start")
        self.call(0, spec.Connection.StartOk(properties, mechanism, response, "en_US"))

    def open(self, channels=1):
        self.wait("connection.tune").call(0, spec.Connection.TuneOk(2047, 131072, 0))
        self.call(0, spec.Connection.Open("/")).wait("connection.open-ok")
        for number in range(1, 1 + channels):
            self.call(number, spec.Channel.Open()).wait("channel.open-ok", number)
        return self

    def send(self, data):
        self.socket.sendall(data)
        return self

    def call(self, channel, arguments):
        return self.send(frame.Method(channel, arguments).marshal())

    def content(self, properties, *pieces, channel=1):
        size = sum(len(piece) for piece in pieces)
        self.send(frame.Header(channel, size, properties).marshal())
        for piece in pieces:
            self.send(frame.Body(channel, piece).marshal())
        return self

    def wait(self, kind, times=1):
        self.tap.wait("server", kind, times)
        return self

    def close(self):
        self.call(0, spec.Connection.Close(200, "", 0, 0)).wait("connection.close-ok")
        self.socket.close()

    def closed(self, code):
        """The server closes the connection, for this reason; or without a word."""
        if code is None:
            while self.socket.recv(65536):
                pass
            self.socket.close()
            return
        self.wait("connection.close")
        data = bytes(self.tap.streams["server"].data)
        at = data.rindex(b"\x00\x0a\x00\x32") + 4
        assert struct.unpack_from(">H", data, at)[0] == code, data[at:]
        with contextlib.suppress(OSError):
            self.call(0, spec.Connection.CloseOk())
            # The rest, to its end: what was not read would make the end a rude one.
            while self.socket.recv(65536):
                pass
        self.socket.close()


# ---------------------------------------------------------------- what is legal, and what clients do not do

@scenario
def other_protocol_header(s, _):
    """A client of AMQP 1.0: the server says what it speaks, and ends."""
    with socket.create_connection(("127.0.0.1", s.port), LIMIT) as client:
        client.sendall(b"AMQP\x00\x01\x00\x00")
        answer = client.recv(100)
        assert answer == b"AMQP\x00\x00\x09\x01", answer


@scenario
def challenge(s, _):
    """A mechanism with a challenge, which RabbitMQ has for demonstration."""
    client = Client(s, "RABBIT-CR-DEMO", b"guest")
    client.wait("connection.secure").call(0, spec.Connection.SecureOk("My password is guest"))
    client.open().close()


@scenario
def refused_login_without_capabilities(s, _):
    """To a client that cannot take connection.close so early nothing is said."""
    client = Client(s, "PLAIN", b"\0guest\0guess", capabilities=False)
    with contextlib.suppress(OSError):
        while client.socket.recv(1000):
            pass
    client.socket.close()


@scenario
def not_utf_8(s, _):
    """RabbitMQ forwards routing keys, properties and headers as they came, text or not."""
    client = Client(s).open()
    client.call(1, spec.Queue.Declare(queue="q", exclusive=True)).wait("queue.declare-ok")
    properties = BasicProperties(content_type=b"text/\xe4", message_id=b"\x00\x01", reply_to=b"\xed\xa0\x80", headers={
        b"\xc3\x28": "a key that is no text", "latin": b"gr\xfc\xdfe"})
    client.call(1, spec.Queue.Bind(queue="q", exchange="amq.fanout", routing_key="")).wait("queue.bind-ok")
    client.call(1, spec.Basic.Publish(exchange="amq.fanout", routing_key=b"\xff\xfe.a")).content(properties, b"\xff")
    # A long string, too, that is no text: its letter is made S.
    data = frame.Header(1, 0, properties).marshal()
    assert b"latinx" in data
    client.call(1, spec.Basic.Publish(exchange="amq.fanout", routing_key=b"\xed\xa0\x80")).send(data.replace(b"latinx", b"latinS"))
    client.call(1, spec.Basic.Consume(queue="q", no_ack=True)).wait("basic.deliver", 2)
    client.close()


@scenario
def reserved_fields(s, _):
    """Fields without a meaning that are not empty, and bits that are none: RabbitMQ looks at none of them."""
    client = Client(s)
    client.wait("connection.tune").call(0, spec.Connection.TuneOk(2047, 131072, 0))
    client.call(0, spec.Connection.Open("/", "old capabilities", True)).wait("connection.open-ok")
    client.call(1, spec.Channel.Open("out of band")).wait("channel.open-ok")
    client.call(1, spec.Queue.Declare(ticket=101, queue="q", exclusive=True)).wait("queue.declare-ok")
    # Above the five bits of queue.declare there are three that nobody names.
    client.send(method(1, 50, 10, b"\0\0\1q" + b"\xe4" + b"\0\0\0\0")).wait("queue.declare-ok", 2)
    client.call(1, spec.Basic.Publish(ticket=65535, routing_key="q")).content(BasicProperties(), b"x")
    client.call(1, spec.Basic.Get(ticket=7, queue="q")).wait("basic.get-ok")
    client.send(method(1, 60, 80, struct.pack(">QB", 1, 0xFE)))
    # true is any octet but 0.
    client.send(method(1, 50, 20, b"\0\0\1q\x0aamq.fanout\0\0" + b"\0\0\0\6\3yest\2")).wait("queue.bind-ok")
    client.close()


@scenario
def no_wait(s, _):
    """Nothing of this is answered, but what comes last."""
    client = Client(s).open()
    client.call(1, spec.Exchange.Declare(exchange="e", type="direct", auto_delete=True, nowait=True))
    client.call(1, spec.Exchange.Declare(exchange="f", type="fanout", nowait=True))
    client.call(1, spec.Exchange.Bind(destination="f", source="e", routing_key="k", nowait=True))
    client.call(1, spec.Exchange.Unbind(destination="f", source="e", routing_key="k", nowait=True))
    client.call(1, spec.Exchange.Delete(exchange="f", nowait=True))
    client.call(1, spec.Queue.Declare(queue="q", exclusive=True, nowait=True))
    client.call(1, spec.Queue.Bind(queue="q", exchange="amq.fanout", nowait=True))
    client.call(1, spec.Confirm.Select(nowait=True))
    client.call(1, spec.Basic.Consume(queue="q", consumer_tag="c", nowait=True))
    client.call(1, spec.Basic.Publish(exchange="amq.fanout")).content(BasicProperties(), b"x")
    client.wait("basic.deliver").wait("basic.ack")
    client.call(1, spec.Basic.Cancel(consumer_tag="c", nowait=True))
    client.call(1, spec.Queue.Purge(queue="q", nowait=True))
    client.call(1, spec.Queue.Delete(queue="q", nowait=True))
    client.call(1, spec.Basic.Qos()).wait("basic.qos-ok")
    client.close()


@scenario
def seldom(s, _):
    """Methods that RabbitMQ knows and clients do not send."""
    client = Client(s).open()
    client.call(1, spec.Access.Request(realm="/data", exclusive=True, read=True)).wait("access.request-ok")
    client.call(1, spec.Channel.Flow(active=True)).wait("channel.flow-ok")
    client.call(1, spec.Queue.Declare(exclusive=True)).wait("queue.declare-ok")
    client.call(1, spec.Basic.Publish(routing_key="")).content(BasicProperties())
    client.call(1, spec.Basic.RecoverAsync(requeue=True))
    client.call(1, spec.Basic.Qos(prefetch_count=1)).wait("basic.qos-ok")
    client.close()


@scenario
def pieces(s, _):
    """A body in pieces of any size, also of none, with another channel's frames between them."""
    client = Client(s).open(2)
    client.call(1, spec.Queue.Declare(queue="q", exclusive=True)).wait("queue.declare-ok")
    client.call(1, spec.Basic.Publish(routing_key="q"))
    client.call(2, spec.Basic.Get(queue="q")).wait("basic.get-empty")
    client.send(frame.Header(1, 5, BasicProperties(delivery_mode=2)).marshal())
    for piece in (b"", b"he", b"", b"l"):
        client.send(frame.Body(1, piece).marshal())
    client.send(frame.Heartbeat().marshal()).call(2, spec.Basic.Qos()).wait("basic.qos-ok")
    client.send(frame.Body(1, b"lo").marshal()).call(1, spec.Basic.Get(queue="q")).wait("basic.get-ok")
    client.close()


# ---------------------------------------------------------------- what is an error of the connection

def error(name, code, data, broken=()):
    """After this RabbitMQ closes the connection with this code."""
    def run(s, _):
        Client(s).open().send(data).closed(code)
    SCENARIOS["error-" + name] = (run, {"broken": broken})


PUBLISH = frame.Method(1, spec.Basic.Publish(routing_key="q")).marshal()
HEADERS = struct.pack(">HHQH", 60, 0, 0, 0x2000)

# Where there is no code RabbitMQ 3.10.8 ends without a word: it has crashed.
error("frame-end", 501, raw(8, 0, b"", b"\xcd"))
error("frame-type", 501, raw(4, 1, b"x"))
error("frame-too-large", 501, struct.pack(">BHI", 3, 1, 200000), ("client",))
error("heartbeat-channel", 505, raw(8, 1, b""))
error("heartbeat-payload", 501, raw(8, 0, b"x"))
error("content-on-channel-0", 505, raw(3, 0, b"x"))
error("no-method", 501, raw(1, 1, b"\0"))
error("unknown-class", None, method(1, 99, 10))
error("unknown-method", None, method(1, 60, 99))
error("method-channel", 503, frame.Method(1, spec.Connection.Open("/")).marshal())
error("channel-method-on-0", 504, frame.Method(0, spec.Queue.Declare()).marshal())
error("trailing-bytes", 501, method(1, 60, 80, struct.pack(">QB", 1, 0) + b"x"))
error("truncated", 501, method(1, 60, 80, struct.pack(">Q", 1)))
error("weight", 505, PUBLISH + raw(2, 1, struct.pack(">HHQH", 60, 1, 0, 0)))
error("content-class", 505, PUBLISH + raw(2, 1, struct.pack(">HHQH", 50, 0, 0, 0)))
error("table-value-type", None, method(1, 50, 10, b"\0\0\1q\4\0\0\0\3\1kz"))
error("table-truncated", None, method(1, 50, 10, b"\0\0\1q\4\0\0\0\4\1kI\0"))
# These are right as bytes, and wrong where they are.
error("binding-not-utf-8", 501, frame.Method(1, spec.Queue.Bind(queue="q", exchange="amq.direct", routing_key=b"\xff\xfe")).marshal())
error("unexpected-body", 505, raw(3, 1, b"x"))
error("unexpected-method", 505, PUBLISH + PUBLISH)
error("channel-not-open", 504, frame.Method(9, spec.Basic.Qos()).marshal())
error("channel-opened-twice", 504, frame.Method(1, spec.Channel.Open()).marshal())
error("immediate", 540, frame.Method(1, spec.Basic.Publish(immediate=True)).marshal()
      + frame.Header(1, 0, BasicProperties()).marshal())
error("recover-without-requeue", 540, frame.Method(1, spec.Basic.Recover(requeue=False)).marshal())
error("flow-off", 540, frame.Method(1, spec.Channel.Flow(active=False)).marshal())
