"""What a broker does with connections: versions, logins, heart-beats, frames in many pieces, and mistakes. Each test is
for a broker, ours or RabbitMQ; what we say about mistakes is compared with what RabbitMQ and ActiveMQ do about them."""

import time

from examples import PATIENCE
from queues import new_name
from stomp_peer import Raw, frame, login, peer, rest, wait_until

# --- connecting ------------------------------------------------------------------------------------------------------


def the_newest_version_is_chosen(broker):
    for offered, chosen in {"1.0": "1.0", "1.1,1.0": "1.1", "1.2,1.1": "1.2", "1.0,1.1,1.2,2.7": "1.2"}.items():
        with Raw(broker.tcp) as line:
            line.write(login(offered) + frame("DISCONNECT", receipt="bye"))
            command, headers, _ = line.frame()
            assert (command, headers.get("version")) == ("CONNECTED", chosen), (offered, command, headers)
            assert line.frame()[:2] == receipt("bye"), offered
    with Raw(broker.tcp) as line:
        # Who names no version speaks 1.0.
        line.write(frame("CONNECT", login="guest", passcode="guest") + frame("DISCONNECT", receipt="bye"))
        command, headers, _ = line.frame()
        assert command == "CONNECTED" and headers.get("version", "1.0") == "1.0", (command, headers)
        assert line.frame()[0] == "RECEIPT"
    with Raw(broker.tcp) as line:
        # STOMP is CONNECT by another name.
        line.write(login().replace(b"CONNECT", b"STOMP") + frame("DISCONNECT", receipt="bye"))
        assert [line.frame()[0] for _ in range(2)] == ["CONNECTED", "RECEIPT"]
    with Raw(broker.tcp) as line:
        line.write(login("0.9,2.0"))
        command, headers, _ = line.frame()
        assert (command, headers["version"]) == ("ERROR", "1.0,1.1,1.2"), (command, headers)


def logins_are_checked(broker):
    for wrong in [{"passcode": "wrong"}, {"login": "nobody"}, {"host": "nowhere"}]:
        with Raw(broker.tcp) as line:
            line.write(login(**wrong))
            command, headers, _ = line.frame()
            assert command == "ERROR" and headers["message"], wrong


# --- heart-beats -----------------------------------------------------------------------------------------------------


def who_is_idle_and_beats_stays(broker):
    for version in ("1.1", "1.2"):
        queue = new_name("/queue/idle")
        with peer(broker, version, heartbeats=(1000, 1000), heart_beat_receive_scale=10) as client:
            client.subscribe(queue)
            wait_until(lambda: client.beats >= 4, "no heart-beats come")
            assert not client.gone.is_set() and client.errors.empty()
            client.send(queue, "still there")
            assert client.bodies(1) == ["still there"]


def who_is_silent_is_gone(broker):
    """Its messages are given to another; and any byte is a sign of life, also in the middle of a frame."""
    queue, slow = new_name("/queue/silent"), new_name("/queue/slow")
    with peer(broker) as other, Raw(broker.tcp) as silent, Raw(broker.tcp) as dripping:
        other.send(queue, "held")
        silent.write(login(heart_beat="500,500"))
        silent.write(frame("SUBSCRIBE", id="s", destination=queue, ack="client"))
        dripping.write(login(heart_beat="1500,0"))
        large = frame("SEND", b"0123456789", destination=slow, receipt="sent")
        assert dripping.frame()[0] == "CONNECTED"
        assert [silent.frame()[0] for _ in range(2)] == ["CONNECTED", "MESSAGE"]
        # It hears the other end's heart-beats, until that has had enough. Meanwhile the other one drips.
        began = time.monotonic()
        other.subscribe(queue)
        for byte in large[:-1]:
            dripping.write(bytes([byte]))
            if time.monotonic() < began + 5:
                time.sleep(0.1)
        message = other.message()
        assert (message.body, message.headers["redelivered"]) == (b"held", "true")
        last = silent.frame()
        assert last is None or last[0] == "ERROR", last
        dripping.write(large[-1:])
        assert dripping.frame()[:2] == receipt("sent")
    assert rest(broker, slow, 1) == [("0123456789", False)]


# --- frames ----------------------------------------------------------------------------------------------------------


