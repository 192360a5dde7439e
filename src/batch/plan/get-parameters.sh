#!/bin/sh
# Creates the KMS keys of a plan, and asks AWS KMS for the import parameters of each.
#
# Written by byok @VERSION@ at @WRITTEN_AT@.
#
# Usage: sh get-parameters.sh
# Needs: the AWS CLI (version 1 or 2), credentials for account @ACCOUNT@, and the permissions
#     sts:GetCallerIdentity, kms:CreateKey, kms:TagResource, kms:CreateAlias, kms:ListAliases,
#     kms:ListKeys, kms:ListResourceTags, kms:DescribeKey and kms:GetParametersForImport.
#     To choose a profile, set AWS_PROFILE.
#
# The rows are in rows.tsv, whose SHA-256 is below. For each row:
#   1. CreateKey, unless the row names a KMS key. The key carries the tag byok:batch = PLAN/Id.
#   2. CreateAlias, if the row names an alias.
#   3. GetParametersForImport, at most BYOK_GET_PARAMETERS_PER_SECOND times a second.
#
# The folder state has a folder for each row:
#   intent             written before CreateKey: the value of the tag
#   create-key.json    the CreateKey request
#   key-id             the ARN of the KMS key
#   describe-key.json  the key, as DescribeKey prints it
#   alias              the alias that was created
#   params-asked       the time before GetParametersForImport, in seconds since 1970, the wrapping
#                      algorithm, and the wrapping key spec
#   params.json        the import parameters
# After a kill, run the script again. A row with an intent and no key-id may have a key that nobody
# recorded: the script looks for the tag in all keys of the Region, and creates a key only if there is
# still none after BYOK_CONSISTENCY_SECONDS. Parameters that have not expired are not replaced. If the
# plan was written again, and the key of a row was created with other settings, the row is failed.
#
# The results are in get-parameters.csv. Under byok serve, the names of the folder and of the results
# begin with REHEARSAL-.
#
# Exit status: 0 every row is done; 1 a row is not done; 2 a variable has no valid value; 4 the run
# stopped, run it again; 6 another account, another rows.tsv, or rehearsal and production were mixed.
set -eu

script=get-parameters.sh
plan='@PLAN@'
account='@ACCOUNT@'
row_count=@ROW_COUNT@
rows_sha256='@ROWS_SHA256@'

# The quota of AWS for GetParametersForImport, for each account and Region.
: "${BYOK_GET_PARAMETERS_PER_SECOND:=1}"
# The time after which AWS shows a new key to every request.
: "${BYOK_CONSISTENCY_SECONDS:=60}"
# The validity of import parameters.
: "${BYOK_PARAMETERS_SECONDS:=86400}"

@COMMON@
# ---- What only this script does. ----

