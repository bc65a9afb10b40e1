"""What a broker does with messages, by pika. Each test is for a port, on which our server listens, or RabbitMQ: what is
expected of ours is what RabbitMQ does."""

import pika

from brokers import cuttable, pika_channel
from examples import PATIENCE
from queues import consume, get_all, new_name, new_queue, wait_for, wait_for_messages

# --- routing ---------------------------------------------------------------------------------------------------------


def properties_come_as_they_were_sent(port):
    with pika_channel(port) as channel:
        exchange, queue = new_name("orders"), new_queue(channel)
        channel.exchange_declare(exchange, "topic", durable=True)
        channel.queue_bind(queue, exchange, "orders.*.eu")
        channel.confirm_delivery()
        headers = {"signature": b"\x00\xff", "nested": {"list": [1, "two", None, True]}}
        sent = pika.BasicProperties(
            content_type="application/json",
            content_encoding="utf-8",
            headers=headers,
            delivery_mode=2,
            priority=3,
            correlation_id="7",
            reply_to="answers",
            expiration="60000",
            message_id="m",
            timestamp=1700000000,
            type="order",
            user_id="guest",
            app_id="test",
        )
        for number in range(20):
            channel.basic_publish(exchange, "orders.new.eu", str(number), sent, mandatory=True)
        channel.basic_qos(prefetch_count=3)
        seen = []
        for deliver, back, body in channel.consume(queue, inactivity_timeout=PATIENCE):
            assert back == sent, (back, sent)
            assert (deliver.exchange, deliver.routing_key) == (exchange, "orders.new.eu")
            seen.append(int(body))
            channel.basic_ack(deliver.delivery_tag)
            if len(seen) == 20:
                break
        assert seen == list(range(20)), seen


def exchanges_route(port):
    cases = [
        ("direct", "a.b", {"a.b": True, "a": False, "a.b.c": False}),
        ("topic", "a.*.c", {"a.b.c": True, "a.c": False, "a.b.b.c": False}),
        ("topic", "#.z", {"z": True, "a.b.z": True, "z.a": False}),
        ("fanout", "anything", {"": True, "else": True}),
    ]
    with pika_channel(port) as channel:
        for kind, pattern, keys in cases:
            exchange, queue = new_name(kind), new_queue(channel)
            channel.exchange_declare(exchange, kind)
            channel.queue_bind(queue, exchange, pattern)
            # Two ways to one queue bring a message once.
            channel.queue_bind(queue, exchange, pattern + ".or.this")
            for key in keys:
                channel.basic_publish(exchange, key, key)
            wait_for_messages(channel, queue, sum(keys.values()))
            wanted = [(key, False) for key, goes in keys.items() if goes]
            assert get_all(channel, queue) == wanted, (kind, pattern)
            channel.queue_unbind(queue, exchange, pattern)
            channel.basic_publish(exchange, pattern, "late")
            assert get_all(channel, queue) == ([("late", False)] if kind == "fanout" else []), kind


def headers_exchanges_route(port):
    cases = [
        ({"x-match": "all", "a": 1, "b": "two"}, [{"a": 1, "b": "two", "c": 3}], [{"a": 1}, {"a": 1, "b": 2}, {}]),
        ({"x-match": "any", "a": 1, "b": "two"}, [{"a": 1}, {"b": "two"}], [{"a": 2}, {"c": 1}, {}]),
        ({"a": None}, [{"a": 7}], [{"b": 7}]),
        ({"x-match": "any", "x-a": 1, "b": 1}, [{"b": 1}], [{"x-a": 1}]),
        ({"x-match": "any-with-x", "x-a": 1, "b": 1}, [{"x-a": 1}], [{"a": 1}]),
        ({}, [{}, {"a": 1}], []),
    ]
    with pika_channel(port) as channel:
        for arguments, takes, leaves in cases:
            exchange, queue = new_name("headers"), new_queue(channel)
            channel.exchange_declare(exchange, "headers")
            channel.queue_bind(queue, exchange, "", arguments)
            for headers in takes + leaves:
                channel.basic_publish(exchange, "", str(headers), pika.BasicProperties(headers=headers))
            wait_for_messages(channel, queue, len(takes))
            assert get_all(channel, queue) == [(str(headers), False) for headers in takes], arguments


def exchanges_are_bound_to_exchanges(port):
    with pika_channel(port) as channel:
        first, second, queue = new_name("first"), new_name("second"), new_queue(channel)
        channel.exchange_declare(first, "topic")
        channel.exchange_declare(second, "fanout", internal=True)
        channel.exchange_bind(second, first, "a.#")
        # Round and round, and yet each message comes once.
        channel.exchange_bind(first, second)
        channel.queue_bind(queue, second)
        channel.queue_bind(queue, first, "a.b")
        for key in ["a.b", "b", "a"]:
            channel.basic_publish(first, key, key)
        wait_for_messages(channel, queue, 2)
        assert get_all(channel, queue) == [("a.b", False), ("a", False)]
        channel.exchange_unbind(second, first, "a.#")
        channel.basic_publish(first, "a", "late")
        assert get_all(channel, queue) == []


