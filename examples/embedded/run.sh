#!/usr/bin/env bash
# MQTT on a Cortex-M4 (an STM32F405, as QEMU plays it): builds the program, runs it, and says what it takes. RAM is the
# stack, which holds the machines and the bytes on the line; the program has no static variables and no heap.
set -euo pipefail
cd "$(dirname "$0")"
source ../../proofs/lib.sh
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
target=thumbv7em-none-eabihf
built=$CARGO_TARGET_DIR/$target/release

need qemu-system-arm qemu-system-arm
need size binutils
cross "$target" core

cargo build --quiet --release "${cross[@]}"
timeout 60 qemu-system-arm -M netduinoplus2 -nographic -semihosting-config enable=on,target=native \
    -kernel "$built/embedded" </dev/null 2>&1

# takes PROGRAM WHAT
takes() {
    size "$built/$1" | awk -v what="$2" \
        'NR == 2 { printf "%6d bytes of flash, %d of static RAM: %s\n", $1 + $2, $2 + $3, what }'
}
takes embedded "the above, with its semihosting and formatting"
cargo build --quiet --release --no-default-features "${cross[@]}"
takes embedded "the same without a word: client and server"
takes sensor "a client alone (src/bin/sensor.rs)"
echo "done in $SECONDS s"
