#!/usr/bin/env bash
# Changes the code of one part at a time (cargo-mutants) and looks whether its tests notice: abe, pre, envelope, policy,
# consent, or what is named. SHARD=1/40 tries a fortieth of each part. What came out is in target/mutants/PART.
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
failed=0
for part in "$@"; do
    say "== $part"
    mkdir -p "target/mutants/$part"
    # The part's own unit tests alone: quick, and a stricter question than whether any test anywhere notices.
    nice -n 15 cargo mutants --no-shuffle --file "src/$part/**" --exclude "**/tests/**" --exclude "**/tests.rs" \
        --output "target/mutants/$part" --shard "${SHARD:-0/1}" --timeout "${TIMEOUT:-300}" --baseline "${BASELINE:-run}" \
        --features hazmat -- --lib "$part::" || failed=1
done
for part in "$@"; do
    for kind in caught missed timeout unviable; do
        file=target/mutants/$part/mutants.out/$kind.txt
        [[ ! -e $file ]] || printf '%s: %s %s\n' "$part" "$(wc -l <"$file")" "$kind"
    done
done
exit "$failed"
