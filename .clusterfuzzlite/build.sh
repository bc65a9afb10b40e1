#!/bin/bash -eu
cargo fuzz build -O
for target in fuzz/fuzz_targets/*.rs; do
    name=$(basename "$target" .rs)
    cp "fuzz/target/x86_64-unknown-linux-gnu/release/$name" "$OUT/"
    cp fuzz/dictionaries/mqtt.dict "$OUT/$name.dict"
    fuzz/seed.sh "$name"
    (cd "fuzz/corpus-work/$name" && zip -q -r "$OUT/${name}_seed_corpus.zip" . 2>/dev/null || true)
done
