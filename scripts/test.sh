#!/usr/bin/env bash
# All tests: the default features with the tool and the low-level parts, the Rust side of the C library and proofs in
# Ethereum's precompiles, then the pure curve backend, the builds without std, the C library and the Python package.
# The last line counts them.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
want_reference
want_examples

# What a first build would keep for a second one costs time, and nothing is there yet to be fast with.
[[ -d target/debug/incremental ]] || export CARGO_INCREMENTAL=0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

suite() {
    say "== cargo test $*"
    local words=("$@")
    [[ " $* " == *" -- "* ]] || words+=(--)
    cargo test --no-fail-fast "${words[@]}" --show-output | tee -a "$log" || failed=1
}

build() {
    say "== cargo check $*"
    cargo check --quiet --lib "$@" || failed=1
}

# The firmware first: the tests of the first suite run it.
say "== scripts/test-edge.sh --builds"
rm -rf target/edge/firmware
scripts/test-edge.sh --builds | tee -a "$log" || failed=1
if [[ -e target/edge/firmware/coupons ]]; then
    export HIPPOCRYPT_FIRMWARE=$PWD/target/edge/firmware
fi
# Members and features are chosen so that both suites use the same builds of nearly all dependencies: one
# member alone, or fewer features, would change a feature of some macro's crate, and with it everything above.
suite -p hippocrypt -p hippocrypt-ffi -p hippocrypt-evm --features hippocrypt/cli,hippocrypt/hazmat
# What computes on the curve, on the pure backend; circuits and FHIR don't, and the tool does nothing else there.
suite --no-default-features --features cli,hazmat --lib --test grant_sizes --test sizes --test spec --test streams \
    --test testkit -- --skip zk::prover --skip fhir::
build --no-default-features
build --no-default-features --features blst
build --no-default-features --features fhir
# A target that has no std at all is the sharper check; take those that are installed.
shopt -s nullglob
for bare in "$(rustc --print sysroot)"/lib/rustlib/*-none*; do
    build --no-default-features --target "${bare##*/}"
done

# With what the Python package has, too, whose wheel is built of the same dependencies then.
say "== scripts/test-c.sh"
RUST_SIDE=tested FEATURES=hippocrypt/zk-prover scripts/test-c.sh | tee -a "$log" || failed=1
say "== scripts/test-python.sh"
scripts/test-python.sh | tee -a "$log" || failed=1

awk -f scripts/summary.awk "$log" || failed=1
exit "$failed"
