// SPDX-License-Identifier: Apache-2.0

internal import GenericNetlink
internal import RouteNetlink

extension CompletionRequest {
    /// What can stand behind `link`, `address`, `route` and their verbs, in the grammar of ip(8).
    var grammarWords: [String] {
        let words = operands
        guard let verb = before.first, let subverb = words.first else { return devices() }
        let rest = words.dropFirst()
        guard let last = rest.last else { return firstWords(verb, subverb) }
        let known = self.words(verb, subverb, Array(rest))
        if let values = values(of: last, verb, subverb) { return values }
        // A word without a value, a value, or a word that is still to get its own.
        return known.contains(last) && !Self.flags.contains(last) ? [] : known.filter { !rest.contains($0) }
    }

    /// Words that take no value, one a line, sorted.
    static let flags: Set<String> = [
        "added_by_user",
        "autojoin",
        "blackhole",
        "cache",
        "cached",
        "clsact",
        "dadfailed",
        "deprecated",
        "down",
        "dynamic",
        "ecn",
        "extern_learn",
        "fdb_flush",
        "fibmatch",
        "groups",
        "home",
        "horizon_cap",
        "horizon_drop",
        "ingress",
        "invisible",
        "l3mdev",
        "local",
        "managed",
        "mngtmpaddr",
        "multi_queue",
        "nexthop",
        "noadded_by_user",
        "nobackup_port",
        "nodad",
        "nodynamic",
        "noecn",
        "noextern_learn",
        "nomaster",
        "nooffloaded",
        "nop",
        "nopacing",
        "nopermanent",
        "noprefixroute",
        "nostatic",
        "nosticky",
        "not",
        "notify",
        "offload",
        "offloaded",
        "one_queue",
        "onlink",
        "optimistic",
        "pacing",
        "peer",
        "permanent",
        "pervasive",
        "pi",
        "primary",
        "prohibit",
        "pvid",
        "remove",
        "root",
        "router",
        "secondary",
        "self",
        "set",
        "show",
        "stable-privacy",
        "static",
        "sticky",
        "temp",
        "temporary",
        "tentative",
        "unreachable",
        "untagged",
        "unused",
        "up",
        "use",
        "vnet_hdr",
    ]

    private func firstWords(_ verb: String, _ subverb: String) -> [String] {
        switch (verb, subverb) {
        case ("link", "property"): ["add", "delete"]
        case ("wireguard", _): devices(kind: WireGuardDevice.kind)
        case ("tuntap", "delete"), ("tuntap", "show"): devices(kind: TunOptions.kind) + words(verb, subverb, [])
        case ("tuntap", _): []
        case ("link", "set"), ("link", "delete"): devices() + ["group"]
        case ("link", "show"), ("address", "show"), ("address", "flush"): devices() + words(verb, subverb, [])
        // A new name, or an address, which nobody can guess.
        case ("link", "add"), ("address", _), ("route", "get"): []
        case ("route", "show"), ("route", "flush"), ("rule", _), ("neighbor", "show"), ("neighbor", "flush"),
            ("qdisc", _), ("class", _), ("filter", _):
            words(verb, subverb, [])
        case ("neighbor", _): ["proxy"]
        case ("nexthop", "bucket"): ["list", "get"]
        case ("vlan", "global"): ["set", "show"] + words(verb, subverb, [])
        case ("nexthop", _), ("vlan", _), ("mdb", _), ("fdb", "flush"), ("fdb", "show"): words(verb, subverb, [])
        case ("fdb", _): []
        default: ["default"] + routeTypes.map(\.name).sorted()
        }
    }

