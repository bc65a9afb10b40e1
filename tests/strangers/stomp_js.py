"""What a broker does over WebSocket, by StompJs and by ws. Each test is for a broker: ours, or RabbitMQ."""

from brokers import node
from queues import new_name

# What each script begins with: a client, and a promise of what happens to it.
PRELUDE = """
const { Client, Versions } = require("@stomp/stompjs");
const WebSocket = require("ws");
global.WebSocket = WebSocket;
const url = `ws://127.0.0.1:${process.argv[2]}/ws`;
const queue = NAME;
const ours = OURS;
// A script that just stops, because nothing is left to wait for, has not come to its end.
process.exitCode = 1;

function connect(options = {}) {
  return new Promise((resolve, reject) => {
    const client = new Client({
      brokerURL: url,
      connectHeaders: { login: "guest", passcode: "guest", host: "/" },
      reconnectDelay: 0,
      ...options,
      onConnect: () => resolve(client),
      onStompError: (frame) => reject(new Error(`${frame.headers.message}: ${frame.body}`)),
      onWebSocketError: (event) => reject(new Error(event.message)),
    });
    // What is received is in a list, and whoever waits for something is told.
    client.seen = [];
    client.take = (message) => { client.seen.push(message); client.told?.(); };
    client.has = (count) => new Promise((done) => {
      client.told = () => { if (client.seen.length >= count) done(client.seen); };
      client.told();
    });
    client.receipt = (send) => new Promise((done) => {
      const receipt = `r:${Math.random()}`;
      client.watchForReceipt(receipt, done);
      send({ receipt });
    });
    client.activate();
  });
}

function same(one, other) {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}

const bodies = (messages) => messages.map((message) => message.body);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

(async () => {
"""

EPILOGUE = """
})().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
"""


def run(broker, script):
    name = f'"{new_name("/queue/js")}"'
    ours = "true" if broker.name == "ours" else "false"
    node(PRELUDE.replace("NAME", name).replace("OURS", ours) + script + EPILOGUE, broker.web)


def messages_come_as_they_were_sent(broker):
    run(broker, """
    for (const version of ["1.0", "1.1", "1.2"]) {
      const client = await connect({ stompVersions: new Versions([version]) });
      same(client.connectedVersion ?? "1.0", version);
      client.subscribe(queue, client.take, { id: "s" });
      const headers = { colour: "red", "größe": "xl" };
      // StompJs has escapes in 1.2 alone: its colons come raw in 1.1, and go back as an escape that it does not know.
      // (From RabbitMQ they do so in 1.0, too.)
      if (version === "1.2") Object.assign(headers, { url: "http://a:1/", odd: "a\\nb\\\\:" });
      client.publish({ destination: queue, body: "grüße 🦀", headers });
      client.publish({ destination: queue, body: "", headers });
      client.publish({ destination: queue, body: "a", headers: { url: "http://a:1/" } });
      const binary = Uint8Array.from({ length: 256 * 256 }, (_, at) => at);
      client.publish({ destination: queue, binaryBody: binary, headers: { "content-type": "a/b" } });
      client.publish({ destination: queue, body: "x".repeat(1 << 20), skipContentLengthHeader: true });
      const [text, empty, , bytes, large] = await client.has(5);
      same([text.body, empty.body, large.body.length], ["grüße 🦀", "", 1 << 20]);
      for (const name in headers) same(text.headers[name], headers[name]);
      same([...bytes.binaryBody], [...binary]);
      same(bytes.headers["content-type"], "a/b");
      await client.deactivate();
    }
    """)


def the_three_ways_to_acknowledge(broker):
    run(broker, """
    const writer = await connect();
    for (const ack of ["auto", "client", "client-individual"]) {
      const destination = `${queue}-${ack}`;
      const client = await connect();
      client.subscribe(destination, client.take, { ack });
      for (let at = 0; at < 5; at++) writer.publish({ destination, body: `${at}` });
      const seen = await client.has(5);
      same(bodies(seen), ["0", "1", "2", "3", "4"]);
      if (ack !== "auto") {
        seen[3].ack();
        await client.receipt((headers) => seen[4].ack(headers));
      }
      await client.deactivate();
      const left = { auto: [], client: [], "client-individual": ["0", "1", "2"] }[ack];
      const other = await connect();
      other.subscribe(destination, other.take, { ack: "client-individual" });
      await other.has(left.length);
      // What is sent now comes behind all that is left.
      other.publish({ destination, body: "last" });
      const rest = await other.has(left.length + 1);
      same(bodies(rest), [...left, "last"]);
      if (left.length) {
        same(rest[0].headers.redelivered, "true");
        rest[0].nack();
        same((await other.has(left.length + 2)).at(-1).body, "0");
      }
      await other.deactivate();
    }
    """)


def transactions(broker):
    run(broker, """
    const client = await connect();
    const subscription = client.subscribe(queue, client.take, { ack: "client" });
    const [kept, dropped] = [client.begin(), client.begin()];
    for (const number of [1, 2, 3]) {
      client.publish({ destination: queue, body: `kept ${number}`, headers: { transaction: kept.id } });
      client.publish({ destination: queue, body: "dropped", headers: { transaction: dropped.id } });
    }
    dropped.abort();
    client.publish({ destination: queue, body: "first" });
    same(bodies(await client.has(1)), ["first"]);
    kept.commit();
    const seen = await client.has(4);
    same(bodies(seen), ["first", "kept 1", "kept 2", "kept 3"]);
    const undone = client.begin();
    seen[3].ack({ transaction: undone.id });
    undone.abort();
    const done = client.begin();
    seen[1].ack({ transaction: done.id });
    done.commit();
    await client.receipt((headers) => subscription.unsubscribe(headers));
    await client.deactivate();
    const other = await connect();
    other.subscribe(queue, other.take);
    same(bodies(await other.has(2)), ["kept 2", "kept 3"]);
    await other.deactivate();
    """)


