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
# Before two scripts run beside each other: only one of them may install.
want_c_tools

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

# Runs a script beside what follows, for long stretches of either use one processor; `join` waits and shows what it said.
beside() {
    said=$(mktemp)
    "$@" >"$said" 2>&1 &
    beside=$!
    trap 'rm -f "$log" "$said"; kill "$beside" 2>/dev/null || true' EXIT
}
join() {
    say "== $*"
    wait "$beside" || failed=1
    tee -a "$log" <"$said"
}

# Members and features are chosen so that both suites use the same builds of nearly all dependencies: one
# member alone, or fewer features, would change a feature of some macro's crate, and with it everything above.
first=(-p hippocrypt -p hippocrypt-ffi -p hippocrypt-evm --features "hippocrypt/cli,hippocrypt/hazmat")
# The tests of the first suite run the firmware.
rm -rf target/edge/firmware
beside scripts/test-edge.sh --builds
say "== cargo test --no-run ${first[*]}"
cargo test --quiet --no-run "${first[@]}" || failed=1
join scripts/test-edge.sh --builds
if [[ -e target/edge/firmware/coupons ]]; then
    export HIPPOCRYPT_FIRMWARE=$PWD/target/edge/firmware
fi
suite "${first[@]}"
# What computes on the curve, on the pure backend; circuits and FHIR don't, and the tool does nothing else there.
suite --no-default-features --features cli,hazmat --lib --test grant_sizes --test sizes --test spec --test streams \
    --test testkit -- --skip zk::prover --skip fhir::
# The firmware is the library without std and features; where it could not be built this is seen here.
[[ -n ${HIPPOCRYPT_FIRMWARE:-} ]] || build --no-default-features
build --no-default-features --features blst,fhir
# A target that has no std at all is the sharper check; take those that are installed.
shopt -s nullglob
for bare in "$(rustc --print sysroot)"/lib/rustlib/*-none*; do
    build --no-default-features --target "${bare##*/}"
done

# With what the Python package has, too, whose wheel is built of the same dependencies then.
RUST_SIDE=tested FEATURES=hippocrypt/zk-prover beside scripts/test-c.sh
say "== scripts/test-python.sh"
scripts/test-python.sh | tee -a "$log" || failed=1
join scripts/test-c.sh

awk -f scripts/summary.awk "$log" || failed=1
exit "$failed"
