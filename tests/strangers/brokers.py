"""The strangers' brokers, which are started as for the recordings, and ways to talk to brokers."""

import contextlib
import itertools
import pathlib
import socket
import subprocess
import sys
import threading
import time

import pika

from examples import PATIENCE

sys.path.append(str(pathlib.Path(__file__).parents[2] / "testdata"))

import activemq  # noqa: E402, F401
import rabbitmq  # noqa: E402, F401


@contextlib.contextmanager
def pika_connection(port, **more):
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, socket_timeout=PATIENCE, **more))
    try:
        yield connection
    finally:
        if connection.is_open:
            connection.close()


@contextlib.contextmanager
def pika_channel(port, **more):
    with pika_connection(port, **more) as connection:
        yield connection.channel()


def node(script, port):
    """Runs a script, which gets the port."""
    run = ["node", "-", str(port)]
    done = subprocess.run(run, input=script, text=True, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def cuttable(port):
    """A port that leads to another, and a function that cuts all connections through it, as soon as there is one."""
    listener, links = socket.create_server(("127.0.0.1", 0)), []

    def pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                near, far = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
                links.extend([near, far])
                for ends in [(near, far), (far, near)]:
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    def cut():
        end = time.monotonic() + PATIENCE
        while not links and time.monotonic() < end:
            time.sleep(0.01)
        cut_now()

    def cut_now():
        while links:
            with contextlib.suppress(OSError):
                links.pop().shutdown(socket.SHUT_RDWR)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1], cut
    finally:
        listener.close()
        cut_now()


@contextlib.contextmanager
def cut_after(port, *limits):
    """A port that leads to another: the first connection through it is cut when so many bytes have gone that way, the
    next one by the next limit; and then none."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source, sink, left):
        with contextlib.suppress(OSError):
            while left > 0 and (data := source.recv(min(1 << 16, left))):
                sink.sendall(data)
                left -= len(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept():
        with contextlib.suppress(OSError):
            for limit in itertools.chain(limits, itertools.repeat(1 << 60)):
                near, far = listener.accept()[0], socket.create_connection(("127.0.0.1", port))
                for ends in [(near, far, limit), (far, near, 1 << 60)]:
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
