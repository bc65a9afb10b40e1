"""Queues with messages in them, and what comes out."""

import itertools
import time

from examples import PATIENCE

numbers = itertools.count()


def new_name(what):
    """RabbitMQ serves all tests: no two use the same names."""
    return f"{what}-{next(numbers)}"


def new_queue(channel, count=0, **more):
    """A queue with the messages 0, 1, 2 …"""
    queue = channel.queue_declare(new_name("queue"), **more).method.queue
    for number in range(count):
        channel.basic_publish("", queue, str(number))
    wait_for_messages(channel, queue, count)
    return queue


def wait_for_messages(channel, queue, count):
    end = time.monotonic() + PATIENCE
    while (is_there := channel.queue_declare(queue, passive=True).method.message_count) != count:
        assert time.monotonic() < end, f"{is_there} messages in {queue}, not {count}"
        time.sleep(0.01)


def get_all(channel, queue):
    """What is in a queue: bodies, and whether they were delivered before."""
    got = iter(lambda: channel.basic_get(queue, auto_ack=True), (None, None, None))
    return [(body.decode(), deliver.redelivered) for deliver, _, body in got]


def consume(channel, queue, seen, **more):
    return channel.basic_consume(queue, lambda _, *delivery: seen.append(delivery), **more)


def wait_for(channel, seen, count):
    """Waits until so many have come, and then whether there are more."""
    end = time.monotonic() + PATIENCE
    while len(seen) < count:
        assert time.monotonic() < end, f"{len(seen)} have come, not {count}"
        channel.connection.process_data_events(0.02)
    channel.connection.process_data_events(0.1)
    assert len(seen) == count, f"{len(seen)} have come, not {count}"
