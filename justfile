# What decides whether a change lands.
ci: format lint features test strangers

format:
    cargo fmt --check

lint:
    cargo clippy --all-targets --all-features -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --all-features

# Every set of features that means something builds without warnings.
features:
    bash .ci/features

test:
    cargo test --features tokio-util,arbitrary

strangers:
    cargo build --release --example mqtt_server --example mqtt_client
    python3 tests/strangers/mqtt.py target/release/examples
