"""What the client example does with a broker: RabbitMQ, or ours."""

import hashlib
import hmac
import time

import pika

from brokers import cuttable, pika_channel
from examples import PATIENCE, Client
from queues import get_all, new_name, new_queue, wait_for_messages


OURS = Client("amqp_client", "amqp")
url, run, running = OURS.url, OURS.run, OURS.running


def our_client_declares_publishes_and_consumes(port):
    for kind in ["direct", "topic", "fanout", "headers"]:
        exchange, queue = new_name(kind), new_name("queue")
        assert run(port, "exchange", exchange, kind) == ["the exchange is there"]
        assert run(port, "queue", queue) == [f"queue {queue}: 0 messages, 0 consumers"]
        assert run(port, "bind", exchange, queue, "a.b", "--arg", "table=7") == ["bound"]
        sent = run(port, "publish", exchange, "a.b", "hällo", "--count", "200", "--header", "table=7")
        assert sent == ["200 of 200 messages are confirmed"]
        seen = run(port, "consume", queue, "--count", "200", "--prefetch", "7")
        assert seen == [f"{tag} a.b table=7: hällo" for tag in range(1, 201)], seen[:3]
        # All are acknowledged.
        assert run(port, "queue", queue, "--passive") == [f"queue {queue}: 0 messages, 0 consumers"]


def our_client_binds_by_headers_and_exchanges(port):
    first, second, queue = new_name("first"), new_name("second"), new_name("queue")
    run(port, "exchange", first, "headers")
    run(port, "exchange", second, "topic", "--transient")
    run(port, "queue", queue, "--arg", "x-max-priority=9", "--arg", "x-message-ttl=60000")
    run(port, "bind-exchange", first, second, "--arg", "x-match=any", "--arg", "colour=red", "--arg", "table=7")
    run(port, "bind", second, queue, "orders.#")
    headers = [["colour=red"], ["table=7", "colour=blue"], ["table=8"]]
    for header in headers:
        options = [word for pair in header for word in ("--header", pair)]
        goes = "table=8" not in header
        sent = run(port, "publish", first, "orders.new", "x", *options, code=0 if goes else 1)
        back = [] if goes else ["message 1 came back: NO_ROUTE"]
        assert sent == back + [f"{int(goes)} of 1 messages are confirmed"], sent
    assert len(run(port, "consume", queue, "--count", "2")) == 2


def our_client_says_properties(port):
    with pika_channel(port) as channel:
        queue = new_queue(channel)
        properties = {"content-type": "a/b", "priority": "3", "correlation-id": "7"}
        properties |= {"reply-to": "r", "type": "t", "app-id": "me"}
        options = [word for name, value in properties.items() for word in ("--property", f"{name}={value}")]
        run(port, "publish", "", queue, "body", *options, "--header", "n=-5", "--header", "yes=true", "--sign", "key")
        _, got, body = channel.basic_get(queue, auto_ack=True)
        signature = hmac.new(b"key", b"body", hashlib.sha256).hexdigest()
        wanted = pika.BasicProperties(
            content_type="a/b",
            priority=3,
            correlation_id="7",
            reply_to="r",
            type="t",
            app_id="me",
            delivery_mode=2,
            message_id="1",
            headers={"n": -5, "yes": True, "signature": signature},
        )
        assert (got, body) == (wanted, b"body"), got
        run(port, "publish", "", queue, "brief", "--property", "expiration=1")
        wait_for_messages(channel, queue, 0)


def our_client_takes_what_is_signed(port):
    with pika_channel(port) as channel:
        late = new_queue(channel)
        queue = new_name("signed")
        dead = ["--arg", "x-dead-letter-exchange=", "--arg", f"x-dead-letter-routing-key={late}"]
        run(port, "queue", queue, *dead)
        signature = hmac.new("schlüssel".encode(), b"from pika", hashlib.sha256).hexdigest()
        for header in [signature, signature[:-1] + "g", signature[:-2], ""]:
            channel.basic_publish("", queue, b"from pika", pika.BasicProperties(headers={"signature": header}))
        run(port, "publish", "", queue, "ours", "--sign", "schlüssel")
        run(port, "publish", "", queue, "wrong", "--sign", "schloss")
        run(port, "publish", "", queue, "not at all")
        seen = run(port, "consume", queue, "--verify", "schlüssel", "--count", "7")
        rejected = ["(rejected" in line for line in seen]
        assert rejected == [False, True, True, True, False, True, True], seen
        wait_for_messages(channel, late, 5)
        assert {body for body, _ in get_all(channel, late)} == {"from pika", "wrong", "not at all"}


