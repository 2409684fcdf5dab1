#!/usr/bin/env bash
# The library on small machines: builds for targets without an operating system, firmware under an emulator that seals
# what this host opens, and its budgets. What cannot be had here is named and counts as skipped. --builds only builds.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
# shellcheck source=scripts/edge.sh
source scripts/edge.sh
need_cargo
need_c_compiler
only_builds=${1:-}

passed=0 failed=0 skipped=0
outcome() {
    printf 'test edge: %s ... %s\n' "$1" "$2"
    case $2 in
    ok) passed=$((passed + 1)) ;;
    skipped) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
    esac
}
try() {
    local name=$1
    shift
    if "$@"; then outcome "$name" ok; else outcome "$name" FAILED; fi
}
# The same, unless what it needs (a function that wants it) cannot be had.
try_with() {
    local need=$1 name=$2
    shift 2
    if "$need"; then try "$name" "$@"; else outcome "$name" skipped; fi
}
core_builds() {
    try "the core builds for $1" edge_cargo check --release --quiet --locked --lib --no-default-features --target "$1"
}

# Nothing of an earlier run is tested.
rm -rf "$edge_firmware"
if want_edge_toolchain; then
    try "firmware without the library builds" build_firmware empty empty
    try "firmware under coupons builds" build_firmware coupons coupons
    try "firmware for little flash builds" build_small_firmware coupons coupons-small
    try "and without the library" build_small_firmware empty empty-small
    if [[ $only_builds != --builds ]]; then
        core_builds "$edge_board"
        core_builds riscv32imac-unknown-none-elf
        core_builds wasm32-unknown-unknown
        try "firmware for few instructions builds" build_fast_firmware coupons coupons-fast
        try "and without the library, too" build_fast_firmware empty empty-fast
        try "firmware with pairings builds" build_small_firmware pairings pairings
        try_with want_arm_compiler "firmware in C builds" build_c_firmware
        try_with want_arm_compiler "firmware with blst builds" build_small_firmware pairings pairings-blst --features blst
        # test.sh runs these with all others.
        if want_emulator; then
            HIPPOCRYPT_FIRMWARE=$edge_firmware cargo test --quiet --features cli,hazmat --test device -- \
                --show-output --test-threads 2 || failed=$((failed + 1))
        else
            outcome "firmware runs" skipped
        fi
    fi
else
    outcome "builds for small machines" skipped
fi
if [[ $only_builds != --builds ]]; then
    scripts/test-wasm.sh || failed=$((failed + 1))
fi
((${#edge_missing[@]} == 0)) || say "not installed, so skipped: ${edge_missing[*]}"
word=ok
((failed == 0)) || word=FAILED
printf 'test result: %s. %d passed; %d failed; %d ignored; 0 measured; 0 filtered out\n' "$word" "$passed" "$failed" "$skipped"
((failed == 0))
