#!/usr/bin/env bash
# A ceremony as long as it is in earnest, by the tool's release build: powers for 2^14 with two contributors, a key of
# proofs with two more and a beacon, then a proof under that key, verified under its digest. Takes a quarter of an hour or more.
# LEVELS=16 for trees of 2^32 patients. Prints what each step took: seconds, the process's peak memory, its file's size.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
need_cargo
need_c_compiler
cargo build --quiet --release --features cli --bin hippocrypt
tool=${CARGO_TARGET_DIR:-$PWD/target}/release/hippocrypt
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

passed=0 failed=0

# step NAME FILE ARGUMENT...: runs the tool and prints a line; FILE is what it writes, or -.
step() {
    local name=$1 file=$2 begin=$EPOCHREALTIME peak=0 line pid status=0
    shift 2
    "$tool" "$@" >answer.json 2>complaint &
    pid=$!
    # The highest mark only grows: the last look before the end is as good as the end.
    while line=$(grep VmHWM "/proc/$pid/status" 2>/dev/null); do
        peak=${line//[^0-9]/}
        sleep 0.05
    done
    wait "$pid" || status=$?
    if ((status == 0)); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        sed 's/^/    /' complaint
    fi
    printf '%-36s %s %8.2f s %6d MiB %12s\n' "$name" "$([[ $status == 0 ]] && echo ok || echo FAILED)" \
        "$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')" $((peak / 1024)) \
        "$([[ -f $file ]] && stat -c '%s bytes' "$file" || true)"
}

# quietly ARGUMENT...: a step that is not measured.
quietly() {
    if ! "$tool" "$@" >answer.json 2>complaint; then
        failed=$((failed + 1))
        printf '%-36s FAILED\n' "$1 $2"
        sed 's/^/    /' complaint
    fi
}

# member NAME: a member of the last answer.
member() { sed -n "s/^.*\"$1\": *\"\([0-9a-f]*\)\".*$/\1/p" answer.json; }

ceremony=(proof ceremony)
step "powers: new" p0 "${ceremony[@]}" powers new --log 14 -o p0
step "powers: contribute" p1 "${ceremony[@]}" powers contribute -o p1 p0
step "powers: contribute again" p2 "${ceremony[@]}" powers contribute -o p2 p1
step "powers: verify" - "${ceremony[@]}" powers verify p2
step "key: new" c0 "${ceremony[@]}" new --levels "${LEVELS:-10}" --powers p2 -o c0
step "key: contribute" c1 "${ceremony[@]}" contribute -o c1 c0
step "key: contribute again" c2 "${ceremony[@]}" contribute -o c2 c1
beacon=$(printf 'the beacon of this script' | sha256sum | cut -c 1-64)
step "key: close with a beacon" c3 "${ceremony[@]}" close --beacon "$beacon" -o c3 c2
step "key: verify" - "${ceremony[@]}" verify --powers p2 c3
step "key: finish" keys/proving.key "${ceremony[@]}" finish --powers p2 --json -o keys c3
digest=$(member digest) proving=$(member proving)

quietly proof registry new --registry registry --levels "${LEVELS:-10}"
quietly patient new -o ada.key
quietly proof key --key ada.key
quietly proof enroll --registry registry ada.pub
quietly proof subject --about ada.pub -o ada.subject
for who in study board ward; do quietly signer new --name "$who" -o "$who.key"; done
printf 'hr 72' >obs
labels=(--label type=Observation --label conf=N --label sens.none=hv1)
quietly seal --patient ada.pub --record obs "${labels[@]}" --subject ada.subject --sign ward.key -o obs.hippo obs
hl7=http://terminology.hl7.org/CodeSystem
cat >consent.json <<JSON
{"resourceType": "Consent", "status": "active", "dateTime": "2026-01-01",
 "scope": {"coding": [{"system": "$hl7/consentscope", "code": "patient-privacy"}]},
 "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
 "patient": {"reference": "Patient/ada"}, "performer": [{"reference": "Patient/ada"}],
 "policy": [{"uri": "https://example.org/policy"}],
 "provision": {"type": "permit",
  "actor": [{"role": {"coding": [{"system": "$hl7/v3-ParticipationType", "code": "IRCP"}]}, "reference": {"reference": "Practitioner/7"}}],
  "purpose": [{"system": "$hl7/v3-ActReason", "code": "HRESCH"}],
  "securityLabel": [{"system": "$hl7/v3-Confidentiality", "code": "N"}]}}
JSON
base=https://example.org/fhir
quietly consent sign --reading pcf-1.1 --base "$base" --patient-key ada.key -o signed consent.json
quietly proof registry place --registry registry --revoker ada.pub -o place
quietly proof consent --key ada.key --place place --to study.pub --as "prac=$base/Practitioner/7" -o ada.hc signed
quietly proof request --verifier board.pub --study sleep --purpose HRESCH \
    --bucket type=Observation,conf=N,sens.none=hv1 -o request.json
step "prove" p.zkp proof prove --key study.key --consent ada.hc --request request.json --subject ada.subject \
    --keys keys --pin "$proving" --registry registry -o p.zkp
step "prove, every point of the key checked" q.zkp proof prove --key study.key --consent ada.hc --request request.json \
    --subject ada.subject --keys keys --registry registry -o q.zkp
step "verify under the pinned digest" - proof verify --request request.json --keys keys --pin "$digest" \
    --registry registry --custodian ward.pub --record obs.hippo --verifier board.pub --replay used p.zkp

printf '%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
((failed == 0 && passed == 13))
