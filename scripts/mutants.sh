#!/usr/bin/env bash
# Changes the code (what cargo-mutants lists) and looks whether the unit tests notice, for policy, consent, envelope, abe,
# pre, or what is named. All changes are compiled into one test program (tests/mutants), so that a change costs no build.
# Fails if a change stays unnoticed that tests/mutants/explained.txt does not explain. What came out is in
# target/mutants/PART; a run that was stopped goes on where it was.
# SHARD=1/40 tries a fortieth of each part; JOBS=2 is how many run at a time; BUDGET=60 leaves a change after a minute's
# worth of the tests that come by it (0: all of them); TESTS="consents spec" asks these of tests/ as well; FEATURES are
# the library's.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
cargo mutants --version >/dev/null 2>&1 || {
    say "please install cargo-mutants (cargo install --locked cargo-mutants) and run this again"
    exit 1
}
(($#)) || set -- policy consent envelope abe pre

home=$PWD/target/mutants
mkdir -p "$home"
for part in policy consent envelope abe pre; do
    cargo mutants --list --json --file "src/$part/**" --exclude "**/tests/**" --exclude "**/tests.rs" >"$home/$part.json"
done
# The unit tests read what lies beside the library.
[[ ! -d ../shared ]] || ln -sfn "$(cd ../shared && pwd)" "$home/shared"
cargo build --quiet --release --manifest-path tests/mutants/Cargo.toml --target-dir "$home/tool"
export FEATURES=${FEATURES:-hazmat,fhir,zk-prover,parallel} CARGO_TARGET_DIR=$home/build CARGO_PROFILE_DEV_DEBUG=0
exec "$home/tool/release/hippocrypt-mutants" "$PWD" "$home" "$@"
