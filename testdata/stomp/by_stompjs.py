"""Scenarios that StompJs plays: over a WebSocket to RabbitMQ, and over a plain socket to ActiveMQ, which has none here."""
import json
import os
import subprocess

from play import ALL, SCENARIOS
from tap import LIMIT
from websocket import WebSocket

HERE = os.path.dirname(os.path.abspath(__file__))


def play(s, name, version, transport):
    done = subprocess.run(["node", os.path.join(HERE, "stompjs.cjs"), str(s.port), version, transport, name],
                          capture_output=True, text=True, timeout=2 * LIMIT)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def web(name, version):
    """Beside the bytes the lengths of the messages that they came in."""
    def run(s, _):
        play(s, name, version, "web")
        for side, stream in s.connection().wait_end().streams.items():
            with open(os.path.join(s.out, "%s.%s.lengths" % (s.name, side)), "w") as file:
                json.dump(stream.unwrap.lengths, file)
                file.write("\n")
    return run, "web", {"unwrap": WebSocket}


def tcp(name, version):
    return (lambda s, _: play(s, name, version, "tcp")), "activemq", {}


for scenario, versions in (("messages", ALL), ("heart-beats", ("1.1", "1.2")), ("unescaped", ("1.1", "1.2")), ("large", ("1.2",))):
    for number in versions:
        key = "v%s-stompjs-%s-" % (number.replace(".", ""), scenario)
        SCENARIOS[key + "rabbitmq"] = web(scenario, number)
        SCENARIOS[key + "activemq"] = tcp(scenario, number)