def nobody_takes_it_and_it_comes_back(port):
    with pika_channel(port) as channel:
        channel.confirm_delivery()
        body = bytes(range(256)) * 2000
        try:
            channel.basic_publish("", "nobody", body, pika.BasicProperties(app_id="me"), mandatory=True)
        except pika.exceptions.UnroutableError as error:
            (back,) = error.messages
            assert back.body == body and back.properties.app_id == "me"
            assert (back.method.reply_code, back.method.reply_text) == (312, "NO_ROUTE")
        else:
            raise AssertionError("it did not come back")
        channel.basic_publish("", "nobody", b"x")
        channel.basic_publish("", new_queue(channel), b"x", mandatory=True)


# --- consuming -------------------------------------------------------------------------------------------------------


def what_is_requeued_finds_its_place(port):
    with pika_channel(port) as channel:
        queue = new_queue(channel, 6)
        tags = [channel.basic_get(queue)[0].delivery_tag for _ in range(6)]
        channel.basic_ack(tags[0])
        channel.basic_nack(tags[4], requeue=True)
        channel.basic_nack(tags[2], multiple=True, requeue=True)
        channel.basic_reject(tags[5], requeue=False)
        wait_for_messages(channel, queue, 3)
        other = channel.connection.channel()
        assert get_all(other, queue) == [("1", True), ("2", True), ("4", True)]
        # What the channel still has is requeued when it is closed.
        channel.close()
        wait_for_messages(other, queue, 1)
        assert get_all(other, queue) == [("3", True)]


def what_a_lost_connection_had_comes_again(port):
    with pika_channel(port) as channel, cuttable(port) as (through, cut):
        queue, seen = new_queue(channel, 5), []
        lost = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", through))
        reader = lost.channel()
        consume(reader, queue, seen)
        wait_for(reader, seen, 5)
        cut()
        wait_for_messages(channel, queue, 5)
        assert get_all(channel, queue) == [(str(number), True) for number in range(5)]


def prefetch_windows_are_exact(port):
    with pika_channel(port) as channel:
        queue, seen = new_queue(channel, 20), []
        channel.basic_qos(prefetch_count=3)
        tags = [consume(channel, queue, seen) for _ in range(2)]
        wait_for(channel, seen, 6)
        assert sorted(deliver.consumer_tag for deliver, _, _ in seen) == sorted(tags * 3)
        channel.basic_ack(seen[0][0].delivery_tag)
        wait_for(channel, seen, 7)
        # One that has something else to acknowledge gets no more.
        assert seen[6][0].consumer_tag == seen[0][0].consumer_tag
        channel.basic_ack(0, multiple=True)
        wait_for(channel, seen, 13)
        # basic.get does not count.
        assert channel.basic_get(queue)[2] == b"13"
        wait_for(channel, seen, 13)

    with pika_channel(port) as channel:
        queue, seen = new_queue(channel, 20), []
        channel.basic_qos(prefetch_count=4, global_qos=True)
        for _ in range(3):
            consume(channel, queue, seen)
        wait_for(channel, seen, 4)
        channel.basic_nack(seen[3][0].delivery_tag, multiple=False, requeue=False)
        wait_for(channel, seen, 5)
        # Who acknowledges nothing has no window.
        other, more = channel.connection.channel(), []
        other.basic_qos(prefetch_count=1)
        consume(other, queue, more, auto_ack=True)
        wait_for(channel, more, 15)


def consumers_take_turns(port):
    with pika_channel(port) as channel:
        queue, seen = new_queue(channel), []
        tags = [consume(channel, queue, seen, auto_ack=True) for _ in range(3)]
        for number in range(30):
            channel.basic_publish("", queue, str(number))
        wait_for(channel, seen, 30)
        assert sorted(deliver.consumer_tag for deliver, _, _ in seen) == sorted(tags * 10)
        assert [int(body) for _, _, body in seen] == list(range(30))
        for tag in tags:
            channel.basic_cancel(tag)
        channel.basic_publish("", queue, "late")
        wait_for_messages(channel, queue, 1)


def consumers_are_cancelled_with_their_queue(port):
    with pika_channel(port) as channel:
        queue, seen, cancelled = new_queue(channel, 1), [], []
        channel.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
        consume(channel, queue, seen, consumer_tag="one")
        wait_for(channel, seen, 1)
        channel.connection.channel().queue_delete(queue)
        wait_for(channel, cancelled, 1)
        assert cancelled == ["one"]
        # What it has it can still acknowledge, and a new queue of that name does not get it back.
        channel.queue_declare(queue)
        channel.basic_nack(seen[0][0].delivery_tag, requeue=True)
        assert get_all(channel, queue) == []


def all_is_recovered(port):
    with pika_channel(port) as channel:
        queue = new_queue(channel, 3)
        for _ in range(3):
            channel.basic_get(queue)
        channel.basic_recover(requeue=True)
        wait_for_messages(channel, queue, 3)
        assert get_all(channel, queue) == [("0", True), ("1", True), ("2", True)]