# One row: the key, its alias, its parameters.
prepare_row() {
    progress
    if is_done; then
        return
    fi
    mkdir -p -- "$row"
    call_folder=$row
    rm -f -- "$row"/*.new.* "$row/$script.mark"
    key_is_new=0
    if find_or_create_key; then
        [ "$key" != - ] || key_is_new=1
        { describe_key && create_alias && ask_for_parameters; } || :
    fi
    rm -f -- "$row"/*.new.*
}

is_done() {
    compare_row
    [ -z "$change" ] && has_alias && has_parameters
}

has_alias() {
    read_if_there "$row/alias"
    [ "$alias" = - ] || [ "$alias" = "$value" ]
}

# Imported material needs no parameters.
has_parameters() {
    [ ! -e "$row/imported" ] || return 0
    [ -s "$row/params.json" ] && read_asked &&
        [ "$(now)" -lt "$((asked + BYOK_PARAMETERS_SECONDS))" ]
}

# Sets $key_arn. Creates the key if the row has none.
find_or_create_key() {
    if [ -s "$row/key-id" ]; then
        check_row
        return
    fi
    if [ "$key" != - ]; then
        keep "$row/key-id" "$key"
        key_arn=$key
        return
    fi
    create_attempts=0
    while :; do
        if [ -e "$row/intent" ]; then
            find_lost_key || return 1
        fi
        if [ -s "$row/key-id" ]; then
            check_row
            return
        fi
        create_attempts=$((create_attempts + 1))
        [ "$create_attempts" -le 3 ] ||
            stop 4 "$message; no row is marked; run this script again: it looks for the key first"
        create_key || return 1
        [ ! -s "$row/key-id" ] || return 0
    done
}

# Creates the key. Returns 0 also if nobody knows whether AWS did; then there is no key-id.
create_key() {
    keep "$row/create-key.json" "$create"
    keep "$row/intent" "$plan/$id"
    call_intent=$row/intent
    if call "$row/describe-key.json.new.$$" kms create-key --region "$region" \
        --cli-input-json file://create-key.json --output json \
        --cli-connect-timeout 10 --cli-read-timeout 30; then
        key_arn=$(sed -n 's/^        "Arn": "\(arn:[a-z-]*:kms:[^"]*\)",*$/\1/p' \
            "$row/describe-key.json.new.$$")
        # Without an ARN, the key is looked for.
        if [ -n "$key_arn" ]; then
            settle "$row/describe-key.json"
            keep "$row/key-id" "$key_arn"
        fi
        return 0
    else
        create_status=$?
    fi
    if [ "$create_status" -eq 2 ]; then
        say "$id: the outcome of CreateKey is unknown: $message"
        return 0
    fi
    rm -f -- "$row/intent"
    [ "$exception" != LimitExceededException ] ||
        stop 4 "$message; no row is marked; ask AWS for a higher quota, and run this script again"
    mark failed "$message"
    return 1
}

# Looks for the key of a row with an intent. Keeps its key-id if there is one.
find_lost_key() {
    read_line "$row/intent"
    tag=$value
    say "$id: looking for a key with the tag byok:batch = $tag"
    printf '%s\n' - >"$row/seen.new.$$"
    unreadable=0
    search_keys
    if [ "$found" -eq 0 ]; then
        say "$id: there is none; looking again in $BYOK_CONSISTENCY_SECONDS seconds"
        sleep "$BYOK_CONSISTENCY_SECONDS"
        unreadable=0
        search_keys
    fi
    if [ "$found" -eq 1 ]; then
        keep "$row/key-id" "$key_arn"
    elif [ "$found" -gt 1 ]; then
        stop 1 "$id: $found keys have the tag byok:batch = $tag; delete all but one, and remove the tag from the others"
    elif [ "$unreadable" -gt 0 ]; then
        mark unknown "the tags of $unreadable keys cannot be read, and one may be the key of this row; if not, remove $row/intent"
        return 1
    fi
}

# Sets $found to the number of keys with the tag $tag, and $key_arn. The tags of a key are read once.
search_keys() {
    found=0
    ask "$state/.keys.$$" kms list-keys --region "$region" --query 'Keys[].KeyArn' --output text ||
        stop 4 "$message; no row is marked"
    # The keys of other rows are known.
    find "$state" -type f -name key-id -exec cat {} + >>"$row/seen.new.$$"
    tr '\t' '\n' <"$state/.keys.$$" | grep '^arn:' | grep -v -x -F -f "$row/seen.new.$$" \
        >"$row/keys.new.$$" || :
    while IFS= read -r candidate <&4; do
        if ask "$state/.answer.$$" kms list-resource-tags --region "$region" --key-id "$candidate" \
            --query "Tags[?TagKey=='byok:batch'].TagValue" --output text; then
            if grep -q -x -F -e "$tag" "$state/.answer.$$"; then
                found=$((found + 1))
                key_arn=$candidate
            else
                printf '%s\n' "$candidate" >>"$row/seen.new.$$"
            fi
        elif ! is_of_aws "$candidate"; then
            unreadable=$((unreadable + 1))
        fi
    done 4<"$row/keys.new.$$"
}

# Returns whether a key whose tags cannot be read is an AWS managed key, or is gone.
is_of_aws() { # KEY
    [ "$exception" != NotFoundException ] || return 0
    ask "$state/.answer.$$" kms describe-key --region "$region" --key-id "$1" \
        --query KeyMetadata.KeyManager --output text || return 1
    grep -q -x AWS "$state/.answer.$$"
}

describe_key() {
    [ ! -s "$row/describe-key.json" ] || return 0
    if ask "$row/describe-key.json.new.$$" kms describe-key --region "$region" \
        --key-id "$key_arn" --output json; then
        settle "$row/describe-key.json"
    else
        mark failed "$message"
        return 1
    fi
}

create_alias() {
    if has_alias; then
        return 0
    fi
    if ask "$state/.answer.$$" kms create-alias --region "$region" --alias-name "$alias" \
        --target-key-id "$key_arn"; then
        keep "$row/alias" "$alias"
        return 0
    fi
    alias_message=$message
    # A call whose answer was lost has created the alias already.
    if [ "$exception" = AlreadyExistsException ] &&
        ask "$state/.answer.$$" kms list-aliases --region "$region" --key-id "$key_arn" \
            --query 'Aliases[].AliasName' --output text &&
        tr '\t' '\n' <"$state/.answer.$$" | grep -q -x -F -e "$alias"; then
        keep "$row/alias" "$alias"
        return 0
    fi
    mark failed "$alias_message"
    return 1
}

# Asks for the parameters, unless the row has them. Others are removed first, so that params-asked always
# belongs to params.json.
ask_for_parameters() {
    if has_parameters; then
        return 0
    fi
    rm -f -- "$row/params.json"
    pace "$BYOK_GET_PARAMETERS_PER_SECOND"
    keep "$row/params-asked" "$(now) $algorithm $wrapping_key_spec"
    if ask "$row/params.json.new.$$" kms get-parameters-for-import --region "$region" \
        --key-id "$key_arn" --wrapping-algorithm "$algorithm" \
        --wrapping-key-spec "$wrapping_key_spec" --output json; then
        settle "$row/params.json"
    else
        mark failed "$message"
        return 1
    fi
}

# Warns before the first call if the first parameters expire before the last are there.
warn_of_expiry() {
    # Two calls of the AWS CLI take about two seconds.
    expected=$((row_count * 2))
    if [ "$expected" -ge "$BYOK_PARAMETERS_SECONDS" ]; then
        say "warning: $row_count rows take about $((expected / 3600 + 1)) hours, and parameters expire after $((BYOK_PARAMETERS_SECONDS / 3600)): make plans of fewer rows"
    fi
}

# Says when the first parameters expire.
say_expiry() {
    first=
    each_row earliest 3<rows.tsv
    if [ -n "$first" ]; then
        minutes=$(((first + BYOK_PARAMETERS_SECONDS - $(now)) / 60))
        say "the first import parameters expire in $((minutes / 60)) h $((minutes % 60)) min"
    fi
}

earliest() {
    if [ ! -e "$row/imported" ] && has_parameters; then
        if [ -z "$first" ] || [ "$asked" -lt "$first" ]; then
            first=$asked
        fi
    fi
}

[ $# -eq 0 ] || stop 2 "usage: sh get-parameters.sh"
check_number BYOK_GET_PARAMETERS_PER_SECOND "$BYOK_GET_PARAMETERS_PER_SECOND" 1
begin
warn_of_expiry
each_row prepare_row 3<rows.tsv
write_results
say_expiry
say "$done_rows of $row_count rows have import parameters; the results are in $results"
[ "$other_rows" -eq 0 ] || exit 1
