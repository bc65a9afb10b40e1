"""Scenarios that stomp.py plays."""
from play import ALL, Client, client, scenario

HIGHER = ("1.1", "1.2")  # have heart-beats, NACK, client-individual


# ---------------------------------------------------------------- connections

@scenario(*ALL)
def connect(s, broker, version):
    client(s, version).__enter__().close()


@scenario(*ALL)
def refused_login(s, broker, version):
    Client(s, version, passcode="guess").refused()


@scenario("1.1")
def no_host(s, broker, version):
    """stomp.py sends none in 1.1, if it is not told one; the version says that it must be there."""
    Client(s, version, vhost=None).close()


@scenario("1.2", brokers=["rabbitmq"])
def refused_host(s, broker, version):
    Client(s, version, vhost="nowhere").refused()


@scenario(*HIGHER)
def heart_beats(s, broker, version):
    """Two of each end, and more; ActiveMQ and RabbitMQ write a line end behind each frame, too."""
    with client(s, version, heartbeats=(400, 300)) as c:
        c.tap.wait("client", "EOL", 3).wait("server", "EOL", 6)


# ---------------------------------------------------------------- messages

@scenario(*ALL)
def messages(s, broker, version):
    """Texts and bytes, with and without content-length, to a client's own subscription."""
    name = "/queue/messages-" + version
    with client(s, version) as c:
        c.subscribe(name, receipt="subscribed")
        c.next("RECEIPT")
        c.c.auto_content_length = False
        for body in ("text without content-length", "", "größer als ASCII: 雪 🦀", "two\nlines\n"):
            c.send(name, body)
            assert c.next().body == body
        c.c.auto_content_length = True
        c.c.transport._BaseTransport__auto_decode = False
        for body in (b"text with content-length", b"\0", b"a\0b\0\0", bytes(range(256))):
            c.send(name, body, **{"content-type": "application/octet-stream"})
            assert c.next().body == body
        c.send(name, "with headers", {"größe": "xl", "empty": "", "space": " kept ", "zahl": "007"}, receipt="sent")
        frames = sorted((c.seen.get(timeout=30) for _ in range(2)), key=lambda frame: frame.cmd)
        assert frames[0].headers["größe"] == "xl", frames[0]
        c.c.unsubscribe(**({"destination": name} if version == "1.0" else {"id": "s"}))
        c.send(name, "nobody gets this", receipt="sent to nobody")
        c.next("RECEIPT")


@scenario(*HIGHER)
def escapes(s, broker, version):
    """What must be escaped in names and values, and comes back as it was."""
    headers = {"colon": "a:b::", "line feed": "two\nlines\n", "backslash": "\\c is no colon, \\\\", "all": ":\n\\" * 3}
    if version == "1.2":
        headers["carriage-return"] = "\r\n"
    name = "/queue/escapes-" + version
    with client(s, version) as c:
        c.subscribe(name)
        c.send(name, "x", headers)
        message = c.next()
        assert all(message.headers[key] == value for key, value in headers.items()), message


@scenario(*HIGHER)
def colon_in_id(s, broker, version):
    """RabbitMQ makes message-id and ack of a subscription's id, and does not escape them."""
    name = "/queue/colon-in-id-" + version
    with client(s, version) as c:
        c.subscribe(name, id="my:id", ack="client")
        c.send(name, "x")
        message = c.next()
        assert message.headers["subscription"] == "my:id", message
        c.answer(message, receipt="acknowledged")
        c.next("RECEIPT")


@scenario("1.2")
def line_feed_in_id(s, broker, version):
    """The same: so one header becomes two lines."""
    with client(s, version) as c:
        c.subscribe("/queue/line-feed-in-id", id="my\nid")
        c.send("/queue/line-feed-in-id", "x")
        c.next()


@scenario("1.0")
def raw_headers(s, broker, version):
    """Nothing is escaped in 1.0. Both brokers read escapes though; ActiveMQ then writes a line feed as it is."""
    with client(s, version) as c:
        c.subscribe("/queue/raw")
        c.send("/queue/raw", "x", {"colon": "a:b", "backslash": "C:\\new"})
        c.next()


@scenario(*HIGHER)
def repeated_headers(s, broker, version):
    """The first counts; what becomes of the others is the broker's affair."""
    name = "/queue/repeated-" + version
    with client(s, version) as c:
        c.c._escape_headers = lambda headers: None
        c.subscribe(name)
        c.send(name, "x", {"hops": ("first", "second", "first"), "destination": (name, "/queue/other"), "once": "1"})
        assert c.next().headers["hops"] == "first"


@scenario(*ALL)
def topic(s, broker, version):
    """One message, two subscriptions of one client, one of which is undone."""
    name = "/topic/news." + version
    with client(s, version) as c:
        for id in ("one", "two"):
            c.subscribe(name, id, receipt=id)
            c.next("RECEIPT")
        c.send(name, "to both")
        for _ in range(2):
            c.next()
        c.c.unsubscribe(id="one")
        c.send(name, "to one")
        c.next()
        c.nothing()


