#!/usr/bin/env bash
# The Python package: builds the wheel, installs it in a fresh environment, and tests that one.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
if ! want_python_tools; then
    echo "test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out"
    exit 0
fi
want_examples

home=$PWD/target/python
package=$PWD/bindings/python
rm -rf "$home/wheels" "$home/sdist" && mkdir -p "$home/wheels" "$home/sdist"
say "== maturin build"
# The development profile: its dependencies are optimised, and its overflow checks are on.
"$home/tools/bin/maturin" build --quiet --locked --manifest-path "$package/Cargo.toml" \
    --interpreter "$home/tools/bin/python" --out "$home/wheels"
say "== maturin sdist"
"$home/tools/bin/maturin" sdist --manifest-path "$package/Cargo.toml" --out "$home/sdist"
# Everything that a build needs is in it: cargo finds each crate, at the versions of its lock, and
# each file that this build has read is there as it is here. (The build itself takes a whole
# compile: crates of two places must not share a target directory.)
tar -xzf "$home"/sdist/*.tar.gz -C "$home/sdist"
cargo metadata --format-version 1 --manifest-path "$home"/sdist/*/bindings/python/Cargo.toml >/dev/null
for file in $(cut -d: -f2- target/debug/libhippocrypt_python.d); do
    case $file in "$PWD"/target/*) continue ;; esac
    cmp -- "$file" "$home"/sdist/hippocrypt-*/"${file#"$PWD"/}"
done

# Alone first: the wheel needs nothing at run time.
python3 -m venv --clear "$home/fresh"
python=$home/fresh/bin/python
"$python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "$home"/wheels/*.whl
(cd "$home" && "$python" -I -c 'import hippocrypt; hippocrypt.Patient.generate()')
# Then beside the packages that the tests use.
purelib='import sysconfig; print(sysconfig.get_path("purelib"))'
"$home/tools/bin/python" -c "$purelib" >"$("$python" -c "$purelib")/tools.pth"

status=0
check() {
    if (cd "$home" && "$python" -m "$@" >"$home/check.log" 2>&1); then
        echo "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"
    else
        cat "$home/check.log"
        echo "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out"
        status=1
    fi
}
say "== mypy --strict"
check mypy --strict --no-incremental --cache-dir=/dev/null --config-file "$package/pyproject.toml" "$package/python"
say "== stubtest"
check mypy.stubtest hippocrypt --mypy-config-file "$package/pyproject.toml"
say "== pytest"
(cd "$package" && "$python" -B -m pytest -q -p no:cacheprovider "$@") || status=1
exit "$status"
