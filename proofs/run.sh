#!/usr/bin/env bash
# Proves what the documentation claims of the machine code, a line for each proof; `control` lines show that the proof
# before them can fail. See README.md.
set -euo pipefail
cd "$(dirname "$0")"
source ./lib.sh
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
work=$CARGO_TARGET_DIR/proofs
mkdir -p "$work"

# The features whose API is proved; entries/Cargo.toml has the same. Then those of what needs an allocator.
features=mqtt,amqp,stomp
heap=stomp,alloc
thumb=thumbv7em-none-eabihf

failed=0
report() { # report ok|FAIL TEXT
    printf '%-4s  %s (%s s)\n' "$1" "$2" "$((SECONDS - began))"
    [[ $1 == ok ]] || failed=1
    began=$SECONDS
}
began=$SECONDS

# entries NAME [ARGUMENT...]: builds the entry points to NAME.o and NAME.bc.
entries() {
    cargo rustc --quiet -p entries "${@:2}" -- --emit="obj=$work/$1.o,llvm-bc=$work/$1.bc"
}
undefined() { "$nm" --undefined-only -j "$work/$1.o" | sort; }
line() { paste -sd' '; }
exported() { "$nm" --defined-only --extern-only -j "$work/$1.o" | grep '^fourwire'; }

need python3 python3
nm=$(llvm llvm-nm)
opt=$(llvm opt)
cross "$thumb" core,alloc
thumb_arguments=("${cross[@]}")
report ok "tools: $(basename "$nm"), $(basename "$opt"), $(rustc -V)"

# --- no std, no allocator ------------------------------------------------------------------------------------------

if cargo build --quiet --manifest-path ../Cargo.toml --no-default-features --features "$features" \
    "${thumb_arguments[@]}"; then
    report ok "builds for $thumb, without std and alloc"
else
    report FAIL "does not build for $thumb"
fi

if cargo build --quiet --release -p bare && said=$("$CARGO_TARGET_DIR/release/bare"); then
    taken=$("$nm" --undefined-only -j "$CARGO_TARGET_DIR/release/bare" | sed 's/@.*//' | sort | line)
    report ok "no std, no allocator: client and server talk in $(wc -l <<<"$said") steps; taken of the C library: $taken"
else
    report FAIL "the program without std does not link, or fails"
fi
if cargo build --quiet --release -p bare --features control --target-dir "$work/control" 2>"$work/bare.log"; then
    report FAIL "control: a session on the heap links without an allocator"
elif grep -q "no global memory allocator" "$work/bare.log"; then
    report ok "control: a session on the heap does not link"
else
    report FAIL "control: a session on the heap does not link, for another reason: $(head -1 "$work/bare.log")"
fi

# --- no panic ------------------------------------------------------------------------------------------------------

# What compilers call of their own accord: to move memory, and for arithmetic that the processor does not have. Any
# other undefined symbol is code that was not looked at.
runtime='_GLOBAL_OFFSET_TABLE_|mem(cpy|move|set|cmp)|bcmp|__aeabi_[a-z0-9]+|__[a-z]+[sdt]i[34]'

# One protocol is enough to see that the proof can fail.
control=(--no-default-features --features stomp,control)

no_panic() { # no_panic NAME WHAT [ARGUMENT...]
    local unknown
    if ! entries "$1" "${@:3}"; then
        report FAIL "the entry points do not build, $2"
        return
    fi
    unknown=$(undefined "$1" | sed -E "/^($runtime)$/d" | line)
    if [[ -n $unknown ]]; then
        report FAIL "a panic is reachable, $2: $unknown"
        ./callers.py "$work/$1.o" "$(llvm llvm-objdump)"
    elif (($(exported "$1" | wc -l) < 100)); then
        report FAIL "there are no entry points, $2"
    else
        report ok "no reachable panic, $2: $(exported "$1" | wc -l) functions; undefined: $(undefined "$1" | line)"
    fi
    if entries "$1-control" "${@:3}" "${control[@]}" && undefined "$1-control" | grep -qx a_panic_is_reachable; then
        report ok "control: an index that panics is found, $2"
    else
        report FAIL "control: an index that panics is not found, $2"
    fi
}
no_panic fast "opt-level 3" --release
no_panic small "opt-level s" --profile small
no_panic thumb "opt-level 3, $thumb" --release "${thumb_arguments[@]}"
no_panic thumb-small "opt-level s, $thumb" --profile small "${thumb_arguments[@]}"

# --- no panic of ours, with an allocator ---------------------------------------------------------------------------

