#!/usr/bin/env bash
# Builds hippocrypt.jar: the classes in ffi/java and the natives that are given, each for one system.
#     scripts/build-jar.sh OUTPUT linux-x86-64=target/release/libhippocrypt_ffi.so [win32-x86-64=hippocrypt.dll ...]
# The names of systems are JNA's; programs need jna.jar beside this one. JNA names another place of it.
set -euo pipefail
cd "$(dirname "$0")/.."
output=$1
shift
jna=${JNA:-/usr/share/java/jna.jar}
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -Xlint:all -Werror --release 11 -cp "$jna" -d "$classes" ffi/java/org/hippocrypt/*.java
for native in "$@"; do
    system=${native%%=*}
    case $system in
    win32-*) name=hippocrypt.dll ;;
    darwin-*) name=libhippocrypt.dylib ;;
    *) name=libhippocrypt.so ;;
    esac
    install -D -m 644 "${native#*=}" "$classes/$system/$name"
done
jar --create --file "$output" -C "$classes" .
