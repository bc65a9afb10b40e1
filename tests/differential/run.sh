#!/usr/bin/env bash
# Our decoders and encoders against those of others: for MQTT mqttbytes and npm's mqtt-packet (docs/mqtt-disagreements.md),
# for AMQP RabbitMQ's own, pamqp and amqplib (docs/amqp-disagreements.md), for STOMP RabbitMQ's own, stomp.py, StompJs and
# async-stomp (docs/stomp-disagreements.md).
set -euo pipefail
cd "$(dirname "$0")"

missing=()
command -v npm >/dev/null || missing+=(npm)
# Its codecs are run by escript: no broker is started.
compgen -G "/usr/lib/rabbitmq/lib/*/plugins/rabbit_common-*/ebin" >/dev/null || missing+=(rabbitmq-server)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if ((${#missing[@]})); then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

mkdir -p target/npm
cp npm/package.json npm/package-lock.json npm/compare.mjs target/npm
(cd target/npm && npm ci --silent --no-audit --no-fund)
[[ -x target/venv/bin/pip ]] || python3 -m venv target/venv
target/venv/bin/pip install --quiet --disable-pip-version-check 'pamqp==4.0.1' 'stomp.py==9.0.0'
export PYTHON=$PWD/target/venv/bin/python
echo "RabbitMQ $(escript peers/rabbitmq.escript)'s codecs, pamqp, amqplib; stomp.py, StompJs, async-stomp; mqttbytes, mqtt-packet"

# mqttbytes prints what it is doing: only our lines are wanted, and all of them if a test fails.
output=$(cargo test --quiet --release -- --nocapture 2>&1) || { printf '%s\n' "$output"; exit 1; }
grep -E '^[0-9]+ packets|frames, of which|frames told alike|classes of disagreement|^test result' <<<"$output"

cargo build --quiet --release --manifest-path ../../Cargo.toml --example inspect
inspect=$(cd ../.. && pwd)/target/release/examples/inspect
cd target/npm
node compare.mjs "$inspect" 1000
