#!/usr/bin/env bash
# What a linker can prove. Each proof has a negative control, which must fail.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TERM_COLOR=never

# --- no panic can be reached ---
reachable() {
    (cd no_panic && cargo build --quiet --release "$@")
    local undefined
    undefined=$(nm -u no_panic/target/release/libno_panic.a 2>/dev/null)
    [[ $undefined == *a_panic_is_reachable* ]]
}
reachable --features control || { echo "no panic: the control does not panic, so this proves nothing"; exit 1; }
if reachable; then
    echo "no panic: FAILED, a panic can be reached"
    exit 1
fi
echo "no panic: no entry point of codec and machines can reach one (overflow checks on)"
