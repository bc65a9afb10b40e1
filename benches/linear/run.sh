#!/usr/bin/env bash
# Law 2: each byte is looked at O(1) times. Counts instructions with callgrind, the same from run to run: twice the bytes
# may cost 2.3 times as much at most, whole or in pieces. The last line is a control that must be too much.
set -euo pipefail
cd "$(dirname "$0")"
cargo build --quiet --release
binary=${CARGO_TARGET_DIR:-target}/release/fourwire-linear

collected() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='fourwire_linear::main' "$binary" "$@" 2>&1 |
        sed -n 's/.*Collected : //p'
}
# Without what it takes to make the stream.
count() { echo $(($(collected "$1" "$2" "$3" "$4") - $(collected "$1" "$2" "$3" none))); }

bad=0
printf '%-15s %7s %12s %12s %7s %12s\n' stream piece n 2n ratio 'per byte'
line() { # line PROTOCOL WHAT PIECE N WANTED
    local one two right
    one=$(count "$1" "$2" "$4" "$3") two=$(count "$1" "$2" $((2 * $4)) "$3")
    # What hardly grows at all is linear too: a large PUBLISH costs the same whatever its length.
    right=$(awk -v a="$one" -v b="$two" 'BEGIN { print (b <= 2.3 * a || b < 10000) ? "linear" : "more" }')
    awk -v w="$1 $2" -v p="$3" -v a="$one" -v b="$two" -v n="$4" -v r="$right" \
        'BEGIN { printf "%-15s %7s %12d %12d %7.2f %12.4f %s\n", w, p, a, b, b / a, b / n / 2, r }'
    [[ $right == "$5" ]] || bad=1
}
for what in publish parts text properties filters small; do
    for piece in whole 1024 16; do line mqtt "$what" "$piece" $((1 << 20)) linear; done
done
for what in body table nested small; do
    for piece in whole 1024 16; do line amqp "$what" "$piece" $((1 << 20)) linear; done
done
for what in body counted headers line small; do
    for piece in whole 1024 16; do line stomp "$what" "$piece" $((1 << 20)) linear; done
done
line mqtt rescan 16 $((1 << 14)) more
exit $bad
