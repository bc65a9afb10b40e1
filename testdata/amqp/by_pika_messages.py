"""Scenarios that pika plays: publishing and consuming."""
import datetime
import decimal

import pika
from pika import exceptions as wrong

from play import channel, connect, queue, refused, scenario, take, until


# ---------------------------------------------------------------- publishing

@scenario
def confirms(s, _):
    with channel(s) as c:
        name = queue(c)
        c.confirm_delivery()
        for number in range(3):
            c.basic_publish("", name, b"%d" % number, mandatory=True)


@scenario
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


@scenario
def returns_without_confirms(s, _):
    with channel(s) as c:
        seen = []
        c.add_on_return_callback(lambda *message: seen.append(message))
        c.basic_publish("", "nobody", b"", mandatory=True)
        c.basic_publish("amq.direct", "nobody", b"x", mandatory=True)
        until(c.connection, lambda: len(seen) == 2)


@scenario
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


@scenario
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


@scenario
def small_frames(s, _):
    with channel(s, frame_max=4096) as c:
        name = queue(c)
        for size in (4088, 4089, 10000, 0):
            c.basic_publish("", name, bytes(at % 251 for at in range(size)))
        assert [len(body) for _, _, body in take(c, name, 4)] == [4088, 4089, 10000, 0]


# ---------------------------------------------------------------- consuming

@scenario
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


@scenario
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


@scenario
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


@scenario
def recover(s, _):
    with channel(s) as c:
        name = queue(c)
        c.basic_publish("", name, b"again")
        c.basic_get(name)
        c.basic_recover(requeue=True)
        assert take(c, name, 1)[0][0].redelivered


@scenario
def consumers(s, _):
    with channel(s) as c:
        name = queue(c, auto_delete=True)
        c.basic_consume(name, lambda *_: None, auto_ack=True, exclusive=True, consumer_tag="größte",
                        arguments={"x-priority": -3})
        other = c.connection.channel()
        refused(403, other.basic_consume, name, lambda *_: None)
        c.basic_cancel("größte")


@scenario
def cancel_notification(s, _):
    with channel(s) as c:
        seen = []
        c.add_on_cancel_callback(seen.append)
        queue(c, "short")
        c.basic_consume("short", lambda *_: None)
        c.connection.channel().queue_delete("short")
        until(c.connection, lambda: seen)


@scenario
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


@scenario
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

@scenario
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
