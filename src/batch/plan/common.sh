# ---- Both scripts are the same from here to "What only this script does". ----

has_lock=0
has_results=0
progress_shown=0
# The file that announces the next call.
call_intent=
# Whether AWS may not know the key yet.
key_is_new=0
pace_second=
pace_calls=0

# Ends the run with a status and a message.
stop() {
    stop_status=$1
    shift
    say "$*"
    exit "$stop_status"
}

# Prints a message for people. A line of progress ends first.
say() {
    if [ "$progress_shown" -eq 1 ]; then
        printf '\n' >&2
        progress_shown=0
    fi
    printf '%s: %s\n' "$script" "$*" >&2
}

# Shows on a terminal how many rows are done.
progress() {
    if [ -t 2 ]; then
        printf '\r%s: row %s of %s' "$script" "$row_number" "$row_count" >&2
        progress_shown=1
    fi
}

now() {
    date +%s
}

# Checks that a variable is a whole number, at least as large as another.
check_number() { # NAME VALUE LEAST
    case $2 in
    '' | *[!0-9]* | ??????????*) stop 2 "$1 is not a whole number: $2" ;;
    esac
    [ "$2" -ge "$3" ] || stop 2 "$1 is less than $3: $2"
}

# Decides between production and a rehearsal. A rehearsal has files of its own, and sends requests
# only to byok serve on this machine.
choose_purpose() {
    endpoint=${AWS_ENDPOINT_URL_KMS:-${AWS_ENDPOINT_URL:-}}
    port=${endpoint##*:}
    case $port in *[!0-9]* | '') port=none ;; esac
    is_local=0
    case $endpoint in
    "http://127.0.0.1:$port" | "http://[::1]:$port" | "http://localhost:$port") is_local=1 ;;
    esac
    case ${BYOK_REHEARSAL:-}:$is_local in
    1:1) prefix=REHEARSAL- ;;
    :0)
        prefix=
        endpoint=
        ;;
    :1) stop 6 "AWS_ENDPOINT_URL is $endpoint, and BYOK_REHEARSAL is not set; nothing was sent" ;;
    *) stop 6 "BYOK_REHEARSAL is set, and byok serve did not start this script; nothing was sent" ;;
    esac
    state=$folder/${prefix}state
}

# Checks that rows.tsv is the file that this script was written with.
check_rows() {
    if command -v sha256sum >/dev/null; then
        digest=$(sha256sum <rows.tsv)
    elif command -v shasum >/dev/null; then
        digest=$(shasum -a 256 <rows.tsv)
    else
        digest=$(openssl dgst -sha256 -r <rows.tsv)
    fi
    [ "${digest%% *}" = "$rows_sha256" ] ||
        stop 6 "rows.tsv is not the file that this script was written with; nothing was sent"
}

# Calls the AWS CLI once. The CLI must not retry: a second CreateKey makes a second key.
# $call_folder is the folder of the files that the arguments name.
run_aws() {
    if [ -n "$endpoint" ]; then
        set -- "$@" --endpoint-url "$endpoint"
    fi
    (
        CDPATH='' cd -- "$call_folder"
        AWS_MAX_ATTEMPTS=1 AWS_RETRY_MODE=standard AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
        export AWS_MAX_ATTEMPTS AWS_RETRY_MODE AWS_PAGER AWS_CLI_AUTO_PROMPT
        exec aws "$@" </dev/null 3<&-
    )
}

