// amqplib's codec. Reads frames, a line of hex each, and says of each on a line:
//   takes TEXT HEX, takes TEXT !REASON, waits, or refuses REASON, with tabs between; TEXT as in src/amqp/text.rs, HEX as
// amqplib writes what it has read, REASON why it does not.
//   node amqplib.cjs FILE
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const load = require("node:module").createRequire(path.join(__dirname, "../target/npm/index.js"));
const { parseFrame, decodeFrame, makeBodyFrame, HEARTBEAT, HEARTBEAT_BUF } = load("amqplib/lib/frame");
const { info, encodeMethod, encodeProperties } = load("amqplib/lib/defs");

const reserved = ["ticket", "capabilities", "insist", "knownHosts", "outOfBand", "channelId"];
const hex = (bytes) => Buffer.from(bytes).toString("hex").toUpperCase();
const whole = (number) => (Number.isFinite(number) ? BigInt(number).toString() : String(number));

function double(number) {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(number);
  return hex(bits);
}

function argument(type, value) {
  switch (type) {
    case "bit":
      return value ? "1" : "0";
    case "shortstr":
      return `"${hex(value)}`;
    case "longstr":
      return `"${hex(value)}`;
    case "table":
      return told(value);
    default:
      return whole(value);
  }
}

function told(value) {
  if (value === null) return "V";
  if (typeof value === "boolean") return value ? "t1" : "t0";
  if (typeof value === "number") return `d${double(value)}`;
  if (typeof value === "string") return `S${hex(value)}`;
  if (Buffer.isBuffer(value)) return `x${hex(value)}`;
  if (Array.isArray(value)) return `[${value.map((one) => `${told(one)},`).join("")}]`;
  if (value["!"] === "timestamp") return `Td${double(value.value)}`;
  if (value["!"] === "decimal") return `D${value.value.places}:${value.value.digits}`;
  return `{${Object.entries(value).map(([key, one]) => `${hex(key)}=${told(one)},`).join("")}}`;
}

const fields = (args, all) => args.map(({ name, type }) => ` ${name.toLowerCase()}=${argument(type, all[name])}`).join("");

/// What was read, and how it is written.
function read(frame) {
  const decoded = decodeFrame(frame);
  const { id, channel } = decoded;
  if (decoded === HEARTBEAT) return ["heartbeat", () => HEARTBEAT_BUF];
  if (decoded.content) return [`body ${channel} ${hex(decoded.content)}`, () => makeBodyFrame(channel, decoded.content)];
  const { name, args } = info(id);
  if (decoded.size === undefined) {
    const [method, family] = [name.replace(/^[A-Z][a-z]+/, ""), name.match(/^[A-Z][a-z]+/)[0]];
    const wanted = args.filter((arg) => name === "AccessRequestOk" || !reserved.includes(arg.name));
    const shown = name === "BasicGetEmpty" ? [] : wanted;
    const text = `method ${channel} ${family}.${method}`.toLowerCase() + fields(shown, decoded.fields);
    return [text, () => encodeMethod(id, channel, decoded.fields)];
  }
  const there = args.filter((arg) => decoded.fields[arg.name] !== undefined);
  const text = `header ${channel} ${whole(decoded.size)}${fields(there, decoded.fields)}`;
  return [text, () => encodeProperties(id, channel, decoded.size, decoded.fields)];
}

/// What kind of error: its text names the value.
const reason = (error) => error.code ?? error.name;

function verdict(bytes) {
  try {
    const frame = parseFrame(bytes);
    if (!frame) return "waits";
    const [text, write] = read(frame);
    try {
      return `takes\t${text}\t${hex(write())}`;
    } catch (error) {
      return `takes\t${text}\t!${reason(error)}`;
    }
  } catch (error) {
    return `refuses\t${reason(error)}`;
  }
}

const lines = fs.readFileSync(process.argv[2], "ascii").trim().split("\n");
process.stdout.write(lines.map((line) => `${verdict(Buffer.from(line, "hex"))}\n`).join(""));
