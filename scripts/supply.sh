#!/usr/bin/env bash
# The supply chain: licences and sources, the oldest versions that Cargo.toml allows, the public names, and a bill of
# materials for each artefact and set of features, in target/supply.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler

out=target/supply
mkdir -p "$out"
failures=()
step() {
    say "== $*"
    "$@" || failures+=("$*")
}

# Whether a tool of cargo's is there; says how to get it.
have() {
    cargo "$1" --version >/dev/null 2>&1 || {
        say "cargo-$1 is not installed (cargo install --locked cargo-$1): not done"
        return 1
    }
}

# Advisories come from the network; where that is closed the rest is checked all the same.
if have deny; then
    for manifest in Cargo.toml ffi/Cargo.toml bindings/python/Cargo.toml; do
        step cargo deny --manifest-path "$manifest" --log-level error check licenses bans sources
    done
    cargo deny --log-level error check advisories || say "advisories: found some, or could not be fetched (see above)"
fi

# Do the oldest versions that we say we work with really compile? The stable cargo is told to take the option.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git archive HEAD | tar -x -C "$copy"
alone() { sed -i "s#^members = .*#members = [$1]#" "$copy/Cargo.toml"; }
(
    # Of the library and its tool: a version that two members ask for differently has no direct minimum.
    alone '"."' && cd "$copy" && cp Cargo.lock frozen.lock &&
        RUSTC_BOOTSTRAP=1 cargo update --quiet -Z direct-minimal-versions &&
        cargo check --quiet --features cli --lib --bins --target-dir "$OLDPWD/$out/minimal"
) || failures+=("minimal versions")
[[ ! -e $copy/frozen.lock ]] || mv "$copy/frozen.lock" "$copy/Cargo.lock"

# The public names. No release is out yet to compare with: until then a change of docs/public-api.txt is what a reviewer
# sees of it.
printf '#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc "$@"\n' >"$out/rustdoc"
chmod +x "$out/rustdoc"
names() {
    RUSTDOC=$PWD/$out/rustdoc cargo rustdoc --quiet --lib --features cli -- -Zunstable-options --output-format json &&
        cargo run --quiet --manifest-path scripts/public-names/Cargo.toml --target-dir "$out/names" -- target/doc/hippocrypt.json
}
if ! names >"$out/public-api.txt"; then
    failures+=("public names")
elif ! diff -u docs/public-api.txt "$out/public-api.txt" >"$out/public-api.diff"; then
    say "the public names changed: read $out/public-api.diff, then copy $out/public-api.txt to docs/"
    failures+=("public names: they changed")
fi

# Each in a workspace of its own: features of one member are not in another's bill.
if have cyclonedx; then
    while read -r artefact folder features; do
        if [[ $folder == . ]]; then alone '"."'; else alone "\".\", \"$folder\""; fi
        cargo cyclonedx --quiet --format json --spec-version 1.5 --no-build-deps --manifest-path "$copy/$folder/Cargo.toml" \
            --override-filename "sbom-$artefact" ${features:+--no-default-features --features "$features"} </dev/null &&
            mv "$copy/$folder/sbom-$artefact.json" "$out/" || failures+=("bill of materials of $artefact")
    done <<'ARTEFACTS'
core-pure . fhir
core-blst . std,blst
tool . std,blst,cli
c-library ffi
python bindings/python
ARTEFACTS
    say "bills of materials: $(find "$out" -name 'sbom-*.json' | sort | tr '\n' ' ')"
fi

if ((${#failures[@]})); then
    printf 'failed: %s\n' "${failures[@]}" >&2
    exit 1
fi
say "supply chain: done"
