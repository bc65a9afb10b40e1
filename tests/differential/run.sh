#!/usr/bin/env bash
# Our decoder and encoder against those of others: mqttbytes (see docs/mqtt-disagreements.md), and npm's mqtt-packet.
set -euo pipefail
cd "$(dirname "$0")"
# mqttbytes prints what it is doing: only our lines are wanted.
cargo test --quiet --release -- --nocapture 2>/dev/null | grep -v '^$'

cargo build --quiet --release --manifest-path ../../Cargo.toml --example inspect
inspect=$(cd ../.. && pwd)/target/release/examples/inspect
command -v npm >/dev/null || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null
}
mkdir -p target/npm
cp npm/package.json npm/package-lock.json npm/compare.mjs target/npm
cd target/npm
npm ci --silent --no-audit --no-fund
node compare.mjs "$inspect" 1000
