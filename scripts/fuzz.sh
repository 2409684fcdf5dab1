#!/usr/bin/env bash
# Fuzzes each target for TIME seconds, from the files of the test kit; what is found stays in target/fuzz. Without a
# nightly toolchain the files of the kit are changed and read by the same functions, ROUNDS times.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
if ! rustup run nightly rustc --version >/dev/null 2>&1; then
    say "no nightly toolchain (rustup toolchain install nightly): changing the files of the test kit instead"
    HIPPOCRYPT_ROUNDS=${ROUNDS:-1000} exec cargo test --release --features cli,hazmat --test testkit changed -- --nocapture
fi
host=$(rustc -vV | sed -n 's/^host: //p')
home=$PWD/target/fuzz
export CARGO_TARGET_DIR=$home/build
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Zsanitizer=address \
-Cdebug-assertions -Ccodegen-units=1"
(cd fuzz && rustup run nightly cargo build --release --target "$host" --bins)
failed=0
for target in decoders policies sessions consents; do
    say "== $target"
    mkdir -p "$home/corpus/$target"
    "$home/build/$host/release/$target" -max_total_time="${TIME:-60}" -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$home/$target-" "$home/corpus/$target" tests/testkit/files 2>&1 | tail -n 12 || failed=1
done
exit "$failed"
