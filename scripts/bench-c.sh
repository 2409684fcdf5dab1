#!/usr/bin/env bash
# What a call through C costs: instructions of sealing 1 MiB beside the same from Rust, counted by valgrind, and
# the time of the smallest calls.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
command -v valgrind >/dev/null || install_packages valgrind

root=$PWD/target/c/release
DESTDIR=$root PREFIX=/usr scripts/install.sh >&2
cargo build --quiet --release -p hippocrypt-ffi --example seal_cost
export LD_LIBRARY_PATH=$root/usr/lib RAYON_NUM_THREADS=1
cc -std=c99 -O2 -I"$root/usr/include" ffi/cost/seal.c -L"$root/usr/lib" -lhippocrypt -o target/c/seal_cost

# Instructions of so many rounds; what comes before and after them falls out of the difference.
count() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 | sed -n 's/.*Collected : *\([0-9]*\).*/\1/p'; }
each() { echo $((($(count "$1" 21) - $(count "$1" 1)) / 20)); }
rust=$(each "${CARGO_TARGET_DIR:-target}/release/examples/seal_cost")
c=$(each target/c/seal_cost)
awk -v rust="$rust" -v c="$c" 'BEGIN { printf "1 MiB sealed: Rust %d instructions, C %d, %+.3f %%\n", rust, c, 100 * (c - rust) / rust }'
target/c/seal_cost 0