# Calls AWS, and again while AWS throttles the call. Returns 0 if AWS did it, 1 if AWS refused it, and
# 2 if the outcome is unknown. Ends the run if no call can succeed; then AWS did nothing, and
# $call_intent, the file that announced this call, is removed.
call() { # OUTPUT ARGUMENT...
    call_output=$1
    shift
    call_pause=2
    while :; do
        exception=
        message=
        if run_aws "$@" >"$call_output" 2>"$state/.error.$$"; then
            call_intent=
            return 0
        else
            classify "$?"
        fi
        case $outcome in
        throttled)
            say "AWS throttles $2: waiting"
            sleep_with_jitter "$call_pause"
            [ "$call_pause" -ge 64 ] || call_pause=$((call_pause * 2))
            ;;
        refused)
            call_intent=
            return 1
            ;;
        unknown)
            call_intent=
            return 2
            ;;
        *)
            [ -z "$call_intent" ] || rm -f -- "$call_intent"
            stop 4 "$message; no row is marked; run this script again when this is solved"
            ;;
        esac
    done
}

# Sets $outcome, $exception and $message from the exit status of the AWS CLI and its standard error.
classify() { # STATUS
    exception=$(sed -n 's/^[^(]*An error occurred (\([A-Za-z0-9.]*\)) when calling .*/\1/p' \
        "$state/.error.$$" | head -n 1)
    # OPERATION: EXCEPTION: TEXT, without control characters.
    message=$(LC_ALL=C tr '\n\t' '  ' <"$state/.error.$$" | LC_ALL=C tr -cd ' -~' |
        LC_ALL=C cut -c 1-2000 | sed 's/  */ /g; s/^ //
s/^[^(]*An error occurred (\([A-Za-z0-9.]*\)) when calling the \([A-Za-z]*\) operation/\2: \1/
s/^\([A-Za-z: ]*\) (reached max retries: [0-9]*)/\1/; s/[: ]*$//')
    [ -n "$message" ] || message="the AWS CLI ended with status $1"
    case $exception in
    Throttling | ThrottlingException | ThrottledException | RequestThrottled | \
        RequestThrottledException | RequestLimitExceeded | TooManyRequestsException | SlowDown)
        outcome=throttled
        ;;
    ExpiredToken | ExpiredTokenException | RequestExpired | RequestTimeTooSkewed | \
        UnrecognizedClientException | InvalidClientTokenId | InvalidAccessKeyId | \
        SignatureDoesNotMatch | InvalidSignatureException | IncompleteSignature | \
        IncompleteSignatureException | MissingAuthenticationToken | \
        MissingAuthenticationTokenException | OptInRequired | AuthFailure)
        outcome=ended
        ;;
    KMSInternalException | DependencyTimeoutException | InternalFailure | InternalError | \
        InternalServerError | InternalServiceError | ServiceUnavailable | \
        ServiceUnavailableException | ServiceException | Unknown | [0-9]*)
        outcome=unknown
        ;;
    ?*) outcome=refused ;;
    '') classify_without_exception "$1" ;;
    esac
}

# Decides which errors of the AWS CLI itself come before a request is sent.
classify_without_exception() { # STATUS
    case $message in
    *'Parameter validation failed'*)
        outcome=refused
        exception=ParamValidation
        return
        ;;
    *'Could not connect to the endpoint URL'* | *'Unable to locate credentials'* | \
        *'Partial credentials found'* | *'Error when retrieving '* | *'Error loading SSO Token'* | \
        *'SSO session'* | *'Token has expired'* | *'config profile'* | *'Unknown options'* | \
        *'Invalid choice'* | *'invalid choice'*)
        outcome=ended
        return
        ;;
    esac
    case $1 in
    126 | 127 | 252 | 253) outcome=ended ;;
    *) outcome=unknown ;;
    esac
}

# Calls AWS for something that changes nothing, and again after an unknown outcome or while AWS does
# not know a new key yet. Returns 0 if AWS answered and 1 if AWS refused.
ask() { # OUTPUT ARGUMENT...
    ask_until=$(($(now) + BYOK_CONSISTENCY_SECONDS))
    ask_attempts=0
    while :; do
        ask_attempts=$((ask_attempts + 1))
        if call "$@"; then
            return 0
        else
            ask_status=$?
        fi
        if [ "$ask_status" -eq 2 ]; then
            [ "$ask_attempts" -lt 5 ] || stop 4 "$message; no row is marked; run this script again"
        elif [ "$exception" != NotFoundException ] || [ "$key_is_new" -eq 0 ] ||
            [ "$(now)" -ge "$ask_until" ]; then
            return 1
        fi
        sleep_with_jitter 2
    done
}

