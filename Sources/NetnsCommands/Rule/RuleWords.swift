// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

/// What the words of `rule add` and its like say; those of `rule show` choose by the same words.
struct RuleWords {
    private var source: DestinationWord?, destination: DestinationWord?
    private var isInverted = false
    private var priority: UInt32?
    private var tos: UInt8?
    private var dscp: UInt8?, dscpMask: UInt8?
    private var flowLabel: UInt32?, flowLabelMask: UInt32?
    private var mark: UInt32?, markMask: UInt32?
    private var inputInterface: InterfaceName?, outputInterface: InterfaceName?
    private var users: ClosedRange<UInt32>?
    private var ipProtocol: UInt8?
    private var sourcePorts: ClosedRange<UInt16>?, destinationPorts: ClosedRange<UInt16>?
    private var sourcePortMask: UInt16?, destinationPortMask: UInt16?
    private var tunnelID: UInt64?
    private var usesDeviceTable = false

    private var action: (name: String, value: RuleAction)?
    private var table: RouteTable?
    private var target: UInt32?
    private var suppressedPrefixLength: UInt32?, suppressedGroup: UInt32?
    private var realms: UInt32?
    private var origin: RouteProtocol?

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while words.next != nil {
            guard try Self.table.read(&words, into: &self) else {
                throw words.unknownWord(among: Self.table.names)
            }
        }
    }

    static let table = WordTable<RuleWords>(selectors + actions)

    static let selectors: [Word<RuleWords>] = [
        Word("not") { _, rule throws(CommandFailure) in rule.isInverted = true },
        Word("from") { words, rule throws(CommandFailure) in rule.source = try DestinationWord.read(&words) },
        Word("to") { words, rule throws(CommandFailure) in rule.destination = try DestinationWord.read(&words) },
        Word("iif", "dev") { words, rule throws(CommandFailure) in rule.inputInterface = try words.newName() },
        Word("oif") { words, rule throws(CommandFailure) in rule.outputInterface = try words.newName() },
        Word("fwmark") { words, rule throws(CommandFailure) in
            (rule.mark, rule.markMask) = try words.markWithMask()
        },
        Word("tos", "dsfield") { words, rule throws(CommandFailure) in rule.tos = try words.trafficClass() },
        Word("dscp") { words, rule throws(CommandFailure) in (rule.dscp, rule.dscpMask) = try words.dscp() },
        Word("flowlabel") { words, rule throws(CommandFailure) in
            (rule.flowLabel, rule.flowLabelMask) = try words.masked("label", below: 1 << 20)
        },
        Word("uidrange") { words, rule throws(CommandFailure) in rule.users = try words.range() },
        Word("ipproto") { words, rule throws(CommandFailure) in rule.ipProtocol = try words.ipProtocol() },
        Word("sport") { words, rule throws(CommandFailure) in
            (rule.sourcePorts, rule.sourcePortMask) = try words.ports()
        },
        Word("dport") { words, rule throws(CommandFailure) in
            (rule.destinationPorts, rule.destinationPortMask) = try words.ports()
        },
        Word("l3mdev") { _, rule throws(CommandFailure) in rule.usesDeviceTable = true },
        Word("tun_id") { words, rule throws(CommandFailure) in rule.tunnelID = try words.number() },
        Word("priority", "pref", "preference", "order") { words, rule throws(CommandFailure) in
            rule.priority = try words.number()
        },
    ]

    static let actions: [Word<RuleWords>] = [
        Word("table", "lookup") { words, rule throws(CommandFailure) in rule.table = try words.routeTable() },
        Word("goto") { words, rule throws(CommandFailure) in
            try rule.note(.goto, words)
            rule.target = try words.number()
        },
        Word("nop") { words, rule throws(CommandFailure) in try rule.note(.nop, words) },
        Word("blackhole") { words, rule throws(CommandFailure) in try rule.note(.blackhole, words) },
        Word("unreachable") { words, rule throws(CommandFailure) in try rule.note(.unreachable, words) },
        Word("prohibit") { words, rule throws(CommandFailure) in try rule.note(.prohibit, words) },
        Word("type") { words, rule throws(CommandFailure) in
            try rule.note(
                try words.choice([
                    ("unicast", RuleAction.lookup), ("blackhole", .blackhole), ("unreachable", .unreachable),
                    ("prohibit", .prohibit),
                ]), words)
        },
        Word("suppress_prefixlength", "sup_pl") { words, rule throws(CommandFailure) in
            rule.suppressedPrefixLength = try words.number(0...128)
        },
        Word("suppress_ifgroup", "sup_group") { words, rule throws(CommandFailure) in
            rule.suppressedGroup = try words.linkGroup()
        },
        Word("realms", "realm") { words, rule throws(CommandFailure) in rule.realms = try words.realms() },
        Word("protocol", "proto") { words, rule throws(CommandFailure) in rule.origin = try words.routeProtocol() },
    ]

    private mutating func note(_ action: RuleAction, _ words: WordParser) throws(CommandFailure) {
        if let earlier = self.action {
            throw words.usage("'\(earlier.name)' and '\(words.current)' exclude each other")
        }
        self.action = (words.current, action)
    }

    // MARK: A rule

    /// The family: of the prefixes, or what `-4` or `-6` says, or IPv4.
    func family(_ words: WordParser, _ wanted: AddressFamily?) throws(CommandFailure) -> AddressFamily {
        let said = [source?.family, destination?.family].compactMap(\.self)
        let family = said.first ?? wanted ?? .ipv4
        guard said.allSatisfy({ $0 == family }), wanted ?? family == family else {
            throw words.usage("the prefixes are of different families, or not of that of '-4' or '-6'")
        }
        return family
    }

    /// The rule that the words describe.
    func rule(
        _ words: WordParser, family wanted: AddressFamily?, isDeletion: Bool
    ) throws(CommandFailure) -> Rule {
        let family = try family(words, wanted)
        try check(family, words, isDeletion: isDeletion)
        var rule = Rule(matching: family)
        if !isDeletion {
            rule.action = .lookup
            rule.table = action == nil && !usesDeviceTable ? .main : .unspecified
        }
        if let table { rule.table = table }
        if let action { rule.action = action.value }
        rule.priority = priority
        rule.isInverted = isInverted
        if case .prefix(let prefix) = source { rule.source = prefix }
        if case .prefix(let prefix) = destination { rule.destination = prefix }
        rule.tos = tos ?? 0
        rule.dscp = dscp
        rule.dscpMask = dscpMask
        rule.flowLabel = flowLabel
        rule.flowLabelMask = flowLabelMask
        rule.mark = mark
        rule.markMask = markMask
        rule.inputInterface = inputInterface
        rule.outputInterface = outputInterface
        rule.users = users
        rule.ipProtocol = ipProtocol
        rule.sourcePorts = sourcePorts
        rule.destinationPorts = destinationPorts
        rule.sourcePortMask = sourcePortMask
        rule.destinationPortMask = destinationPortMask
        rule.tunnelID = tunnelID
        rule.usesDeviceTable = usesDeviceTable
        rule.target = target
        rule.suppressedPrefixLength = suppressedPrefixLength
        rule.suppressedGroup = suppressedGroup
        rule.realms = realms
        rule.origin = origin
        return rule
    }

    private func check(_ family: AddressFamily, _ words: WordParser, isDeletion: Bool) throws(CommandFailure) {
        if tos != nil, dscp != nil { throw words.usage("'tos' and 'dscp' exclude each other") }
        if usesDeviceTable, table != nil { throw words.usage("'l3mdev' and 'table' exclude each other") }
        if family == .ipv4, flowLabel != nil { throw words.usage("only rules of IPv6 take 'flowlabel'") }
        if family == .ipv6, realms != nil { throw words.usage("only rules of IPv4 take 'realms'") }
        if let action, action.value != .lookup {
            for (name, isGiven) in [
                ("table", table != nil), ("l3mdev", usesDeviceTable),
                ("suppress_prefixlength", suppressedPrefixLength != nil),
                ("suppress_ifgroup", suppressedGroup != nil),
            ] where isGiven {
                throw words.usage("'\(action.name)' and '\(name)' exclude each other")
            }
        }
        if let length = suppressedPrefixLength, length > UInt32(family.bitCount) {
            throw words.usage("'suppress_prefixlength' is at most \(family.bitCount) for \(family)")
        }
        // The kernel takes host bits and passes them over; one that another tool made so can be deleted.
        guard !isDeletion else { return }
        for case .prefix(let prefix)? in [source, destination] where prefix.hasHostBits {
            throw words.usage("'\(prefix)' has host bits: the network is '\(prefix.network)'")
        }
    }

    // MARK: Choosing

    /// Whether the rule is as the words say, its prefixes within theirs; whatever they do not say is left open.
    func choose(_ rule: Rule) -> Bool {
        guard fits(source, rule.source), fits(destination, rule.destination), !isInverted || rule.isInverted,
            !usesDeviceTable || rule.usesDeviceTable
        else { return false }
        func isSaid<Value: Equatable>(_ said: Value?, _ value: Value?) -> Bool { said == nil || said == value }
        guard dscp == nil || dscpMask == rule.dscpMask, flowLabel == nil || flowLabelMask == rule.flowLabelMask,
            sourcePorts == nil || sourcePortMask == rule.sourcePortMask,
            destinationPorts == nil || destinationPortMask == rule.destinationPortMask
        else { return false }
        return isSaid(priority, rule.priority) && isSaid(tos, rule.tos) && isSaid(dscp, rule.dscp)
            && isSaid(flowLabel, rule.flowLabel)
            && isSaid(mark, rule.mark ?? 0) && isSaid(markMask, rule.markMask)
            && isSaid(inputInterface, rule.inputInterface) && isSaid(outputInterface, rule.outputInterface)
            && isSaid(users, rule.users) && isSaid(ipProtocol, rule.ipProtocol)
            && isSaid(sourcePorts, rule.sourcePorts) && isSaid(destinationPorts, rule.destinationPorts)
            && isSaid(tunnelID, rule.tunnelID) && isSaid(action?.value, rule.action) && isSaid(table, rule.table)
            && isSaid(target, rule.target) && isSaid(suppressedPrefixLength, rule.suppressedPrefixLength)
            && isSaid(suppressedGroup, rule.suppressedGroup) && isSaid(realms, rule.realms)
            && isSaid(origin, rule.origin)
    }

    private func fits(_ word: DestinationWord?, _ prefix: IPPrefix?) -> Bool {
        guard case .prefix(let network) = word else { return true }
        return network.network.contains(prefix ?? .defaultRoute(network.family))
    }
}

