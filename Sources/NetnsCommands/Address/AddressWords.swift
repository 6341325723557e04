// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

/// What the words of `address add` and its like say.
struct AddressWords {
    /// The device's name.
    private(set) var device = ""
    /// Whether the address was given with its length.
    private(set) var hasLength = false

    private var local: IPPrefix?
    private var peer: IPPrefix?
    private var broadcast: Broadcast?
    private var anycast: IPAddress?
    private var label: String?
    private var scope: RouteScope?
    private var metric: UInt32?
    private var origin: UInt8?
    private var validLifetime: UInt32?, preferredLifetime: UInt32?
    private var flags: AddressFlags = []
    private var flagsOfIPv6: [String] = []

    private enum Broadcast {
        case address(IPAddress)
        /// The last address of the network, and the first one.
        case last, first
    }

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        while let word = words.next {
            if try Self.table.read(&words, into: &self) { continue }
            // A misspelt word is no address either; an address has digits, or a colon.
            guard word.utf8.contains(where: { (0x30...0x3a).contains($0) || $0 == 0x2f }) else {
                throw words.unknownWord(among: Self.table.names)
            }
            try noteLocal(&words)
        }
        guard local != nil else { throw words.usage("the address is missing") }
        guard !device.isEmpty else { throw words.usage("the device is missing: 'dev DEVICE'") }
    }

    private mutating func noteLocal(_ words: inout WordParser) throws(CommandFailure) {
        guard local == nil else { throw words.usage("the address is given twice") }
        hasLength = words.next?.utf8.contains(UInt8(ascii: "/")) ?? false
        do throws(AddressingError) {
            local = try IPPrefix(parsing: words.take() ?? "", bareAddress: .host)
        } catch { throw words.usage("\(error)") }
    }

    static let table = WordTable<AddressWords>([
        Word("dev") { words, address throws(CommandFailure) in
            address.device = try words.deviceName()
        },
        Word("local") { words, address throws(CommandFailure) in
            guard words.next != nil else { throw words.usage("'local' lacks its address") }
            try address.noteLocal(&words)
        },
        Word("peer", "remote") { words, address throws(CommandFailure) in address.peer = try words.prefix() },
        Word("broadcast", "brd") { words, address throws(CommandFailure) in
            switch words.next {
            case "+": address.broadcast = .last
            case "-": address.broadcast = .first
            default:
                address.broadcast = .address(try words.address())
                return
            }
            _ = words.take()
        },
        Word("anycast") { words, address throws(CommandFailure) in address.anycast = try words.address() },
        Word("label") { words, address throws(CommandFailure) in
            let label = try words.value("label")
            guard (1...15).contains(label.utf8.count) else { throw words.badValue("a label has 1 to 15 bytes") }
            address.label = label
        },
        Word("scope") { words, address throws(CommandFailure) in address.scope = try words.scope() },
        Word("metric", "priority", "preference") { words, address throws(CommandFailure) in
            address.metric = try words.number()
        },
        Word("proto", "protocol") { words, address throws(CommandFailure) in
            address.origin = try words.addressProtocol()
        },
        Word("valid_lft") { words, address throws(CommandFailure) in
            address.validLifetime = try words.lifetime(from: 1)
        },
        Word("preferred_lft") { words, address throws(CommandFailure) in
            address.preferredLifetime = try words.lifetime(from: 0)
        },
        Word("noprefixroute") { _, address throws(CommandFailure) in address.flags.insert(.noPrefixRoute) },
        Word("autojoin") { _, address throws(CommandFailure) in address.flags.insert(.autoJoin) },
        flag("nodad", .noDAD), flag("home", .homeAddress), flag("mngtmpaddr", .manageTemporary),
        flag("optimistic", .optimistic),
    ])

    private static func flag(_ name: String, _ flag: AddressFlags) -> Word<AddressWords> {
        Word(name) { _, address throws(CommandFailure) in
            address.flags.insert(flag)
            address.flagsOfIPv6.append(name)
        }
    }

    // MARK: The address

    /// The address, but for the device's number.
    func address(_ words: WordParser, isDeletion: Bool) throws(CommandFailure) -> InterfaceAddress {
        guard let local else { throw words.usage("the address is missing") }
        try checkFamily(local.family, words)
        var address = InterfaceAddress(local, peer: peer, index: 0)
        if let scope { address.scope = scope }
        address.flags = flags
        address.anycast = anycast
        address.label = label
        address.metric = metric
        address.origin = origin
        switch broadcast {
        case .address(let broadcast): address.broadcast = broadcast
        case .last: address.broadcast = address.directedBroadcast
        case .first:
            // As for the last address: a network of less than four has none.
            guard address.directedBroadcast != nil else { break }
            address.broadcast = IPPrefix(address.peer ?? address.local, length: address.prefixLength)?.network.address
        case nil: break
        }
        if validLifetime != nil || preferredLifetime != nil {
            let valid = validLifetime ?? AddressLifetimes.forever
            let preferred = preferredLifetime ?? valid
            guard preferred <= valid else {
                throw words.usage("'preferred_lft' is greater than 'valid_lft'")
            }
            address.lifetimes = AddressLifetimes(preferred: preferred, valid: valid)
        }
        return address
    }

    private func checkFamily(_ family: AddressFamily, _ words: WordParser) throws(CommandFailure) {
        for other in [peer?.family, anycast?.family] where other != nil && other != family {
            throw words.usage("the addresses are of different families")
        }
        if family == .ipv6 {
            if broadcast != nil { throw words.usage("IPv6 has no broadcast addresses: unexpected 'broadcast'") }
            if label != nil { throw words.usage("only IPv4 addresses have labels: unexpected 'label'") }
        } else {
            if case .address(let broadcast) = broadcast, broadcast.family != family {
                throw words.usage("the addresses are of different families")
            }
            if let name = flagsOfIPv6.first {
                throw words.usage("only IPv6 addresses take '\(name)'")
            }
        }
        // The kernel takes any label; every tool that shows one expects the device's name in front.
        if let label, !label.hasPrefix(device) {
            throw words.usage("the label \(quoted(label)) does not begin with the device's name \(quoted(device))")
        }
    }
}

