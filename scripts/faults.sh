#!/usr/bin/env bash
# Puts one fault after the other into a copy of the library and names the test that turns red: a fault that no test
# notices, that no longer applies or that does not compile fails the run. Arguments choose faults by name.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
command -v patch >/dev/null || install_packages patch

copy=$PWD/target/faults/copy
mkdir -p "$copy"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Own code unoptimised: compiling takes longer than testing.
export CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_TARGET_DIR=$PWD/target/faults/build

# The files that git knows, as they are in the working tree; what did not change keeps its time.
refresh() {
    git ls-files -z --cached --others --exclude-standard -- . ':!target' | while IFS= read -r -d '' file; do
        cmp -s "$file" "$copy/$file" && continue
        mkdir -p "$copy/$(dirname "$file")"
        cp "$file" "$copy/$file"
    done
}

green=() red=0
for fault in tests/faults/*.patch; do
    name=$(basename "$fault" .patch)
    [[ $# == 0 || " $* " == *" $name "* ]] || continue
    refresh
    if ! patch --silent --strip=1 --directory "$copy" --no-backup-if-mismatch --reject-file=- --fuzz=0 <"$fault" >"$log" 2>&1; then
        green+=("$name: no longer applies")
        continue
    fi
    line=$(sed -n 's/^tests: //p' "$fault")
    read -r -a build <<<"${line%% -- *}"
    read -r -a tests <<<"$line"
    if ! (cd "$copy" && cargo test --quiet --no-run "${build[@]}" >"$log" 2>&1); then
        green+=("$name: does not compile")
    elif (cd "$copy" && cargo test --quiet "${tests[@]}" >"$log" 2>&1); then
        green+=("$name: stays green")
    else
        red=$((red + 1))
        # A test that overflows the stack takes the others' report with it.
        test=$(sed -n "s/^---- \\(.*\\) stdout ----\$/\\1/p; s/^thread '\\([^']*\\)'.* has overflowed its stack\$/\\1 (stack overflow)/p" "$log" | head -n 1)
        printf '%-40s %s\n' "$name" "${test:-the test program died}"
    fi
done

((${#green[@]} == 0)) || printf 'unnoticed: %s\n' "${green[@]}" >&2
printf '%d passed, %d failed\n' "$red" "${#green[@]}"
((${#green[@]} == 0 && red > 0))
