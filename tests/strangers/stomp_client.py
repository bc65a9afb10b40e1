"""What the client example does with a broker: RabbitMQ, ActiveMQ, or ours."""

import contextlib
import socket
import subprocess

from brokers import cut_after, cuttable
from examples import PATIENCE, Client
from queues import new_name
from stomp_peer import Broker, peer, rest


OURS = Client("stomp_client", "stomp")
url, running = OURS.url, OURS.running


def run(broker, *args, **more):
    return OURS.run(broker.tcp, *args, **more)


@contextlib.contextmanager
def subscribed(port, destination, *args):
    with running(port, "subscribe", destination, *args) as client:
        assert client.stderr.readline() == f"subscribed to {destination}\n"
        yield client


def our_client_sends_and_subscribes(broker):
    for version in ("1.0", "1.1", "1.2"):
        modes = ["auto", "client"] + (["client-individual"] if version != "1.0" else [])
        for mode in modes:
            queue, speak = new_name("/queue/orders"), ["--version", version]
            sent = run(broker, *speak, "send", queue, "hällo", "--count", "100", "--header", "table=7")
            assert sent == ["100 of 100 messages are confirmed"], sent
            seen = run(broker, *speak, "subscribe", queue, "--ack", mode, "--count", "100", "--batch", "30")
            assert seen == [f"{n} {queue} number={n} table=7: hällo" for n in range(1, 101)], (version, mode, seen[:3])
            assert rest(broker, queue, 0) == []


def our_client_escapes(broker):
    queue = new_name("/queue/escapes")
    with peer(broker) as reader:
        reader.subscribe(queue)
        header = "a:b\\c\nd"
        run(broker, "send", queue, "größe", "--header", f"odd={header}", "--header", "größe=xl", "--header", "url=http://a/")
        message = reader.message()
        got = [message.headers.get(name) for name in ("odd", "größe", "url")]
        assert got == [header, "xl", "http://a/"] and message.body == "größe".encode(), message.headers
    with peer(broker) as writer:
        writer.send(queue, "back", headers={"odd": "a:b\\c", "größe": "xxl"})
        assert run(broker, "subscribe", queue, "--count", "1") == [f"1 {queue} größe=xxl odd=a:b\\c: back"]


def our_client_sends_in_transactions(broker):
    queue = new_name("/queue/batches")
    dropped = run(broker, "send", queue, "dropped", "--count", "25", "--batch", "10", "--abort")
    assert dropped == ["25 of 25 messages are taken back"], dropped
    kept = run(broker, "send", queue, "kept", "--count", "25", "--batch", "10")
    assert kept == ["25 of 25 messages are confirmed"], kept
    assert rest(broker, queue, 25) == [("kept", False)] * 25


def our_client_forwards_in_transactions(broker):
    for mode in ("auto", "client", "client-individual"):
        source, target = new_name("/queue/source"), new_name("/queue/target")
        run(broker, "send", source, "thing", "--count", "10", "--header", "table=7")
        options = ["--ack", mode, "--count", "10", "--forward", target, "--abort-first", "thing"]
        run(broker, "subscribe", source, *options)
        assert rest(broker, source, 0) == [], mode
        seen = run(broker, "subscribe", target, "--count", "10")
        assert seen == [f"{n} {target} number={n} table=7: thing" for n in range(1, 11)], (mode, seen)


def our_client_puts_back_and_rejects(broker):
    queue = new_name("/queue/refused")
    for body in ("good", "later", "bad"):
        run(broker, "send", queue, body, "--header", "persistent=true")
    one = ["--header", "prefetch-count=1", "--header", "activemq.prefetchSize=1"]
    # ActiveMQ has a queue for what is refused.
    again = broker.name != "activemq"
    options = ["--ack", "client-individual", "--requeue", "later", "--reject", "bad", *one]
    seen = run(broker, "subscribe", queue, "--count", "4" if again else "3", *options)
    said = [line.split(": ", 1)[1] for line in seen]
    assert said == ["good", "later (put back)"] + ["later (again)"] * again + ["bad (rejected)"], seen
    assert rest(broker, queue, 0) == []


def our_client_subscribes_for_good(broker):
    """A durable subscription: what is sent while it is away waits for it."""
    topic, name = new_name("/topic/durable"), new_name("reader")
    durable = ["--id", name, "--header", "durable=true", "--header", "auto-delete=false"]
    if broker.name == "activemq":
        durable = ["--id", name, "--connect", f"client-id={name}", "--header", f"activemq.subscriptionName={name}"]
    with subscribed(broker.tcp, topic, *durable) as client:
        run(broker, "send", topic, "one")
        assert client.stdout.readline() == f"1 {topic} number=1: one\n"
    # It is gone when what is sent to it waits: until then it may be given to it, and come back.
    run(broker, "send", topic, "two", "--header", "persistent=true")
    end = [] if broker.name == "activemq" else ["--unsubscribe"]
    seen = run(broker, "subscribe", topic, "--ack", "client", "--count", "1", *durable, *end)
    assert seen[0].removesuffix(" (again)") == f"1 {topic} number=1: two", seen