// MARK: Values

extension WordParser {
    /// A scope: a name of /etc/iproute2/rt_scopes or a number up to 255.
    mutating func scope() throws(CommandFailure) -> RouteScope {
        try named("scope", NameTable.scopes, "rt_scopes") { RouteScope(rawValue: $0) }
    }

    /// Who made an address: a name of /etc/iproute2/rt_addrprotos or a number up to 255.
    mutating func addressProtocol() throws(CommandFailure) -> UInt8 {
        try named("protocol", NameTable.addressProtocols, "rt_addrprotos") { $0 }
    }

    /// A number that has names in a file of iproute2's.
    mutating func named<Number: FixedWidthInteger, Value>(
        _ description: String, _ table: NameTable, _ file: String, _ make: (Number) -> Value
    ) throws(CommandFailure) -> Value {
        let text = try value(description)
        if let number = table.number(of: text), let value = Number(exactly: number) { return make(value) }
        throw badValue(
            "\(quoted(text)) is no \(description): a decimal number up to \(Number.max), or a name of "
                + "/etc/iproute2/\(file)",
            hint: suggestion(for: text, among: table.entries.map(\.name)))
    }

    /// Seconds, or `forever`.
    mutating func lifetime(from least: UInt32) throws(CommandFailure) -> UInt32 {
        let text = try value("seconds")
        if text == "forever" { return AddressLifetimes.forever }
        let digits = text.hasSuffix("sec") ? String(text.dropLast(3)) : text
        guard let seconds: UInt32 = decimal(digits), seconds >= least else {
            throw badValue(
                "\(quoted(text)) is neither 'forever' nor a number of seconds from \(least) to \(UInt32.max)")
        }
        return seconds
    }
}
