#!/usr/bin/env bash
# Builds the tool and the demo, and runs it: on the bundle that is carried here, or on DATA (a file or
# a folder). CONF=N asserts a confidentiality for what no side file labels, SENS=none (or codes) what was found
# in what nobody else looked through for sensitivities. LABELS=file and CONSENT=file name a side file and the
# patient's consent, if they do not lie beside DATA. Other arguments go to the demo (--help).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
# The first build takes minutes: show a person that it moves.
quiet=(--quiet)
[[ ! -t 2 ]] || quiet=()
cargo build "${quiet[@]}" --release --features cli --bin hippocrypt --example demo
[[ -z ${JSON:-} ]] || set -- --json "$@"
[[ -z ${CONF:-} ]] || set -- --assert-conf "$CONF" "$@"
[[ -z ${SENS:-} ]] || set -- --assert-sens "$SENS" "$@"
[[ -z ${LABELS:-} ]] || set -- --labels "$LABELS" "$@"
[[ -z ${CONSENT:-} ]] || set -- --consent "$CONSENT" "$@"
exec cargo run --quiet --release --features cli --example demo -- "$@" "${DATA:-examples/data/bundle.json}"