def our_client_fails_with_a_reason(broker):
    def fails(*args):
        return "\n".join(run(broker, *args, code=1))

    wrong = {"ours": "login or passcode is wrong", "rabbitmq": "Access refused for user 'guest'"}
    refused = fails("send", "/queue/x", "x", *url(broker.tcp, "guest:wrong"))
    assert wrong.get(broker.name, "User name [guest] or password is invalid") in refused, refused
    old = ["--version", "1.0", "--ack", "client-individual"]
    assert "this version does not have this" in fails("subscribe", "/queue/x", *old)
    assert "the machine's own" in fails("send", "/queue/x", "x", "--header", "receipt=7")
    assert "usage:" in "\n".join(run(broker, "dance", "x", code=2))
    if broker.name != "activemq":
        assert "nknown destination" in fails("send", "/nowhere", "x")
    nobody = Broker("nobody", socket.create_server(("127.0.0.1", 0)).getsockname()[1])
    assert "refused" in "\n".join(run(nobody, "send", "/queue/x", "x", code=1))


def our_client_sends_a_large_body(broker):
    queue, body = new_name("/queue/large"), "0123456789abcde\0" * (1 << 16)
    # With a NUL in it its length is said; without one ActiveMQ takes it for text.
    for sent in (body, body.replace("\0", "ß")):
        run(broker, "send", queue, "-", "--count", "2", input=sent)
        assert [body for body, _ in rest(broker, queue, 2)] == [sent] * 2
        run(broker, "send", queue, "-", input=sent)
        assert run(broker, "subscribe", queue, "--count", "1") == [f"1 {queue} number=1: {sent}"]


def our_client_stays_while_it_is_idle(broker):
    queue = new_name("/queue/idle")
    with subscribed(broker.tcp, queue, "--heart-beat", "400,400", "--count", "2") as client, peer(broker) as writer:
        writer.send(queue, "now")
        assert client.stdout.readline() == f"1 {queue}: now\n"
        # Longer than anybody would wait for a sign of life.
        with contextlib.suppress(subprocess.TimeoutExpired):
            client.wait(3)
        writer.send(queue, "then")
        said, errors = client.communicate(timeout=PATIENCE)
        assert (client.returncode, said, errors) == (0, f"2 {queue}: then\n", ""), (said, errors)


def our_client_sends_again_when_the_line_is_cut(broker):
    count = 3000
    for batch in ("0", "7"):
        queue = new_name("/queue/again")
        with peer(broker) as reader, cut_after(broker.tcp, 40_000, 60_003) as through:
            reader.subscribe(queue)
            send = ["send", queue, "x", "--count", str(count), "--batch", batch]
            with running(through, *send) as client:
                said, errors = client.communicate(timeout=PATIENCE)
            assert client.returncode == 0 and said == f"{count} of {count} messages are confirmed\n", (said, errors)
            assert errors.count("the connection is lost") == len(errors.splitlines()) == 2, errors
            # Each came, and what came twice is known by its number.
            numbers = set()
            while len(numbers) < count:
                numbers.add(int(reader.message().headers["number"]))
            assert numbers == set(range(1, count + 1))


def our_client_subscribes_again_when_the_line_is_cut(broker):
    queue = new_name("/queue/cut")
    with peer(broker) as writer, cuttable(broker.tcp) as (through, cut):
        with subscribed(through, queue, "--ack", "client-individual", "--heart-beat", "1000,1000") as client:
            for number in range(4):
                writer.send(queue, str(number))
                # What was not acknowledged before the cut comes again; also what only the dead connection got.
                while f"{queue}: {number}" not in (line := client.stdout.readline()):
                    assert line.endswith(" (again)\n"), line
                cut()


TESTS = [
    our_client_sends_and_subscribes,
    our_client_escapes,
    our_client_sends_in_transactions,
    our_client_forwards_in_transactions,
    our_client_puts_back_and_rejects,
    our_client_subscribes_for_good,
    our_client_fails_with_a_reason,
    our_client_sends_a_large_body,
    our_client_stays_while_it_is_idle,
    our_client_sends_again_when_the_line_is_cut,
    our_client_subscribes_again_when_the_line_is_cut,
]


def our_client_leaves_a_dead_server():
    """One that says nothing for three times as long as was agreed is gone: the client connects again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with running(listener.getsockname()[1], "--heart-beat", "0,300", "subscribe", "/queue/x") as client:
            for _ in range(2):
                connection, _ = listener.accept()
                with connection:
                    received = b""
                    while b"\0" not in received:
                        received += connection.recv(1 << 16)
                    assert received.startswith(b"CONNECT\naccept-version:1.0,1.1,1.2\nhost:/\n"), received
                    assert b"\nheart-beat:0,300\n" in received, received
                    connection.sendall(b"CONNECTED\nversion:1.1\nheart-beat:300,0\n\n\0")
                    line = client.stderr.readline()
                    assert line == "the connection is lost: nothing came for three times as long as was agreed\n", line


def our_client_refuses_a_version():
    for answer, says in {
        b"CONNECTED\nversion:1.1\n\n\0": "the two ends have no version in common",
        b"CONNECTED\nversion:1.2\nheart-beat:x\n\n\0": "heart-beat is not two numbers",
        b"RECEIPT\nreceipt-id:1\n\n\0": "RECEIPT is not expected here",
        b"HTTP/1.1 400 Bad Request\r\n\r\n": "nobody knows this command, at byte 0",
    }.items():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            with running(listener.getsockname()[1], "--version", "1.2", "subscribe", "/queue/x") as client:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(answer)
                    _, errors = client.communicate(timeout=PATIENCE)
                assert client.returncode == 1 and says in errors, (answer, errors)


ALONE = [our_client_leaves_a_dead_server, our_client_refuses_a_version]
