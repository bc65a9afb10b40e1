#!/usr/bin/env python3
"""The AMQP examples against programs that others wrote.

The server example is driven by pika and by amqplib, the client example by Debian's RabbitMQ. Everything runs on loopback
and is ended by the process that started it.

    cargo build --release --example amqp_server --example amqp_client
    python3 tests/strangers/amqp.py target/release/examples

Needs: rabbitmq-server (Debian), pika 1 (PyPI), node with amqplib 0.10 (npm), whose folder NODE_PATH names.
"""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import pika

EXAMPLES = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/examples")
PATIENCE = 30  # seconds that anything may take before it counts as failed


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


@contextlib.contextmanager
def process(*args, **more):
    """A process that is ended, by its pid, when the block is left."""
    running = subprocess.Popen(
        [str(arg) for arg in args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(PATIENCE)


@contextlib.contextmanager
def our_server():
    port = free_port()
    with process(EXAMPLES / "amqp_server", f"127.0.0.1:{port}") as running:
        wait_for_port(port, running)
        yield port


@contextlib.contextmanager
def rabbitmq():
    """RabbitMQ with a home, a data base and ports of its own; so is the port mapper that Erlang wants."""
    port, mapper, distribution = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        environment = {
            **os.environ,
            "HOME": folder,
            "RABBITMQ_NODENAME": f"stranger{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper),
        }
        # Debian's wrapper insists on its own user: the script behind it does not.
        server = subprocess.run(["dpkg", "-L", "rabbitmq-server"], capture_output=True, text=True, check=True).stdout
        server = next(line for line in server.splitlines() if line.endswith("/bin/rabbitmq-server") and "lib" in line)
        with process("epmd", "-address", "127.0.0.1", "-port", mapper):
            with process(server, env=environment, start_new_session=True) as running:
                try:
                    wait_for_port(port, running, 90)
                    yield port
                finally:
                    control = pathlib.Path(server).with_name("rabbitmqctl")
                    subprocess.run([control, "stop", f"{folder}/pid"], env=environment, capture_output=True, timeout=60)
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(running.pid, 15)


@contextlib.contextmanager
def pika_channel(port, **more):
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, socket_timeout=PATIENCE, **more))
    try:
        yield connection.channel()
    finally:
        if connection.is_open:
            connection.close()


