// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
@testable import NetnsCommands
import NetworkNamespaces
import RouteNetlink
import Testing

/// Whether the manual pages say what the command does.
@Suite
struct DocumentationTests {
    /// The page of each verb.
    static let pages: [String: String] = [
        "exec": "netns-exec", "link": "netns-link", "address": "netns-address", "route": "netns-route",
        "rule": "netns-rule", "neighbor": "netns-neighbor",
        "nexthop": "netns-nexthop", "fdb": "netns-bridge", "vlan": "netns-bridge", "mdb": "netns-bridge",
        "qdisc": "netns-qdisc", "filter": "netns-qdisc", "class": "netns-qdisc", "impair": "netns-qdisc",
        "connect": "netns-connect", "disconnect": "netns-connect", "completions": "netns", "help": "netns",
        "tuntap": "netns-tuntap",
        "wireguard": "netns-wireguard", "sysctl": "netns-sysctl", "monitor": "netns-monitor", "batch": "netns-batch",
        "lab": "netns-lab", "run": "netns-run", "inspect": "netns-inspect", "nat": "netns-nat",
        "enter": "netns-enter", "unshare": "netns-unshare",
    ]

    private static func page(of verb: String) -> String { pages[verb] ?? "netns-namespace" }

    @Test("every verb is in its page and in netns(8)")
    func verbs() throws {
        let overview = try ManualPage("netns")
        for verb in try CommandTree.load().verbs {
            let page = try ManualPage(Self.page(of: verb.name))
            #expect(overview.words.contains(verb.name), "netns(8) lacks '\(verb.name)'")
            let names = [verb.name] + verb.verbs.flatMap { [$0.name] + $0.aliases }
            for name in names { #expect(page.words.contains(name), "\(page.name)(8) lacks '\(name)'") }
        }
    }

    @Test("every option of a verb is explained in its page, and every one that is explained exists")
    func options() throws {
        let tree = try CommandTree.load()
        var commands: [String: [CommandTree]] = [:]
        for verb in tree.verbs { commands[Self.page(of: verb.name), default: []] += verb.leaves }
        for (page, commands) in commands where page != "netns" {
            let entries = try ManualPage(page).entries.filter { $0.kind == .option }
            for command in commands {
                let explained = entries.filter { $0.verbs.isEmpty || $0.verbs.contains(command.name) }.flatMap(\.names)
                #expect(command.options.subtracting(explained) == [], "\(page)(8), \(command.name)")
            }
            for entry in entries {
                let owners = commands.filter { !$0.options.isDisjoint(with: entry.names) }.map(\.name)
                #expect(!owners.isEmpty, "\(page)(8) explains \(entry.names), which no verb takes")
                if !entry.verbs.isEmpty { #expect(Set(owners) == Set(entry.verbs), "\(page)(8), \(entry.names)") }
                let all = Set(commands.flatMap(\.options))
                #expect(Set(entry.names).subtracting(all) == [], "\(page)(8)")
            }
        }
    }

    @Test("every option that a page mentions exists")
    func mentions() throws {
        let tree = try CommandTree.load()
        let all = Set(tree.verbs.flatMap(\.leaves).flatMap(\.options)).union(CommandTree.commonOptions).union(["--"])
        for name in try ManualPage.names() {
            let page = try ManualPage(name)
            let known =
                name == "netns" || name == "netns-containers"
                ? all
                : tree.verbs.filter { Self.page(of: $0.name) == name }.flatMap(\.leaves)
                    .reduce(into: ["--"]) { $0.formUnion($1.options) }
            #expect(page.options.subtracting(known) == [], "\(name)(8)")
        }
    }

    /// The grammar in the manner of ip(8): each list of words, and where it is explained.
    static let grammars: [(page: String, heading: String, words: [String])] = [
        ("netns-link", "Properties", LinkWords.addWords.names + LinkWords.setWords.names),
        ("netns-link", "Selection", LinkSelection.table.names),
        ("netns-link", "Kinds", linkKinds + ["bridge_slave", "bridge_port", "bond_slave", "bond_port"]),
        ("netns-link", "Virtual functions", VirtualFunctionWords.table.names),
        ("netns-link", "Bridges", words(of: BridgeOptions.fields)),
        ("netns-link", "Ports of bridges", words(of: BridgePortOptions.fields)),
        ("netns-link", "VLANs", words(of: VlanOptions.fields)),
        ("netns-link", "Vxlans", words(of: VxlanOptions.fields)),
        ("netns-link", "Macvlans", words(of: MacvlanOptions.fields)),
        ("netns-link", "Ipvlans", words(of: IpvlanOptions.fields)),
        ("netns-link", "Netkits", words(of: NetkitOptions.fields) + ["peer"]),
        ("netns-link-tunnels", "GRE tunnels", words(of: GREOptions.fields) + words(of: IP6GREOptions.fields)),
        ("netns-link-tunnels", "IP tunnels", words(of: SITOptions.fields) + words(of: IP6TunnelOptions.fields)),
        ("netns-link-tunnels", "Devices of IPsec", words(of: VTIOptions.fields) + words(of: XFRMOptions.fields)),
        ("netns-link-tunnels", "Geneve", words(of: GeneveOptions.fields)),
        ("netns-link-tunnels", "AMT", words(of: AMTOptions.fields)),
        ("netns-link-tunnels", "Bare UDP", words(of: BareUDPOptions.fields)),
        ("netns-link-tunnels", "HSR", words(of: HSROptions.fields)),
        ("netns-link-tunnels", "MACsec", words(of: MACsecOptions.fields)),
        ("netns-link-tunnels", "Devices of programs", words(of: TunOptions.fields)),
        ("netns-link-tunnels", "Bonds", words(of: BondOptions.fields)),
        ("netns-link-tunnels", "Ports of bonds", words(of: BondPortOptions.fields)),
        ("netns-address", "Properties", AddressWords.table.names),
        ("netns-address", "Selection", AddressSelection.table.names),
        ("netns-route", "Destinations", routeTypes.map(\.name).sorted()),
        ("netns-route", "Properties", RouteWords.table.names + WayWords.nextHopTable.names + ["nexthop"]),
        (
            "netns-route", "Tunnels",
            routeTunnelWords.names + segmentRoutingWords.names + segmentEndpointWords.names
                + ["mpls", "ip", "ip6", "seg6", "seg6local", "action"]
        ),
        ("netns-route", "Selection", RouteSelection.table.names),
        (
            "netns-route", "Labels",
            MPLSRouteWords.table.names + MPLSWayWords.nextHopTable.names + MPLSRouteSelection.table.names + ["nexthop"]
        ),
        ("netns-route", "Packets", LookupWords.table.names),
        ("netns-qdisc", "Places", QdiscWords.table.names + QdiscWords.showTable.names),
        ("netns-qdisc", "Kinds", qdiscKinds),
        ("netns-qdisc", "Filters", FilterSelection.table.names),
        ("netns-qdisc", "netem", NetemOptions.wordNames),
        ("netns-qdisc", "tbf", TBFOptions.wordNames),
        ("netns-qdisc", "htb", HTBOptions.wordNames),
        ("netns-qdisc", "Classes of htb", HTBClassWords.table.names + ClassWords.table.names),
        ("netns-qdisc", "fq", FQOptions.wordNames),
        ("netns-qdisc", "fq_codel", FQCoDelOptions.wordNames),
        ("netns-qdisc", "cake", CakeOptions.wordNames),
        ("netns-qdisc", "codel", CoDelOptions.wordNames),
        ("netns-qdisc", "sfq", SFQOptions.wordNames),
        ("netns-qdisc", "Size tables", SizeTable.words.names),
        ("netns-qdisc", "pfifo and bfifo", FIFOOptions.wordNames),
        ("netns-qdisc", "prio", PriorityOptions.wordNames),
        ("netns-monitor", "Objects", monitorWords + ["addr", "neigh", "neighbour"]),
        ("netns-rule", "Selectors", RuleWords.selectors.flatMap(\.names)),
        ("netns-rule", "Actions", RuleWords.actions.flatMap(\.names)),
        ("netns-neighbor", "Properties", NeighborWords.table.names),
        ("netns-neighbor", "Selection", NeighborSelection.table.names),
        ("netns-nexthop", "Properties", NextHopWords.table.names),
        ("netns-nexthop", "Selection", NextHopSelection.table.names),
        (
            "netns-nexthop", "Buckets",
            NextHopBucketSelection.table.names + NextHopBucketSelection.lookupTable.names
                + NextHopBucketShow.verbs
        ),
        ("netns-bridge", "Forwarding entries", ForwardingWords.table.names),
        ("netns-bridge", "Selection", ForwardingSelection.table.names),
        ("netns-bridge", "VLANs", VLANWords.table.names + VLANSelection.table.names),
        ("netns-bridge", "Multicast groups", MulticastWords.table.names + MulticastSelection.table.names),
        ("netns-tuntap", "Properties", TuntapWords.table.names),
        ("netns-wireguard", "Properties", WireGuardWords.table.names + ["peer"]),
        ("netns-wireguard", "Peers", WireGuardPeerWords.table.names),
    ]

    private static func words<Options>(of fields: [OptionField<Options>]) -> [String] {
        fields.compactMap(\.word).flatMap(\.names)
    }

    @Test("every word of the grammar is explained, and every one that is explained exists", arguments: grammars.indices)
    func words(_ index: Int) throws {
        let (name, heading, words) = Self.grammars[index]
        let page = try ManualPage(name)
        #expect(Set(words).subtracting(page.words) == [], "\(name)(8), \(heading)")
        let explained = page.explained(.word, under: heading)
        #expect(!explained.isEmpty)
        #expect(Set(explained).subtracting(words + ["dev", "name"]) == [], "\(name)(8), \(heading)")
    }

    @Test("every code of the doctor is explained, and every one that is explained exists")
    func findings() throws {
        let page = try ManualPage("netns-namespace")
        #expect(Set(page.explained(.term, under: "Findings")) == Set(FindingCode.allCases.map(\.rawValue)))
    }

    @Test("every page has its sections, and refers to pages that exist")
    func sections() throws {
        let names = try ManualPage.names()
        let overview = try ManualPage("netns")
        // Pages of other packages.
        let others = [
            "bridge(8)", "env(1)", "glob(7)", "ip(8)", "ip-address(8)", "ip-link(8)", "ip-netns(8)", "ip-route(8)",
            "ip-rule(8)", "ip-nexthop(8)", "ip-neighbour(8)",
            "mount_namespaces(7)", "namespaces(7)", "netdevice(7)", "network_namespaces(7)", "nsenter(1)", "veth(4)",
            "signal(7)", "jq(1)", "tc(8)", "tc-cake(8)", "tc-codel(8)", "tc-fq(8)", "tc-fq_codel(8)", "tc-htb(8)",
            "tc-netem(8)", "tc-sfq(8)", "tc-stab(8)", "tc-tbf(8)", "getaddrinfo(3)", "wg(8)", "nft(8)", "sysctl(8)",
            "proc(5)",
            "ip-monitor(8)", "lsns(8)", "setns(2)", "setgroups(2)", "unshare(1)", "unshare(2)",
            "user_namespaces(7)",
            "netns-lab(5)",
            "tcpdump(1)", "ping(8)", "newuidmap(1)", "newgidmap(1)", "slirp4netns(1)", "logind.conf(5)",
        ]
        for name in names {
            let page = try ManualPage(name)
            for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
                #expect(page.headings.contains(heading), "\(name)(8) lacks \(heading)")
            }
            #expect(!page.examples.isEmpty, "\(name)(8)")
            for reference in page.references {
                #expect((names.map { "\($0)(8)" } + others).contains(reference), "\(name)(8) refers to \(reference)")
            }
            if name != "netns" {
                #expect(overview.sections["SEE ALSO"]?.contains { $0.hasPrefix(".Xr \(name) 8") } == true)
                #expect(page.sections["SEE ALSO"]?.contains { $0.hasPrefix(".Xr netns 8") } == true, "\(name)(8)")
            }
        }
    }

    @Test("mandoc finds nothing wrong", .enabled(if: isInstalled("mandoc"), "mandoc is not installed"))
    func lint() throws {
        let files = try directoryEntries("\(repository)/man").map { "\(repository)/man/\($0.name)" }.sorted()
        let result = try ChildProcess(["mandoc", "-T", "lint", "-W", "warning"] + files).wait()
        #expect(result == CommandResult(status: 0, output: "", errors: ""))
    }

    @Test("examples run as they are written", .enabled(if: Sandbox.isAvailable), arguments: try ManualPage.names())
    func examples(_ name: String) throws {
        let box = try Sandbox()
        for example in try ManualPage(name).examples where example.obstacle == nil {
            let result = try box.shell(example.commands, mayFail: true)
            #expect(result.status == 0, "\(name)(8): \(example.commands)\n\(result.errors)")
        }
    }

    @Test("help texts have examples that name verbs and options that exist, and keep their lines")
    func help() throws {
        let tree = try CommandTree.load()
        for verb in [tree] + tree.verbs + tree.verbs.flatMap(\.verbs)
        where verb.name != "help" {
            let lines = verb.discussion.split(separator: "\n")
            // Others are filled; one that is indented would be broken where the screen ends.
            for line in lines where line.hasPrefix(" ") {
                #expect(line.count <= 79, "netns \(verb.name) --help: \(line)")
            }
            let examples = lines.drop { $0 != "EXAMPLES" }.dropFirst().prefix { $0.hasPrefix("  ") }
            #expect(!examples.isEmpty, "'netns \(verb.name) --help' has no examples")
            for example in examples { checkCommand(example, tree, "netns \(verb.name) --help") }
        }
    }
}

/// Checks the verbs and options of a command line that is shown to people.
func checkCommand(_ line: Substring, _ tree: CommandTree, _ place: String) {
    // What stands behind a pipe, or runs in the namespace, is another program's.
    let words = line.split(separator: " ").map(String.init)
    guard let start = words.firstIndex(of: "netns") else { return }
    var command = tree
    for word in words[(start + 1)...] {
        if ["|", "--", ">", "…"].contains(word) || word.contains("$(") { break }
        if let next = command.verb(word) {
            command = next
        } else if word.hasPrefix("-") {
            let option = String(word.prefix { $0 != "=" })
            let known = command.leaves.reduce(into: CommandTree.commonOptions) { $0.formUnion($1.options) }
            #expect(known.contains(option), "\(place): \(line)")
        } else if command.name == tree.name {
            // ip's options may stand in front.
            #expect(words[start + 1].hasPrefix("-"), "\(place): no verb '\(word)' in \(line)")
        } else if command.name == "exec" {
            break
        }
    }
    #expect(
        command.name != tree.name || words.count == start + 1 || words[start + 1].hasPrefix("-"), "\(place): \(line)")
}
