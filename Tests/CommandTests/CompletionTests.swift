// SPDX-License-Identifier: Apache-2.0

@testable import NetnsCommands
import RouteNetlink
import Testing

/// What real shells offer with the scripts of `netns completions`.
@Suite(.enabled(if: Sandbox.isAvailable, "no namespaces can be made here"))
struct CompletionTests {
    /// A line up to the cursor, what must be offered, and what must not be.
    struct Case: Sendable, CustomTestStringConvertible {
        var line: String
        var offered: [String]
        var withheld: [String] = []

        var testDescription: String { line }
    }

    static let cases = [
        Case(line: "netns ", offered: ["add", "delete", "list-id", "exec", "connect", "link"]),
        Case(line: "netns de", offered: ["delete"], withheld: ["add"]),
        Case(line: "netns delete ", offered: ["red", "blue"]),
        Case(line: "netns delete red ", offered: ["blue"], withheld: ["red"]),
        Case(line: "netns del b", offered: ["blue"], withheld: ["red"]),
        Case(line: "netns delete --no", offered: ["--no-wait"], withheld: ["--all"]),
        Case(line: "netns -j pids ", offered: ["red", "blue"]),
        Case(line: "netns -n red ", offered: ["link", "address"]),
        Case(line: "netns inspect ", offered: ["red", "blue"]),
        Case(line: "netns inspect --type ", offered: ["cgroup", "mnt", "net", "uts"], withheld: ["red"]),
        Case(line: "netns exec ", offered: ["red", "blue"]),
        Case(line: "netns exec --user nobody ", offered: ["red", "blue"]),
        Case(line: "netns exec red trunc", offered: ["truncate"], withheld: ["red"]),
        Case(line: "netns enter --target ", offered: ["red", "blue"]),
        Case(line: "netns enter --mou", offered: ["--mount"]),
        Case(line: "netns unshare --propagation ", offered: ["private", "slave"], withheld: ["red"]),
        Case(line: "netns unshare trunc", offered: ["truncate"], withheld: ["red"]),
        Case(line: "netns run ", offered: ["red", "blue"]),
        Case(line: "netns run red --restart ", offered: ["never", "on-failure", "always"], withheld: ["blue"]),
        Case(line: "netns link show ", offered: ["lo", "v0", "br0", "master"], withheld: ["eth0"]),
        Case(line: "netns link show -n red ", offered: ["lo", "eth0"], withheld: ["v0"]),
        Case(line: "netns -n red l s e", offered: ["eth0"], withheld: ["v0"]),
        Case(line: "netns link set v0 ", offered: ["up", "mtu", "master", "type"], withheld: ["v0"]),
        Case(line: "netns link set v0 up m", offered: ["mtu", "master", "multicast"], withheld: ["up"]),
        Case(line: "netns link set v0 master ", offered: ["br0"], withheld: ["mtu"]),
        Case(line: "netns link set v0 netns ", offered: ["red", "blue"]),
        Case(line: "netns link set v0 type br", offered: ["bridge", "bridge_slave"]),
        Case(line: "netns link set v0 type bridge_slave is", offered: ["isolated"]),
        Case(line: "netns link add v1 type veth peer name eth1 ne", offered: ["netns"]),
        Case(line: "netns link set v0 vf 0 sp", offered: ["spoofchk"]),
        Case(line: "netns link set v0 vf 0 state ", offered: ["auto", "enable", "disable"]),
        Case(line: "netns link add m0 link-netns ", offered: ["red", "blue"]),
        Case(line: "netns tuntap add t0 mode ", offered: ["tun", "tap"]),
        Case(line: "netns tuntap add t0 mode tap v", offered: ["vnet_hdr"], withheld: ["mode"]),
        Case(line: "netns wireguard gen", offered: ["genkey", "genpsk"], withheld: ["pubkey"]),
        Case(line: "netns a a 10.0.0.1/24 dev ", offered: ["v0", "br0"]),
        Case(line: "netns r a bl", offered: ["blackhole"]),
        Case(line: "netns route show table ", offered: ["main", "local", "all"]),
        Case(line: "netns rule add from 10.0.0.0/8 ta", offered: ["table"], withheld: ["from"]),
        Case(line: "netns n s dev ", offered: ["v0", "br0"]),
        Case(line: "netns connect red ", offered: ["br0"], withheld: ["v0", "lo"]),
        Case(line: "netns completions ", offered: ["bash", "zsh", "fish"]),
    ]