# Sleeps for a random time: from one second up to the given number of seconds.
sleep_with_jitter() { # SECONDS
    sleep "$(awk -v most="$1" -v seed="$(($(now) + $$))" \
        'BEGIN { srand(seed); print 1 + int(rand() * most) }')"
}

# Waits, so that at most this many calls begin in one second of the clock.
pace() { # CALLS
    if [ "$(now)" != "$pace_second" ]; then
        pace_second=$(now)
        pace_calls=0
    fi
    if [ "$pace_calls" -ge "$1" ]; then
        sleep 1
        pace_second=$(now)
        pace_calls=0
    fi
    pace_calls=$((pace_calls + 1))
}

# Writes a file of the state folder. After a kill or a power failure, it is complete or absent.
keep() { # FILE TEXT
    printf '%s\n' "$2" >"$1.new.$$" || stop 4 "cannot write $1"
    settle "$1"
}

# Gives FILE.new.PID its name, after its content has reached the disk.
settle() { # FILE
    { sync_file "$1.new.$$" && mv -f -- "$1.new.$$" "$1" && sync_file "${1%/*}"; } ||
        stop 4 "cannot write $1"
}

# A sync that takes no file syncs everything.
sync_file() { # FILE
    sync "$1" 2>/dev/null || sync
}

# Sets $value to the first line of a file.
read_line() { # FILE
    IFS= read -r value <"$1" || stop 4 "$1 is empty; it was damaged after this script wrote it"
}

# Sets $value to the first line of a file, or to nothing if there is no file.
read_if_there() { # FILE
    value=
    [ ! -s "$1" ] || IFS= read -r value <"$1" || :
}

# Sets $key_arn to the recorded key, and $change to what differs between that key and the row. Both are
# empty without a recorded key. A plan that is written again can have another row.
compare_row() {
    change=
    read_if_there "$row/key-id"
    key_arn=$value
    [ -n "$key_arn" ] || return 0
    read_if_there "$row/create-key.json"
    if [ "$key" != - ]; then
        [ "$key" = "$key_arn" ] || change="the row names $key, and $row/key-id has another key"
    elif [ -z "$value" ]; then
        change="the row names no key, and $row/key-id has one that this script did not create"
    elif [ "$value" != "$create" ]; then
        change="the key exists, and was created with the settings of $row/create-key.json"
    else
        case $key_arn in
        arn:*:kms:"$region":*) ;;
        *) change="the row is for $region, and the key exists in another Region: $key_arn" ;;
        esac
    fi
}

# Returns whether the recorded key is that of the row, and marks the row if it is not.
check_row() {
    compare_row
    [ -z "$change" ] || {
        mark failed "$change"
        return 1
    }
}

# Sets $asked to the time before the last GetParametersForImport. Returns whether that call was for the
# wrapping algorithm and the wrapping key spec of the row.
read_asked() {
    read_line "$row/params-asked"
    asked=${value%% *}
    [ "$value" = "$asked $algorithm $wrapping_key_spec" ]
}

# Records why a row is not done. It goes into the results, and the next run tries the row again.
mark() { # STATUS REASON
    printf '%s %s\n' "$1" "$2" >"$row/$script.mark"
    say "$id: $1: $2"
}

# Lets one run at a time use the state folder.
take_lock() {
    lock=$state/.lock
    host=$(uname -n)
    if ! write_lock; then
        owner=
        owner_host=
        read -r owner owner_host <"$lock" || :
        if [ -n "$owner" ] && [ "$owner_host" != "$host" ]; then
            stop 4 "process $owner of $owner_host uses $state; if it has ended, remove $lock"
        fi
        if [ -n "$owner" ] && [ "$owner" != "$$" ] && kill -0 "$owner" 2>/dev/null; then
            stop 4 "process $owner uses $state; if it is not a run of byok's scripts, remove $lock"
        fi
        # The run that held the lock was killed. Of two runs that see this, one succeeds.
        { mv -- "$lock" "$lock.$$" && rm -f -- "$lock.$$" && write_lock; } ||
            stop 4 "another run uses $state"
    fi
    has_lock=1
}

