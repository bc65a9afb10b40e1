// For crosscheck.py: reads lines of hex on standard input, and writes for each what StompJs' own parser makes of the
// bytes, given it 7 at a time, as one JSON line. Headers are as they stand there: it resolves escapes elsewhere.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

// The package does not export it.
const main = createRequire(import.meta.url).resolve("@stomp/stompjs");
const { Parser } = await import(pathToFileURL(join(dirname(main), "..", "esm6", "parser.js")));

for (const line of readFileSync(0, "utf8").split("\n").slice(0, -1)) {
  const units = [];
  const frame = ({ command, headers, binaryBody }) =>
    units.push({ frame: command, headers, body: Buffer.from(binaryBody).toString("hex") });
  const parser = new Parser(frame, () => units.push({ frame: "EOL" }));
  const bytes = Buffer.from(line, "hex");
  for (let at = 0; at < bytes.length; at += 7) parser.parseChunk(bytes.subarray(at, at + 7));
  console.log(JSON.stringify(units));
}
