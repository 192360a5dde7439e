#!/bin/sh
# Imports the wrapped key material of a plan into its KMS keys.
#
# Written by byok @VERSION@ at @WRITTEN_AT@.
#
# Usage: sh import-all.sh WRAPPED
#     WRAPPED is the folder that byok batch wrap --out-dir wrote. It has a folder for each row.
# Needs: the AWS CLI (version 1 or 2), credentials for account @ACCOUNT@, and the permissions
#     sts:GetCallerIdentity, kms:ImportKeyMaterial, kms:DescribeKey and kms:ListKeyRotations.
#     To choose a profile, set AWS_PROFILE.
#
# The rows are in rows.tsv, whose SHA-256 is below. get-parameters.sh recorded the KMS key of each in
# the folder state. For each row, this script sends one ImportKeyMaterial, at most
# BYOK_IMPORT_PER_SECOND times a second, and writes into the row's folder:
#   import-intent      written before ImportKeyMaterial: what AWS said of the key then
#   imported           AWS has imported the material
# After a kill, run the script again. For a row with an intent and no outcome, DescribeKey decides
# whether the material was imported. ListKeyRotations decides for a rotation (ImportType
# NEW_KEY_MATERIAL). If neither can, the row is unknown, and nothing is sent again.
#
# The results are in import-all.csv. Under byok serve, the names of the folder and of the results
# begin with REHEARSAL-.
#
# Exit status: 0 every row is done; 1 a row is not done; 2 the arguments or a variable are not valid;
# 4 the run stopped, run it again; 6 another account, another rows.tsv, or rehearsal and production
# were mixed.
set -eu

script=import-all.sh
# shellcheck disable=SC2034 # Only the other script uses it.
plan='@PLAN@'
account='@ACCOUNT@'
row_count=@ROW_COUNT@
rows_sha256='@ROWS_SHA256@'

# The quota of AWS for ImportKeyMaterial, for each account and Region.
: "${BYOK_IMPORT_PER_SECOND:=15}"
# The time after which AWS shows an import to every request.
: "${BYOK_CONSISTENCY_SECONDS:=60}"
# The validity of import parameters.
: "${BYOK_PARAMETERS_SECONDS:=86400}"

@COMMON@
# ---- What only this script does. ----

