#!/usr/bin/env bash
# What each part costs a Cortex-M4: flash beyond the empty firmware, memory, and instructions under the emulator.
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
if ! want_edge_toolchain || ! want_emulator; then
    say "please install these packages and run this again: ${edge_missing[*]}"
    exit 1
fi
build_firmware
HIPPOCRYPT_FIRMWARE=$edge_firmware cargo test --quiet --features cli,hazmat --test device budget -- --show-output |
    awk '$1 ~ /^(coupons|coupons-c)$/ && NF == 3 { printf "%-10s %-6s %10d\n", $1, $2, $3 }'
