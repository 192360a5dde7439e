#!/bin/sh
# The AWS CLI. Records the operation of each call, and kills the script around call number $KILL_AT.
here=$(dirname -- "$0")
printf '%s\n' "$2" >>"$here/calls"
moment=none
if [ "$(wc -l <"$here/calls")" -eq "${KILL_AT:-0}" ]; then
    moment=$KILL_WHEN
fi
case $moment in
before)
    kill -9 "$PPID"
    exit 1
    ;;
meanwhile)
    # The call goes on while the script runs again.
    kill -9 "$PPID"
    sleep 1
    ;;
esac
"$AWS_CLI" -m awscli "$@"
status=$?
if [ "$moment" = after ]; then
    kill -9 "$PPID"
fi
exit "$status"
