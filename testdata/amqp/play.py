"""What the scenarios have in common: their list, and the steps of those that pika plays."""
import contextlib
import time

import pika
from pika import exceptions as wrong

from tap import LIMIT

SCENARIOS = {}  # name -> (function, how the proxy is to be set up)


def scenario(function):
    """Adds it, by its name."""
    SCENARIOS[function.__name__.replace("_", "-")] = (function, {})
    return function


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