write_lock() {
    (set -C && printf '%s %s\n' "$$" "$host" >"$lock") 2>/dev/null
}

# At the end of every run: writes the results, and removes temporary files and the lock.
finish() {
    finish_status=$?
    trap - EXIT
    if [ "$has_lock" -eq 1 ]; then
        [ "$has_results" -eq 1 ] || write_results || say "cannot write the results"
        rm -f -- "$state/.error.$$" "$state/.answer.$$" "$state/.keys.$$" "$lock"
    fi
    exit "$finish_status"
}

# Calls a function for each row of rows.tsv, with the columns in variables.
each_row() { # FUNCTION
    row_number=0
    {
        IFS= read -r header
        [ "$header" = "$columns" ] || stop 6 "rows.tsv has other columns; nothing was sent"
        while IFS=$tab read -r id region key algorithm wrapping_key_spec alias create; do
            row=$state/$id
            row_number=$((row_number + 1))
            "$1"
        done
    } <&3
}

# Writes the results of all rows as CSV: Id,KeyId,Status,Error.
write_results() {
    results=$folder/$prefix${script%.sh}.csv
    done_rows=0
    other_rows=0
    { printf 'Id,KeyId,Status,Error\n' && each_row write_result 3<rows.tsv; } >"$results.new.$$" ||
        return 1
    # A full disk leaves fewer lines.
    { [ "$(wc -l <"$results.new.$$")" -eq "$((row_count + 1))" ] && sync_file "$results.new.$$" &&
        mv -f -- "$results.new.$$" "$results"; } || return 1
    has_results=1
}

write_result() {
    reason=
    if is_done; then
        status=done
        done_rows=$((done_rows + 1))
    else
        status=pending
        other_rows=$((other_rows + 1))
        [ ! -s "$row/$script.mark" ] || read -r status reason <"$row/$script.mark"
    fi
    if [ -n "$reason" ]; then
        case $reason in [=+@-]*) reason="'$reason" ;; esac
        reason=\"$(printf '%s\n' "$reason" | sed 's/"/""/g')\"
    fi
    printf '%s,%s,%s,%s\n' "$id" "$key_arn" "$status" "$reason"
}

# Compares the account of the credentials with the account of the plan.
check_account() {
    call_folder=$state
    IFS="$tab" read -r id region key <<ROW
$(sed -n 2p rows.tsv)
ROW
    ask "$state/.answer.$$" sts get-caller-identity --region "$region" --query Account --output text ||
        stop 4 "$message; no row is marked"
    read_line "$state/.answer.$$"
    [ "$value" = "$account" ] ||
        stop 6 "the credentials are of account $value, and the plan is for account $account; nothing was changed"
}

# Checks everything that needs no row, and takes the lock.
begin() {
    umask 077
    unset CDPATH
    folder=$(cd -- "$(dirname -- "$0")" && pwd -P)
    cd -- "$folder"
    tab=$(printf '\t')
    columns="Id${tab}Region${tab}KeyId${tab}WrappingAlgorithm${tab}WrappingKeySpec${tab}Alias${tab}CreateKey"
    check_number BYOK_CONSISTENCY_SECONDS "$BYOK_CONSISTENCY_SECONDS" 0
    check_number BYOK_PARAMETERS_SECONDS "$BYOK_PARAMETERS_SECONDS" 1
    choose_purpose
    check_rows
    mkdir -p -- "$state"
    trap finish EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    take_lock
    # What a killed run left.
    rm -f -- "$state"/.*.[0-9]* "$folder/$prefix${script%.sh}.csv.new."*
    check_account
}
