#!/bin/sh
# A tool that grants by copying, and does wrong what its name says: the demo has to find that out.
# Beside a sealed file stand its labels and its record's id; an answer is a list of batches.
set -eu

does=${0##*/}
command="$1 $2"
[ "$1" != transform ] || command=transform
out='' key='' labels='' grant='' parts='' sealed='' list='' request='' member=''
while [ $# -gt 0 ]; do
    case $1 in
    -o) out=$2 ;;
    --key) key=$2 ;;
    --label) labels="$labels $2" ;;
    --grant) grant=$2 ;;
    --part) parts="$parts $2" ;;
    --revocations) list=$2 ;;
    --request) request=$2 ;;
    *=*.json) member=$1 ;;
    *.hippo | */sealed) sealed=$1 ;;
    esac
    shift
done

refuse() {
    echo "error $1: no" >&2
    exit 1
}

# Whether the policy opens a sealed file.
satisfied() {
    [ "$does" != opens-everything ] || return 0
    case $(cat "$1.labels") in
    *sens=HIV*) return 1 ;;
    *type=Observation*sens.no*) ;;
    *) return 1 ;;
    esac
}

open() {
    case $does in
    wrong-plaintext) (cat "$sealed" && echo) >"$out/$(cat "$sealed.id")" ;;
    *) cp "$sealed" "$out/$(cat "$sealed.id")" ;;
    esac
}

case $command in
"patient new" | "recipient new" | "relay new")
    touch "$out" "${out%.key}.pub"
    echo '{"words":"one two"}'
    ;;
"batch seal")
    cp "${member#*=}" "$out"
    echo "$labels" >"$out.labels"
    echo "${member%%=*}" >"$out.id"
    ;;
"grant new")
    mkdir "$out"
    echo grant | tee "$out/grant.hg" "$out/share-1.hs" "$out/share-2.hs" >"$out/share-3.hs"
    ;;
"grant revoke") echo "revoked ${grant:-none}" >"$out" ;;
"request new")
    count=0
    for file in "$sealed"/*.hippo; do
        if satisfied "$file"; then
            echo "$file" >>"$out"
            count=$((count + 1))
        fi
    done
    echo "{\"capsules\":$count}"
    ;;
transform)
    if ! grep -q none "$list"; then
        case $does in
        serves-after-revocation) ;;
        refuses-and-answers) cp "$request" "$out" && refuse 402 ;;
        refuses-without-number) exit 1 ;;
        *) refuse 402 ;;
        esac
    fi
    cp "$request" "$out"
    ;;
"batch open")
    case $key in
    *patient*)
        [ "$does" != refuses-the-patient ] || refuse 303
        open
        exit
        ;;
    esac
    [ "$does" != refuses-everything ] || refuse 204
    if ! satisfied "$sealed"; then
        [ "$does" != refusal-leaves-part ] || head -c 5 "$sealed" >"$out/part"
        refuse 204
    fi
    # shellcheck disable=SC2086
    set -- $parts
    case $does in
    one-relay-is-enough | opens-everything) ;;
    *) [ $# = 2 ] || refuse 308 ;;
    esac
    case $does in
    opens-new-records | opens-everything) ;;
    *) grep -q "$sealed" "$1" || refuse 308 ;;
    esac
    case $does in
    forgets) [ ! -e "${out%/*}/list-again" ] || refuse 402 ;;
    esac
    open
    ;;
*) refuse 1 ;;
esac
