#!/usr/bin/env bash
# How much of the decoders the test kit and the fuzzer's corpus (target/fuzz/corpus/decoders, after `make fuzz`) reach:
# the lines of every function that reads bytes or text from outside, by file. Needs LLVM's tools of the compiler's
# version: rustup's llvm-tools, or Debian's llvm-NN.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
tool() {
    local path
    for path in "$(rustc --print sysroot)"/lib/rustlib/*/bin/"$1" "$(command -v "$1-$version" || true)"; do
        [[ -x $path ]] && printf '%s\n' "$path" && return
    done
    say "please install $1 of LLVM $version (rustup component add llvm-tools, or the package llvm-$version)"
    exit 1
}
cov=$(tool llvm-cov)
profdata=$(tool llvm-profdata)
home=$PWD/target/coverage
mkdir -p "$home"
rm -f "$home"/*.profraw
# Our own crates alone are instrumented.
printf '#!/bin/sh\nexec "$@" -Cinstrument-coverage\n' >"$home/rustc"
chmod +x "$home/rustc"
export RUSTC_WORKSPACE_WRAPPER=$home/rustc
corpus=$PWD/target/fuzz/corpus/decoders
[[ ! -d $corpus ]] || export HIPPOCRYPT_CORPUS=$corpus
export LLVM_PROFILE_FILE=$home/%p-%m.profraw
binary=$(cargo test --features cli,hazmat --test testkit --no-run --message-format json |
    sed -n 's/.*"executable":"\([^"]*testkit-[^"]*\)".*/\1/p' | tail -n 1)
"$binary" --test-threads 2 --nocapture
"$profdata" merge -sparse "$home"/*.profraw -o "$home/all.profdata"
"$cov" export "$binary" -format=lcov -instr-profile "$home/all.profdata" src >"$home/all.lcov"
python3 scripts/coverage.py "$home/all.lcov"
