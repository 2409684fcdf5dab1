# shellcheck shell=bash
# Sourced by the commands that build for devices: a Rust toolchain that builds its own library for targets without an
# operating system, and emulators. Compiler, cargo and library source have to be of one version, so all three are
# Debian's. About 160 MB to download, 900 MB on disk.

edge_missing=()
edge_target=$PWD/target/edge
edge_firmware=$edge_target/firmware
edge_board=thumbv7em-none-eabihf

# Installs Debian packages where we may and nothing has to be removed for them; else remembers what is missing.
want_packages() {
    dpkg -s "$@" >/dev/null 2>&1 && return
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        say "installing $*"
        apt-get update -qq >&2 || true
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove \
            -o DPkg::Lock::Timeout=120 "$@" >/dev/null 2>&1 && return
    fi
    edge_missing+=("$@")
    return 1
}

# The toolchain; the caller's own cargo stays first in PATH.
want_edge_toolchain() {
    want_packages rustc-web cargo-web rust-web-src || return 1
    edge_linker=$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld
    if [[ ! -x $edge_linker ]]; then
        want_packages lld || return 1
        edge_linker=/usr/bin/ld.lld
    fi
}

# The emulator of a Cortex-M4.
want_emulator() {
    command -v qemu-system-arm >/dev/null || want_packages qemu-system-arm
}
want_arm_compiler() {
    command -v arm-none-eabi-gcc >/dev/null || want_packages gcc-arm-none-eabi
}

# Debian's cargo, which may build the library with the program; $edge_library names what of it. Not incrementally, whatever
# the caller builds otherwise: the sizes differ.
edge_cargo() {
    env PATH="/usr/bin:/bin" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0 \
        CARGO_TARGET_DIR="${edge_target:?}" \
        CARGO_TARGET_THUMBV7EM_NONE_EABIHF_LINKER="$edge_linker" \
        CARGO_TARGET_RISCV32IMAC_UNKNOWN_NONE_ELF_LINKER="$edge_linker" \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$edge_linker" \
        /usr/bin/cargo "$@" -Zbuild-std="${edge_library:-core,alloc}" -Zbuild-std-features=compiler-builtins-mem
}

# A binary of examples/device for the Cortex-M4, into $edge_firmware under a name; then cargo's arguments.
build_firmware() {
    local binary=$1 name=$2
    shift 2
    (cd examples/device && edge_cargo build --quiet --locked --release --target "$edge_board" --bin "$binary" "$@") || return 1
    mkdir -p "$edge_firmware"
    cp "$edge_target/$edge_board/release/$binary" "$edge_firmware/$name"
}

# The same as a library for C, with the firmware in C, and that firmware without the library. As a library alone: together
# with one for Rust it would not be optimised as a whole.
build_c_firmware() {
    local place=$edge_target/$edge_board/release
    (cd examples/device && edge_cargo rustc --quiet --locked --release --target "$edge_board" --lib --crate-type staticlib) || return 1
    link_c_firmware coupons-c "$place/libhippocrypt_edge.a" && link_c_firmware empty-c -DEMPTY
}

link_c_firmware() {
    local name=$1
    shift
    arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -Os -std=c11 -Wall -Wextra -Werror \
        -ffreestanding -nostdlib -Wl,--gc-sections -Wl,--no-warn-rwx-segments -Wl,-z,max-page-size=4 -Wl,-z,noexecstack \
        -T examples/device/c/firmware.ld examples/device/c/firmware.c "$@" -o "$edge_firmware/$name"
}

# The same for little flash: all of it compiled for size, and where it would panic an undefined instruction.
build_small_firmware() {
    RUSTFLAGS='--cfg sha2_backend_soft="compact" -Zunstable-options -Cpanic=immediate-abort' \
        build_firmware "$@" --config 'profile.release.package.hippocrypt.opt-level="z"' \
        --config 'profile.release.package.curve25519-dalek.opt-level="z"'
}

# The same for few instructions: Ed25519 with its tables, SHA-2 unrolled.
build_fast_firmware() {
    RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort" build_firmware "$@" --features tables
}
