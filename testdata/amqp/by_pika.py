"""Scenarios that pika plays: connections, exchanges and queues."""
import pika
from pika import exceptions as wrong

from play import channel, connect, queue, refused, scenario, take, until


# ---------------------------------------------------------------- connections

@scenario
def handshake(s, _):
    connect(s, client_properties={"connection_name": "grüße"}).close(200, "good bye")


@scenario
def refused_login(s, _):
    try:
        connect(s, password="guess")
    except wrong.ProbableAuthenticationError:
        return
    raise AssertionError("logged in")


@scenario
def no_virtual_host(s, _):
    try:
        connect(s, virtual_host="nowhere")
    except (wrong.ProbableAccessDeniedError, wrong.ConnectionClosedByBroker):
        return
    raise AssertionError("opened")


@scenario
def heartbeats(s, _):
    with channel(s, heartbeat=2) as c:
        until(c.connection, lambda: s.connection().count("client", "HEARTBEAT") > 1
              and s.connection().count("server", "HEARTBEAT") > 1)


@scenario
def update_secret(s, _):
    connection = connect(s)
    connection.update_secret("a new secret", "the old one is old")
    connection.close()


@scenario
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


@scenario
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


@scenario
def direct_exchange(s, _):
    routed(s, "direct", [{"routing_key": "red"}, {"routing_key": "blue"}],
           [("red", None), ("blue", None), ("blue", None), ("green", None)], [1, 2])


@scenario
def topic_exchange(s, _):
    routed(s, "topic", [{"routing_key": "orders.*.eu"}, {"routing_key": "orders.#"}],
           [("orders.new.eu", None), ("orders", None), ("orders.new.us", None), ("", None)], [1, 3])


@scenario
def fanout_exchange(s, _):
    routed(s, "fanout", [{"routing_key": ""}, {"routing_key": "not looked at"}], [("a", None), ("b", None)], [2, 2])


@scenario
def headers_exchange(s, _):
    both, either = ({"x-match": match, "format": "pdf", "pages": 3} for match in ("all", "any"))
    routed(s, "headers", [{"arguments": both}, {"arguments": either}],
           [("", {"format": "pdf", "pages": 3}), ("", {"format": "pdf"}), ("", {"pages": 4}), ("", None)], [1, 2])


@scenario
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


@scenario
def durable_queue(s, _):
    with channel(s) as c:
        queue(c, "kept", durable=True)
        c.basic_publish("", "kept", b"kept", pika.BasicProperties(delivery_mode=2))
        assert c.queue_declare("kept", passive=True).method.consumer_count == 0
        deliver, properties, _ = c.basic_get("kept")
        assert properties.delivery_mode == 2
        c.basic_ack(deliver.delivery_tag)
        c.queue_delete("kept", if_unused=True, if_empty=True)


@scenario
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


@scenario
def purge_delete(s, _):
    with channel(s) as c:
        queue(c, "full")
        for number in range(5):
            c.basic_publish("", "full", b"%d" % number)
        assert c.queue_purge("full").method.message_count == 5
        c.basic_publish("", "full", b"left")
        assert c.queue_delete("full").method.message_count == 1
        assert c.queue_delete("full").method.message_count == 0


@scenario
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


@scenario
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