// MARK: Values

extension WordParser {
    /// A firewall mark with the bits that count: `0x10/0xff`.
    mutating func markWithMask() throws(CommandFailure) -> (mark: UInt32, mask: UInt32?) {
        let (mark, mask) = try masked("mark", below: 1 << 32)
        return (mark, mask)
    }

    /// A number with the bits that count, each below a power of two: `0x10/0xff`. A mask of all bits is none, but
    /// for one of 32.
    mutating func masked(
        _ name: String, below limit: UInt64
    ) throws(CommandFailure) -> (value: UInt32, mask: UInt32?) {
        let text = try value(name)
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap(Self.bits).filter { $0 < limit }
        guard numbers.count == parts.count else {
            let bound = limit > UInt32.max ? "" : " up to \(limit - 1)"
            let title = name.uppercased()
            throw badValue(
                "\(quoted(text)) is not a \(name), or \(title)/MASK: decimal, or hexadecimal behind 0x\(bound)")
        }
        let mask = numbers.count > 1 && (limit > UInt32.max || numbers[1] != limit - 1) ? numbers[1] : nil
        return (numbers[0], mask)
    }

    private static func bits(_ text: Substring) -> UInt32? {
        guard text.hasPrefix("0x"), let first = text.dropFirst(2).first, first.isHexDigit else { return decimal(text) }
        return UInt32(text.dropFirst(2), radix: 16)
    }

