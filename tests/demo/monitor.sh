#!/bin/sh
# The tool, but for one thing, which this script's name says: the demo's fourth act has to find that out.
set -u

real=$(dirname "$0")/real
command=$1
[ "$command" != patient ] || command="$1 $2"
out=
parts=0
last=
for word in "$@"; do
    [ "$last" != -o ] || out=$word
    [ "$word" != --part ] || parts=$((parts + 1))
    last=$word
done

case ${0##*/}:$command:$parts in
adds-a-byte:open:*)
    "$real" "$@"
    status=$?
    [ ! -f "$out" ] || echo >>"$out"
    exit "$status"
    ;;
hides-the-missing-end:open:*)
    "$real" "$@" 2>&1
    [ -f "$out" ]
    ;;
needs-one-relay:open:1) echo >"$out" ;;
needs-one-trustee:"patient recover":1) echo >"$out" ;;
needs-one-trustee:"patient recover":*) exec "$real" "$@" --force ;;
*) exec "$real" "$@" ;;
esac
