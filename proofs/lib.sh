# What the scripts here and in examples/embedded need of a fresh machine. To be sourced.

# need COMMAND PACKAGE...: installs Debian packages if the command is not there.
need() {
    command -v "$1" >/dev/null || install "${@:2}"
}

install() {
    echo "installs $*" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# cross TARGET CRATES: sets `cross` to the arguments with which cargo builds for the target. Where rustup has no such
# target, Debian's compiler builds its library (CRATES of it) too.
cross() {
    if rustup target add "$1" >/dev/null 2>&1; then
        cross=(--target "$1")
    else
        [[ -x /usr/bin/rustc && -d /usr/lib/rustlib/src ]] || install rustc-web rust-web-src
        export RUSTC_BOOTSTRAP=1
        # As delivered, the library has no overflow checks of its own; a profile that wants them means our code.
        cross=(--config 'build.rustc="/usr/bin/rustc"' --target "$1" -Z "build-std=$2"
            --config profile.release.package.core.overflow-checks=false)
        [[ $2 != *alloc* ]] || cross+=(--config profile.release.package.alloc.overflow-checks=false)
        if [[ $1 == *-none-* ]]; then
            need ld.lld lld
            cross+=(--config "target.$1.linker='ld.lld'")
        fi
    fi
}

# llvm TOOL: prints the path of the LLVM tool that reads this compiler's bitcode.
llvm() {
    local major own
    major=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    own=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/$1
    if [[ ! -x $own ]] && ! command -v "$1-$major" >/dev/null; then
        rustup component add llvm-tools >/dev/null 2>&1 && [[ -x $own ]] || install "llvm-$major"
    fi
    if [[ -x $own ]]; then echo "$own"; else command -v "$1-$major"; fi
}