    /// One number, or the first and the last of a range: `1000-2000`.
    mutating func range<Number: FixedWidthInteger>(
        _ bounds: ClosedRange<Number> = Number.min...Number.max
    ) throws(CommandFailure) -> ClosedRange<Number> {
        let text = try value("range")
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            decimal(part, as: Number.self).flatMap { bounds.contains($0) ? $0 : nil }
        }
        guard (1...2).contains(parts.count), numbers.count == parts.count, numbers[0] <= numbers[parts.count - 1] else {
            throw badValue(
                "\(quoted(text)) is neither a decimal number from \(bounds.lowerBound) to \(bounds.upperBound), nor "
                    + "two with '-' between them, the smaller one first")
        }
        return numbers[0]...numbers[parts.count - 1]
    }

    /// A protocol above IP: a name of /etc/protocols, or a number up to 255.
    mutating func ipProtocol() throws(CommandFailure) -> UInt8 {
        let text = try value("protocol")
        if let number = NameTable.ipProtocols.number(of: text), let value = UInt8(exactly: number) { return value }
        throw badValue(
            "\(quoted(text)) is no protocol: a decimal number up to 255, or a name of /etc/protocols",
            hint: suggestion(for: text, among: NameTable.ipProtocols.entries.map(\.name)))
    }

    /// A port with the bits that count, or a range of ports: `0x50/0xfff0`, `1000-2000`.
    mutating func ports() throws(CommandFailure) -> (range: ClosedRange<UInt16>, mask: UInt16?) {
        guard next?.contains("/") ?? false else { return (try range(1...65534), nil) }
        let (port, mask) = try masked("port", below: 1 << 16)
        guard (1...65534).contains(port), mask != 0 else {
            throw badValue("a port is from 1 to 65534, and its mask is not 0")
        }
        let number = UInt16(truncatingIfNeeded: port)
        return (number...number, mask.map { UInt16(truncatingIfNeeded: $0) })
    }

    /// A DSCP with the bits that count: a name of /etc/iproute2/rt_dsfield, or a number up to 63, also in hexadecimal.
    mutating func dscp() throws(CommandFailure) -> (value: UInt8, mask: UInt8?) {
        let text = try value("DSCP")
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        // The file has the whole byte, in which two other bits are below.
        let named = NameTable.trafficClasses.entries.first { $0.name == parts[0] && $0.number & 3 == 0 }
        let value = named.flatMap { $0.number > 0 ? $0.number >> 2 : nil } ?? Self.bits(parts[0])
        let mask = parts.count > 1 ? Self.bits(parts[1]) : 63
        guard let value, value < 64, let mask, mask < 64 else {
            throw badValue(
                "\(quoted(text)) is no DSCP, or DSCP/MASK: a number up to 63, or a name of /etc/iproute2/rt_dsfield")
        }
        return (UInt8(truncatingIfNeeded: value), mask == 63 ? nil : UInt8(truncatingIfNeeded: mask))
    }
}
