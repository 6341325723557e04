// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

/// What the words of `link add` and `link set` say about one link. Names are not looked up yet.
struct LinkWords {
    /// What needs no look-up.
    var spec = LinkSpec()
    /// The device that is meant, or the name of the one to be made.
    var device: String?
    /// The value of `name`.
    var name: InterfaceName?
    /// The value of `link`: the device below.
    var lower: String?
    /// The values of `link-netns` and `link-netnsid`: where the device below is, and what a tunnel sends from.
    var lowerNamespace: LowerNamespace?
    /// The value of `target-nsid`: where the link is made.
    var targetNamespaceID: Int32?
    /// The value of `master` or `vrf`.
    var master: String?
    /// Whether the master must be a VRF.
    var isMasterVRF = false
    /// The values of `vf`.
    var virtualFunctions: [VirtualFunctionWords] = []
    /// The value of `netns`.
    var namespace: String?
    /// The options of the kind, and of the port that the link is.
    var kindOptions: (any PendingKindOptions)?, portOptions: (any PendingKindOptions)?
    /// The kind of the master of which the link is a port: `bridge` of `type bridge_slave`.
    private(set) var portKind: String?
    /// The other end of a pair: none or one.
    var peer: [LinkWords] = []

    /// Reads the words up to the end, or to `peer`'s end.
    init(_ words: inout WordParser, for role: Role) throws(CommandFailure) {
        while let word = words.next {
            if try role.table.read(&words, into: &self) { continue }
            if word == "type" {
                try words.begin("type")
                try readKind(&words, for: role)
                continue
            }
            guard device == nil else {
                throw words.unknownWord(among: role.table.names + ["type"], after: device)
            }
            _ = words.take()
            try noteDevice(word, words)
        }
    }

    /// Another namespace than that of the command, with devices that are referred to.
    enum LowerNamespace {
        /// By its name, path or process.
        case word(String)
        /// By its id in the namespace of the command.
        case id(Int32)
    }

    /// What the words are about.
    enum Role {
        case add, set, peer

        var table: WordTable<LinkWords> { self == .set ? LinkWords.setWords : LinkWords.addWords }
    }

    private mutating func noteDevice(_ text: String, _ words: WordParser) throws(CommandFailure) {
        guard device == nil else { throw words.usage("the device is given twice") }
        try words.check(deviceName: text)
        device = text
    }

    // MARK: Kinds

    private mutating func readKind(_ words: inout WordParser, for role: Role) throws(CommandFailure) {
        let kind = try words.value("kind")
        guard role != .peer else { throw words.usage("a peer is of the same kind: unexpected 'type'") }
        guard !kind.isEmpty, kind.utf8.count < 64 else {
            throw words.badValue("\(quoted(kind)) can't be a kind of link")
        }
        if let portKind = portMaster(of: kind) {
            guard role == .set else { throw words.badValue("\(quoted(kind)) is a kind of port, not of link") }
            self.portKind = portKind
            portOptions = try readPortKind(portKind, &words)
        } else {
            spec.kindName = kind
            kindOptions = try readLinkKind(kind, &words, creating: role == .add)
            if kindOptions?.hasPeer == true { try readPeer(&words) }
            guard let word = words.next else { return }
            if linkKinds.contains(kind) {
                throw words.usage("the kind '\(kind)' has no options: unexpected \(quoted(word))")
            } else {
                throw words.usage(
                    "the options of the kind \(quoted(kind)) are not known: unexpected \(quoted(word))",
                    hint: suggestion(for: kind, among: linkKinds))
            }
        }
    }

    /// `bridge` of `bridge_slave`.
    private func portMaster(of kind: String) -> String? {
        for suffix in ["_slave", "_port"] where kind.hasSuffix(suffix) && kind.utf8.count > suffix.utf8.count {
            return String(kind.dropLast(suffix.utf8.count))
        }
        return nil
    }

    private mutating func readPeer(_ words: inout WordParser) throws(CommandFailure) {
        let outer = words.beginScope()
        peer = [try LinkWords(&words, for: .peer)]
        words.endScope(outer)
    }
}

// MARK: The words