    /// Two namespaces, and one of a name that a shell must not get to see.
    private func sandbox() throws -> Sandbox {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red blue
            netns link add v0 type veth peer name eth0 netns red
            netns link add br0 type bridge
            : >'/run/netns/$(touch>pwned)'
            : >'/run/netns/a b'
            """)
        return box
    }

    private func check(_ offers: [String: [String]], _ cases: [Case] = cases) {
        for expected in cases {
            let offered = offers[expected.line] ?? []
            for word in expected.offered { #expect(offered.contains(word), "'\(expected.line)': \(offered)") }
            for word in expected.withheld { #expect(!offered.contains(word), "'\(expected.line)': \(offered)") }
        }
    }

    @Test("bash", .enabled(if: isInstalled("bash"), "bash is not installed"))
    func bash() throws {
        let box = try sandbox()
        let result = try box.run(["bash", "-c", bashDriver, "bash"] + Self.cases.map(\.line))
        #expect(result.status == 0)
        #expect(result.errors == "")
        check(offers(result.output))
        #expect(try box.shell("ls pwned", mayFail: true).status != 0)
    }

    @Test("zsh", .enabled(if: isInstalled("zsh"), "zsh is not installed"))
    func zsh() throws {
        let box = try sandbox()
        try box.shell("mkdir /run/functions; netns completions zsh >/run/functions/_netns")
        let result = try box.run(["zsh", "-f", "-c", zshDriver, "zsh"] + Self.cases.map(\.line))
        #expect(result.status == 0, "\(result.errors)")
        check(offers(result.output))
    }

    @Test("fish", .enabled(if: isInstalled("fish"), "fish is not installed"))
    func fish() throws {
        let box = try sandbox()
        try box.shell("mkdir /run/home; netns completions fish >/run/netns.fish")
        // It takes a tenth of a second for a line; what is behind them has been seen with the others.
        let cases = Self.cases.enumerated().filter { $0.offset % 3 == 1 }.map(\.element)
        let result = try box.run(
            ["fish", "-c", fishDriver] + cases.map(\.line),
            environment: ["HOME": "/run/home", "XDG_CONFIG_HOME": "/run/home", "XDG_DATA_HOME": "/run/home"])
        #expect(result.errors == "")
        check(offers(result.output), cases)
    }

    @Test("words that take no value are words of the grammar, and no others are")
    func flags() {
        let words =
            LinkWords.addWords.names + LinkWords.setWords.names + AddressWords.table.names
            + AddressSelection.table.names
            + RouteWords.table.names + RouteSelection.table.names + LookupWords.table.names + ["peer", "nexthop"]
            + RuleWords.table.names + NeighborWords.table.names + NeighborSelection.table.names
            + NextHopSelection.table.names + ForwardingWords.table.names + VLANWords.table.names
            + ForwardingFlushWords.table.names + ForwardingLookupWords.table.names + ["set", "show"]
            + BridgeOptions.fields.compactMap(\.word).flatMap(\.names)
            + BridgePortOptions.fields.compactMap(\.word).flatMap(\.names)
            + QdiscWords.table.names + QdiscWords.showTable.names + FQOptions.wordNames + FQCoDelOptions.wordNames
            + TuntapWords.table.names + HTBOptions.wordNames + WireGuardWords.table.names
            + WireGuardPeerWords.table.names
        #expect(CompletionRequest.flags.subtracting(words) == [])
    }

    @Test("a line is rewritten as it is read when it is run")
    func line() {
        #expect(completionLine([]) == [])
        #expect(completionLine(["del"]) == ["delete"])
        #expect(completionLine(["-j", "mon"]) == ["monitor", "--json"])
        #expect(completionLine(["-n", "red"]) == [])
        #expect(completionLine(["-n"]) == ["link", "show", "--namespace"])
        #expect(completionLine(["frob"]) == [])
        #expect(completionLine(["l"]) == ["link"])
        #expect(completionLine(["-n", "red", "l", "s"]) == ["link", "set", "--namespace", "red"])
        #expect(completionLine(["exec", "red", "ls", "-l"]) == ["exec", "red", "ls", "-l"])
    }

    /// Lines `LINE` TAB `WORD WORD …`, by line.
    private func offers(_ output: String) -> [String: [String]] {
        var offers: [String: [String]] = [:]
        for line in output.split(separator: "\n") {
            let halves = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { continue }
            offers[String(halves[0]), default: []] += halves[1].split(separator: " ").map(String.init)
        }
        return offers
    }
}

/// Calls the completion function as bash does, for each line that is given.
private let bashDriver = #"""
    eval "$(netns completions bash)"
    [[ "$(complete -p netns)" =~ -F\ ([^ ]+) ]] && function=${BASH_REMATCH[1]}
    for line; do
        COMP_LINE=$line COMP_POINT=${#line}
        read -ra COMP_WORDS <<<"$line"
        [[ $line != *' ' ]] || COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMPREPLY=()
        "$function" netns "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" || exit
        printf '%s\t%s\n' "$line" "${COMPREPLY[*]}"
    done
    """#

/// Types each line and a tab into a shell on a terminal; the list that it shows is what is offered.
private let zshDriver = #"""
    zmodload zsh/zpty
    zpty shell env TERM=dumb COLUMNS=200 zsh -f -i
    zpty -w shell "unset zle_bracketed_paste; setopt no_beep no_list_beep; fpath=(/run/functions \$fpath)"
    zpty -w shell "autoload -Uz compinit; compinit -u -D; bindkey '^I' list-choices; LISTMAX=1000"
    zpty -w shell "zstyle ':completion:*' verbose no; PROMPT='<pro''mpt>' RPROMPT="
    for line; do
        # Only then does the shell read keys one by one; what comes before is shown twice.
        zpty -r shell skipped "*<prompt>*"
        zpty -n -w shell "$line"$'\t'
        # Leaves the line unrun.
        zpty -n -w shell $'\C-uecho en""d\n'
        zpty -r shell listed $'*end\r\n*'
        # The line comes back, then the list, then the line once more and what was typed over it.
        listed=${${listed#*"$line"}%%'<prompt>'*}
        print -r -- "$line"$'\t'"${${listed//$'\r'/}//$'\n'/ }"
    done
    zpty -d shell
    """#

private let fishDriver = """
    source /run/netns.fish
    for line in $argv
        printf '%s\\t%s\\n' $line (complete -C $line | string replace -r '\\t.*' '' | string join ' ')
    end
    """