def our_client_puts_back_and_rejects(port):
    with pika_channel(port) as channel:
        queue = new_queue(channel)
        for body in ["good", "later", "bad"]:
            channel.basic_publish("", queue, body)
        seen = run(port, "consume", queue, "--requeue", "later", "--reject", "bad", "--count", "4", "--prefetch", "1")
        said = [line.split(": ", 1)[1] for line in seen]
        assert said == ["good", "later (put back)", "later (again)", "bad (rejected)"], seen
        wait_for_messages(channel, queue, 0)


def our_client_fails_with_a_reason(port):
    def fails(*args):
        return "\n".join(run(port, *args, code=1))

    name = new_name("none")
    assert fails("publish", "", name, "x", "--count", "2") == "\n".join(
        ["message 1 came back: NO_ROUTE", "message 2 came back: NO_ROUTE", "0 of 2 messages are confirmed"]
    )
    assert f"NOT_FOUND - no queue '{name}'" in fails("consume", name)
    assert f"NOT_FOUND - no exchange '{name}'" in fails("publish", name, "key", "x")
    assert "COMMAND_INVALID" in fails("exchange", name, "unheard-of")
    assert "ACCESS_REFUSED - Login was refused" in fails("consume", name, *url(port, "guest:wrong"))
    assert "usage:" in "\n".join(run(port, "dance", code=2))
    with pika_channel(port) as channel:
        queue = new_queue(channel, 1)
        with running(port, "consume", queue) as client:
            assert client.stdout.readline() == f"1 {queue}: 0\n"
            channel.queue_delete(queue)
            assert client.wait(PATIENCE) == 1
            assert f"queue {queue} is gone" in client.stderr.read()


def our_client_sends_a_large_body(port):
    with pika_channel(port) as channel:
        queue, body = new_queue(channel), "0123456789abcdef" * (3 << 16)
        run(port, "publish", "", queue, "-", "--count", "3", input=body)
        wait_for_messages(channel, queue, 3)
        assert channel.basic_get(queue, auto_ack=True)[2] == body.encode()
        seen = run(port, "consume", queue, "--count", "2")
        assert seen == [f"{tag} {queue}: {body}" for tag in (1, 2)]


def our_client_publishes_again_when_the_line_is_cut(port):
    count = 60_000
    with pika_channel(port) as channel, cuttable(port) as (through, cut):
        queue = new_queue(channel)
        with running(through, "publish", "", queue, "x", "--count", str(count)) as client:
            lost = 0
            while lost < 3:
                before = channel.queue_declare(queue, passive=True).method.message_count
                end = time.monotonic() + PATIENCE
                while channel.queue_declare(queue, passive=True).method.message_count < before + 2000:
                    assert time.monotonic() < end, "it does not go on"
                    if client.poll() is not None:
                        break
                cut()
                # On a machine that is busy all may have been confirmed before the third cut.
                if not (line := client.stderr.readline()):
                    break
                assert "the connection is lost" in line, line
                lost += 1
            said, errors = client.communicate(timeout=PATIENCE)
            assert client.returncode == 0 and said == f"{count} of {count} messages are confirmed\n", (said, errors)
            assert lost > 0 and errors == "", (lost, errors)
        seen = set()
        for _, properties, _ in channel.consume(queue, auto_ack=True, inactivity_timeout=1):
            if properties is None:
                break
            seen.add(int(properties.message_id))
        assert seen == set(range(1, count + 1)), f"{count - len(seen)} are missing"


def our_client_consumes_on_when_the_line_is_cut(port):
    with pika_channel(port) as channel, cuttable(port) as (through, cut):
        queue = new_queue(channel)
        with running(through, "consume", queue) as client:
            for number in range(4):
                channel.basic_publish("", queue, str(number))
                # What was not acknowledged before the cut comes again; also what only the dead connection got.
                while f"{queue}: {number}" not in (line := client.stdout.readline()):
                    assert line.endswith(" (again)\n"), line
                cut()


def waits_while_it_is_blocked(rabbitmq):
    port = rabbitmq.port
    with pika_channel(port) as channel:
        queue = new_queue(channel)
        rabbitmq.ctl("set_vm_memory_high_watermark", "0.00001")
        with running(port, "publish", "", queue, "x", "--count", "1000") as client:
            assert client.stderr.readline() == "the server reads nothing more for now: low on memory\n"
            assert client.poll() is None
            rabbitmq.ctl("set_vm_memory_high_watermark", "0.4")
            said, errors = client.communicate(timeout=PATIENCE)
            assert client.returncode == 0 and said == "1000 of 1000 messages are confirmed\n", (said, errors)
            assert errors == "the server reads on\n", errors


TESTS = [
    our_client_declares_publishes_and_consumes,
    our_client_binds_by_headers_and_exchanges,
    our_client_says_properties,
    our_client_takes_what_is_signed,
    our_client_puts_back_and_rejects,
    our_client_fails_with_a_reason,
    our_client_sends_a_large_body,
    our_client_publishes_again_when_the_line_is_cut,
    our_client_consumes_on_when_the_line_is_cut,
]
