// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Names for the kernel's numbers, from the same files that ip(8) reads.
///
/// A file in /etc/iproute2 comes before its twin in /usr/share/iproute2 (and /usr/lib/iproute2 of some
/// versions). Each line of a file is a number, decimal or `0x…`, and a name; `#` begins a
/// comment. What no file says is built in. The shared tables are read once, when first used.
public struct NameTable: Sendable {
    /// By number, each once. Arrays, because dictionaries cost the runtime a search for their keys' conformances.
    private var names: [(number: UInt32, name: String)] = []
    /// As they were read: a number may have further names.
    private var numbers: [(name: String, number: UInt32)] = []
    private let isHexadecimal: Bool

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - builtIn: names that `contents` may override.
    ///   - contents: the text of files, the later one overriding the earlier.
    ///   - hexadecimal: whether numbers without a name are shown as `0x10`.
    public init(builtIn: KeyValuePairs<UInt32, String>, contents: [String] = [], hexadecimal: Bool = false) {
        isHexadecimal = hexadecimal
        for (number, name) in builtIn { note(number, name) }
        for text in contents { read(text) }
    }

    /// The name of a number, if it has one.
    public func name(of number: UInt32) -> String? {
        let position = position(of: number)
        return position < names.count && names[position].number == number ? names[position].name : nil
    }

    /// The name of a number, or the number itself.
    public func text(of number: UInt32) -> String {
        if let name = name(of: number) { return name }
        guard isHexadecimal else { return String(number) }
        let digits = String(number, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, 2 - digits.count)) + digits
    }

    /// The number of a name, or of a decimal text; in a hexadecimal table also of `0x10`.
    public func number(of text: String) -> UInt32? {
        if let known = numbers.last(where: { $0.name == text }) { return known.number }
        if isHexadecimal, text.hasPrefix("0x") { return UInt32(text.dropFirst(2), radix: 16) }
        // The initializer takes a plus sign, which is no part of a number here.
        return text.utf8.first == UInt8(ascii: "+") ? nil : UInt32(text)
    }

    /// Every name with its number, for completion.
    public var entries: [(number: UInt32, name: String)] { names }

    private mutating func read(_ text: String) {
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") }) {
            let words = line.prefix { $0 != UInt8(ascii: "#") }
                .split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            // A line of another form is passed over: a file of somebody else's must not stop a command.
            guard words.count == 2, let first = words.first, let last = words.last else { continue }
            let digits = Substring(first)
            let number = digits.hasPrefix("0x") ? UInt32(digits.dropFirst(2), radix: 16) : UInt32(digits)
            guard let number else { continue }
            note(number, String(Substring(last)))
        }
    }

    private mutating func note(_ number: UInt32, _ name: String) {
        numbers.append((name, number))
        let position = position(of: number)
        if position < names.count, names[position].number == number {
            names[position].name = name
        } else {
            names.insert((number, name), at: position)
        }
    }

    /// Where the number is in `names`, or where it would stand.
    private func position(of number: UInt32) -> Int {
        var (low, high) = (0, names.count)
        while low < high {
            let middle = (low + high) / 2
            if names[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension NameTable {
    /// `rtm_protocol`: /etc/iproute2/rt_protos.
    public static let protocols = NameTable(
        file: "rt_protos",
        builtIn: [
            0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 8: "gated", 9: "ra", 10: "mrt",
            11: "zebra", 12: "bird", 13: "dnrouted", 14: "xorp", 15: "ntk", 16: "dhcp", 18: "keepalived", 42: "babel",
            99: "openr", 186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp",
        ])
    /// `rtm_scope`, `ifa_scope`: /etc/iproute2/rt_scopes.
    public static let scopes = NameTable(
        file: "rt_scopes", builtIn: [0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"])
    /// `rtm_table`: /etc/iproute2/rt_tables.
    public static let tables = NameTable(
        file: "rt_tables", builtIn: [253: "default", 254: "main", 255: "local"])
    /// `IFLA_GROUP`: /etc/iproute2/group.
    public static let groups = NameTable(file: "group", builtIn: [0: "default"])
    /// `RTA_FLOW`: /etc/iproute2/rt_realms.
    public static let realms = NameTable(file: "rt_realms", builtIn: [0: "unknown"])
    /// `rtm_tos`: /etc/iproute2/rt_dsfield.
    public static let trafficClasses = NameTable(file: "rt_dsfield", builtIn: [0: "0"], hexadecimal: true)
    /// `IFLA_PROTO_DOWN_REASON`, the numbers of its bits: /etc/iproute2/protodown_reasons.d.
    public static let protocolDownReasons = NameTable(file: "protodown_reasons", builtIn: [:])
    /// `IFA_PROTO`: /etc/iproute2/rt_addrprotos.
    public static let addressProtocols = NameTable(
        file: "rt_addrprotos", builtIn: [0: "unspec", 1: "kernel_lo", 2: "kernel_ra", 3: "kernel_ll"])

    /// The protocols above IP: /etc/protocols, whose names stand in front of the numbers.
    public static let ipProtocols = NameTable(
        protocols: text("/etc/protocols"),
        builtIn: [1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 58: "ipv6-icmp"])

    private init(protocols text: String?, builtIn: KeyValuePairs<UInt32, String>) {
        self.init(builtIn: builtIn)
        // The first name of a number is the one that is shown: the last that is noted.
        for line in (text ?? "").utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") }).reversed() {
            let words = line.prefix { $0 != UInt8(ascii: "#") }
                .split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            guard words.count > 1, let number = UInt32(Substring(words[1])), number <= UInt8.max else { continue }
            for alias in words.dropFirst(2) { note(number, String(Substring(alias))) }
            note(number, String(Substring(words[0])))
        }
    }

    private static let directories = ["/etc/iproute2", "/usr/share/iproute2", "/usr/lib/iproute2"]

    /// Reads the first `file` that there is, then the `.conf` files of all `file.d`.
    private init(file: String, builtIn: KeyValuePairs<UInt32, String>, hexadecimal: Bool = false) {
        var contents: [String] = []
        for directory in Self.directories {
            guard let main = Self.text("\(directory)/\(file)") else { continue }
            contents.append(main)
            break
        }
        for directory in Self.directories.reversed() {
            let entries = (try? directoryEntries("\(directory)/\(file).d")) ?? []
            contents += entries.map(\.name).filter { $0.hasSuffix(".conf") }.sorted()
                .compactMap { Self.text("\(directory)/\(file).d/\($0)") }
        }
        self.init(builtIn: builtIn, contents: contents, hexadecimal: hexadecimal)
    }

    private static func text(_ path: String) -> String? {
        (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