@scenario("1.0", brokers=["rabbitmq"])
@scenario("1.2", brokers=["activemq"])
def large(s, broker, version):
    """1 MiB in both directions; 1.0 without content-length."""
    name = "/queue/large-" + version
    with client(s, version, auto_content_length=version != "1.0") as c:
        c.subscribe(name)
        body = "0123456789abcdef" * 65536
        c.send(name, body)
        assert c.next().body == body


@scenario("1.2")
def burst(s, broker, version):
    """Messages without waiting: frames that stand close together."""
    with client(s, version) as c:
        c.subscribe("/queue/burst")
        for number in range(50):
            c.send("/queue/burst", "%d" % number, number=number)
        assert [c.next().body for _ in range(50)] == ["%d" % number for number in range(50)]


# ---------------------------------------------------------------- acknowledgements

def rest(s, version, name, bodies, number=2):
    """What another connection finds in the queue, whatever the order."""
    with client(s, version, number=number) as c:
        c.subscribe(name)
        seen = sorted(c.next().body for _ in bodies)
        assert seen == sorted(bodies), seen
        c.nothing()


@scenario(*ALL, connections=2)
def client_acks(s, broker, version):
    """ack:client: an ACK takes all before it, too. What was not acknowledged is there for the next."""
    name = "/queue/client-acks-" + version
    with client(s, version) as c:
        c.subscribe(name, ack="client", headers={"activemq.prefetchSize": "10"})
        for number in range(5):
            c.send(name, "%d" % number)
        seen = [c.next() for _ in range(5)]
        c.answer(seen[2], receipt="acknowledged")
        c.next("RECEIPT")
    rest(s, version, name, ["3", "4"])


@scenario(*HIGHER, connections=2)
def individual_acks(s, broker, version):
    """ack:client-individual: each for itself, in any order."""
    name = "/queue/individual-acks-" + version
    with client(s, version) as c:
        c.subscribe(name, ack="client-individual")
        for number in range(4):
            c.send(name, "%d" % number)
        seen = [c.next() for _ in range(4)]
        for number in (3, 1):
            c.answer(seen[number], receipt="acknowledged %d" % number)
            c.next("RECEIPT")
    rest(s, version, name, ["0", "2"])


@scenario(*HIGHER)
def nacks(s, broker, version):
    """RabbitMQ gives the message out again, unless it is told not to; ActiveMQ to its dead letters' queue."""
    name = "/queue/nacks-" + version
    with client(s, version) as c:
        dead = "/queue/ActiveMQ.DLQ"
        if broker == "activemq":
            c.subscribe(dead, id="dead")
        c.subscribe(name, ack="client-individual")
        c.send(name, "poison", persistent="true")
        message = c.next()
        c.answer(message, "nack", receipt="refused")
        # Both come, in whichever order.
        frames = {frame.cmd: frame for frame in (c.seen.get(timeout=30) for _ in range(2))}
        again = frames["MESSAGE"]
        assert again.body == "poison" and "RECEIPT" in frames, frames
        if broker == "rabbitmq":
            assert again.headers["redelivered"] == "true", again
            c.answer(again, "nack", **({"requeue": "false"} if version == "1.2" else {}))
            if version == "1.1":
                c.answer(c.next())
        c.nothing()


# ---------------------------------------------------------------- transactions

@scenario(*ALL)
def transactions(s, broker, version):
    """Committed and undone messages."""
    name = "/queue/transactions-" + version
    with client(s, version) as c:
        c.subscribe(name)
        c.c.begin("t1", receipt="begun")
        c.next("RECEIPT")
        c.send(name, "one", transaction="t1")
        c.c.begin("t2")
        c.send(name, "never", transaction="t2")
        c.send(name, "two", transaction="t1")
        c.nothing()
        c.c.abort("t2", receipt="undone")
        c.next("RECEIPT")
        c.c.commit("t1")
        assert [c.next().body for _ in range(2)] == ["one", "two"]
        c.nothing()


@scenario(*ALL, connections=2)
def transacted_acks(s, broker, version):
    """An ACK in a transaction that is undone, then one in another."""
    name = "/queue/transacted-acks-" + version
    with client(s, version) as c:
        c.subscribe(name, ack="client")
        c.send(name, "a")
        message = c.next()
        c.c.begin("t1")
        c.answer(message, transaction="t1")
        c.c.abort("t1", receipt="undone")
        c.next("RECEIPT")
        c.nothing()
    with client(s, version, number=2) as c:
        c.subscribe(name, ack="client")
        message = c.next()
        c.c.begin("t2")
        c.answer(message, transaction="t2")
        c.send(name, "b", transaction="t2")
        c.c.commit("t2", receipt="done")
        frames = {frame.cmd: frame for frame in (c.seen.get(timeout=30) for _ in range(2))}
        assert frames["MESSAGE"].body == "b"
        c.answer(frames["MESSAGE"])
        c.nothing()


# ---------------------------------------------------------------- what brokers have beside it

