#!/usr/bin/env bash
# What each part costs a Cortex-M4: flash beyond a firmware that does all of it but the library, and instructions and
# memory under the emulator. About ten minutes on two cores: each part is a firmware of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
# shellcheck source=scripts/edge.sh
source scripts/edge.sh
need_cargo
need_c_compiler
if ! want_edge_toolchain || ! want_emulator; then
    say "please install these packages and run this again: ${edge_missing[*]}"
    exit 1
fi

# Bytes in flash: text and initialised data, as size counts them.
flash() { size -B "$edge_firmware/$1" | awk 'NR == 2 { print $1 + $2 }'; }
# The firmware without the library that is built as this one is.
empty_like() {
    case $1 in
    *-small | pairings*) echo empty-small ;;
    coupons-fast) echo empty-fast ;;
    coupons-c) echo empty-c ;;
    *) echo empty ;;
    esac
}
build_firmware empty empty
build_small_firmware empty empty-small
build_fast_firmware empty empty-fast
# A line: what it is, its flash, what it adds to the line that it builds on, and instructions where it was run.
declare -A cost
line() {
    local name=$1 on=$2 text=$3 ran=${4:-} before=0
    cost[$name]=$(($(flash "$name") - $(flash "$(empty_like "$name")")))
    [[ -z $on ]] || before=${cost[$on]}
    printf '%-58s %8d %+8d %12s\n' "$text" "${cost[$name]}" $((cost[$name] - before)) "$ran"
}
# A part on its own, run where it needs no input.
part() {
    local name=$1 on=$2 text=$3
    shift 3
    build_firmware part "$name" --features "$name" "$@"
    line "$name" "$on" "$text" "$(run "$name")"
}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
head -c 32 /dev/zero >"$place/seed.bin"
head -c 10240 /dev/zero | tee "$place/flash.bin" >"$place/random.bin"
run() {
    (cd "$place" && timeout 60 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
        -icount shift=0,align=off,sleep=off -semihosting-config enable=on,target=native -kernel "$edge_firmware/$1" 2>&1) |
        awk '$1 == "part_instructions" { print $2 }' || true
}

printf '%-58s %8s %8s %12s\n' "part (a firmware without the library: $(flash empty) bytes)" flash added instructions
part part-aead "" "ChaCha20-Poly1305 over a frame"
part part-aes "" "AES-256-GCM over a frame (feature aes)"
part part-digest "" "SHA-256 over a sealed frame"
part part-signature "" "Ed25519, one signature"
part part-session part-aead "a session under a coupon in memory"
part part-signed part-session "the same, signed"
build_firmware coupons coupons
line coupons part-signed "coupons in flash, frames in pieces"
build_small_firmware coupons coupons-small
line coupons-small coupons "the same for little flash"
build_fast_firmware coupons coupons-fast
line coupons-fast coupons "the same for few instructions (feature tables, SHA-2 unrolled)"
if want_arm_compiler; then
    build_c_firmware
    line coupons-c coupons "the same in C, over the library's interface"
fi
build_small_firmware pairings pairings
line pairings part-signed "minting with pairings, pure backend"
if want_arm_compiler; then
    build_small_firmware pairings pairings-blst --features blst
    line pairings-blst part-signed "minting with pairings, feature blst"
fi
part part-core "" "the core: policies, sealing to a patient, opening"
build_small_firmware part part-core-small --features part-core
line part-core-small part-core "the same for little flash"
part part-fhir "" "compiling a consent (feature fhir)"
part part-zk "" "verifying a proof of consent (feature zk)"

printf '\n%-14s %-8s %10s\n' firmware what measured
HIPPOCRYPT_FIRMWARE=$edge_firmware cargo test --quiet --features cli,hazmat --test device budget -- --show-output |
    awk '$1 ~ /^(coupons|pairings)/ && NF == 3 { printf "%-14s %-8s %10d\n", $1, $2, $3 }'
