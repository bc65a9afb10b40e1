#!/usr/bin/env bash
# Runs the tests where `usize` has 32 bits: lengths that overflow there do so nowhere else.
#   test32.sh [ARGUMENT of cargo test ...]
set -euo pipefail
cd "$(dirname "$0")/.."
source proofs/lib.sh
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
# Optimized, since the laws look at many inputs; with overflow checks and debug assertions, as tests have them.
export CARGO_PROFILE_TEST_OPT_LEVEL=1 CARGO_PROFILE_TEST_DEBUG=0

[[ -e /usr/include/gnu/stubs-32.h || -e /usr/include/x86_64-linux-gnu/gnu/stubs-32.h ]] || install gcc-multilib
cross i686-unknown-linux-gnu std,panic_unwind,test
cargo test --quiet "${cross[@]}" --features tokio-util,arbitrary,serde --lib --tests "$@"
echo "all passed with 32 bits in $SECONDS s"