extension LinkWords {
    private static let common: [Word<LinkWords>] = [
        Word("mtu") { words, link throws(CommandFailure) in link.spec.mtu = try words.number(0...UInt32(Int32.max)) },
        Word("address", "addr", "lladdr") { words, link throws(CommandFailure) in
            link.spec.address = try words.linkLayerAddress()
        },
        Word("broadcast", "brd") { words, link throws(CommandFailure) in
            link.spec.broadcast = try words.linkLayerAddress()
        },
        Word("txqueuelen", "txqlen", "qlen") { words, link throws(CommandFailure) in
            link.spec.transmitQueueLength = try words.number(0...UInt32(Int32.max))
        },
        Word("dev") { words, link throws(CommandFailure) in try link.noteDevice(try words.value("device"), words) },
        Word("name") { words, link throws(CommandFailure) in link.name = try words.newName() },
        Word("netns") { words, link throws(CommandFailure) in
            link.namespace = try words.value("name of a namespace, or process number")
        },
        Word("master") { words, link throws(CommandFailure) in try link.noteMaster(&words) },
        Word("vrf") { words, link throws(CommandFailure) in
            try link.noteMaster(&words)
            link.isMasterVRF = true
        },
        Word("alias", "ifalias") { words, link throws(CommandFailure) in
            let alias = try words.value("text")
            // IFALIASZ of linux/if.h counts the NUL.
            guard alias.utf8.count < 256 else { throw words.badValue("an alias has 255 bytes at most") }
            link.spec.alias = alias
        },
        Word("group") { words, link throws(CommandFailure) in link.spec.group = try words.linkGroup() },
        Word("up") { words, link throws(CommandFailure) in try link.setUp(true, words) },
        Word("down") { words, link throws(CommandFailure) in try link.setUp(false, words) },
        Word("arp") { words, link throws(CommandFailure) in try link.setFlag(.noARP, to: !words.isOn()) },
        Word("multicast") { words, link throws(CommandFailure) in try link.setFlag(.multicast, to: words.isOn()) },
        Word("allmulticast", "allmulti") { words, link throws(CommandFailure) in
            try link.setFlag(.allMulticast, to: words.isOn())
        },
        Word("promisc") { words, link throws(CommandFailure) in try link.setFlag(.promiscuous, to: words.isOn()) },
        Word("dynamic") { words, link throws(CommandFailure) in try link.setFlag(.dynamic, to: words.isOn()) },
        Word("trailers") { words, link throws(CommandFailure) in try link.setFlag(.noTrailers, to: !words.isOn()) },
        Word("addrgenmode") { words, link throws(CommandFailure) in
            link.spec.addressGenerationMode = try words.choice(AddressGenerationMode.allCases.map { ($0.name, $0) })
        },
        Word("mode", "linkmode") { words, link throws(CommandFailure) in
            link.spec.linkMode = try words.choice([("default", 0), ("dormant", 1)])
        },
        Word("carrier") { words, link throws(CommandFailure) in link.spec.hasCarrier = try words.isOn() },
        Word("protodown") { words, link throws(CommandFailure) in link.spec.isProtocolDown = try words.isOn() },
        Word("protodown_reason", mayRepeat: true) { words, link throws(CommandFailure) in
            let bit: UInt32 = 1 << (try words.protocolDownReason())
            var reasons = link.spec.protocolDownReasons ?? (mask: 0, values: 0)
            guard reasons.mask & bit == 0 else { throw words.usage("one of the reasons is given twice") }
            reasons.mask |= bit
            if try words.isOn() { reasons.values |= bit }
            link.spec.protocolDownReasons = reasons
        },
        Word("gso_max_size") { words, link throws(CommandFailure) in link.spec.gsoMaximumSize = try words.number() },
        Word("gso_max_segs") { words, link throws(CommandFailure) in
            link.spec.gsoMaximumSegments = try words.number()
        },
        Word("gro_max_size") { words, link throws(CommandFailure) in link.spec.groMaximumSize = try words.number() },
        Word("gso_ipv4_max_size") { words, link throws(CommandFailure) in
            link.spec.gsoIPv4MaximumSize = try words.number()
        },
        Word("gro_ipv4_max_size") { words, link throws(CommandFailure) in
            link.spec.groIPv4MaximumSize = try words.number()
        },
    ]

