"""Mistakes, made with our server and with RabbitMQ: both are to say the same about them."""

import pika

from brokers import pika_channel, pika_connection
from queues import consume, new_name

TTL = {"x-message-ttl": 100}


def mistakes(name):
    """Each is a way to lose a channel, or the connection."""
    queue, exchange, locked = f"{name}-queue", f"{name}-exchange", f"{name}-locked"

    def then_ask(mistake):
        """What has no answer of its own: whatever is asked next gets it."""
        return lambda channel: (mistake(channel), channel.queue_declare(queue, passive=True))

    def publish(*where, **properties):
        return then_ask(lambda channel: channel.basic_publish(*where, b"x", pika.BasicProperties(**properties)))

    def prepare(channel):
        channel.queue_declare(queue)
        channel.queue_declare(f"{queue}-ttl", arguments=TTL)
        channel.queue_declare(locked, exclusive=True)
        channel.exchange_declare(exchange, "direct")
        channel.exchange_declare(f"{exchange}-internal", "fanout", internal=True)
        channel.queue_bind(queue, exchange, "key")
        channel.basic_publish("", queue, b"x")
        consume(channel, queue, [])

    return prepare, [
        lambda channel: channel.queue_declare(f"{name}-none", passive=True),
        lambda channel: channel.queue_declare(queue, durable=True),
        lambda channel: channel.queue_declare(queue, auto_delete=True),
        lambda channel: channel.queue_declare(queue, exclusive=True),
        lambda channel: channel.queue_declare(queue, arguments=TTL),
        lambda channel: channel.queue_declare(f"{queue}-ttl"),
        lambda channel: channel.queue_declare(f"{queue}-ttl", arguments={"x-message-ttl": 200}),
        lambda channel: channel.queue_declare("amq.mine"),
        lambda channel: channel.queue_declare(locked, passive=True),
        lambda channel: channel.basic_get(locked),
        lambda channel: channel.queue_purge(locked),
        lambda channel: channel.queue_delete(locked),
        lambda channel: channel.queue_delete(queue, if_unused=True),
        lambda channel: channel.queue_delete(f"{queue}-full", if_empty=True),
        lambda channel: channel.basic_consume(queue, lambda *_: None, exclusive=True),
        lambda channel: channel.exchange_declare(f"{name}-none", passive=True),
        lambda channel: channel.exchange_declare(exchange, "fanout"),
        lambda channel: channel.exchange_declare(exchange, "direct", durable=True),
        lambda channel: channel.exchange_declare(exchange, "direct", auto_delete=True),
        lambda channel: channel.exchange_declare("amq.mine", "direct"),
        lambda channel: channel.exchange_declare(f"{name}-kind", "unheard-of"),
        lambda channel: channel.exchange_declare("", "direct"),
        lambda channel: channel.exchange_delete("amq.direct"),
        lambda channel: channel.exchange_delete(exchange, if_unused=True),
        lambda channel: channel.queue_bind(queue, f"{name}-none", "key"),
        lambda channel: channel.queue_bind(f"{name}-none", exchange, "key"),
        lambda channel: channel.queue_bind(queue, "", "key"),
        lambda channel: channel.queue_bind("", exchange, "key"),
        lambda channel: channel.exchange_bind(exchange, f"{name}-none", "key"),
        lambda channel: channel.exchange_bind(f"{name}-none", exchange, "key"),
        lambda channel: channel.queue_purge(f"{name}-none"),
        lambda channel: channel.basic_get(f"{name}-none"),
        lambda channel: channel.basic_consume(f"{name}-none", lambda *_: None),
        lambda channel: channel.basic_qos(prefetch_size=5),
        publish(f"{name}-none", "key"),
        publish(f"{exchange}-internal", "key"),
        publish("", queue, expiration="soon"),
    ]


def refusals(port, name):
    """What a server says about each mistake, and about which method."""
    prepare, all_mistakes = mistakes(name)
    said = []
    with pika_channel(port) as channel:
        prepare(channel)
        channel.queue_declare(f"{name}-queue-full")
        channel.basic_publish("", f"{name}-queue-full", b"x")
        connection = None
        for mistake in all_mistakes:
            if connection is None or not connection.is_open:
                connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
            try:
                mistake(connection.channel())
            except (pika.exceptions.ChannelClosed, pika.exceptions.ConnectionClosed) as error:
                said.append((type(error).__name__, error.reply_code, error.reply_text))
            else:
                said.append(None)
        if connection.is_open:
            connection.close()
    return said


def our_server_refuses_in_rabbitmqs_words(ours, theirs):
    name = new_name("refused")
    pairs = list(zip(refusals(ours, name), refusals(theirs, name), strict=True))
    assert all(said for _, said in pairs), "not all are mistakes"
    different = [pair for pair in pairs if pair[0] != pair[1]]
    assert not different, different


def the_machine_refuses_with_rabbitmqs_codes(ours, theirs):
    """The library's own closes: it has texts of its own."""

    def codes(port):
        found = []
        for mistake in [
            lambda channel: channel.basic_ack(9) or channel.queue_declare(""),
            lambda channel: channel.basic_nack(9) or channel.queue_declare(""),
            lambda channel: channel.basic_reject(9) or channel.queue_declare(""),
            lambda channel: channel.tx_commit(),
            lambda channel: channel.confirm_delivery() or channel.tx_select(),
            lambda channel: channel.basic_recover(requeue=False),
        ]:
            with pika_connection(port) as connection:
                try:
                    mistake(connection.channel())
                except (pika.exceptions.ChannelClosed, pika.exceptions.ConnectionClosed) as error:
                    found.append((type(error).__name__, error.reply_code))
        return found

    assert (said := codes(ours)) == codes(theirs) and len(said) == 6, said


TESTS = [our_server_refuses_in_rabbitmqs_words, the_machine_refuses_with_rabbitmqs_codes]
