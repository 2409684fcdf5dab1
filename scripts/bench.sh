#!/usr/bin/env bash
# The benches; arguments go to the harness, as in `scripts/bench.sh decapsulate`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
cargo bench --benches --features hazmat,zk -- "$@"
cargo bench --bench prove --features zk-prover,parallel
# Streams again, on all cores and on the wall's clock.
export TABLES_ONLY=1
exec cargo bench --bench envelope --features hazmat,parallel -- "$@"