def transactions_are_all_or_nothing(port):
    with pika_channel(port) as channel:
        queue, other = new_queue(channel, 2), channel.connection.channel()
        channel.tx_select()
        channel.basic_publish("", queue, "rolled back")
        first = channel.basic_get(queue)[0].delivery_tag
        channel.basic_ack(first)
        channel.tx_rollback()
        channel.basic_publish("", queue, "committed")
        second = channel.basic_get(queue)[0].delivery_tag
        channel.basic_nack(second, requeue=True)
        channel.basic_ack(first)
        assert get_all(other, queue) == [], "it is not committed yet"
        channel.tx_commit()
        wait_for_messages(other, queue, 2)
        assert get_all(other, queue) == [("1", True), ("committed", False)]


# --- queues ----------------------------------------------------------------------------------------------------------


def queues_end_when_they_should(port):
    with pika_channel(port) as channel, pika_channel(port) as other:
        def is_there(name, exchange=False):
            with pika_channel(port) as looking:
                look = looking.exchange_declare if exchange else looking.queue_declare
                try:
                    look(name, passive=True)
                except pika.exceptions.ChannelClosedByBroker as error:
                    return {404: False, 405: "locked"}[error.reply_code]
                return True

        mine, shared = new_name("mine"), new_name("shared")
        other.queue_declare(mine, exclusive=True)
        assert is_there(mine) == "locked"
        other.connection.close()
        assert not is_there(mine)

        exchange = new_name("brief")
        channel.exchange_declare(exchange, "direct", auto_delete=True)
        channel.queue_declare(shared, auto_delete=True)
        channel.queue_bind(shared, exchange, "key")
        tag = consume(channel, shared, [])
        assert is_there(shared) and is_there(exchange, True)
        channel.basic_cancel(tag)
        assert not is_there(shared) and not is_there(exchange, True)

        queue = new_queue(channel, 3)
        assert channel.queue_purge(queue).method.message_count == 3
        assert channel.queue_delete(queue).method.message_count == 0
        assert channel.queue_declare("").method.queue.startswith("amq.gen-")


def dead_letters_are_sent_on(port):
    with pika_channel(port) as channel:
        late, exchange = new_queue(channel), new_name("late")
        channel.exchange_declare(exchange, "fanout")
        channel.queue_bind(late, exchange)
        brief = new_queue(channel, arguments={"x-message-ttl": 60, "x-dead-letter-exchange": exchange})
        plain = new_queue(channel, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": late})
        channel.basic_publish("", brief, "brief", pika.BasicProperties(headers={"own": 1}))
        channel.basic_publish("", plain, "expired", pika.BasicProperties(expiration="100"))
        wait_for_messages(channel, late, 2)
        channel.basic_publish("", plain, "rejected")
        channel.basic_reject(channel.basic_get(plain)[0].delivery_tag, requeue=False)
        wait_for_messages(channel, late, 3)
        deaths = []
        for _ in range(3):
            deliver, properties, body = channel.basic_get(late, auto_ack=True)
            (death,) = properties.headers["x-death"]
            assert death["count"] == 1 and death["time"].year > 2000 and properties.expiration is None
            assert properties.headers["x-first-death-reason"] == death["reason"]
            deaths.append((body.decode(), deliver.routing_key, death["reason"], death["queue"], death["routing-keys"]))
            assert properties.headers.get("own") == (1 if body == b"brief" else None)
            assert death.get("original-expiration") == ("100" if body == b"expired" else None)
        assert deaths == [
            ("brief", brief, "expired", brief, [brief]),
            ("expired", late, "expired", plain, [plain]),
            ("rejected", late, "rejected", plain, [plain]),
        ], deaths


def dead_letters_are_counted_and_do_not_go_round(port):
    with pika_channel(port) as channel:
        queue = new_name("again")
        channel.queue_declare(queue, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue})
        channel.basic_publish("", queue, "x")
        for _ in range(3):
            wait_for_messages(channel, queue, 1)
            channel.basic_reject(channel.basic_get(queue)[0].delivery_tag, requeue=False)
        wait_for_messages(channel, queue, 1)
        (death,) = channel.basic_get(queue, auto_ack=True)[1].headers["x-death"]
        assert (death["count"], death["reason"], death["queue"]) == (3, "rejected", queue)
        # With nobody but the clock to send it on, a message does not go round for ever.
        queue = new_name("round")
        arguments = {"x-message-ttl": 0, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue}
        channel.queue_declare(queue, arguments=arguments)
        channel.basic_publish("", queue, "x")
        wait_for_messages(channel, queue, 0)


TESTS = [
    properties_come_as_they_were_sent,
    exchanges_route,
    headers_exchanges_route,
    exchanges_are_bound_to_exchanges,
    nobody_takes_it_and_it_comes_back,
    what_is_requeued_finds_its_place,
    what_a_lost_connection_had_comes_again,
    prefetch_windows_are_exact,
    consumers_take_turns,
    consumers_are_cancelled_with_their_queue,
    all_is_recovered,
    transactions_are_all_or_nothing,
    queues_end_when_they_should,
    dead_letters_are_sent_on,
    dead_letters_are_counted_and_do_not_go_round,
]