    private static let creation: [Word<LinkWords>] = [
        Word("link") { words, link throws(CommandFailure) in link.lower = try words.deviceName() },
        Word("link-netns") { words, link throws(CommandFailure) in
            try link.noteLowerNamespace(.word(try words.value("name of a namespace, or process number")), words)
        },
        Word("link-netnsid") { words, link throws(CommandFailure) in
            try link.noteLowerNamespace(.id(try words.number(0...Int32.max)), words)
        },
        Word("target-nsid") { words, link throws(CommandFailure) in
            link.targetNamespaceID = try words.number(0...Int32.max)
        },
        Word("parentdev") { words, link throws(CommandFailure) in
            let name = try words.value("name")
            guard !name.isEmpty, name.utf8.count < 128 else { throw words.badValue("a name has 1 to 127 bytes") }
            link.spec.parentDeviceName = name
        },
        Word("index") { words, link throws(CommandFailure) in link.spec.index = try words.number(1...Int32.max) },
        // The kernel's limit: the numbers are of 16 bits in ethtool, and 4096 is the most it makes.
        Word("numtxqueues") { words, link throws(CommandFailure) in
            link.spec.transmitQueues = try words.number(1...4096)
        },
        Word("numrxqueues") { words, link throws(CommandFailure) in
            link.spec.receiveQueues = try words.number(1...4096)
        },
    ]

    private static let changes: [Word<LinkWords>] = [
        Word("nomaster") { words, link throws(CommandFailure) in
            guard link.master == nil else { throw words.usage("'master' and 'nomaster' exclude each other") }
            link.spec.master = 0
        },
        Word("vf", mayRepeat: true) { words, link throws(CommandFailure) in
            let function = try VirtualFunctionWords(&words)
            guard !link.virtualFunctions.contains(where: { $0.function.number == function.function.number }) else {
                throw words.usage("the virtual function \(function.function.number) is given twice")
            }
            link.virtualFunctions.append(function)
        },
    ]

    static let addWords = WordTable(common + creation)
    static let setWords = WordTable(common + changes)

    private mutating func noteMaster(_ words: inout WordParser) throws(CommandFailure) {
        let word = words.current
        guard spec.master == nil else { throw words.usage("'nomaster' and '\(word)' exclude each other") }
        guard master == nil else { throw words.usage("'master' and 'vrf' exclude each other") }
        master = try words.deviceName()
    }

    private mutating func noteLowerNamespace(
        _ namespace: LowerNamespace, _ words: WordParser
    ) throws(CommandFailure) {
        guard lowerNamespace == nil else { throw words.usage("'link-netns' and 'link-netnsid' exclude each other") }
        lowerNamespace = namespace
    }

    private mutating func setUp(_ isUp: Bool, _ words: WordParser) throws(CommandFailure) {
        guard spec.isUp == nil else { throw words.usage("'up' and 'down' exclude each other") }
        spec.isUp = isUp
    }

    private mutating func setFlag(_ flag: LinkFlags, to isSet: Bool) {
        if isSet { spec.setFlags.insert(flag) } else { spec.clearFlags.insert(flag) }
    }
}

extension WordParser {
    /// A protocol that keeps links down: a name of /etc/iproute2/protodown_reasons.d or the number of its bit.
    fileprivate mutating func protocolDownReason() throws(CommandFailure) -> UInt32 {
        let text = try value("reason")
        if let number = NameTable.protocolDownReasons.number(of: text), number < 32 { return number }
        throw badValue(
            "\(quoted(text)) is no reason: a number from 0 to 31, or a name of /etc/iproute2/protodown_reasons.d",
            hint: suggestion(for: text, among: NameTable.protocolDownReasons.entries.map(\.name)))
    }

    /// A group of links: a name of /etc/iproute2/group or a number.
    mutating func linkGroup() throws(CommandFailure) -> UInt32 {
        let text = try value("group")
        if let number = NameTable.groups.number(of: text) { return number }
        throw badValue(
            "\(quoted(text)) is no group: a number, or a name of /etc/iproute2/group",
            hint: suggestion(for: text, among: NameTable.groups.entries.map(\.name)))
    }
}
