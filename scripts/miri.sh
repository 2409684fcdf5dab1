#!/usr/bin/env bash
# Runs tests in Miri, an interpreter that sees undefined behaviour, where a nightly toolchain has it: how the C library
# handles pointers, and in the library what reads bytes. On the pure curve backend, for Miri runs no C, and without what
# computes on the curve, which takes it hours. Inputs drawn at random are few.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
cargo +nightly miri --version >/dev/null 2>&1 || {
    say "please install Miri (rustup toolchain install nightly --component miri,rust-src) and run this again"
    exit 1
}
export MIRIFLAGS="-Zmiri-disable-isolation" PROPTEST_CASES=2 CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=$PWD/target/miri
cargo +nightly miri test -p hippocrypt-ffi --no-default-features --lib -- handle:: kept:: fault::
cargo +nightly miri test --no-default-features --features std,hazmat --lib -- \
    secret:: wire:: transcript:: policy::bytes policy::label_set policy::labels policy::parser