def heart_beats_and_silence(broker):
    run(broker, """
    let pongs = 0;
    const debug = (what) => { if (what.includes("PONG")) pongs++; };
    const client = await connect({ heartbeatIncoming: 500, heartbeatOutgoing: 500, debug });
    client.subscribe(queue, client.take, { ack: "client" });
    client.publish({ destination: queue, body: "held" });
    await client.has(1);
    // The other one is idle, and is not alive: its timers are stopped.
    const silent = await connect({ heartbeatIncoming: 500, heartbeatOutgoing: 500 });
    const destination = `${queue}-silent`;
    silent.publish({ destination, body: "held" });
    silent.subscribe(destination, silent.take, { ack: "client" });
    await silent.has(1);
    silent.webSocket.send = () => {};
    const gone = new Promise((resolve) => { silent.onWebSocketClose = resolve; });
    const other = await connect();
    other.subscribe(destination, other.take);
    same((await other.has(1))[0].headers.redelivered, "true");
    await gone;
    while (pongs < 3) await pause(100);
    if (!client.connected) throw new Error("who was alive is gone");
    client.seen[0].ack();
    await client.deactivate();
    await other.deactivate();
    """)


def frames_are_cut_anywhere(broker):
    """A frame in many messages, and many frames in one; in text and in bytes."""
    run(broker, """
    const client = await connect({ splitLargeFrames: true, maxWebSocketChunkSize: 1000, forceBinaryWSFrames: true });
    client.subscribe(queue, client.take);
    const body = "grüße 🦀".repeat(5000);
    client.publish({ destination: queue, body });
    same((await client.has(1))[0].body === body, true);
    await client.deactivate();

    const socket = new WebSocket(url, ["v12.stomp", "v11.stomp"]);
    const all = new Promise((resolve, reject) => {
      let received = "";
      socket.on("message", (data) => {
        received += data;
        if (received.includes("receipt-id:1") && received.includes("receipt-id:2")) {
          socket.send("DISCONNECT\\nreceipt:bye\\n\\n\\0");
        }
      });
      socket.on("error", reject);
      socket.on("close", () => resolve(received));
    });
    await new Promise((resolve) => socket.on("open", resolve));
    same(socket.protocol, "v12.stomp");
    const pong = new Promise((resolve) => socket.on("pong", resolve));
    socket.ping("are you there?");
    same(`${await pong}`, "are you there?");
    const login = "CONNECT\\naccept-version:1.2\\nhost:/\\nlogin:guest\\npasscode:guest\\n\\n\\0";
    const send = `SEND\\ndestination:${queue}\\nreceipt:R\\n\\nhello\\0`;
    const subscribe = `SUBSCRIBE\\nid:s\\ndestination:${queue}\\n\\n\\0`;
    const frames = `${login}\\n${subscribe}${send.replace("R", "1")}\\n\\n${send.replace("R", "2")}`;
    socket.send(frames.slice(0, 20));
    socket.send(Buffer.from(frames.slice(20, 150)));
    for (const letter of frames.slice(150, 170)) socket.send(letter);
    socket.send(frames.slice(170));
    const received = await all;
    same(received.split("MESSAGE\\n").length, 3);
    // RabbitMQ may close the WebSocket before its last RECEIPT.
    if (ours) same(received.endsWith("RECEIPT\\nreceipt-id:bye\\n\\n\\0"), true);
    """)


def wrong_ones_are_told(broker):
    run(broker, """
    const refused = async (promise) => promise.then(() => { throw new Error("not refused"); }, (error) => error.message);
    const login = { login: "guest", passcode: "wrong", host: "/" };
    const why = await refused(connect({ connectHeaders: login }));
    if (!/passcode is wrong|Access refused/.test(why)) throw new Error(why);
    // A version is chosen by the subprotocol, too.
    same(await refused(connect({ stompVersions: new Versions(["3.0"]) })), "Server sent no subprotocol");

    const client = await connect();
    const error = new Promise((resolve) => { client.onStompError = resolve; });
    const closed = new Promise((resolve) => { client.onWebSocketClose = resolve; });
    client.publish({ destination: "/nowhere", body: "x", headers: { receipt: "r:1" } });
    const frame = await error;
    if (!/nknown destination/.test(frame.headers.message)) throw new Error(frame.headers.message);
    if (!/nowhere/.test(frame.body)) throw new Error(frame.body);
    // RabbitMQ waits for the client to close.
    if (ours) await closed;
    """)


def who_is_cut_off_comes_back(broker):
    run(broker, """
    const writer = await connect();
    let times = 0;
    const client = new Client({
      brokerURL: url, connectHeaders: { login: "guest", passcode: "guest", host: "/" }, reconnectDelay: 50,
    });
    client.seen = [];
    const all = new Promise((resolve) => {
      client.onConnect = () => {
        times += 1;
        client.subscribe(queue, (message) => {
          client.seen.push(message);
          // Twice the line is cut before it is acknowledged.
          if (times < 3) client.forceDisconnect();
          else { message.ack(); resolve(); }
        }, { ack: "client-individual" });
      };
    });
    client.activate();
    writer.publish({ destination: queue, body: "again and again" });
    await all;
    same(client.seen.map((message) => message.headers.redelivered === "true"), [false, true, true]);
    await client.deactivate();
    await writer.deactivate();
    """)


TESTS = [
    messages_come_as_they_were_sent,
    the_three_ways_to_acknowledge,
    transactions,
    heart_beats_and_silence,
    frames_are_cut_anywhere,
    wrong_ones_are_told,
    who_is_cut_off_comes_back,
]
