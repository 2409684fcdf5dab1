#!/usr/bin/env bash
# Builds the C library and puts it where C programmers expect it: `make install DESTDIR= PREFIX=/usr/local`.
# LIBDIR names another place for libraries, PROFILE another profile of cargo, FEATURES more features to build with.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler

prefix=${PREFIX:-/usr/local}
libdir=${LIBDIR:-$prefix/lib}
root=${DESTDIR:-}
profile=${PROFILE:-release}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' ffi/Cargo.toml)
major=${version%%.*}

# The compiler says what a program that links the static library needs beside it.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo rustc --profile "$profile" -p hippocrypt-ffi --lib --crate-type cdylib,staticlib \
    ${FEATURES:+--features "$FEATURES"} -- --print native-static-libs 2>&1 | tee "$log" >&2
private=$(sed -n 's/^note: native-static-libs: //p' "$log" | tail -n 1)

[[ $profile != dev ]] || profile=debug
built=${CARGO_TARGET_DIR:-target}/$profile
install -d "$root$libdir/pkgconfig" "$root$prefix/include" "$root$prefix/share/doc/hippocrypt"
install -m 644 ffi/include/hippocrypt.h ffi/include/hippocrypt.hpp "$root$prefix/include/"
install -m 755 "$built/libhippocrypt_ffi.so" "$root$libdir/libhippocrypt.so.$version"
ln -sf "libhippocrypt.so.$version" "$root$libdir/libhippocrypt.so.$major"
ln -sf "libhippocrypt.so.$major" "$root$libdir/libhippocrypt.so"
install -m 644 "$built/libhippocrypt_ffi.a" "$root$libdir/libhippocrypt.a"
sed -e "s|@PREFIX@|$prefix|" -e "s|@LIBDIR@|$libdir|" -e "s|@VERSION@|$version|" -e "s|@PRIVATE@|$private|" \
    ffi/hippocrypt.pc.in >"$root$libdir/pkgconfig/hippocrypt.pc"
chmod 644 "$root$libdir/pkgconfig/hippocrypt.pc"
install -m 644 docs/c.md SECURITY.md SPEC.md LICENSE-APACHE LICENSE-MIT NOTICE "$root$prefix/share/doc/hippocrypt/"
