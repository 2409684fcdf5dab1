#!/usr/bin/env bash
# Secrets in ciphers, curves and signatures under valgrind, in a build for release with its symbols, on both curve
# backends. Ends with an error where a branch or an address hangs on a secret.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
command -v valgrind >/dev/null || install_packages valgrind
export CARGO_PROFILE_RELEASE_DEBUG=1
for features in "--features hazmat" "--no-default-features --features std,hazmat"; do
    say "== $features"
    # shellcheck disable=SC2086 # several words on purpose
    cargo test --release $features --test constant_time -- --test-threads 2
done
