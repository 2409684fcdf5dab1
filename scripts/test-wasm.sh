#!/usr/bin/env bash
# The npm package of bindings/wasm: builds the module, says how large it is, and tests it under Node, and once in a
# browser where Chromium is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
# shellcheck source=scripts/edge.sh
source scripts/edge.sh
need_cargo
summary() { printf 'test result: %s. %d passed; %d failed; %d ignored; 0 measured; 0 filtered out\n' "$@"; }
skip() {
    say "$1: the tests of bindings/wasm are skipped"
    printf 'test bindings/wasm ... skipped\n'
    summary ok 0 0 1
    exit 0
}
command -v node >/dev/null || skip "no node"
want_edge_toolchain || skip "not installed: ${edge_missing[*]}"

# A panic stops the module whatever it would say: there is nobody to say it to. So no messages and no places are in it, which
# would name the builder's folders, too.
export edge_library=std,panic_abort RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none"
(cd bindings/wasm && edge_cargo build --quiet --locked --release --target wasm32-unknown-unknown)
module=bindings/wasm/hippocrypt.wasm
cp "$edge_target/wasm32-unknown-unknown/release/hippocrypt_wasm.wasm" "$module"
say "hippocrypt.wasm: $(stat -c %s "$module") bytes, $(gzip -9 -c "$module" | wc -c) with gzip"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
node --test --test-reporter=tap bindings/wasm/test.mjs >"$log" || true
sed -nE 's/^ok [0-9]+ - (.*)/test wasm: \1 ... ok/p; s/^not ok [0-9]+ - (.*)/test wasm: \1 ... FAILED/p' "$log"
passed=$(awk '/^# pass / { print $3 }' "$log")
failed=$(awk '/^# fail / { print $3 }' "$log")
((failed == 0)) || cat "$log" >&2
if grep --quiet --text --fixed-strings --regexp="${HOME:-/home}/" --regexp="$PWD/" --regexp=/registry/src/ --regexp=/usr/ "$module"; then
    printf 'test wasm: no path of the builder is in the module ... FAILED\n'
    failed=$((failed + 1))
else
    printf 'test wasm: no path of the builder is in the module ... ok\n'
    passed=$((passed + 1))
fi
skipped=0
if chromium=$(command -v chromium); then
    if node bindings/wasm/browser.mjs "$chromium" >&2; then
        printf 'test wasm: a record opens in a browser ... ok\n'
        passed=$((passed + 1))
    else
        printf 'test wasm: a record opens in a browser ... FAILED\n'
        failed=$((failed + 1))
    fi
else
    printf 'test wasm: a record opens in a browser ... skipped\n'
    skipped=1
fi
word=ok
((failed == 0 && passed > 0)) || word=FAILED
summary "$word" "$passed" "$failed" "$skipped"
[[ $word == ok ]]