# Says whose the panics are that are left.
blame() {
    "$opt" -S -o "$work/$1.ll" "$work/$1.bc"
    ./blame.py "$work/$1.ll" heap.txt
}
heap_entries() { # heap_entries NAME [ARGUMENT...]
    entries "$1" --no-default-features --features "$heap" \
        --config profile.release.debug=1 --config profile.small.debug=1 "${@:2}"
}
no_panic_of_ours() { # no_panic_of_ours NAME WHAT [ARGUMENT...]
    local unknown said
    if ! heap_entries "$1" "${@:3}"; then
        report FAIL "the entry points do not build, with an allocator, $2"
        return
    fi
    unknown=$(undefined "$1" | sed -E "/^($runtime|heap_allocate|heap_free|a_panic_is_reachable)$/d" | line)
    if [[ -n $unknown ]]; then
        report FAIL "code that was not looked at, with an allocator, $2: $unknown"
    elif said=$(blame "$1") && (($(exported "$1" | wc -l) >= 100)); then
        report ok "no panic of ours is reachable, with an allocator, $2: $(exported "$1" | wc -l) functions; left: $said"
    else
        report FAIL "a panic of ours is reachable, with an allocator, $2:"
        echo "$said"
    fi
}
no_panic_of_ours heap "opt-level 3" --release
no_panic_of_ours heap-thumb "opt-level s, $thumb" --profile small "${thumb_arguments[@]}"
found=$(heap_entries heap-control --release --features control && blame heap-control | awk '{ print $1 }' | line) || true
if [[ $found == "control_looks_up control_panics control_removes control_swaps" ]]; then
    report ok "control: what calls Rust's library wrongly is found, with an allocator"
else
    report FAIL "control: what calls Rust's library wrongly is not found: $found"
fi

# --- of every entry point ------------------------------------------------------------------------------------------

api=$work/api/doc/fourwire.json
whole_api() { # whole_api NAME WHAT FEATURES EXCEPTIONS
    RUSTC_BOOTSTRAP=1 cargo rustdoc --quiet --manifest-path ../Cargo.toml --no-default-features --features "$3" \
        --target-dir "$work/api" -- -Z unstable-options --output-format json --allow rustdoc::all
    exported "$1" >"$work/symbols"
    if said=$(./list.py "$api" "$work/symbols" "$4"); then
        report ok "the whole API$2: $said"
    else
        report FAIL "not the whole API$2:"
        echo "$said"
    fi
}
grep -v '^fourwire::amqp' exceptions.txt >"$work/exceptions.txt"
whole_api heap " of STOMP, with an allocator" "$heap" "$work/exceptions.txt"
whole_api fast "" "$features" exceptions.txt
grep -v 'mqtt::Decoder::decode(' "$work/symbols" >"$work/fewer"
said=$(./list.py "$api" "$work/fewer" exceptions.txt || true)
if [[ $said == "has no entry: fourwire::mqtt::Decoder::decode" ]]; then
    report ok "control: a function without an entry is missed"
else
    report FAIL "control: a function without an entry is not missed"
fi

# --- no recursion --------------------------------------------------------------------------------------------------

# A line for each strongly connected component of the call graph; what is not exactly one function's name is a cycle.
cycles() {
    "$nm" -j "$work/$1.bc" >"$work/$1.names"
    "$opt" -disable-output -passes=print-callgraph-sccs "$work/$1.bc" 2>&1 |
        sed -n 's/^SCC #[0-9]*: //p' >"$work/$1.sccs"
    grep -Fxv -f "$work/$1.names" "$work/$1.sccs" | grep -Evx 'external node|llvm\.[^ ]*' || true
}
no_recursion() { # no_recursion NAME WHAT
    found=$(cycles "$1")
    if [[ -z $found && $(wc -l <"$work/$1.sccs") -gt 100 ]]; then
        report ok "no recursion$2: $(wc -l <"$work/$1.sccs") functions, each a component of its own"
    else
        report FAIL "recursion$2: $found"
    fi
}
no_recursion fast ""
no_recursion heap ", with an allocator"
found=$(cycles fast-control | sort | paste -sd';')
if [[ $found == "control_p"*"control_p"*";control_recurses (Has self-loop)." ]]; then
    report ok "control: recursion is found, of one and of two"
else
    report FAIL "control: recursion is not found: $found"
fi

# --- sizes ---------------------------------------------------------------------------------------------------------

if cargo build --quiet --release -p sizes && said=$("$CARGO_TARGET_DIR/release/sizes"); then
    report ok "sizes"
else
    report FAIL "sizes"
fi
echo "$said"
if "$CARGO_TARGET_DIR/release/sizes" 100 >/dev/null; then
    report FAIL "control: a machine larger than its limit passes"
else
    report ok "control: a machine larger than its limit does not pass"
fi

if ((failed)); then
    echo "FAILED after $SECONDS s"
    exit 1
fi
echo "all proved in $SECONDS s"