    /// The words of a verb, without the values.
    private func words(_ verb: String, _ subverb: String, _ rest: [String]) -> [String] {
        switch (verb, subverb) {
        case ("link", "add"), ("link", "set"):
            if let kind = rest.firstIndex(of: "type"), kind + 1 < rest.count {
                return kindWords(rest[kind + 1], behind: rest[(kind + 2)...])
            }
            if subverb == "add" { return LinkWords.addWords.names + ["type"] }
            return (rest.contains("vf") ? VirtualFunctionWords.table.names : []) + LinkWords.setWords.names + ["type"]
        case ("tuntap", "show"): return TuntapWords.selectionTable.names
        case ("tuntap", _): return TuntapWords.table.names
        case ("link", "show"): return LinkSelection.table.names
        case ("link", "delete"): return ["type"]
        case ("wireguard", "set"):
            return WireGuardWords.names(rest.contains("peer"))
        case ("link", "property"): return rest.count > 1 ? ["altname"] : devices()
        case ("address", "show"), ("address", "flush"): return AddressSelection.table.names
        case ("address", _): return AddressWords.table.names
        case ("route", "show"), ("route", "flush"): return RouteSelection.table.names
        case ("route", "get"): return LookupWords.table.names
        case ("rule", _): return RuleWords.table.names
        case ("neighbor", "show"), ("neighbor", "flush"): return NeighborSelection.table.names
        case ("neighbor", "get"): return NeighborWords.lookupTable.names
        case ("neighbor", _): return NeighborWords.table.names
        case ("nexthop", "add"), ("nexthop", "replace"): return NextHopWords.table.names
        case ("nexthop", "show"), ("nexthop", "flush"): return NextHopSelection.table.names
        case ("nexthop", "bucket"):
            return (rest.first == "get" ? NextHopBucketSelection.lookupTable : NextHopBucketSelection.table).names
        case ("nexthop", _): return ["id"]
        case ("fdb", "flush"): return ForwardingFlushWords.table.names
        case ("fdb", "get"): return ForwardingLookupWords.table.names
        case ("fdb", "show"): return ForwardingSelection.table.names
        case ("fdb", _): return ForwardingWords.table.names
        case ("vlan", "add"), ("vlan", "delete"): return VLANWords.table.names
        case ("vlan", "global"):
            return rest.first == "set" ? GlobalVLANWords.table.names : VLANSelection.table.names
        case ("vlan", "set"): return VLANOptionWords.table.names
        case ("vlan", _): return VLANSelection.table.names
        case ("mdb", "show"): return MulticastSelection.table.names
        case ("mdb", _): return MulticastWords.table.names
        case ("route", _):
            return (rest.contains("nexthop") ? WayWords.nextHopTable.names : RouteWords.table.names) + ["nexthop"]
        case ("qdisc", "show"): return QdiscWords.showTable.names
        case ("qdisc", _):
            if let kind = rest.first(where: qdiscKinds.contains) { return qdiscPresentation(of: kind)?.wordNames ?? [] }
            return QdiscWords.table.names + qdiscKinds
        case ("filter", _): return FilterSelection.table.names
        case ("class", "show"): return ClassWords.table.names
        case ("class", _):
            return rest.contains(HTBOptions.kind)
                ? HTBClassWords.table.names : ClassWords.table.names + [HTBOptions.kind]
        default: return []
        }
    }

    private func kindWords(_ kind: String, behind rest: ArraySlice<String>) -> [String] {
        if let options = emptyLinkOptions(of: kind) {
            guard options.isPair else { return options.wordNames }
            return rest.contains("peer") ? LinkWords.addWords.names : options.wordNames + ["peer"]
        }
        for suffix in ["_slave", "_port"] where kind.hasSuffix(suffix) {
            return emptyPortOptions(of: String(kind.dropLast(suffix.utf8.count)))?.wordNames ?? []
        }
        return []
    }

    /// What a word takes, where that can be listed; nil where it can't, or where it takes nothing.
    private func values(of word: String, _ verb: String, _ subverb: String) -> [String]? {
        switch word {
        case "netns", "link-netns": namespaces
        case "dev" where verb == "tuntap", "name" where verb == "tuntap":
            subverb == "add" ? [] : devices(kind: TunOptions.kind)
        case "dev", "master", "vrf", "link", "oif", "iif", "backup_port", "br", "brport": devices()
        case "port" where verb == "mdb": devices()
        case "mode" where verb == "tuntap": ["tun", "tap"]
        case "user" where verb == "tuntap", "group" where verb == "tuntap": []
        case "state" where verb == "link" && before.contains("vf"): VirtualFunction.LinkState.named.map(\.name)
        case "spoofchk", "query_rss", "trust": ["on", "off"]
        case "protodown_reason": NameTable.protocolDownReasons.entries.map(\.name)
        // Whoever the peers are to be, nobody can guess.
        case "peer" where verb == "wireguard": []
        case "persistent-keepalive", "fwmark": ["off"]
        case "group": NameTable.groups.entries.map(\.name)
        case "scope": NameTable.scopes.entries.map(\.name)
        case "lookup": NameTable.tables.entries.map(\.name)
        case "nud", "state":
            NeighborState.named.map(\.name) + ["none"] + (["show", "flush"].contains(subverb) ? ["all"] : [])
        case "table": NameTable.tables.entries.map(\.name) + (["show", "flush"].contains(subverb) ? ["all"] : [])
        case "proto", "protocol":
            (verb == "address" ? NameTable.addressProtocols : NameTable.protocols).entries.map(\.name)
        case "type" where verb == "route": routeTypes.map(\.name).sorted()
        case "type":
            linkKinds + (subverb == "add" ? [] : portKinds.map { $0 + "_slave" })
        case "arp", "multicast", "allmulticast", "allmulti", "promisc", "trailers", "carrier", "protodown":
            ["on", "off"]
        case "distribution": distributionNames
        case "ttl-propagate": ["enabled", "disabled"]
        case "linklayer": ["ethernet", "atm", "adsl"]
        case "addrgenmode": AddressGenerationMode.allCases.map(\.name)
        default: nil
        }
    }
}

extension LinkKindPresentation {
    /// The words of the kind.
    fileprivate var wordNames: [String] { Self.fields.compactMap(\.word).flatMap(\.names) }
}
