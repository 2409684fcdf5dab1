#!/bin/sh
# A tool that seals by copying, and opens in the way its name says: the demo has to find that out.
set -eu

command=$1
[ "$command" != batch ] || command="$1 $2"
out=
key=
while [ $# -gt 0 ]; do
    case $1 in
    -o) out=$2 ;;
    --key) key=$2 ;;
    esac
    in=$1
    shift
done

refuse() {
    echo "$1" >&2
    exit "${2:-1}"
}

case $command in
authority | signer) echo made >"$out" ;;
"batch seal") cp "${in#*=}" "$out" ;;
"batch open")
    out=$out/Patient-1
    case ${0##*/} in
    honest)
        case $key in
        *dentist*) refuse 'error 204: no' ;;
        *) cp "$in" "$out" ;;
        esac
        ;;
    wrong-plaintext) (cat "$in" && echo) >"$out" ;;
    success-without-file) ;;
    refusal-leaves-part)
        head -c 5 "$in" >"$out"
        refuse 'error 300: no'
        ;;
    temporary-file-stays)
        cp "$in" "$out.part"
        cp "$in" "$out"
        ;;
    refusal-without-number) refuse 'no' ;;
    crash) refuse 'error 300: no' 101 ;;
    *) refuse 'unknown behaviour' 2 ;;
    esac
    ;;
esac
