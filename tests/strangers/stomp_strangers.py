#!/usr/bin/env python3
"""The STOMP examples against programs that others wrote. (Not called stomp.py: stomp.py is.)

The server example is driven by stomp.py over TCP, by StompJs over WebSocket, and by sockets that say what no library
would; so is RabbitMQ, by the same tests: they expect nothing that it does not do. The client example is driven against
our server, RabbitMQ, and ActiveMQ. Everything runs on loopback and is ended by the process that started it.

    cargo build --release --example stomp_server --example stomp_client
    python3 tests/strangers/stomp_strangers.py target/release/examples

Needs: rabbitmq-server, activemq (Debian), stomp.py 9, pika 1 (PyPI), node with @stomp/stompjs 7 and ws 8 (npm), whose
folder NODE_PATH names.
"""

import concurrent.futures
import contextlib
import sys

import stomp_acks
import stomp_client
import stomp_js
import stomp_line
import stomp_server
from amqp import report, timed
from brokers import activemq, rabbitmq
from examples import our_server
from stomp_peer import Broker

FOR_EACH_VERSION = stomp_server.TESTS + stomp_acks.TESTS
FOR_EACH = stomp_line.TESTS + stomp_js.TESTS + stomp_client.TESTS
FOR_ACTIVEMQ = stomp_client.TESTS + [stomp_line.mistakes_are_refused]


def tests(broker):
    """Each test of a broker, with its name and its arguments."""
    if broker.name == "activemq":
        return [(test.__name__, test, (broker,)) for test in FOR_ACTIVEMQ]
    versions = [(f"{test.__name__} {v}", test, (broker, v)) for test in FOR_EACH_VERSION for v in ("1.0", "1.1", "1.2")]
    return versions + [(test.__name__, test, (broker,)) for test in FOR_EACH]


def main():
    with contextlib.ExitStack() as stack:
        rabbit, active = stack.enter_context(rabbitmq.starting(stomp=True)), stack.enter_context(activemq.starting())
        ours = Broker("ours", *stack.enter_context(our_server("stomp_server", listens=2)))
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(4))
        results = [(test.__name__, "nobody", pool.submit(timed, test)) for test in stomp_client.ALONE]

        def start(broker):
            for name, test, args in tests(broker):
                results.append((name, broker.name, pool.submit(timed, test, *args)))

        # The others take some seconds to start.
        start(ours)
        start(Broker("activemq", active.wait().port))
        rabbit.wait()
        start(Broker("rabbitmq", rabbit.stomp, rabbit.web_stomp))
        failed = sum(not report(*result) for result in results)
    print(f"strangers: {len(results) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
