"""The scenarios that pika plays."""
import contextlib
import datetime
import decimal
import time

import pika
from pika import exceptions as wrong

from tap import LIMIT

SCENARIOS = {}  # name -> (function, how the proxy is to be set up)


def scenario(**more):
    def register(function):
        SCENARIOS[function.__name__.replace("_", "-")] = (function, more)
        return function
    return register


def connect(s, user="guest", password="guest", **more):
    return pika.BlockingConnection(pika.ConnectionParameters(
        "127.0.0.1", s.port, credentials=pika.PlainCredentials(user, password), socket_timeout=LIMIT, **more))


@contextlib.contextmanager
def channel(s, **more):
    connection = connect(s, **more)
    yield connection.channel()
    connection.close()


def queue(c, name="", **more):
    return c.queue_declare(name, exclusive=not name, **more).method.queue


def take(c, name, count, ack=None):
    """Consume so many messages, each seen by ack, or not to be acknowledged."""
    seen = []
    for deliver, properties, body in c.consume(name, auto_ack=ack is None, inactivity_timeout=LIMIT):
        if deliver is None:
            raise TimeoutError("%d messages of %d in %s" % (len(seen), count, name))
        seen.append((deliver, properties, body))
        if ack:
            ack(deliver)
        if len(seen) == count:
            break
    c.cancel()
    return seen


def refused(code, function, *arguments, **more):
    """The function is answered by the end of the channel or the connection, with this code."""
    try:
        function(*arguments, **more)
    except (wrong.ChannelClosedByBroker, wrong.ConnectionClosedByBroker) as error:
        assert error.reply_code == code, error
        return
    raise AssertionError("no %d" % code)


def until(connection, condition):
    end = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("what was awaited does not come")
        connection.process_data_events(time_limit=0.05)


# ---------------------------------------------------------------- connections

@scenario()
def handshake(s, _):
    connect(s, client_properties={"connection_name": "grüße"}).close(200, "good bye")


@scenario()
def refused_login(s, _):
    try:
        connect(s, password="guess")
    except wrong.ProbableAuthenticationError:
        return
    raise AssertionError("logged in")


@scenario()
def no_virtual_host(s, _):
    try:
        connect(s, virtual_host="nowhere")
    except (wrong.ProbableAccessDeniedError, wrong.ConnectionClosedByBroker):
        return
    raise AssertionError("opened")


@scenario()
def heartbeats(s, _):
    with channel(s, heartbeat=2) as c:
        until(c.connection, lambda: s.connection().count("client", "HEARTBEAT") > 1
              and s.connection().count("server", "HEARTBEAT") > 1)


@scenario()
def update_secret(s, _):
    connection = connect(s)
    connection.update_secret("a new secret", "the old one is old")
    connection.close()


@scenario()
def blocked(s, rabbit):
    with channel(s) as c:
        seen = []
        c.connection.add_on_connection_blocked_callback(lambda *_: seen.append("blocked"))
        c.connection.add_on_connection_unblocked_callback(lambda *_: seen.append("unblocked"))
        rabbit.ctl("set_vm_memory_high_watermark", "0")
        c.basic_publish("", "nobody", b"x")
        until(c.connection, lambda: seen == ["blocked"])
        rabbit.ctl("set_vm_memory_high_watermark", "0.4")
        until(c.connection, lambda: seen == ["blocked", "unblocked"])


@scenario()
def closed_by_operator(s, rabbit):
    connection = connect(s)
    connection.channel()
    rabbit.ctl("close_all_connections", "maintenance")
    refused(320, until, connection, lambda: False)


# ---------------------------------------------------------------- exchanges and queues

def routed(s, kind, bindings, messages, expected):
    """Binds q1, q2 ... and sees how many of the messages each of them gets."""
    with channel(s) as c:
        c.exchange_declare(kind + "-exchange", kind, durable=kind == "topic", auto_delete=kind == "fanout")
        names = [queue(c) for _ in bindings]
        for name, binding in zip(names, bindings):
            c.queue_bind(name, kind + "-exchange", **binding)
        for key, headers in messages:
            properties = headers and pika.BasicProperties(headers=headers)
            c.basic_publish(kind + "-exchange", key, b"to " + key.encode(), properties)
        got = []
        for name in names:
            got.append(0)
            while c.basic_get(name, auto_ack=True)[0]:
                got[-1] += 1
        assert got == expected, got
        c.queue_unbind(names[0], kind + "-exchange", bindings[0].get("routing_key"), bindings[0].get("arguments"))
        c.exchange_delete(kind + "-exchange")


