#!/usr/bin/env python3
"""Record the bytes of real STOMP programs, both sides, into this folder.

    python3 record.py [--out FOLDER] [NAME ...]     (NAME: only scenarios that start so)

Needs the programs named in README.md; NODE_PATH names the folder of the node modules.
RabbitMQ and ActiveMQ are started on free ports of 127.0.0.1, and a recording proxy before them for each scenario.
"""
import argparse
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import activemq  # noqa: E402
import by_socket  # noqa: E402, F401
import by_stomp_py  # noqa: E402, F401
import by_stomp_py_more  # noqa: E402, F401
import by_stompjs  # noqa: E402, F401
import rabbitmq  # noqa: E402
from play import SCENARIOS  # noqa: E402
from tap import Scenario  # noqa: E402

HEAD_END = re.compile(rb"\r?\n\r?\n")
LENGTH = re.compile(rb"\ncontent-length: *(\d+)\r?\n")


def cut(data, start):
    """The command and the end of the frame that begins at start, or a line end."""
    for end in (b"\n", b"\r\n"):
        if data.startswith(end, start):
            return "EOL", start + len(end)
    blank = HEAD_END.search(data, start)
    if not blank:
        return None
    length = LENGTH.search(data, start, blank.start() + 2)
    at = data.find(b"\0", blank.end() + (int(length[1]) if length else 0))
    return None if at < 0 else (data[start:data.index(b"\n", start)].strip().decode("latin-1"), at + 1)


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default=HERE)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    os.makedirs(options.out, exist_ok=True)

    failed = 0
    with rabbitmq.starting(stomp=True) as rabbit, activemq.starting() as active:
        rabbit.wait()
        ports = {"rabbitmq": rabbit.stomp, "web": rabbit.web_stomp, "activemq": active.wait().port}
        for name, (run, broker, more) in sorted(SCENARIOS.items()):
            if options.names and not any(name.startswith(only) for only in options.names):
                continue
            print(name, flush=True)
            try:
                with Scenario(name, ports[broker], options.out, cut, **more) as scenario:
                    run(scenario, broker)
            except Exception as error:  # noqa: BLE001: all others are to be recorded
                failed += 1
                print("  fails: %s: %s" % (type(error).__name__, error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
