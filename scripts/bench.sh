#!/usr/bin/env bash
# The benches; arguments go to the harness, as in `scripts/bench.sh decapsulate`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
exec cargo bench --benches --features cli,hazmat -- "$@"
