#!/usr/bin/env bash
# What a reviewer would ask of every change, for every set of features: format, lints, documentation, licences.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler

failures=()
step() {
    say "== $*"
    "$@" || failures+=("$*")
}

step cargo fmt --check
# Without std there is the library alone: its tests read and write files.
for features in "--lib --no-default-features" "--lib --no-default-features --features blst" \
    "--all-targets --no-default-features --features std" "--all-targets --features cli" "--all-targets --all-features"; do
    # shellcheck disable=SC2086 # several words on purpose
    step cargo clippy --quiet $features -- -D warnings
done
step cargo clippy --quiet -p hippocrypt-ffi --all-targets -- -D warnings
step cargo clippy --quiet --package hippocrypt-python --all-targets -- -D warnings
for features in "--no-default-features" "--features cli" "--all-features"; do
    # shellcheck disable=SC2086
    RUSTDOCFLAGS="-D warnings" step cargo doc --quiet --no-deps $features
done
if cargo deny --version >/dev/null 2>&1; then
    for manifest in Cargo.toml ffi/Cargo.toml bindings/python/Cargo.toml; do
        step cargo deny --manifest-path "$manifest" --log-level error check licenses bans sources
    done
else
    say "cargo-deny is not installed (cargo install cargo-deny --locked): licences and duplicates were not checked"
fi
if command -v shellcheck >/dev/null; then
    step shellcheck --external-sources .ci/run scripts/*.sh tests/demo/tool.sh
else
    say "shellcheck is not installed: the scripts were not checked"
fi

if ((${#failures[@]})); then
    printf 'failed: %s\n' "${failures[@]}" >&2
    exit 1
fi
say "all checks passed"
