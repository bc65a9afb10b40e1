// The scenarios that StompJs plays: node stompjs.cjs PORT VERSION web|tcp NAME
"use strict";
const net = require("net");
const { Client, Versions } = require("@stomp/stompjs");
const WebSocket = require("ws");

const [port, version, transport, name] = process.argv.slice(2);

/** As much of a WebSocket as StompJs looks at, over plain TCP. */
const tcp = () => {
  const socket = net.connect(Number(port), "127.0.0.1");
  const like = {
    url: `tcp://127.0.0.1:${port}`, readyState: 0, protocol: "",
    send: (data) => socket.write(Buffer.from(data)),
    close: () => socket.end(),
  };
  socket.on("connect", () => { like.readyState = 1; like.onopen(); });
  socket.on("data", (data) => like.onmessage({ data: new Uint8Array(data).buffer }));
  socket.on("close", () => { like.readyState = 3; like.onclose({ code: 1000, reason: "", wasClean: true }); });
  return like;
};

const web = () => new WebSocket(`ws://127.0.0.1:${port}/ws`, [`v${version.replace(".", "")}.stomp`], { perMessageDeflate: false });

const check = (condition, what) => {
  if (!condition) throw new Error(what);
};

const connect = (options) =>
  new Promise((resolve, reject) => {
    const client = new Client({
      webSocketFactory: transport === "web" ? web : tcp, stompVersions: new Versions([version]), reconnectDelay: 0,
      connectHeaders: { login: "guest", passcode: "guest", host: "/" }, heartbeatIncoming: 0, heartbeatOutgoing: 0,
      onConnect: () => resolve(client), onStompError: (frame) => reject(new Error(frame.headers.message)), ...options,
    });
    client.activate();
  });

const receipt = (client, id) => new Promise((resolve) => client.watchForReceipt(id, resolve));

/** Messages, in the order in which they come. */
const inbox = () => {
  const seen = [];
  const waiting = [];
  const take = (message) => (waiting.length ? waiting.shift()(message) : seen.push(message));
  const next = () => (seen.length ? Promise.resolve(seen.shift()) : new Promise((resolve) => waiting.push(resolve)));
  return { take, next };
};

const scenarios = {
  async messages(client) {
    const destination = `/queue/stompjs-messages-${version}`;
    const { take, next } = inbox();
    const subscription = client.subscribe(destination, take, { ack: "client", receipt: "subscribed" });
    await receipt(client, "subscribed");
    const headers = version === "1.2" ? { colon: "a:b", line: "two\nlines", backslash: "\\c\\" } : {};
    client.publish({ destination, body: "größer 雪 🦀", headers });
    client.publish({ destination, body: "no content-length", skipContentLengthHeader: true });
    client.publish({ destination, binaryBody: Uint8Array.from({ length: 256 }, (_, at) => at) });
    client.publish({ destination });
    check((await next()).body === "größer 雪 🦀", "another body");
    await next();
    check((await next()).binaryBody.length === 256, "another body");
    const last = await next();
    last.ack({ receipt: "acknowledged" });
    await receipt(client, "acknowledged");
    const transaction = client.begin("t");
    client.publish({ destination, body: "undone", headers: { transaction: transaction.id } });
    transaction.abort();
    const other = client.begin();
    client.publish({ destination, body: "done", headers: { transaction: other.id } });
    other.commit();
    const done = await next();
    check(done.body === "done", done.body);
    if (version === "1.0") done.ack();
    else done.nack();
    subscription.unsubscribe();
  },

  // StompJs escapes values in 1.2 alone, and names never.
  async unescaped(client) {
    const destination = `/queue/stompjs-unescaped-${version}`;
    const { take, next } = inbox();
    client.subscribe(destination, take);
    client.publish({ destination, body: "x", headers: version === "1.1" ? { colon: "a:b" } : { "co:lon": "ab" } });
    await next();
  },

  async "heart-beats"(client) {
    // More than two intervals; StompJs does not say when it hears one.
    await new Promise((resolve) => setTimeout(resolve, 3500));
    check(client.connected, "the connection is gone");
  },

  // Frames larger than one WebSocket message: of 8 KiB by StompJs' own choice.
  async large(client) {
    const destination = "/queue/stompjs-large";
    const { take, next } = inbox();
    client.subscribe(destination, take);
    client.publish({ destination, body: "0123456789abcdef".repeat(4096) });
    check((await next()).body.length === 65536, "another body");
  },
};

const options = {
  messages: { forceBinaryWSFrames: version === "1.1" },
  // ActiveMQ may be twice as late as it says.
  "heart-beats": { heartbeatIncoming: 1000, heartbeatOutgoing: 1000, heartbeatToleranceMultiplier: 4 },
  large: { splitLargeFrames: true },
};

// If the server ends the connection nothing goes on.
process.exitCode = 1;

(async () => {
  const client = await connect(options[name]);
  await scenarios[name](client);
  await client.deactivate();
  process.exitCode = 0;
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