@scenario()
def direct_exchange(s, _):
    routed(s, "direct", [{"routing_key": "red"}, {"routing_key": "blue"}],
           [("red", None), ("blue", None), ("blue", None), ("green", None)], [1, 2])


@scenario()
def topic_exchange(s, _):
    routed(s, "topic", [{"routing_key": "orders.*.eu"}, {"routing_key": "orders.#"}],
           [("orders.new.eu", None), ("orders", None), ("orders.new.us", None), ("", None)], [1, 3])


@scenario()
def fanout_exchange(s, _):
    routed(s, "fanout", [{"routing_key": ""}, {"routing_key": "not looked at"}], [("a", None), ("b", None)], [2, 2])


@scenario()
def headers_exchange(s, _):
    both, either = ({"x-match": match, "format": "pdf", "pages": 3} for match in ("all", "any"))
    routed(s, "headers", [{"arguments": both}, {"arguments": either}],
           [("", {"format": "pdf", "pages": 3}), ("", {"format": "pdf"}), ("", {"pages": 4}), ("", None)], [1, 2])


@scenario()
def exchange_bind(s, _):
    with channel(s) as c:
        c.exchange_declare("upper", "topic", auto_delete=True)
        c.exchange_declare("lower", "fanout", internal=True)
        c.exchange_bind("lower", "upper", "a.*", arguments={"note": "not looked at"})
        name = queue(c)
        c.queue_bind(name, "lower", "")
        c.basic_publish("upper", "a.b", b"through both")
        assert take(c, name, 1)[0][2] == b"through both"
        c.exchange_unbind("lower", "upper", "a.*", arguments={"note": "not looked at"})
        c.exchange_delete("lower", if_unused=False)


@scenario()
def durable_queue(s, _):
    with channel(s) as c:
        queue(c, "kept", durable=True)
        c.basic_publish("", "kept", b"kept", pika.BasicProperties(delivery_mode=2))
        assert c.queue_declare("kept", passive=True).method.consumer_count == 0
        deliver, properties, _ = c.basic_get("kept")
        assert properties.delivery_mode == 2
        c.basic_ack(deliver.delivery_tag)
        c.queue_delete("kept", if_unused=True, if_empty=True)


@scenario()
def default_exchange(s, _):
    every = pika.BasicProperties(
        content_type="application/json", content_encoding="utf-8", headers={"größe": "xl"}, delivery_mode=1,
        priority=9, correlation_id="c-1", reply_to="answers", expiration="60000", message_id="m-1",
        timestamp=1700000000, type="kind", user_id="guest", app_id="recorder", cluster_id="none")
    with channel(s) as c:
        name = queue(c, arguments={"x-expires": 60000})
        for properties, body in ((every, b"{}"), (None, b""), (pika.BasicProperties(content_type=""), bytes(range(256)))):
            c.basic_publish("", name, body, properties)
        assert take(c, name, 3)[0][1] == every


@scenario()
def purge_delete(s, _):
    with channel(s) as c:
        queue(c, "full")
        for number in range(5):
            c.basic_publish("", "full", b"%d" % number)
        assert c.queue_purge("full").method.message_count == 5
        c.basic_publish("", "full", b"left")
        assert c.queue_delete("full").method.message_count == 1
        assert c.queue_delete("full").method.message_count == 0


@scenario()
def queue_arguments(s, _):
    with channel(s) as c:
        first = queue(c, arguments={"x-max-priority": 10})
        for priority in (0, 5, 9):
            c.basic_publish("", first, b"%d" % priority, pika.BasicProperties(priority=priority))
        assert [body for _, _, body in take(c, first, 3)] == [b"9", b"5", b"0"]
        second = queue(c, arguments={"x-max-length": 2, "x-max-length-bytes": 2**33, "x-overflow": "reject-publish",
                                     "x-queue-mode": "lazy", "x-single-active-consumer": True})
        c.confirm_delivery()
        refusals = 0
        for number in range(4):
            try:
                c.basic_publish("", second, b"%d" % number)
            except wrong.NackError:
                refusals += 1
        assert refusals, "nothing was refused"


