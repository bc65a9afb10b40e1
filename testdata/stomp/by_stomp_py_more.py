"""Scenarios that stomp.py plays: what brokers have of their own, and what they refuse."""
from play import ALL, Client, client, scenario


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
