"""What a broker does with connections, by pika and amqplib: large messages and many, silence, logins."""

import contextlib
import time

import pika

from brokers import node, pika_channel, pika_connection
from queues import consume, get_all, new_queue, wait_for


def large_and_empty_bodies(port):
    for frame_max in [4096, 131072]:
        with pika_channel(port, frame_max=frame_max) as channel:
            bodies = [bytes(range(256)) * 12_000, b"", b"x" * (frame_max - 8), b"x" * (frame_max - 7)]
            queue, seen = new_queue(channel), []
            for body in bodies:
                channel.basic_publish("", queue, body)
            assert channel.basic_get(queue, auto_ack=True)[2] == bodies[0]
            consume(channel, queue, seen)
            wait_for(channel, seen, 3)
            assert [body for _, _, body in seen] == bodies[1:]


def many_small_messages(port):
    with pika_channel(port) as channel:
        queue, seen = new_queue(channel), []
        for number in range(5000):
            channel.basic_publish("", queue, str(number))
        channel.basic_qos(prefetch_count=100)

        def take(_, deliver, properties, body):
            seen.append(int(body))
            if len(seen) % 50 == 0:
                channel.basic_ack(deliver.delivery_tag, multiple=True)

        channel.basic_consume(queue, take)
        wait_for(channel, seen, 5000)
        assert seen == list(range(5000))


def many_channels(port):
    with pika_channel(port) as first:
        channels = [first] + [first.connection.channel() for _ in range(100)]
        queues = [new_queue(channel, 1) for channel in channels]
        for channel, queue in zip(channels, queues):
            assert channel.basic_get(queue, auto_ack=True)[2] == b"0"


def who_is_silent_is_gone(port):
    """And who is not, is not: the one with heartbeats stays, the other loses what it had."""
    with pika_channel(port, heartbeat=1) as silent, pika_channel(port, heartbeat=1) as alive:
        queue = new_queue(silent, 1)
        silent.basic_get(queue)
        end = time.monotonic() + 10
        while alive.queue_declare(queue, passive=True).method.message_count == 0:
            assert time.monotonic() < end, "the silent one is still there"
            alive.connection.sleep(0.2)
        assert get_all(alive, queue) == [("0", True)]
        # It is gone, and cannot close.
        with contextlib.suppress(pika.exceptions.AMQPError):
            silent.connection.close()


def logins_are_checked(port):
    for more in [
        {"credentials": pika.PlainCredentials("guest", "wrong")},
        {"credentials": pika.PlainCredentials("nobody", "guest")},
        {"virtual_host": "nowhere"},
    ]:
        try:
            with pika_connection(port, **more):
                pass
        except pika.exceptions.AMQPConnectionError as error:
            said = "530) 'NOT_ALLOWED - vhost nowhere" if "virtual_host" in more else "403) 'ACCESS_REFUSED - Login"
            assert said in str(error.args), error
        else:
            raise AssertionError(f"came in with {more}")


def amqplib_logs_in_by_amqplain(port):
    script = """
    const amqp = require("amqplib");
    const { amqplain } = require("amqplib/lib/credentials");
    const url = `amqp://127.0.0.1:${process.argv[2]}/`;
    (async () => {
      const connection = await amqp.connect(url, { credentials: amqplain("guest", "guest") });
      await (await connection.createChannel()).assertQueue("", { exclusive: true });
      await connection.close();
      const wrong = await amqp.connect(url, { credentials: amqplain("guest", "wrong") }).catch((error) => error);
      if (!/403 .*ACCESS.REFUSED/.test(wrong.message)) throw new Error(`not refused: ${wrong.message}`);
    })().catch((error) => { console.error(error); process.exit(1); });
    """
    node(script, port)


def amqplib_publishes_and_consumes(port):
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
    node(script, port)


TESTS = [
    large_and_empty_bodies,
    many_small_messages,
    many_channels,
    who_is_silent_is_gone,
    logins_are_checked,
    amqplib_logs_in_by_amqplain,
    amqplib_publishes_and_consumes,
]