def run_client(*args):
    done = subprocess.run(
        [EXAMPLES / "amqp_client", *args], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


# --- our server ------------------------------------------------------------------------------------------------------


def pika_publishes_and_consumes():
    with our_server() as port, pika_channel(port) as channel:
        channel.exchange_declare("orders", "topic", durable=True)
        channel.queue_declare("eu", durable=True, arguments={"x-message-ttl": 60000, "x-dead-letter-exchange": "late"})
        channel.queue_bind("eu", "orders", "orders.*.eu")
        channel.confirm_delivery()
        properties = pika.BasicProperties(
            content_type="application/json",
            delivery_mode=2,
            headers={"signature": b"\x00\xff", "nested": {"list": [1, "two", None, True]}},
            correlation_id="7",
            timestamp=1700000000,
        )
        for number in range(20):
            channel.basic_publish("orders", "orders.new.eu", str(number), properties, mandatory=True)
        channel.basic_qos(prefetch_count=3)
        seen = []
        for deliver, back, body in channel.consume("eu", inactivity_timeout=PATIENCE):
            assert back == properties, (back, properties)
            assert deliver.routing_key == "orders.new.eu" and deliver.exchange == "orders"
            seen.append(int(body))
            channel.basic_ack(deliver.delivery_tag)
            if len(seen) == 20:
                break
        assert seen == list(range(20)), seen
        channel.cancel()


def pika_gets_what_nobody_takes_back():
    with our_server() as port, pika_channel(port) as channel:
        channel.confirm_delivery()
        try:
            channel.basic_publish("", "nobody", b"x", mandatory=True)
        except pika.exceptions.UnroutableError as error:
            assert error.messages[0].body == b"x" and error.messages[0].method.reply_code == 312
            return
        raise AssertionError("it did not come back")


def pika_requeues():
    with our_server() as port, pika_channel(port) as channel:
        queue = channel.queue_declare("").method.queue
        for number in range(5):
            channel.basic_publish("", queue, str(number))
        tags = []
        while len(tags) < 5:
            deliver, _, body = channel.basic_get(queue)
            if deliver:
                tags.append(deliver.delivery_tag)
        channel.basic_ack(tags[0])
        channel.basic_nack(tags[2], multiple=True, requeue=True)
        channel.basic_reject(tags[4], requeue=False)
        # What the channel still had is requeued when it is closed.
        channel.close()
        other = channel.connection.channel()
        left = []
        while True:
            deliver, _, body = other.basic_get(queue, auto_ack=True)
            if not deliver:
                break
            left.append((int(body), deliver.redelivered))
        assert sorted(left) == [(1, True), (2, True), (3, True)], left


def pika_sends_a_large_body():
    with our_server() as port, pika_channel(port, frame_max=4096) as channel:
        body = bytes(range(256)) * 1200
        queue = channel.queue_declare("").method.queue
        channel.basic_publish("", queue, body)
        channel.basic_publish("", queue, b"")
        while (got := channel.basic_get(queue, auto_ack=True))[0] is None:
            pass
        assert got[2] == body
        assert channel.basic_get(queue, auto_ack=True)[2] == b""


def pika_makes_mistakes():
    with our_server() as port, pika_channel(port) as channel:
        for mistake, code in [
            (lambda channel: channel.queue_declare("nope", passive=True), 404),
            (lambda channel: channel.basic_ack(99) or channel.queue_declare(""), 406),
        ]:
            try:
                mistake(channel)
            except pika.exceptions.ChannelClosedByBroker as error:
                assert error.reply_code == code, error
            else:
                raise AssertionError(f"no {code}")
            channel = channel.connection.channel()
        channel.queue_declare("fine")


def pika_uses_many_channels():
    with our_server() as port, pika_channel(port) as first:
        channels = [first] + [first.connection.channel() for _ in range(200)]
        for number, channel in enumerate(channels):
            channel.queue_declare(f"q{number}")
            channel.basic_publish("", f"q{number}", str(number))
        for number, channel in enumerate(channels):
            assert channel.basic_get(f"q{number}", auto_ack=True)[2] == str(number).encode()


def amqplib_publishes_and_consumes():
    script = """
    const amqp = require("amqplib");
    (async () => {
      const connection = await amqp.connect(`amqp://guest:guest@127.0.0.1:${process.argv[2]}/?heartbeat=1`);
      const channel = await connection.createConfirmChannel();
      await channel.assertExchange("news", "fanout", { durable: false });
      const queues = [];
      for (let at = 0; at < 3; at++) {
        const { queue } = await channel.assertQueue("", { exclusive: true });
        await channel.bindQueue(queue, "news", "");
        queues.push(queue);
      }
      await channel.prefetch(2);
      let seen = 0, again = 0;
      const all = new Promise((resolve) => {
        const take = (message) => {
          if (message.fields.redelivered) again += 1;
          else if (message.content.toString() === "once more") return channel.nack(message, false, true);
          channel.ack(message);
          if (++seen === 33) resolve();
        };
        queues.forEach((queue) => channel.consume(queue, take));
      });
      const options = { persistent: true, messageId: "m", headers: { deep: { er: [1, { x: true }] } } };
      for (let at = 0; at < 10; at++) channel.publish("news", "", Buffer.from(`${at}`), options);
      channel.publish("news", "", Buffer.from("once more"), options);
      await channel.waitForConfirms();
      await all;
      if (again !== 3) throw new Error(`${again} came again`);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await channel.close();
      await connection.close();
    })().catch((error) => { console.error(error); process.exit(1); });
    """
    with our_server() as port:
        done = subprocess.run(
            ["node", "-", str(port)], input=script, text=True, capture_output=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr


# --- our client ------------------------------------------------------------------------------------------------------


def our_client_talks_to_rabbitmq():
    with rabbitmq() as port:
        url = ["--url", f"amqp://guest:guest@127.0.0.1:{port}/"]
        for kind in ["direct", "topic", "fanout", "headers"]:
            code, lines, errors = run_client(*url, "declare", f"x-{kind}", kind, f"q-{kind}", "a.#")
            assert code == 0 and lines == ["exchange.declare-ok", "queue.declare-ok", "queue.bind-ok"], (lines, errors)
        code, lines, errors = run_client(*url, "publish", "x-topic", "a.b", "hällo", "--count", "200")
        assert code == 0, errors
        # RabbitMQ confirms several at once, as it likes; together they are all.
        spans = [line.split() for line in lines]
        assert sum(int(span[2]) - int(span[0]) + 1 for span in spans) >= 200, lines
        code, lines, errors = run_client(*url, "consume", "q-topic", "--count", "200")
        assert code == 0 and lines == [f"{tag} a.b: hällo" for tag in range(1, 201)], (lines[:3], errors)
        # It saw that they were acknowledged, and that they were persistent.
        with pika_channel(port) as channel:
            assert channel.queue_declare("q-topic", passive=True).method.message_count == 0
            channel.basic_publish("x-fanout", "", b"from pika")
        code, lines, errors = run_client(*url, "consume", "q-fanout", "--count", "1")
        assert code == 0 and lines == ["1 : from pika"], (lines, errors)
        code, lines, _ = run_client(*url, "publish", "x-direct", "elsewhere", "x")
        assert code == 0 and lines == ["comes back: NO_ROUTE", "1 to 1 are confirmed"], lines
        code, _, errors = run_client(*url, "consume", "nope")
        assert code == 1 and "NOT_FOUND" in errors, errors
        code, _, errors = run_client("--url", f"amqp://guest:wrong@127.0.0.1:{port}/", "consume", "q-topic")
        assert code == 1 and "ACCESS_REFUSED" in errors, errors


def our_client_talks_to_our_server():
    with our_server() as port:
        url = ["--url", f"amqp://guest:guest@127.0.0.1:{port}/"]
        assert run_client(*url, "declare", "ex", "topic", "q", "a.#")[0] == 0
        assert run_client(*url, "publish", "ex", "a", "x", "--count", "3")[0] == 0
        code, lines, errors = run_client(*url, "consume", "q", "--count", "3")
        assert code == 0 and lines == ["1 a: x", "2 a: x", "3 a: x"], (lines, errors)


def main():
    tests = [
        pika_publishes_and_consumes,
        pika_gets_what_nobody_takes_back,
        pika_requeues,
        pika_sends_a_large_body,
        pika_makes_mistakes,
        pika_uses_many_channels,
        amqplib_publishes_and_consumes,
        our_client_talks_to_rabbitmq,
        our_client_talks_to_our_server,
    ]
    passed = failed = 0
    for test in tests:
        try:
            test()
            passed += 1
            print(f"ok      {test.__name__}", flush=True)
        except Exception as error:  # noqa: BLE001: all tests are to run
            failed += 1
            print(f"FAILED  {test.__name__}: {type(error).__name__} {error}", flush=True)
    print(f"strangers: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
