// Packets that npm's mqtt-packet writes: the inspector must tell the same fields, and write the same bytes again, which
// mqtt-packet must read as what it wrote.
//   node compare.mjs INSPECT [PACKETS]
import { spawnSync } from "node:child_process";
import { generate, parser } from "mqtt-packet";

const [inspect, count = "600"] = process.argv.slice(2);

let state = 0x2545f491n;
const below = (n) => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((state >> 33n) % BigInt(n));
};
const flip = () => below(2) === 1;
const pick = (list) => list[below(list.length)];
const some = (list) => list.filter(() => below(3) === 0);
const text = () => pick(["a", "täxt", "a longer text of some forty characters …", "x".repeat(200), "日本"]);
const bytes = () => Buffer.from(Array.from({ length: 1 + below(40) }, () => below(256)));
const topic = () => pick(["a", "home/hall/light", "$SYS/x", "a//b", "ü/ß", "/"]);
const filter = () => pick(["#", "+/a", "home/+/light", "a/#", "$share/group/a/#", "x"]);
const id = () => 1 + below(65535);

// Each property: mqtt-packet's name, ours, a value. Flags are booleans there.
const property = {
  payloadFormatIndicator: flip,
  messageExpiryInterval: () => below(2 ** 31),
  contentType: text,
  responseTopic: topic,
  correlationData: bytes,
  subscriptionIdentifier: () => 1 + below(268435455),
  sessionExpiryInterval: () => below(2 ** 31),
  assignedClientIdentifier: text,
  serverKeepAlive: () => below(65536),
  authenticationMethod: text,
  requestProblemInformation: flip,
  willDelayInterval: () => below(2 ** 31),
  requestResponseInformation: flip,
  responseInformation: text,
  serverReference: text,
  reasonString: text,
  receiveMaximum: id,
  topicAliasMaximum: () => below(65536),
  topicAlias: id,
  maximumQoS: () => below(2),
  retainAvailable: flip,
  maximumPacketSize: () => 1 + below(2 ** 31),
  wildcardSubscriptionAvailable: flip,
  subscriptionIdentifiersAvailable: flip,
  sharedSubscriptionAvailable: flip,
  userProperties: () => ({ [text()]: text(), other: text() }),
};
const publishProperties = ["payloadFormatIndicator", "messageExpiryInterval", "contentType", "responseTopic", "correlationData", "userProperties"];
const places = {
  connect: ["sessionExpiryInterval", "receiveMaximum", "maximumPacketSize", "topicAliasMaximum", "requestResponseInformation", "requestProblemInformation", "userProperties", "authenticationMethod"],
  will: [...publishProperties, "willDelayInterval"],
  connack: ["sessionExpiryInterval", "receiveMaximum", "maximumQoS", "retainAvailable", "maximumPacketSize", "assignedClientIdentifier", "topicAliasMaximum", "reasonString", "userProperties", "wildcardSubscriptionAvailable", "subscriptionIdentifiersAvailable", "sharedSubscriptionAvailable", "serverKeepAlive", "responseInformation", "serverReference", "authenticationMethod"],
  publish: [...publishProperties, "topicAlias", "subscriptionIdentifier"],
  ack: ["reasonString", "userProperties"],
  subscribe: ["subscriptionIdentifier", "userProperties"],
  unsubscribe: ["userProperties"],
  disconnect: ["sessionExpiryInterval", "reasonString", "userProperties", "serverReference"],
};
const properties = (place, payload) => {
  const all = Object.fromEntries(some(places[place]).map((name) => [name, property[name]()]));
  // What is said to be text must be.
  if (payload && all.payloadFormatIndicator) all.payloadFormatIndicator = false;
  return all;
};

const codes = { puback: [0, 16, 128, 135], pubrec: [0, 16, 131, 151], pubrel: [0, 146], pubcomp: [0, 146], suback: [0, 1, 2, 128, 143, 162], unsuback: [0, 17, 128, 145], connack: [0, 128, 133, 156], disconnect: [0, 4, 130, 142], auth: [0, 24, 25] };

