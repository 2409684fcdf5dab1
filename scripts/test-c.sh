#!/usr/bin/env bash
# Tests the C library as C programs see it: the header, the exported names, an installation, and the examples
# under sanitizers and valgrind. Prints its results as cargo does.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
want_c_tools

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Runs a command as a test: what it printed shows only if it fails.
check() {
    local name=$1
    shift
    if "$@" >"$log" 2>&1; then
        printf 'test c::%s ... ok\n' "$name"
        passed=$((passed + 1))
    else
        printf 'test c::%s ... FAILED\n' "$name"
        tail -n 40 "$log"
        failed=$((failed + 1))
    fi
}

skip() {
    printf 'test c::%s ... ignored: %s\n' "$1" "$2"
    skipped=$((skipped + 1))
}

# The Rust side: what cargo counts is counted there. `make test` has it among the library's own.
[[ ${RUST_SIDE:-} == tested ]] || cargo test --quiet -p hippocrypt-ffi --lib || failed=1

root=$PWD/target/c/root
rm -rf target/c && mkdir -p target/c
check install env PROFILE=dev DESTDIR="$root" PREFIX=/usr scripts/install.sh
lib=$root/usr/lib
export LD_LIBRARY_PATH=$lib

read -r -a flags <<<"-std=c99 -Wall -Wextra -Wpedantic -Werror -g -I$root/usr/include"
read -r -a libs <<<"-L$lib -lhippocrypt"
sanitizers=(-fsanitize=address,undefined -fno-sanitize-recover=all)

exported() {
    nm --dynamic --defined-only "$lib/libhippocrypt.so" | awk '$2 == "T" { print $3 }' | LC_ALL=C sort >target/c/exported
    sed -n 's/^    \(hc_[a-z0-9_]*\)$/\1/p' ffi/src/header/symbols.rs | LC_ALL=C sort >target/c/listed
    diff target/c/listed target/c/exported
}
check exported_names_are_the_committed_list exported

soname() { readelf -d "$lib/libhippocrypt.so" | grep -F 'soname: [libhippocrypt.so.0]'; }
check soname_has_the_version soname

pkg_config() {
    local all
    all=$(PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --cflags --libs hippocrypt)
    [[ $all == *"-I$root/usr/include"* && $all == *-lhippocrypt* ]]
}
if command -v pkg-config >/dev/null; then
    check pkg_config_finds_the_library pkg_config
else
    skip pkg_config_finds_the_library "no pkg-config"
fi

# An example: plain under valgrind, then with sanitizers, then with the static library.
example() {
    local name=$1 source=$2
    shift 2
    check "${name}_compiles" cc "${flags[@]}" "$source" "${libs[@]}" -lpthread -o "target/c/$name"
    check "${name}_with_sanitizers" sanitized "$name" "$source" "$@"
    if command -v valgrind >/dev/null; then
        check "${name}_under_valgrind" valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
            "target/c/$name" "$@"
    else
        skip "${name}_under_valgrind" "no valgrind"
    fi
}
sanitized() {
    local name=$1 source=$2
    shift 2
    cc "${flags[@]}" "${sanitizers[@]}" "$source" "${libs[@]}" -lpthread -o "target/c/$name-sanitized" && "target/c/$name-sanitized" "$@"
}

example seal_open ffi/examples/seal_open.c examples/data/bundle.json
example relay ffi/examples/relay.c
example verifier ffi/examples/verifier.c examples/data/consent.json
example misuse ffi/tests/misuse.c
example threads ffi/tests/threads.c
example readers ffi/tests/readers.c target/c
example proof ffi/tests/proof.c ffi/tests/proof
example testkit ffi/tests/testkit.c tests/testkit

# Programs of earlier releases, with the header that they were compiled with.
for source in ffi/tests/compatible/*/*.c; do
    older() {
        cc -std=c99 -Wall -Wextra -Wpedantic -Werror -I"${source%/*}" "$source" "${libs[@]}" -o target/c/older && target/c/older examples/data/bundle.json
    }
    check "$(basename "$source" .c)_of_$(basename "$(dirname "$source")")_works" older
done

wrapper() {
    c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -g "${sanitizers[@]}" -I"$root/usr/include" ffi/tests/wrapper.cpp "${libs[@]}" \
        -o target/c/wrapper && target/c/wrapper
}
if command -v c++ >/dev/null; then
    check cpp_wrapper_with_sanitizers wrapper
else
    skip cpp_wrapper_with_sanitizers "no C++ compiler"
fi

# The jar finds its own library: none is in the loader's path.
java_records() {
    mkdir -p target/c/java
    scripts/build-jar.sh target/c/hippocrypt.jar "linux-x86-64=$lib/libhippocrypt.so" &&
        javac -Xlint:all -Werror --release 11 -cp target/c/hippocrypt.jar -d target/c/java ffi/java/test/Records.java &&
        env -u LD_LIBRARY_PATH java -cp "target/c/hippocrypt.jar:target/c/java:$jna" Records
}
jna=${JNA:-/usr/share/java/jna.jar}
if [[ $(uname -sm) != "Linux x86_64" ]]; then
    skip java_opens_records "the jar is tested on Linux x86-64"
elif command -v javac >/dev/null && [[ -e $jna ]]; then
    check java_opens_records java_records
else
    skip java_opens_records "no javac, or no jna.jar"
fi

statically() {
    local private
    private=$(sed -n 's/^Libs.private: //p' "$lib/pkgconfig/hippocrypt.pc")
    # shellcheck disable=SC2086 # several words on purpose
    cc "${flags[@]}" ffi/examples/seal_open.c "$lib/libhippocrypt.a" $private -o target/c/seal_open-static &&
        target/c/seal_open-static examples/data/bundle.json
}
check static_library_links statically

state=ok
((failed == 0)) || state=FAILED
printf '\ntest result: %s. %d passed; %d failed; %d ignored; 0 measured; 0 filtered out\n\n' "$state" "$passed" "$failed" "$skipped"
((failed == 0))