@scenario()
def dead_letter(s, _):
    with channel(s) as c:
        c.exchange_declare("dead", "fanout", auto_delete=True)
        late = queue(c)
        c.queue_bind(late, "dead")
        short = queue(c, "short-lived", arguments={
            "x-message-ttl": 60000, "x-dead-letter-exchange": "dead", "x-dead-letter-routing-key": "late",
            "x-max-length": 3})
        c.basic_publish("", short, b"expires", pika.BasicProperties(expiration="20", headers={"own": [1, None]}))
        (_, properties, _), = take(c, late, 1)
        assert properties.headers["x-death"][0]["reason"] == "expired"
        # Once more, with what it has: then it is rejected.
        c.basic_publish("", short, b"rejected", properties=pika.BasicProperties(headers=properties.headers))
        deliver, _, _ = c.basic_get(short)
        c.basic_reject(deliver.delivery_tag, requeue=False)
        (_, properties, _), = take(c, late, 1)
        assert len(properties.headers["x-death"]) == 2
        for number in range(4):
            c.basic_publish("", short, b"%d" % number)
        assert take(c, late, 1)[0][1].headers["x-first-death-reason"] == "maxlen"
        c.queue_delete(short)


# ---------------------------------------------------------------- publishing

@scenario()
def confirms(s, _):
    with channel(s) as c:
        name = queue(c)
        c.confirm_delivery()
        for number in range(3):
            c.basic_publish("", name, b"%d" % number, mandatory=True)


@scenario()
def returns(s, _):
    with channel(s) as c:
        c.confirm_delivery()
        try:
            c.basic_publish("", "nobody", b"comes back", pika.BasicProperties(headers={"a": 1}), mandatory=True)
        except wrong.UnroutableError as error:
            assert error.messages[0].body == b"comes back"
        else:
            raise AssertionError("it did not come back")
        c.basic_publish("", "nobody", b"is dropped")


@scenario()
def returns_without_confirms(s, _):
    with channel(s) as c:
        seen = []
        c.add_on_return_callback(lambda *message: seen.append(message))
        c.basic_publish("", "nobody", b"", mandatory=True)
        c.basic_publish("amq.direct", "nobody", b"x", mandatory=True)
        until(c.connection, lambda: len(seen) == 2)


@scenario()
def transactions(s, _):
    with channel(s) as c:
        name = queue(c)
        c.tx_select()
        c.basic_publish("", name, b"counts")
        assert c.basic_get(name)[0] is None
        c.tx_commit()
        deliver, _, _ = c.basic_get(name)
        c.basic_ack(deliver.delivery_tag)
        c.basic_publish("", name, b"does not")
        c.tx_rollback()
        c.basic_ack(deliver.delivery_tag)
        c.tx_commit()


@scenario()
def large_body(s, _):
    """1 MiB one way; back comes a piece of it, in two frames."""
    with channel(s) as c:
        name = queue(c)
        body = b"".join(b"%07d\n" % line for line in range(1 << 17))
        assert len(body) == 1 << 20
        c.basic_publish("", name, body)
        assert c.queue_purge(name).method.message_count == 1
        c.basic_publish("", name, body[:140000])
        assert c.basic_get(name, auto_ack=True)[2] == body[:140000]


@scenario()
def small_frames(s, _):
    with channel(s, frame_max=4096) as c:
        name = queue(c)
        for size in (4088, 4089, 10000, 0):
            c.basic_publish("", name, bytes(at % 251 for at in range(size)))
        assert [len(body) for _, _, body in take(c, name, 4)] == [4088, 4089, 10000, 0]


# ---------------------------------------------------------------- consuming

@scenario()
def get(s, _):
    with channel(s) as c:
        name = queue(c)
        assert c.basic_get(name)[0] is None
        for body in (b"one", b"two"):
            c.basic_publish("amq.direct" if body == b"never" else "", name, body)
        deliver, _, _ = c.basic_get(name)
        assert deliver.message_count == 1
        c.basic_get(name, auto_ack=True)
        c.basic_ack(deliver.delivery_tag)
        assert c.basic_get(name)[0] is None


@scenario()
def nack_reject(s, _):
    with channel(s) as c:
        name = queue(c)
        for number in range(6):
            c.basic_publish("", name, b"%d" % number)
        tags = [c.basic_get(name)[0].delivery_tag for _ in range(6)]
        c.basic_nack(tags[1], multiple=True, requeue=True)
        c.basic_nack(tags[2], requeue=False)
        c.basic_reject(tags[3], requeue=True)
        c.basic_reject(tags[4], requeue=False)
        c.basic_nack(0, multiple=True, requeue=True)
        seen = take(c, name, 4)
        assert all(deliver.redelivered for deliver, _, _ in seen)