const makers = {
  connect(v) {
    const user = flip();
    const packet = { cmd: "connect", protocolId: v === 3 ? "MQIsdp" : "MQTT", protocolVersion: v, clean: flip(), clientId: text(), keepalive: below(65536) };
    if (user) packet.username = text();
    if (user && flip()) packet.password = bytes();
    if (flip()) packet.will = { topic: topic(), payload: bytes(), qos: below(3), retain: flip() };
    if (v === 5) packet.properties = properties("connect");
    if (v === 5 && packet.will) packet.will.properties = properties("will", true);
    return packet;
  },
  connack(v) {
    const code = v === 5 ? pick(codes.connack) : below(6);
    const packet = { cmd: "connack", sessionPresent: v > 3 && code === 0 && flip() };
    return v === 5 ? { ...packet, reasonCode: code, properties: properties("connack") } : { ...packet, returnCode: code };
  },
  publish(v) {
    const qos = below(3);
    const packet = { cmd: "publish", topic: topic(), payload: bytes(), qos, dup: qos > 0 && flip(), retain: flip() };
    if (qos > 0) packet.messageId = id();
    if (v === 5) packet.properties = properties("publish", true);
    return packet;
  },
  ...Object.fromEntries(["puback", "pubrec", "pubrel", "pubcomp"].map((cmd) => [cmd, (v) => {
    const packet = { cmd, messageId: id() };
    return v === 5 ? { ...packet, reasonCode: pick(codes[cmd]), properties: properties("ack") } : packet;
  }])),
  subscribe(v) {
    const one = () => {
      const topic = filter();
      const plain = { topic, qos: below(3) };
      return v === 5 ? { ...plain, nl: !topic.startsWith("$share") && flip(), rap: flip(), rh: below(3) } : plain;
    };
    const packet = { cmd: "subscribe", messageId: id(), subscriptions: Array.from({ length: 1 + below(4) }, one) };
    return v === 5 ? { ...packet, properties: properties("subscribe") } : packet;
  },
  suback(v) {
    const granted = Array.from({ length: 1 + below(4) }, () => (v === 5 ? pick(codes.suback) : pick([0, 1, 2, 128])));
    const packet = { cmd: "suback", messageId: id(), granted };
    return v === 5 ? { ...packet, properties: properties("ack") } : packet;
  },
  unsubscribe(v) {
    const packet = { cmd: "unsubscribe", messageId: id(), unsubscriptions: Array.from({ length: 1 + below(4) }, filter) };
    return v === 5 ? { ...packet, properties: properties("unsubscribe") } : packet;
  },
  unsuback(v) {
    const packet = { cmd: "unsuback", messageId: id() };
    return v === 5 ? { ...packet, granted: [pick(codes.unsuback), pick(codes.unsuback)], properties: properties("ack") } : packet;
  },
  pingreq: () => ({ cmd: "pingreq" }),
  pingresp: () => ({ cmd: "pingresp" }),
  disconnect: (v) => (v === 5 ? { cmd: "disconnect", reasonCode: pick(codes.disconnect), properties: properties("disconnect") } : { cmd: "disconnect" }),
  auth: (v) => (v === 5 ? { cmd: "auth", reasonCode: pick(codes.auth), properties: { authenticationMethod: text(), authenticationData: bytes(), ...properties("ack") } } : null),
};

// --- what the inspector is to say ------------------------------------------------------------------------------------

const hex = (value) => Buffer.from(value).toString("hex");
const snake = (name) =>
  ({ userProperties: "user_property", maximumQoS: "maximum_qos", subscriptionIdentifiersAvailable: "subscription_identifier_available" })[name] ??
  name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
const told = (all = {}) => Object.fromEntries(Object.entries(all).map(([name, value]) => {
  if (name === "userProperties") return [snake(name), Object.entries(value).map(([key, value]) => [key, value])];
  // A PUBLISH may have several.
  if (name === "subscriptionIdentifier") return [snake(name), [value]];
  return [snake(name), Buffer.isBuffer(value) ? hex(value) : value];
}));

