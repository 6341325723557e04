# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts that run tests: what they are told to run, and what came of it.

# parse_choice WORD...
#
# Reads the options --filter and --skip into the array `choice`, --help prints the usage.
parse_choice() {
    choice=()
    while [ $# -gt 0 ]; do
        case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --filter | --skip)
            if [ $# -lt 2 ]; then
                usage >&2
                exit 2
            fi
            choice+=("$1" "$2")
            shift 2
            ;;
        --filter=* | --skip=*)
            choice+=("${1%%=*}" "${1#*=}")
            shift
            ;;
        *)
            usage >&2
            exit 2
            ;;
        esac
    done
}

# report_tests EVENTS STATUS
#
# Prints which tests of the event stream were skipped and why, what warnings there were, and as the last line
#
#     123 passed, 0 failed, 2 skipped
#
# Each case that a test with several has cancelled counts as skipped; its reason is among the warnings.
# Returns 0 only when STATUS, that of the run, is 0, tests ran, none failed, and each skipped one says why.
#
# Counted from the events and not from the closing report, which a crash cuts off.
# A test that began and never ended has failed.
report_tests() {
    local events=$1 status=$2 counts passed failed skipped texts
    # What a crash left half written is no event.
    # shellcheck disable=SC2016 # the names are jq's
    counts=$(jq -Rrs '
        split("\n") | map(fromjson?)
        | (map(select(.kind == "test" and .payload.kind == "function") | {(.payload.id): true}) | add // {}) as $tests
        | [.[] | select(.kind == "event") | .payload | select(.testID != null and $tests[.testID])]
        | [.[] | select(.kind == "testStarted") | .testID] as $began
        | [.[] | select(.kind == "testEnded") | .testID] as $ended
        | [.[] | select(.kind == "testEnded") | select(all(.messages[]; .symbol != "fail")) | .testID] as $passed
        | [.[] | select(.kind == "testSkipped") | .testID] as $skipped
        | [.[] | select(.kind == "testCaseCancelled")] as $cancelled
        | ([($passed | length), (($began - $passed) | length),
            ($skipped | unique | length) + ($cancelled | length)] | @tsv),
          ($began - $ended | .[] | "began and never ended: \(.)"),
          (($ended - $passed) | unique | .[] | "failed: \(.)")' "$events")
    read -r passed failed skipped <<<"${counts%%$'\n'*}"
    if [ "$failed" -gt 0 ]; then printf '\n%s\n' "${counts#*$'\n'}"; fi

    if [ "$skipped" -gt 0 ]; then
        texts=$(jq -Rr 'fromjson? | select(.kind == "event" and .payload.kind == "testSkipped") | .payload.messages[0].text' \
            "$events")
        printf '\nSkipped:\n%s\n' "$texts"
        # A test may be skipped for what this kernel lacks, and then says so. The kernel tests as
        # a whole are skipped without a word where no namespace can be made; here one can be.
        if grep -q 'skipped\.$' <<<"$texts"; then
            printf '\n%s: tests were skipped without a reason\n' "${0##*/}" >&2
            status=1
        fi
    fi
    texts=$(jq -Rrs '
        [split("\n")[] | fromjson? | select(.kind == "event" and .payload.issue.severity == "warning")
            | .payload.messages[-1].text]
        | group_by(.)[] | .[0] + if length > 1 then " (\(length) times)" else "" end' "$events")
    if [ -n "$texts" ]; then printf '\nWarnings:\n%s\n' "$texts"; fi
    if [ "$status" -eq 0 ] && [ "$passed" -eq 0 ]; then
        printf '\n%s: no test ran\n' "${0##*/}" >&2
        status=1
    fi
    printf '\n%s passed, %s failed%s\n' "$passed" "$failed" "$([ "$skipped" -eq 0 ] || printf ', %s skipped' "$skipped")"
    [ "$failed" -eq 0 ] || return 1
    return "$status"
}