@scenario(*ALL, connections=2)
def durable(s, broker, version):
    """A subscription that outlives the connection: the second finds what came meanwhile."""
    name, login, own = "/topic/durable." + version, {}, {"durable": "true", "auto-delete": "false"}
    if broker == "activemq":
        login, own = {"client-id": "reader-" + version}, {"activemq.subscriptionName": "reader-" + version}
    with client(s, version, headers=login) as c:
        c.subscribe(name, "reader", headers=own, receipt="subscribed")
        c.next("RECEIPT")
    with client(s, version, headers=login, number=2) as c:
        c.send(name, "meanwhile", persistent="true", receipt="kept")
        c.next("RECEIPT")
        c.subscribe(name, "reader", headers=own)
        assert c.next().body == "meanwhile"
        c.c.unsubscribe(id="reader", receipt="gone", headers={} if broker == "activemq" else own)
        c.next("RECEIPT")
        if broker == "activemq":
            c.c.unsubscribe(id="reader", receipt="forgotten", headers=own)
            c.next("RECEIPT")


@scenario(*ALL)
def reply_to(s, broker, version):
    """Temporary queues, which the brokers name."""
    name = "/queue/questions-" + version
    with client(s, version) as c:
        c.subscribe(name, "questions")
        if broker == "activemq":
            c.subscribe("/temp-queue/answers", "answers")
        c.send(name, "?", {"reply-to": "/temp-queue/answers", "correlation-id": "7"})
        question = c.next()
        c.send(question.headers["reply-to"], "!", {"correlation-id": question.headers["correlation-id"]})
        assert c.next().body == "!"


@scenario("1.1", "1.2")
def prefetch(s, broker, version):
    """Not more messages at once than are wanted."""
    name = "/queue/prefetch-" + version
    own = {"rabbitmq": "prefetch-count", "activemq": "activemq.prefetchSize"}[broker]
    with client(s, version) as c:
        for number in range(4):
            c.send(name, "%d" % number)
        c.subscribe(name, ack="client-individual", headers={own: "2"})
        seen = [c.next() for _ in range(2)]
        c.nothing()
        for message in seen:
            c.answer(message)
        for _ in range(2):
            c.answer(c.next())
        c.nothing()


@scenario("1.2", brokers=["rabbitmq"])
def destinations(s, broker, version):
    """What else RabbitMQ's destinations name, and headers that become properties of messages."""
    with client(s, version) as c:
        c.subscribe("/exchange/amq.topic/orders.*", "orders", headers={
            "x-queue-name": "orders", "durable": "false", "auto-delete": "true", "exclusive": "false"})
        c.send("/exchange/amq.topic/orders.new", "one", {
            "content-type": "text/plain", "content-encoding": "utf-8", "priority": "5", "correlation-id": "c",
            "expiration": "60000", "amqp-message-id": "m", "timestamp": "1700000000", "type": "t", "user-id": "guest",
            "app-id": "a", "persistent": "true", "reply-to": "/queue/answers"})
        c.next()
        c.subscribe("/amq/queue/orders", "same")
        c.send("/topic/orders.%2Fslash%25", "two")
        c.next()


# ---------------------------------------------------------------- errors

@scenario(*ALL)
def unknown_ack(s, broker, version):
    names = {"1.0": ["nobody"], "1.1": ["nobody", "s"], "1.2": ["nobody"]}[version]
    c = Client(s, version)
    c.subscribe("/queue/unknown-ack-" + version, ack="client")
    c.c.ack(*names, receipt="acknowledged")
    # Before 1.2 ActiveMQ crashes.
    c.ended_by_server() if broker == "activemq" and version != "1.2" else c.refused()


@scenario("1.1", "1.2")
def acknowledged_twice(s, broker, version):
    name = "/queue/twice-" + version
    c = Client(s, version)
    c.subscribe(name, ack="client-individual")
    c.send(name, "x")
    message = c.next()
    c.answer(message)
    c.answer(message, receipt="twice")
    c.refused()


@scenario("1.0", "1.2")
def unknown_transaction(s, broker, version):
    c = Client(s, version)
    c.c.commit("nobody", receipt="committed")
    c.refused()


@scenario("1.2")
def transaction_twice(s, broker, version):
    """RabbitMQ does not mind."""
    c = Client(s, version)
    c.c.begin("t")
    c.c.begin("t", receipt="begun")
    c.close_after_receipt() if broker == "rabbitmq" else c.refused()


@scenario("1.2")
def unknown_subscription(s, broker, version):
    c = Client(s, version)
    c.c.unsubscribe(id="nobody", receipt="gone")
    c.refused()


@scenario("1.2")
def subscription_twice(s, broker, version):
    """ActiveMQ does not mind."""
    c = Client(s, version)
    c.subscribe("/queue/one", "s")
    c.subscribe("/queue/two", "s", receipt="subscribed")
    c.close_after_receipt() if broker == "activemq" else c.refused()


@scenario("1.0", "1.2", brokers=["rabbitmq"])
def unknown_destination(s, broker, version):
    """After it the connection goes on."""
    with client(s, version) as c:
        c.send("/nowhere/x", "x", receipt="sent")
        c.next("ERROR")
        c.nothing()
