// StompJs' parser and its frames. Reads streams, a line each: the version and pieces in hex, with blanks between. Says of
// each on a line what is in it, with tabs between:
//   takes TOLD HEX, waits, or refuses REASON; TOLD as in src/stomp/told.rs, HEX as StompJs writes it.
//   node stompjs.mjs FILE
import fs from "node:fs";
import { createRequire } from "node:module";

const load = createRequire(new URL("../target/npm/index.js", import.meta.url));
const { FrameImpl, Parser } = load("@stomp/stompjs");

const hex = (bytes) => Buffer.from(bytes).toString("hex");

function verdicts(line) {
  const [version, ...pieces] = line.split(" ");
  const escapeHeaderValues = version !== "1.0";
  const said = [];
  const onFrame = (raw) => {
    const frame = FrameImpl.fromRawFrame(raw, escapeHeaderValues);
    const headers = Object.entries(frame.headers).map(([name, value]) => `;${hex(name)}=${hex(value)}`);
    const told = `${hex(frame.command)}${headers.join("")}|${hex(frame.binaryBody)}`;
    // It says itself how long the body is.
    delete frame.headers["content-length"];
    said.push(`takes ${told} ${hex(frame.serialize())}`);
  };
  const parser = new Parser(onFrame, () => {});
  try {
    for (const piece of pieces) parser.parseChunk(Buffer.from(piece, "hex"));
    // What reads the first byte of a frame.
    if (parser._onByte !== parser._collectFrame) said.push("waits");
  } catch (error) {
    said.push(`refuses ${error.name}`);
  }
  return said.join("\t");
}

const lines = fs.readFileSync(process.argv[2], "ascii").trimEnd().split("\n");
process.stdout.write(lines.map((line) => `${verdicts(line)}\n`).join(""));