def all_that_is_asked_for_has_a_receipt(broker):
    queue = new_name("/queue/receipts")
    with Raw(broker.tcp) as line:
        line.write(login())
        assert line.frame()[0] == "CONNECTED"
        for number, (command, headers) in enumerate(
            [
                ("SUBSCRIBE", {"id": "s", "destination": queue, "ack": "client-individual"}),
                ("BEGIN", {"transaction": "t"}),
                ("COMMIT", {"transaction": "t"}),
                ("BEGIN", {"transaction": "t"}),
                ("ABORT", {"transaction": "t"}),
                ("UNSUBSCRIBE", {"id": "s"}),
                ("SEND", {"destination": queue}),
                ("SEND", {"destination": queue}),
            ]
        ):
            # What is in it is the client's affair.
            name = f"{number} \\c\\n\\\\ größe"
            line.write(frame(command, receipt=name, **headers))
            command, headers, _ = line.frame()
            assert (command, headers["receipt-id"].encode()) == ("RECEIPT", name.encode()), (command, headers)
        line.write(frame("SUBSCRIBE", id="s", destination=queue, ack="client-individual"))
        acks = [line.frame()[1]["ack"] for _ in range(2)]
        line.write(frame("ACK", id=acks[0], receipt="ack"))
        assert line.frame()[:2] == receipt("ack")
        line.write(frame("NACK", id=acks[1], requeue="false", receipt="nack"))
        assert line.frame()[:2] == receipt("nack")
        other = new_name("/queue/receipts")
        line.write(b"".join(frame("SEND", destination=other, receipt=number) for number in range(10)))
        # RabbitMQ does not send what it owes once it has seen DISCONNECT.
        if broker.name == "rabbitmq":
            assert sorted(line.frame()[1]["receipt-id"] for _ in range(10)) == list("0123456789")
        line.write(frame("DISCONNECT", receipt="bye"))
        if broker.name == "ours":
            assert [line.frame()[:2] for _ in range(10)] == [receipt(str(number)) for number in range(10)]
        assert line.frame()[:2] == receipt("bye")


def receipt(of):
    return "RECEIPT", {"receipt-id": of}


def frames_come_in_pieces(broker):
    body = bytes(range(256)) * 64
    for size in (1, 3, 1000):
        frames_come_in_pieces_of(broker, size, body)


def frames_come_in_pieces_of(broker, size, body):
    queue = new_name("/queue/pieces")
    frames = login() + b"\n\r\n\n" + frame("SUBSCRIBE", id="s", destination=queue)
    frames += b"SEND\r\ndestination:" + queue.encode() + b"\r\ncontent-length:%d\r\n\r\n" % len(body) + body + b"\0\r\n"
    frames += frame("SEND", destination=queue, content_length="0", receipt="sent")
    with Raw(broker.tcp) as line:
        for at in range(0, len(frames), size):
            line.write(frames[at : at + size])
        received = b""
        # The two messages and the receipt, in whichever order.
        while received.count(b"MESSAGE\n") < 2 or b"receipt-id:sent" not in received:
            data = line.socket.recv(1 << 16)
            assert data, received[-200:]
            received += data
    assert body + b"\0" in received


def large_bodies(broker):
    for size in (1 << 20, (1 << 20) + 1, 4 << 20):
        queue, body = new_name("/queue/large"), b"0123456789abcde\0" * (size >> 4) + b"x" * (size & 15)
        with peer(broker) as client:
            client.subscribe(queue)
            client.send(queue, body)
            client.send(queue, b"small")
            assert client.message().body == body, size
            assert client.message().body == b"small"


# --- mistakes --------------------------------------------------------------------------------------------------------

SUBSCRIBE = frame("SUBSCRIBE", id="1", destination="/queue/mistakes", ack="client")
SEND = {"destination": "/queue/mistakes-sent"}

