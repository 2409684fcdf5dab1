#!/usr/bin/env bash
# Fuzzes each target, or those that are named, for TIME seconds with AddressSanitizer (SANITIZER=none: without), from the
# files of the test kit; what is found and the corpus stay in target/fuzz. The stable compiler is told to take the
# options that this needs. Where it does not, the kit's files are changed and read by the same functions, ROUNDS times.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
host=$(rustc -vV | sed -n 's/^host: //p')
home=$PWD/target/fuzz
mkdir -p "$home"
flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Cdebug-assertions -Ccodegen-units=1"
[[ ${SANITIZER:-address} == none ]] || flags+=" -Zsanitizer=${SANITIZER:-address}"
if ! (cd fuzz && RUSTC_BOOTSTRAP=1 RUSTFLAGS=$flags cargo build --release --target "$host" --bins --target-dir "$home/build"); then
    say "the fuzzers were not built: changing the files of the test kit instead"
    HIPPOCRYPT_ROUNDS=${ROUNDS:-1000} exec cargo test --release --features cli,hazmat --test testkit changed -- --nocapture
fi
(($#)) || set -- decoders policies sessions consents interface
failed=0
for target in "$@"; do
    say "== $target"
    mkdir -p "$home/corpus/$target"
    # The same blocks that ran before and what was found since; a finding ends the target and is kept beside.
    nice -n 10 "$home/build/$host/release/$target" -max_total_time="${TIME:-60}" -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$home/$target-" "$home/corpus/$target" tests/testkit/files >"$home/$target.log" 2>&1 || failed=1
    tail -n 12 "$home/$target.log"
done
exit "$failed"
