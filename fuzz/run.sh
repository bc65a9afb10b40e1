#!/usr/bin/env bash
# Fuzzes one target for some seconds on stable, without cargo-fuzz, and writes a line into LEDGER.tsv.
#   fuzz/run.sh TARGET SECONDS [FLAG of libFuzzer ...]
# The dictionary is that of the protocol that the target's name begins with.
set -euo pipefail
cd "$(dirname "$0")"
target=$1 seconds=$2
shift 2
flags=(-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Cdebug-assertions -Ccodegen-units=1)
# Of the code that is built, whatever is committed while it runs; with a + if it is not all in the commit.
commit=$(git rev-parse --short HEAD)
git diff --quiet HEAD -- .. ':!LEDGER.tsv' || commit+=+
host=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS="${flags[*]}" cargo build --quiet --release --target "$host" --bin "$target"
./seed.sh "$target"
log=$(mktemp)
mkdir -p artifacts "corpus-work/$target"
found=0
"target/$host/release/$target" "corpus-work/$target" -dict="dictionaries/${target%%_*}.dict" -max_len=1024 -max_total_time="$seconds" \
    -artifact_prefix="artifacts/$target-" -print_final_stats=1 -verbosity=0 "$@" 2>"$log" || found=1
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$(date -u +%F)" "$commit" "$target" "${runs:-0}" "$seconds" "$found" >>LEDGER.tsv
if ((found)); then
    tail -40 "$log"
    exit 1
fi
echo "$target: ${runs:-0} executions in $seconds s, nothing found"
