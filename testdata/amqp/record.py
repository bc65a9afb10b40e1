#!/usr/bin/env python3
"""Record the bytes of real AMQP 0-9-1 programs, both sides, into this folder.

    python3 record.py [--out FOLDER] [NAME ...]     (NAME: only scenarios that start so)

Needs the programs named in README.md; NODE_PATH names the folder of the node modules.
A RabbitMQ is started on free ports of 127.0.0.1, and a recording proxy before it for each scenario.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import by_pika  # noqa: E402, F401
import by_pika_messages  # noqa: E402, F401
import by_socket  # noqa: E402, F401
import rabbitmq  # noqa: E402
from expect import KNOWN  # noqa: E402
from play import SCENARIOS  # noqa: E402
from tap import LIMIT, Scenario  # noqa: E402

MECHANISMS = """
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = AMQPLAIN
auth_mechanisms.3 = RABBIT-CR-DEMO
"""

# Scenarios of amqplib.cjs.
BY_AMQPLIB = ["amqplain", "amqplib-confirms", "amqplib-consume", "amqplib-rpc", "amqplib-table-types"]


def cut(data, start):
    """The kind and the end of the unit that begins at start: a method's name, or what else it is."""
    head = bytes(data[start:start + 11])
    if start == 0 and head[:4] == b"AMQP":
        return ("PROTOCOL_HEADER", 8) if len(data) >= 8 else None
    end = start + 8 + int.from_bytes(head[3:7], "big")
    if len(head) < 7 or end > len(data):
        return None
    if head[0] != 1:
        return {2: "HEADER", 3: "BODY", 8: "HEARTBEAT"}.get(head[0], "?"), end
    numbers = int.from_bytes(head[7:9], "big"), int.from_bytes(head[9:11], "big")
    return KNOWN.get(numbers, ("?",))[0], end


def amqplib(scenario, name):
    done = subprocess.run(["node", os.path.join(HERE, "amqplib.cjs"), str(scenario.port), name],
                          capture_output=True, text=True, timeout=2 * LIMIT)
    if done.returncode:
        raise RuntimeError(name + ": " + done.stdout + done.stderr)


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default=HERE)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    os.makedirs(options.out, exist_ok=True)

    todo = dict(SCENARIOS)
    for name in BY_AMQPLIB:
        todo[name] = (lambda scenario, rabbit, name=name: amqplib(scenario, name), {})
    failed = 0
    with rabbitmq.starting(MECHANISMS) as rabbit:
        rabbit.wait()
        for name, (run, more) in sorted(todo.items()):
            if options.names and not any(name.startswith(only) for only in options.names):
                continue
            print(name, flush=True)
            try:
                with Scenario(name, rabbit.port, options.out, cut, **more) as scenario:
                    run(scenario, rabbit)
            except Exception as error:  # noqa: BLE001: all others are to be recorded
                failed += 1
                print("  fails: %s: %s" % (type(error).__name__, error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