# One row.
import_row() {
    progress
    files=$wrapped/$id
    if is_done; then
        return
    fi
    mkdir -p -- "$row"
    rm -f -- "$row"/*.new.* "$row/$script.mark"
    call_folder=$row
    unsettled=failed
    if [ -z "$key_arn" ]; then
        mark pending "get-parameters.sh has no KMS key for this row"
        return
    fi
    check_row || return 0
    import_attempts=0
    while :; do
        if [ -e "$row/import-intent" ]; then
            decide || return 0
        fi
        [ ! -e "$row/imported" ] || return 0
        import_attempts=$((import_attempts + 1))
        [ "$import_attempts" -le 3 ] || stop 4 "$message; no row is marked; run this script again"
        check_files || return 0
        describe_before || return 0
        import_once || return 0
        [ ! -e "$row/imported" ] || return 0
    done
}

is_done() {
    compare_row
    [ -z "$change" ] && [ -e "$row/imported" ]
}

# Checks the files of the row before anything is sent.
check_files() {
    request=$files/${prefix}import-key-material.json
    for file in "$request" "$files/${prefix}ImportToken.bin" "$files/${prefix}EncryptedKeyMaterial.bin"; do
        if [ ! -f "$file" ]; then
            mark pending "there is no file $file"
            return 1
        fi
    done
    if ! grep -q -F -e "\"KeyId\": \"$key_arn\"" "$request"; then
        mark failed "$request is for another KMS key than $key_arn"
        return 1
    fi
    if ! read_asked; then
        mark failed "the import parameters are for another wrapping algorithm or wrapping key spec; run get-parameters.sh, and wrap the key material again"
        return 1
    fi
    if [ "$(now)" -ge "$((asked + BYOK_PARAMETERS_SECONDS))" ]; then
        mark failed "the import parameters expired; run get-parameters.sh, and wrap the key material again"
        return 1
    fi
}

# Writes import-intent: what the key is before the import. A key that get-parameters.sh created has no
# material yet.
describe_before() {
    if grep -q '^    "ImportType": "NEW_KEY_MATERIAL"' "$request"; then
        list_materials || return 1
        keep "$row/import-intent" "rotation
$materials"
    elif [ "$key" = - ]; then
        keep "$row/import-intent" PendingImport
    else
        describe_state || return 1
        keep "$row/import-intent" "$key_state"
    fi
}

# Sets $key_state.
describe_state() {
    if ask "$state/.answer.$$" kms describe-key --region "$region" --key-id "$key_arn" \
        --query KeyMetadata.KeyState --output text; then
        read_line "$state/.answer.$$"
        key_state=$value
    else
        mark "$unsettled" "$message"
        return 1
    fi
}

# Sets $materials to the materials of a key: a line of KeyMaterialId and ImportState for each.
list_materials() {
    if ask "$state/.answer.$$" kms list-key-rotations --region "$region" --key-id "$key_arn" \
        --include-key-material ALL_KEY_MATERIAL \
        --query 'Rotations[].[KeyMaterialId,ImportState]' --output text; then
        materials=$(sort "$state/.answer.$$")
    else
        mark "$unsettled" "$message"
        return 1
    fi
}

# Sends the import. Returns 0 also if the outcome is unknown; then there is no file imported.
import_once() {
    pace "$BYOK_IMPORT_PER_SECOND"
    call_folder=$files
    call_intent=$row/import-intent
    # The options of the import are in the request; the files take precedence over its members.
    if call "$state/.answer.$$" kms import-key-material --region "$region" --key-id "$key_arn" \
        --cli-input-json "file://${prefix}import-key-material.json" \
        --import-token "fileb://${prefix}ImportToken.bin" \
        --encrypted-key-material "fileb://${prefix}EncryptedKeyMaterial.bin" \
        --output json --cli-connect-timeout 10 --cli-read-timeout 30; then
        import_status=0
    else
        import_status=$?
    fi
    call_folder=$row
    if [ "$import_status" -eq 0 ]; then
        keep "$row/imported" "$(now)"
        return 0
    fi
    if [ "$import_status" -eq 2 ]; then
        say "$id: the outcome of ImportKeyMaterial is unknown: $message"
        return 0
    fi
    rm -f -- "$row/import-intent"
    mark failed "$message"
    return 1
}

# Decides whether an import with an unknown outcome was done. Returns 0 if it was, or if it was not
# and can be sent. Returns 1 if nobody knows.
decide() {
    unsettled=unknown
    look_for_import || return 1
    if [ "$import_found" -eq 0 ]; then
        say "$id: looking for the import again in $BYOK_CONSISTENCY_SECONDS seconds"
        sleep "$BYOK_CONSISTENCY_SECONDS"
        look_for_import || return 1
    fi
    unsettled=failed
    if [ "$import_found" -eq 1 ]; then
        keep "$row/imported" "$(now)"
    else
        rm -f -- "$row/import-intent"
    fi
}

# Sets $import_found. Returns 1 if nobody knows.
look_for_import() {
    read_line "$row/import-intent"
    before=$value
    import_found=0
    if [ "$before" = rotation ]; then
        list_materials || return 1
        # The import was done if a line with IMPORTED is new.
        if printf '%s\n' "$materials" | grep "${tab}IMPORTED\$" |
            grep -q -v -x -F -f "$row/import-intent"; then
            import_found=1
        fi
        return 0
    fi
    describe_state || return 1
    case $before:$key_state in
    PendingImport:Enabled) import_found=1 ;;
    PendingImport:PendingImport) ;;
    *)
        mark unknown "the key was $before before an import with an unknown outcome, and is $key_state; to send it again, remove $row/import-intent"
        return 1
        ;;
    esac
}

# Warns of rows that cannot be imported before their parameters expire, at one row a second.
warn_of_expiry() {
    rows_before=0
    late_rows=0
    started=$(now)
    each_row count_late 3<rows.tsv
    if [ "$late_rows" -gt 0 ]; then
        say "warning: the import parameters of $late_rows rows expire before this script reaches them, at one row a second"
    fi
}

count_late() {
    if is_done || [ ! -s "$row/params-asked" ]; then
        return
    fi
    read_asked || :
    rows_before=$((rows_before + 1))
    if [ "$((started + rows_before))" -ge "$((asked + BYOK_PARAMETERS_SECONDS))" ]; then
        late_rows=$((late_rows + 1))
    fi
}

check_number BYOK_IMPORT_PER_SECOND "$BYOK_IMPORT_PER_SECOND" 1
[ $# -eq 1 ] || stop 2 "usage: sh import-all.sh WRAPPED"
case $1 in
/*) wrapped=$1 ;;
*) wrapped=./$1 ;;
esac
wrapped=$(CDPATH='' cd -- "$wrapped" && pwd -P) || stop 2 "there is no folder $1"
begin
warn_of_expiry
each_row import_row 3<rows.tsv
write_results
say "$done_rows of $row_count rows are imported; the results are in $results"
[ "$other_rows" -eq 0 ] || exit 1
