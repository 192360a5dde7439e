#!/bin/sh
# Answers at once, as AWS KMS would. Records the second, the operation and the settings of each call.
# The first call of $FAIL_OPERATION fails with $FAIL_TEXT and $FAIL_STATUS.
set -eu
here=$(dirname -- "$0")
operation=$2
printf '%s %s %s %s\n' "$(date +%s)" "$operation" "$AWS_MAX_ATTEMPTS" "$*" >>"$here/calls"
if [ "$operation" = "${FAIL_OPERATION:-}" ] && [ ! -e "$here/failed" ]; then
    : >"$here/failed"
    printf '\n%s\n' "$FAIL_TEXT" >&2
    exit "$FAIL_STATUS"
fi
case $operation in
get-caller-identity) echo 111122223333 ;;
create-key)
    number=$(grep -c ' create-key ' "$here/calls")
    printf '{\n    "KeyMetadata": {\n        "Arn": "arn:aws:kms:eu-central-1:111122223333:key/%08d-12ab-34cd-56ef-1234567890ab"\n    }\n}\n' "$number"
    ;;
get-parameters-for-import) printf '{\n    "ImportToken": "AAAA"\n}\n' ;;
list-keys) echo None ;;
describe-key) echo PendingImport ;;
import-key-material) echo '{}' ;;
*) exit 252 ;;
esac
