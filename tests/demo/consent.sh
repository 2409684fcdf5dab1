#!/bin/sh
# The tool, but for one thing, which this script's name says: the demo's first act has to find that out.
set -u

real=$(dirname "$0")/real
does=${0##*/}
command=$1
case $command in consent | request | grant) command="$1 $2" ;; esac
out='' key='' reading='' list='' chart='' claims=no parts=0
last=''
for word in "$@"; do
    case $last in
    -o) out=$word ;;
    --key) key=$word ;;
    --reading) reading=$word ;;
    --revocations) list=${word##*/} ;;
    --part) parts=$((parts + 1)) ;;
    esac
    case $word in
    --break-glass) claims=yes ;;
    */chart-of-*) chart=${word##*/} ;;
    esac
    last=$word
done

case $does:$command in
says-nothing:"consent explain")
    [ "$reading" = r4-typed ] || exec echo "What is enforced"
    ;;
guesses:"consent explain")
    [ "$reading" != r4-typed ] || exec echo "What is enforced"
    ;;
labels-the-unlabelled:seal)
    "$real" "$@" | sed 's/"unlabelled": 1/"unlabelled": 0/'
    exit
    ;;
opens-all-for-the-dentist:open)
    for word in "$@"; do
        shift
        case $word in */dentist.key) word=${word%dentist.key}patient.key ;; esac
        set -- "$@" "$word"
    done
    ;;
adds-to-resources:open)
    "$real" "$@" || exit
    sed 's/"nadia-rehn"/"nadia-rehn" /' "$out" >"$out.new" && mv "$out.new" "$out"
    exit
    ;;
forgets-signatures:open)
    "$real" "$@" >"$0.told" || exit
    sed 's/"signed"/"unsigned"/' "$0.told"
    exit
    ;;
takes-strangers:open)
    if [ "$chart" = chart-of-stranger ]; then
        echo "{}" >"$out"
        exit
    fi
    ;;
permits-everything:"consent decide") exec echo '{"decision": "PERMIT"}' ;;
needs-no-claim:"request new")
    if [ "$claims" = no ]; then
        echo >"$out"
        exit
    fi
    ;;
needs-one-relay:open)
    if [ "$parts" = 1 ]; then
        echo >"$out"
        exit
    fi
    ;;
logs-nothing:transform)
    "$real" "$@" || exit
    log=${key%.key}.state/log
    sed 's/"break_glass":true/"break_glass":false/' "$log" >"$log.new" && mv "$log.new" "$log"
    exit
    ;;
forgets-the-time:transform)
    "$real" "$@" || exit
    log=${key%.key}.state/log
    sed 's/"time":"[^"]*"/"time":""/' "$log" >"$log.new" && mv "$log.new" "$log"
    exit
    ;;
serves-after-revocation:transform)
    if [ "$list" = list-again ]; then
        echo >"$out"
        exit
    fi
    ;;
calls-back:"grant revoke") rm "${out%/*}/emergency" ;;
esac
exec "$real" "$@"