# What is wrong, what our server says about it, and what RabbitMQ and ActiveMQ do: refuse it, or take it.
MISTAKES = [
    (login() + frame("SEND", key="a:b", **SEND), None, "take", "take"),
    (login("1.1") + frame("SEND", **SEND).replace(b"\n", b"\r\n"), None, "take", "take"),
    (frame("SEND", **SEND), "SEND is not expected here", "refuse", "refuse"),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n\0", "nobody knows this command, at byte 0", "refuse", "refuse"),
    (login(heart_beat="soon"), "heart-beat is not two numbers", "refuse", "refuse"),
    (login() + login(), "CONNECT is not expected here", "refuse", "refuse"),
    (login() + frame("DANCE"), "nobody knows this command, at byte 0", "refuse", "refuse"),
    (login() + frame("MESSAGE", **SEND, message_id=1, subscription=1), "MESSAGE is not expected", "refuse", "refuse"),
    (login() + b"SEND\ndestination\n\nx\0", "a header has no colon, at byte 5", "refuse", "refuse"),
    (login() + frame("SEND", b"x"), "the header destination is missing, at byte 5", "refuse", "refuse"),
    (login() + frame("SEND", key="a\\tb", **SEND), "a backslash begins no escape of this version", "refuse", "take"),
    (login() + b"SEND\ndestination:/queue/x\nkey:\xff\n\n\0", "a header is not well-formed UTF-8", "take", "take"),
    (login() + frame("SEND", content_length="x", **SEND), "content-length is not a number", "refuse", "refuse"),
    (login() + frame("SEND", b"xyz", content_length=1, **SEND), "no NUL follows the body", "refuse", "refuse"),
    (login() + frame("SEND", key="x" * 20_000, **SEND), "a header is longer than the limit", "take", "refuse"),
    (login() + frame("SEND", **SEND, **{f"k{n}": n for n in range(300)}), "the frame has more headers", "take", "take"),
    (login() + frame("SUBSCRIBE", b"x", id=1, **SEND), "SUBSCRIBE has a body", "take", "take"),
    (login() + frame("SUBSCRIBE", **SEND), "the header id is missing", "take", "refuse"),
    (login() + frame("SUBSCRIBE", id=1, ack="never", **SEND), "this version does not have this", "refuse", "take"),
    (login() + SUBSCRIBE * 2, "another subscription has this id", "refuse", "take"),
    (login() + frame("UNSUBSCRIBE", id=7), "there is no such subscription", "refuse", "refuse"),
    (login() + SUBSCRIBE + frame("ACK", id=7), "no such message awaits an acknowledgement", "refuse", "refuse"),
    (login() + SUBSCRIBE + frame("ACK", message_id=7), "the header id is missing", "refuse", "refuse"),
    (login() + frame("BEGIN", transaction="t") * 2, "another transaction has this name", "take", "refuse"),
    (login() + frame("COMMIT", transaction="t"), "there is no such transaction", "refuse", "refuse"),
    (login() + frame("ABORT", transaction="t"), "there is no such transaction", "refuse", "refuse"),
    (login() + frame("SEND", transaction="t", **SEND), "there is no such transaction", "refuse", "refuse"),
    (login("1.0") + frame("NACK", message_id=7), "this version does not have the command NACK", "refuse", "refuse"),
    (login("1.1") + frame("SEND", key="a\\rb", **SEND), "a backslash begins no escape of this version", "take", "take"),
    (login() + frame("SEND", destination="/nowhere"), "unknown destination", "refuse", "take"),
]


def outcome(broker, mistake):
    """What a broker does with a mistake: refuse it, and what it says then, or take it."""
    with Raw(broker.tcp) as line:
        line.write(mistake + frame("DISCONNECT", receipt="bye"))
        while True:
            match line.frame():
                case None:
                    return "refuse", None
                case "ERROR", headers, body:
                    return "refuse", (headers["message"].replace("\\c", ":"), body)
                case "RECEIPT", {"receipt-id": "bye"}, _:
                    return "take", None


def mistakes_are_refused(broker):
    wrong = []
    for mistake, words, rabbitmq, activemq in MISTAKES:
        did, said = outcome(broker, mistake)
        wanted = {"ours": "refuse" if words else "take", "rabbitmq": rabbitmq, "activemq": activemq}[broker.name]
        is_said = broker.name != "ours" or words is None or (said and said[0].startswith(words))
        if did != wanted or not is_said:
            wrong.append((mistake, did, said))
    assert not wrong, wrong


def our_last_words_name_the_frame(broker):
    """Its receipt is in the ERROR, which ends the connection; and the client sees it, whatever it goes on to send."""
    if broker.name != "ours":
        return
    with Raw(broker.tcp) as line:
        line.write(login() + frame("ABORT", transaction="t", receipt="r1") + b"x" * (1 << 20))
        assert line.frame()[0] == "CONNECTED"
        command, headers, _ = line.frame()
        said = {"message": "there is no such transaction", "receipt-id": "r1"}
        assert (command, headers) == ("ERROR", said), (command, headers)
        assert line.frame() is None


def a_refusal_gives_back(broker):
    queue = new_name("/queue/refused")
    with peer(broker) as client:
        client.send(queue, "held")
        client.subscribe(queue, "client")
        assert client.bodies(1) == ["held"]
        client.connection.commit("no such transaction")
        error = client.errors.get(timeout=PATIENCE)
        assert "transaction" in error.headers["message"], error.headers
        client.cut()
    assert rest(broker, queue, 1) == [("held", True)]


TESTS = [
    the_newest_version_is_chosen,
    logins_are_checked,
    who_is_idle_and_beats_stays,
    who_is_silent_is_gone,
    all_that_is_asked_for_has_a_receipt,
    frames_come_in_pieces,
    large_bodies,
    mistakes_are_refused,
    our_last_words_name_the_frame,
    a_refusal_gives_back,
]
