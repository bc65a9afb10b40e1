#!/usr/bin/env python3
"""The AMQP examples against programs that others wrote.

The server example is driven by pika and by amqplib; so is RabbitMQ, by the same tests: they expect nothing that it does
not do. The client example is driven against both servers. Everything runs on loopback and is ended by the process that
started it.

    cargo build --release --example amqp_server --example amqp_client
    python3 tests/strangers/amqp.py target/release/examples

Needs: rabbitmq-server (Debian), pika 1 (PyPI), node with amqplib 0.10 (npm), whose folder NODE_PATH names.
"""

import concurrent.futures
import sys
import time
import traceback

import amqp_client
import amqp_line
import amqp_refusals
import amqp_server
from brokers import rabbitmq
from examples import our_server

FOR_EACH = amqp_server.TESTS + amqp_line.TESTS + amqp_client.TESTS


def main():
    with rabbitmq.starting() as rabbit, our_server("amqp_server") as ours, concurrent.futures.ThreadPoolExecutor(4) as pool:
        # RabbitMQ takes some seconds to start.
        tests = [(test, "ours", (ours,)) for test in FOR_EACH]
        results = [(test.__name__, of, pool.submit(timed, test, *args)) for test, of, args in tests]
        theirs = rabbit.wait().port
        tests = [(test, "rabbitmq", (theirs,)) for test in FOR_EACH]
        tests += [(test, "both", (ours, theirs)) for test in amqp_refusals.TESTS]
        results += [(test.__name__, of, pool.submit(timed, test, *args)) for test, of, args in tests]
        failed = sum(not report(*result) for result in results)
        # These trouble all who publish: so they are alone.
        alone = [("our_client_waits_while_it_is_blocked", "rabbitmq", amqp_client.waits_while_it_is_blocked, rabbit)]
        results += alone
        failed += sum(not report(name, of, pool.submit(timed, test, *args)) for name, of, test, *args in alone)
    print(f"strangers: {len(results) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def timed(test, *args):
    began = time.monotonic()
    test(*args)
    return time.monotonic() - began


def report(name, of, result):
    error = result.exception()
    if error:
        # Where in the test: behind its call by `timed`.
        where = traceback.extract_tb(error.__traceback__)[2].lineno
        print(f"FAILED       {of:8}  {name}, line {where}: {type(error).__name__} {error}", flush=True)
    else:
        print(f"ok  {result.result():5.1f} s  {of:8}  {name}", flush=True)
    return not error


if __name__ == "__main__":
    main()
