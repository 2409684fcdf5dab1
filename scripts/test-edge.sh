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
edge_target=$PWD/target/edge
edge_firmware=$edge_target/thumbv7em-none-eabihf/release

passed=0 failed=0 skipped=0
outcome() {
    printf 'test edge %s ... %s\n' "$1" "$2"
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

checks=(thumbv7em-none-eabihf)
if want_edge_toolchain; then
    for target in "${checks[@]}"; do
        try "the core builds for $target" edge_cargo check --quiet --locked --lib --no-default-features --target "$target"
    done
    if want_emulator; then
        if build_firmware; then
            outcome "firmware builds" ok
            # test.sh runs these with all others.
            if [[ ${1:-} != --builds ]]; then
                HIPPOCRYPT_FIRMWARE=$edge_firmware cargo test --quiet --features cli,hazmat --test device -- \
                    --show-output --test-threads 2 || failed=$((failed + 1))
            fi
        else
            outcome "firmware builds" FAILED
        fi
    else
        outcome "firmware" skipped
    fi
else
    for target in "${checks[@]}"; do outcome "the core builds for $target" skipped; done
    outcome "firmware" skipped
fi
((${#edge_missing[@]} == 0)) || say "not installed, so skipped: ${edge_missing[*]}"
word=ok
((failed == 0)) || word=FAILED
printf 'test result: %s. %d passed; %d failed; %d ignored; 0 measured; 0 filtered out\n' "$word" "$passed" "$failed" "$skipped"
((failed == 0))
