"""What a broker does with messages, by stomp.py. Each test is for a broker, ours or RabbitMQ, and a version: what is
expected of ours is what RabbitMQ does."""

import concurrent.futures
import random

from queues import new_name
from stomp_peer import Peer, peer, rest, wait_until

# --- what is sent ----------------------------------------------------------------------------------------------------


def messages_come_as_they_were_sent(broker, version):
    everything = bytes(range(256))
    bodies = [b"", b"text", "grüße 🦀".encode(), b"\0", b"a\0b\0\0", b"two\nlines\n\n", everything, everything * 4096]
    headers = {"colour": "red", "empty": "", "größe": "riesig", "url": "http://a:1/?b"}
    if version != "1.0":
        headers |= {"lines": "one\ntwo\n", "backslash": "\\n is no line end", "all": ":\\:\n"}
    if version == "1.2":
        headers["return"] = "one\r\ntwo"
    queue = new_name("/queue/messages")
    with peer(broker, version) as client:
        client.subscribe(queue)
        for body in bodies:
            client.send(queue, body, content_type="a/b", headers=dict(headers))
            message = client.message()
            assert (message.body or b"") == body, (len(message.body), message.body[:80])
            wanted = {**headers, "content-type": "a/b", "destination": queue, "subscription": "s"}
            different = {name: message.headers.get(name) for name in wanted if message.headers.get(name) != wanted[name]}
            assert not different, different


def messages_go_from_version_to_version(broker, version):
    """What one version can say, and another cannot, stops nothing."""
    queue = new_name("/queue/versions")
    with peer(broker, version) as reader, peer(broker, "1.2") as writer:
        reader.subscribe(queue)
        writer.send(queue, "first", headers={"odd": "a\r\nb:\\"})
        writer.send(queue, "second")
        assert reader.bodies(2) == ["first", "second"]


def many_small_messages(broker, version):
    queue = new_name("/queue/small")
    with peer(broker, version) as reader, peer(broker, version) as writer:
        reader.subscribe(queue, "client", prefetch_count=100)
        for number in range(3000):
            writer.connection.send(queue, str(number))
        for number in range(3000):
            message = reader.message()
            assert message.body == str(number).encode()
            if number % 50 == 49:
                reader.ack(message)
    assert rest(broker, queue, 0) == []


# --- who gets it -----------------------------------------------------------------------------------------------------


def a_queue_is_shared(broker, version):
    queue = new_name("/queue/shared")
    with peer(broker, version) as one, peer(broker, version) as other:
        for client in (one, other):
            client.subscribe(queue, "client", prefetch_count=1)
        for number in range(20):
            one.send(queue, str(number))
        seen = {one: [], other: []}
        # Each has one at a time: so both get some, and each in order.
        while sum(map(len, seen.values())) < 20:
            for client in (one, other):
                message = client.message()
                seen[client].append(int(message.body))
                client.ack(message, **({"receipt": "acknowledged"} if len(seen[client]) == 10 else {}))
        assert sorted(seen[one] + seen[other]) == list(range(20)), seen
        assert all(numbers == sorted(numbers) for numbers in seen.values()), seen
        for client in (one, other):
            assert client.receipts.get(timeout=30) == "acknowledged"


def a_topic_goes_to_all(broker, version):
    topic = new_name("/topic/news")
    with peer(broker, version) as one, peer(broker, version) as other, peer(broker, version) as writer:
        writer.send(topic, "nobody hears this")
        one.subscribe(topic, name="first")
        one.subscribe(topic, name="second")
        other.subscribe(topic, "client")
        writer.send(topic, "a")
        writer.send(new_name("/topic/other"), "of another topic")
        one.confirmed(one.connection.unsubscribe, id="second")
        writer.send(topic, "b")
        subscribed = sorted((message.body, message.headers["subscription"]) for message in [one.message() for _ in "123"])
        assert subscribed == [(b"a", "first"), (b"a", "second"), (b"b", "first")], subscribed
        assert other.bodies(2) == ["a", "b"]


def not_more_than_prefetch_count(broker, version):
    queue = new_name("/queue/prefetch")
    with peer(broker, version) as reader, peer(broker, version) as other:
        for number in range(10):
            other.send(queue, str(number))
        reader.subscribe(queue, "client", prefetch_count=3)
        first = [reader.message() for _ in range(3)]
        # Whoever comes gets the others.
        other.subscribe(queue)
        assert other.bodies(7) == list("3456789")
        assert [message.body for message in first] == [b"0", b"1", b"2"] and reader.messages.empty()
        other.confirmed(other.connection.unsubscribe, id="s")
        other.send(queue, "10")
        other.send(queue, "11")
        reader.ack(first[1])
        assert reader.bodies(2) == ["10", "11"]


def many_clients_at_once(broker, version):
    queue, topic = new_name("/queue/crowd"), new_name("/topic/crowd")
    clients = [Peer(broker.tcp, version) for _ in range(40)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda client: client.subscribe(topic), clients))
        list(pool.map(lambda client: client.subscribe(queue, name="q"), clients[:20]))
        for number in range(100):
            random.choice(clients).connection.send(queue, str(number))
        clients[0].send(topic, "all")
        wait_until(lambda: sum(client.messages.qsize() for client in clients) >= 100 + len(clients), "not all came")
        list(pool.map(Peer.end, clients))
    messages = [client.messages.get() for client in clients for _ in range(client.messages.qsize())]
    heard = [message.headers["destination"] == topic for message in messages]
    taken = [int(message.body) for message in messages if message.headers["destination"] == queue]
    assert sum(heard) == len(clients) and sorted(taken) == list(range(100)), (sum(heard), taken)


def a_durable_subscription_waits(broker, version):
    topic, name = new_name("/topic/durable"), new_name("reader")
    durable = {"durable": "true", "auto_delete": "false"}
    with peer(broker, version) as reader:
        reader.subscribe(topic, name=name, **durable)
    with peer(broker, version) as writer:
        writer.send(topic, "one")
        with peer(broker, version) as reader:
            reader.subscribe(topic, "client", name=name, **durable)
            message = reader.message()
            assert message.body == b"one"
            # It is not acknowledged, and comes again.
        writer.send(topic, "two")
        with peer(broker, version) as reader:
            reader.subscribe(topic, "client", name=name, **durable)
            assert sorted(reader.bodies(2)) == ["one", "two"]
            end = {"durable": "true", "auto-delete": "false"}
            reader.confirmed(reader.connection.unsubscribe, id=name, headers=end)
        writer.send(topic, "three")
        with peer(broker, version) as reader:
            reader.subscribe(topic, name=name, **durable)
            writer.send(topic, "four")
            assert reader.bodies(1) == ["four"]
            reader.confirmed(reader.connection.unsubscribe, id=name, headers=end)


TESTS = [
    messages_come_as_they_were_sent,
    messages_go_from_version_to_version,
    many_small_messages,
    a_queue_is_shared,
    a_topic_goes_to_all,
    not_more_than_prefetch_count,
    many_clients_at_once,
    a_durable_subscription_waits,
]
