# What decides whether a change lands.
ci:
    bash .ci/run

test:
    cargo test --features tokio-util,arbitrary,serde

lint:
    cargo fmt --check
    cargo clippy --all-targets --all-features -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --all-features

# Every set of features that means something builds without warnings.
features:
    bash .ci/features

# The examples against paho-mqtt, mosquitto, pika, amqplib, stomp.py, StompJs, RabbitMQ and ActiveMQ.
strangers:
    cargo build --release --example mqtt_server --example mqtt_client --example amqp_server --example amqp_client \
        --example stomp_server --example stomp_client
    python3 tests/strangers/mqtt.py target/release/examples
    python3 tests/strangers/amqp.py target/release/examples
    python3 tests/strangers/stomp_strangers.py target/release/examples

proofs:
    bash proofs/run.sh
    bash proofs/test32.sh
    bash examples/embedded/run.sh

# Ours, the floor and the fastest peer, a line for each row.
peers:
    cd benches/peers && cargo run --release -- --summary

# One target for some seconds, with a line in the ledger.
fuzz target seconds="60":
    fuzz/run.sh {{target}} {{seconds}}

bench:
    cargo bench
