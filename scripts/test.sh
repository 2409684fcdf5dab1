#!/usr/bin/env bash
# All tests: the default features with the tool and the low-level parts, then the pure curve backend, then proofs
# in Ethereum's precompiles, then the builds without std.
# The last line counts them.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
want_reference
want_examples

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

suite() {
    say "== cargo test $*"
    cargo test --no-fail-fast "$@" -- --show-output | tee -a "$log" || failed=1
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
suite --features cli,hazmat
suite --no-default-features --features std
suite -p hippocrypt-evm
build --no-default-features
build --no-default-features --features blst
build --no-default-features --features fhir
# A target that has no std at all is the sharper check; take those that are installed.
shopt -s nullglob
for bare in "$(rustc --print sysroot)"/lib/rustlib/*-none*; do
    build --no-default-features --target "${bare##*/}"
done

say "== scripts/test-c.sh"
scripts/test-c.sh | tee -a "$log" || failed=1
say "== scripts/test-python.sh"
scripts/test-python.sh | tee -a "$log" || failed=1

awk -f scripts/summary.awk "$log" || failed=1
exit "$failed"