@scenario()
def prefetch(s, _):
    with channel(s) as c:
        name = queue(c)
        for number in range(9):
            c.basic_publish("", name, b"%d" % number)
        seen = []
        c.basic_qos(prefetch_count=2)
        c.basic_qos(prefetch_count=3, global_qos=True)
        for tag in ("first", "second"):
            c.basic_consume(name, lambda _, deliver, *rest: seen.append(deliver.delivery_tag), consumer_tag=tag)
        until(c.connection, lambda: len(seen) == 3)
        c.basic_ack(seen[1], multiple=True)
        until(c.connection, lambda: len(seen) == 5)
        c.basic_ack(seen[4])
        c.basic_ack(seen[2])
        until(c.connection, lambda: len(seen) == 7)
        c.basic_ack(0, multiple=True)
        until(c.connection, lambda: len(seen) == 9)
        c.basic_cancel("first")
        c.basic_ack(seen[8], multiple=True)


@scenario()
def recover(s, _):
    with channel(s) as c:
        name = queue(c)
        c.basic_publish("", name, b"again")
        c.basic_get(name)
        c.basic_recover(requeue=True)
        assert take(c, name, 1)[0][0].redelivered


@scenario()
def consumers(s, _):
    with channel(s) as c:
        name = queue(c, auto_delete=True)
        c.basic_consume(name, lambda *_: None, auto_ack=True, exclusive=True, consumer_tag="größte",
                        arguments={"x-priority": -3})
        other = c.connection.channel()
        refused(403, other.basic_consume, name, lambda *_: None)
        c.basic_cancel("größte")


@scenario()
def cancel_notification(s, _):
    with channel(s) as c:
        seen = []
        c.add_on_cancel_callback(seen.append)
        queue(c, "short")
        c.basic_consume("short", lambda *_: None)
        c.connection.channel().queue_delete("short")
        until(c.connection, lambda: seen)


@scenario()
def channels(s, _):
    """Messages on two channels, between each other."""
    with channel(s) as c:
        others = [c, c.connection.channel(700)]
        names = [queue(one) for one in others]
        for one, name in zip(others, names):
            one.confirm_delivery()
            one.basic_publish("", names[1], b"from " + name.encode())
        seen = []
        for one in others:
            one.basic_consume(names[1], lambda one, deliver, *_: seen.append(one.basic_ack(deliver.delivery_tag)))
        until(c.connection, lambda: len(seen) == 2)
        others[1].close(200, "enough")


@scenario()
def channel_errors(s, _):
    connection = connect(s)
    connection.channel().queue_declare("here", auto_delete=True)
    refused(404, connection.channel().queue_declare, "nowhere", passive=True)
    refused(406, connection.channel().queue_declare, "here", durable=True)
    refused(403, connection.channel().exchange_declare, "amq.mine", "direct")
    c = connection.channel()
    c.basic_publish("nowhere", "", b"x")
    refused(404, until, connection, lambda: not c.is_open or c.queue_declare("here", passive=True) is None)
    c = connection.channel()
    c.basic_ack(99)
    refused(406, c.queue_declare, "here", passive=True)
    connection.channel().queue_delete("here")
    connection.close()


# ---------------------------------------------------------------- values

@scenario()
def table_types(s, _):
    headers = {
        "t": True, "I": -2147483648, "l": 2**53 + 1, "least": -2**63, "D": decimal.Decimal("12.345"),
        "whole": decimal.Decimal(7), "T": datetime.datetime(2023, 11, 14, 22, 13, 20), "S": "zwölf €", "empty": "",
        "x": b"\x00\xff", "A": [1, "two", None, [False, {"deep": []}]], "F": {"inner": {"innermost": {}}}, "V": None,
        "": "a key of no bytes", "k" * 128: "the longest key",
    }
    with channel(s, client_properties={"headers": headers}) as c:
        name = queue(c)
        c.basic_publish("", name, b"", pika.BasicProperties(headers=headers))
        c.basic_publish("", name, b"", pika.BasicProperties(headers={}))
        back = take(c, name, 2)[0][1].headers
        assert back.keys() == headers.keys() and back["A"] == headers["A"], back
