// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

// The parser writes scripts that complete its own grammar: verb, options, operands, in full. What
// is added here rewrites a line into that form first, by the same rules as when it is run, so that
// 'netns -n red l s <TAB>' completes as 'netns link show --namespace red <TAB>' does.

/// The first word of the call by which scripts have a line rewritten. Nobody can mean it as an option.
let completionLineWord = "---line"

/// A script that completes command lines of netns.
func fullCompletionScript(for shell: CompletionShell) -> String {
    let script = Netns.completionScript(for: shell)
    switch shell {
    case .bash: return script + "\n" + bashAddition
    case .zsh:
        // The last statement makes the script's function the completer; the addition has its own.
        let end = script.firstRange(of: "\nif [[ \"${funcstack[1]}\"")?.lowerBound ?? script.endIndex
        return script[..<end] + "\n" + zshAddition
    case .fish: return script + "\n" + fishAddition
    default: return script
    }
}

private let bashAddition = #"""
    # Rewrites the line in front of the cursor, as netns itself reads it.
    __netns_line() {
        local cur="${2}"
        local -a before
        mapfile -t before < <("${COMP_WORDS[0]}" ---line "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
        COMP_WORDS=("${COMP_WORDS[0]}" "${before[@]}" "${cur}")
        COMP_CWORD=$((${#before[@]} + 1))
        COMP_LINE="${COMP_WORDS[*]}"
        COMP_POINT=${#COMP_LINE}
        _netns "${1}" "${cur}" "${COMP_WORDS[COMP_CWORD - 1]}"
        case "${COMP_WORDS[1]-} ${COMP_WORDS[COMP_CWORD - 1]}" in
        *' --chdir') compopt -o filenames 2>/dev/null ;;
        # What a program takes is not known: files, when there is no other guess.
        exec\ *) compopt -o default 2>/dev/null ;;
        esac
        return 0
    }

    complete -F __netns_line netns

    """#

private let zshAddition = #"""
    # Rewrites the line in front of the cursor, as netns itself reads it.
    __netns_line() {
        local -a before
        before=("${(@f)$("${words[1]}" ---line "${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
        [[ -n "${before[*]}" ]] || before=()
        words=("${words[1]}" "${before[@]}" "${(@)words[CURRENT,-1]}")
        CURRENT=$((${#before} + 2))
        local -i names="${compstate[nmatches]}"
        local verb="${before[1]}"
        _netns "${@}"
        # What a program takes is not known: files, when there is no other guess.
        [[ "${verb}" != exec || "${compstate[nmatches]}" -gt "${names}" ]] || _files
    }

    compdef __netns_line netns
    [[ "${funcstack[1]}" != _netns ]] || __netns_line "${@}"

    """#

private let fishAddition = #"""
    # Rewrites the line in front of the cursor, as netns itself reads it.
    functions --query __netns_plain_tokens; or functions --copy __netns_tokens __netns_plain_tokens

    functions --query __netns_plain_flags
    or functions --copy __netns_should_offer_completions_for_flags_or_options __netns_plain_flags
    functions --query __netns_plain_positional
    or functions --copy __netns_should_offer_completions_for_positional __netns_plain_positional

    function __netns_read_line
        set -l before (__netns_plain_tokens -pc)
        test "$before" = "$__netns_line_before"; and return
        set -g __netns_line_before $before
        set -g __netns_line_after $before[1] (command $before[1] ---line $before[2..] 2>/dev/null)
    end

    # The script asks hundreds of times for one completion: whether these verbs are on the line is answered fast.
    function __netns_has_verbs
        __netns_read_line
        string match -q -- "$argv *" "$__netns_line_after "
    end

    function __netns_should_offer_completions_for_flags_or_options
        __netns_has_verbs $argv[1]; and __netns_plain_flags $argv
    end

    function __netns_should_offer_completions_for_positional
        __netns_has_verbs $argv[1]; and __netns_plain_positional $argv
    end

    function __netns_tokens
        switch "$argv"
        case -tC
            # How far the cursor is in its word; commandline(1) of fish 3 tells that to interactive shells alone.
            string length -- (commandline -ct)
        case -pc
            __netns_read_line
            printf '%s\n' $__netns_line_after
        case -p
            __netns_read_line
            printf '%s\n' $__netns_line_after
            set -l all (__netns_plain_tokens -p)
            set -l after $all[(math (count $__netns_line_before) + 1)..]
            test (count $after) -eq 0; or printf '%s\n' $after
        case '*'
            __netns_plain_tokens $argv
        end
    end

    """#