function expected(packet, v) {
  const line = { packet: packet.cmd.toUpperCase() };
  const put = (name, value) => value !== undefined && (line[name] = value);
  put("packet_identifier", packet.messageId);
  if (v === 5 && packet.properties) put("properties", told(packet.properties));
  switch (packet.cmd) {
    case "connect":
      Object.assign(line, { protocol_name: packet.protocolId, protocol_level: v, keep_alive: packet.keepalive, client_identifier: packet.clientId });
      put(v === 5 ? "clean_start" : "clean_session", packet.clean);
      put("user_name", packet.username);
      if (packet.password) line.password = hex(packet.password);
      if (packet.will) line.will = { ...packet.will, payload: hex(packet.will.payload), properties: v === 5 ? told(packet.will.properties) : undefined };
      break;
    case "connack":
      if (v > 3) line.session_present = packet.sessionPresent;
      line[v === 5 ? "reason_code" : "return_code"] = packet.reasonCode ?? packet.returnCode;
      break;
    case "publish":
      Object.assign(line, { topic_name: packet.topic, payload: hex(packet.payload), qos: packet.qos, dup: packet.dup, retain: packet.retain });
      break;
    case "subscribe":
      line.subscriptions = packet.subscriptions.map((s) => ({ topic_filter: s.topic, qos: s.qos, no_local: s.nl, retain_as_published: s.rap, retain_handling: s.rh }));
      break;
    case "unsubscribe":
      line.topic_filters = packet.unsubscriptions;
      break;
    case "suback":
    case "unsuback":
      line[v === 5 || packet.cmd === "unsuback" ? "reason_codes" : "return_codes"] = packet.granted;
      break;
    default:
      put("reason_code", packet.reasonCode);
  }
  return line;
}

/// The first place where `wanted` is not in `got`. A flag may be told as a number.
function differs(wanted, got, path = "") {
  if (wanted === undefined) return null;
  if (typeof wanted === "boolean" && typeof got === "number") return Boolean(got) === wanted ? null : path;
  if (wanted === null || typeof wanted !== "object") return wanted === got ? null : `${path}: ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`;
  if (got === null || typeof got !== "object") return `${path}: ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`;
  if (Array.isArray(wanted) && wanted.length !== got.length) return `${path}: ${wanted.length} items, got ${got.length}`;
  for (const key of Object.keys(wanted)) {
    const found = differs(wanted[key], path.endsWith("will") ? (got[key] ?? got[`will_${key}`]) : got[key], `${path}/${key}`);
    if (found) return found;
  }
  return null;
}

/// An acknowledgement as we write it: what can be left out is.
function shortest(wire, packet, v) {
  if (v < 5 || !["puback", "pubrec", "pubrel", "pubcomp"].includes(packet.cmd) || wire[1] !== 4) return wire;
  const len = wire[4] === 0 ? 2 : 3;
  return Buffer.from([wire[0], len, ...wire.subarray(2, 2 + len)]);
}

function run(args, input) {
  const { stdout, stderr, status } = spawnSync(inspect, ["mqtt", ...args], { input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`inspect ${args.join(" ")}: ${status} ${stderr} ${stdout.toString().slice(-300)}`);
  return stdout;
}

let wrong = 0;
for (const v of [3, 4, 5]) {
  const packets = [makers.connect(v)];
  while (packets.length < Number(count)) {
    const packet = pick(Object.values(makers))(v);
    if (packet) packets.push(packet);
  }
  const wires = packets.map((packet) => generate(packet, { protocolVersion: v }));
  const stream = Buffer.concat(wires);
  const lines = run(["--json"], stream).toString().trim().split("\n").map((line) => JSON.parse(line));
  const again = run(["--reencode"], stream);
  const fail = (at, what) => {
    wrong += 1;
    console.log(`version ${v}, ${what}\n  ${wires[at].toString("hex")}`);
  };
  if (lines.length !== packets.length) throw new Error(`${packets.length} packets, ${lines.length} lines`);
  packets.forEach((packet, at) => {
    const found = differs(expected(packet, v), lines[at]);
    if (found) fail(at, `${packet.cmd} ${found}`);
  });
  let offset = 0;
  wires.forEach((long, at) => {
    const wire = shortest(long, packets[at], v);
    const written = again.subarray(offset, offset + wire.length);
    offset += wire.length;
    if (!written.equals(wire)) fail(at, `${packets[at].cmd} is written as ${written.toString("hex")}`);
  });
  let read = 0;
  const reader = parser({ protocolVersion: v });
  reader.on("packet", () => (read += 1));
  reader.on("error", (error) => fail(read, `mqtt-packet refuses what we wrote: ${error.message}`));
  reader.parse(again);
  if (read !== packets.length) fail(read, `mqtt-packet reads ${read} of ${packets.length}`);
  console.log(`mqtt-packet, version ${v}: ${packets.length} packets of ${new Set(packets.map((p) => p.cmd)).size} types, ${stream.length} bytes`);
}
console.log(wrong === 0 ? "all agree" : `${wrong} disagree`);
process.exit(wrong === 0 ? 0 : 1);
