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
mkdir -p "$home/sdist"
say "== maturin sdist"
rm -rf "$home/made" && mkdir "$home/made"
"$home/tools/bin/maturin" sdist --manifest-path "$package/Cargo.toml" --out "$home/made"
# What has not changed is not built again: the files keep their times.
if ! cmp -s "$home"/made/*.tar.gz "$home/sdist/last.tar.gz"; then
    rm -rf "$home/sdist" && mkdir "$home/sdist"
    tar -xzmf "$home"/made/*.tar.gz -C "$home/sdist"
    mv "$home"/made/*.tar.gz "$home/sdist/last.tar.gz"
fi
# The wheel that is tested comes from the sdist, as pip would make it: all that it takes is in
# there; of the lock only the members that are not in there go. The development profile: its
# dependencies are optimised, and its overflow checks are on.
say "== maturin build"
rm -rf "$home/wheels" && mkdir "$home/wheels"
"$home/tools/bin/maturin" build --quiet --target-dir "$PWD/target" --out "$home/wheels" \
    --manifest-path "$home"/sdist/*/bindings/python/Cargo.toml --interpreter "$home/tools/bin/python"

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
