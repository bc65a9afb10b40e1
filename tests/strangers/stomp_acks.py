"""What becomes of what was delivered, by stomp.py: the three ways to acknowledge, transactions, and what comes back."""

from queues import new_name
from stomp_peer import peer, rest


def filled(broker, count):
    """A queue with the messages 0, 1, 2 …"""
    queue = new_name("/queue/filled")
    with peer(broker) as writer:
        for number in range(count):
            writer.connection.send(queue, str(number))
        writer.send(queue, str(count))
    return queue


def subscribed(client, queue, ack, count):
    client.subscribe(queue, ack)
    messages = [client.message() for _ in range(count)]
    assert [message.body.decode() for message in messages] == [str(number) for number in range(count)]
    return messages


def again(*numbers):
    return [(str(number), True) for number in numbers]


# --- acknowledgements ------------------------------------------------------------------------------------------------


def in_the_mode_auto_nothing_comes_back(broker, version):
    queue = filled(broker, 3)
    with peer(broker, version) as client:
        subscribed(client, queue, "auto", 4)
        client.cut()
    assert rest(broker, queue, 0) == []


def in_the_mode_client_an_ack_is_for_all_before_it(broker, version):
    queue = filled(broker, 4)
    with peer(broker, version) as client:
        messages = subscribed(client, queue, "client", 5)
        client.confirmed(client.ack, messages[2])
    assert rest(broker, queue, 2) == again(3, 4)


def in_the_mode_client_individual_each_is_for_one(broker, version):
    if version == "1.0":
        return
    queue = filled(broker, 4)
    with peer(broker, version) as client:
        messages = subscribed(client, queue, "client-individual", 5)
        client.ack(messages[3])
        client.confirmed(client.ack, messages[1])
    assert rest(broker, queue, 3) == again(0, 2, 4)


def what_is_refused_comes_again(broker, version):
    if version == "1.0":
        return
    queue = filled(broker, 1)
    with peer(broker, version) as client:
        messages = subscribed(client, queue, "client-individual", 2)
        client.nack(messages[0])
        message = client.message()
        assert (message.body, message.headers["redelivered"]) == (b"0", "true")
        client.ack(message)
        # stomp.py takes further headers of a NACK in 1.2 alone.
        if version == "1.2":
            client.confirmed(client.nack, messages[1], requeue="false")
        else:
            client.confirmed(client.ack, messages[1])
    assert rest(broker, queue, 0) == []


def in_the_mode_client_a_nack_is_for_all_before_it(broker, version):
    if version == "1.0":
        return
    queue = filled(broker, 2)
    with peer(broker, version) as client:
        messages = subscribed(client, queue, "client", 3)
        client.nack(messages[1])
        back = [client.message() for _ in range(2)]
        assert [message.body for message in back] == [b"0", b"1"]
        client.confirmed(client.ack, back[1])
    # The ACK is for all that came before: also for the third, which was not refused.
    assert rest(broker, queue, 0) == []


def a_cut_line_gives_back(broker, version):
    queue = filled(broker, 4)
    with peer(broker, version) as other:
        with peer(broker, version) as client:
            messages = subscribed(client, queue, "client", 5)
            client.confirmed(client.ack, messages[0])
            other.subscribe(queue, "client")
            client.cut()
        back = [other.message() for _ in range(4)]
        assert [(message.body.decode(), message.headers["redelivered"]) for message in back] == [
            (str(number), "true") for number in range(1, 5)
        ]
        other.confirmed(other.ack, back[-1])
    assert rest(broker, queue, 0) == []


def the_end_gives_back(broker, version):
    queue = filled(broker, 1)
    with peer(broker, version) as client:
        subscribed(client, queue, "client", 2)
        client.confirmed(client.connection.unsubscribe, id="s")
    assert rest(broker, queue, 2) == again(0, 1)


# --- transactions ----------------------------------------------------------------------------------------------------


def what_is_sent_counts_when_it_is_committed(broker, version):
    queue = new_name("/queue/transactions")
    with peer(broker, version) as client:
        client.subscribe(queue)
        for name in ("kept", "dropped"):
            client.confirmed(client.connection.begin, transaction=name)
        for number in range(5):
            # RabbitMQ sends the receipts of what is in a transaction when it is committed, or never.
            client.connection.send(queue, f"kept {number}", transaction="kept")
            client.connection.send(queue, f"dropped {number}", transaction="dropped")
        client.send(queue, "before")
        client.confirmed(client.connection.abort, "dropped")
        client.confirmed(client.connection.commit, "kept")
        client.send(queue, "behind")
        assert client.bodies(7) == ["before", *(f"kept {number}" for number in range(5)), "behind"]
        # What is not committed when the line is cut was never sent.
        client.connection.begin(transaction="cut")
        client.connection.send(queue, "never", transaction="cut")
        client.send(queue, "last")
        assert client.bodies(1) == ["last"]
        client.cut()
    assert rest(broker, queue, 0) == []


def what_is_acknowledged_counts_when_it_is_committed(broker, version):
    modes = ["client"] if version == "1.0" else ["client", "client-individual"]
    for mode in modes:
        queue, other = filled(broker, 3), new_name("/queue/forwarded")
        with peer(broker, version) as client:
            messages = subscribed(client, queue, mode, 4)
            # One is taken back, and is as it was: it can be acknowledged again.
            client.connection.begin(transaction="dropped")
            client.connection.send(other, "dropped", transaction="dropped")
            client.ack(messages[0], transaction="dropped")
            client.confirmed(client.connection.abort, "dropped")
            for message in messages[:2]:
                client.connection.begin(transaction="kept")
                client.connection.send(other, message.body, transaction="kept")
                client.ack(message, transaction="kept")
                client.confirmed(client.connection.commit, "kept")
            # One is never committed.
            client.connection.begin(transaction="cut")
            client.connection.send(other, "never", transaction="cut")
            client.ack(messages[2], transaction="cut")
            client.send(other, "last")
            client.cut()
        assert rest(broker, queue, 2) == again(2, 3), mode
        assert rest(broker, other, 3) == [("0", False), ("1", False), ("last", False)], mode


def what_is_refused_counts_when_it_is_committed(broker, version):
    if version == "1.0":
        return
    queue = filled(broker, 2)
    with peer(broker, version) as client:
        messages = subscribed(client, queue, "client-individual", 3)
        client.connection.begin(transaction="t")
        client.nack(messages[0], transaction="t")
        client.ack(messages[1], transaction="t")
        if version == "1.2":
            client.nack(messages[2], transaction="t", requeue="false")
        else:
            client.ack(messages[2], transaction="t")
        client.send(queue, "meanwhile")
        # Nothing has come back yet.
        assert client.bodies(1) == ["meanwhile"]
        client.confirmed(client.connection.commit, "t")
        message = client.message()
        assert (message.body, message.headers["redelivered"]) == (b"0", "true")
        client.confirmed(client.ack, message)
    assert rest(broker, queue, 1) == [("meanwhile", True)]


TESTS = [
    in_the_mode_auto_nothing_comes_back,
    in_the_mode_client_an_ack_is_for_all_before_it,
    in_the_mode_client_individual_each_is_for_one,
    what_is_refused_comes_again,
    in_the_mode_client_a_nack_is_for_all_before_it,
    a_cut_line_gives_back,
    the_end_gives_back,
    what_is_sent_counts_when_it_is_committed,
    what_is_acknowledged_counts_when_it_is_committed,
    what_is_refused_counts_when_it_is_committed,
]
