// SPDX-License-Identifier: Apache-2.0

import Addressing
import LinuxSystem
import Netlink
@testable import NetworkNamespaces
import NFTables
import Synchronization
import SystemPackage
import Testing

@Suite struct TranslationTableTests {
    @Test("the rules are those that nft makes of the same lines")
    func rules() throws {
        var transaction = TableTransaction(TranslationTable.reference)
        for part in [TranslationTable.masquerading, TranslationTable.publishing] {
            for layout in part.chains { transaction.changes += layout.rules.map { .addRule($0) } }
        }
        let own = try transaction.requests().map { try description(of: Array($0.request.bytes)) }
        let captured = try TranslationCaptures.rules.map { try description(of: [UInt8](hexadecimal: $0)) }
        #expect(own.count == captured.count)
        for (number, pair) in zip(own, captured).enumerated() { #expect(pair.0 == pair.1, "rule \(number)") }
    }

    /// The chain of a rule, and its expressions.
    private func description(of message: [UInt8]) throws -> [String] {
        var lines: [String] = []
        let payload = message.span.bytes.extracting(droppingFirst: 20)
        try Attributes<Never>(payload).forEach { (number, payload) throws(MalformedReply) in
            guard number == 4 else {
                lines.append("\(number): \(payload.bytes)")
                return
            }
            try Attributes<Never>(payload).forEach { (_, expression) throws(MalformedReply) in
                let parts = try Attributes<Never>(expression)
                guard let name = parts.payload(1)?.bytes, let data = parts.payload(2) else { return }
                lines.append("expression \(String(decoding: name.dropLast(), as: UTF8.self))")
                try Attributes<Never>(data).forEach { (number, payload) throws(MalformedReply) in
                    // The number that a set has within a transaction, which is for those without a name.
                    if number == 4, name.elementsEqual("lookup\0".utf8) { return }
                    lines.append("\(number): \(payload.bytes)")
                }
            }
        }
        return lines
    }

    @Test("what was before is written and read")
    func record() throws {
        var record = Forwarding.Record()
        record.isOn = [.ipv4: false, .ipv6: true]
        record.listeners = [try InterfaceName(parsing: "eth0"), try InterfaceName(parsing: "wlan0")]
        #expect(record.text == "forwarding4=0 forwarding6=1 accept_ra=eth0,wlan0")
        #expect(Forwarding.Record(record.text) == record)
        #expect(Forwarding.Record("somebody's words, forwarding=") == Forwarding.Record())
        record.listeners = try (0..<30).map { try InterfaceName(parsing: "longer-name-\($0)") }
        #expect(record.text.utf8.count <= 127)
    }
}

extension [UInt8] {
    /// Hexadecimal digits; blanks between them are left out.
    fileprivate init(hexadecimal text: String) {
        let digits = text.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

private let bridge = InterfaceName("br-long-name-15") ?? .loopback

/// Whether this process may translate addresses in a namespace of its own.
private let canTranslate: Bool = {
    guard let namespace = try? NetworkNamespace.make(),
        var translation = try? NetworkAddressTranslation.open(in: namespace),
        let subnet = IPPrefix("192.0.2.0/24")
    else { return false }
    return (try? translation.masquerade(subnet, by: bridge, owner: "probe")) != nil
}()

@Suite(
    "Translation in a kernel",
    .enabled(if: canTranslate, "no network namespace with NAT can be made here: run scripts/test"))
struct TranslationTests {
    private func prefix(_ text: String) throws -> IPPrefix { try IPPrefix(parsing: text) }

    private func port(_ number: UInt16, _ target: String, host: String? = nil) throws -> PublishedPort {
        let target = try IPAddress(parsing: target)
        return PublishedPort(
            .tcp, hostAddress: try host.map { text throws(AddressingError) in try IPAddress(parsing: text) },
            hostPort: number, to: target, port: 80,
            in: try prefix(target.family == .ipv4 ? "10.0.0.0/24" : "fd00::/64"))
    }

    private func sysctl(_ key: String, in namespace: borrowing NetworkNamespace) throws -> String {
        var value = ""
        try namespace.carryOut([SysctlRequest(try SysctlKey(parsing: key))]) { value = $0.value }
        return value
    }

    @Test("what is set up is listed, twice is once, and nothing is left")
    func life() throws {
        let namespace = try NetworkNamespace.make()
        var nat = try NetworkAddressTranslation.open(in: namespace)
        #expect(try nat.translations() == [])
        let all = [
            Translation(.masquerade(try prefix("10.0.0.0/24"), by: bridge), owner: "lab:x/lan"),
            Translation(.masquerade(try prefix("fd00::/64"), by: bridge), owner: "lab:x/lan"),
            Translation(.publication(try port(8080, "10.0.0.2")), owner: "web eth0"),
            Translation(.publication(try port(8080, "fd00::2")), owner: "web eth0"),
            Translation(.publication(try port(8080, "10.0.0.3", host: "192.0.2.1")), owner: "other eth0"),
        ]
        try nat.add(all)
        #expect(Set(try nat.translations()) == Set(all))
        #expect(Set(try nat.effectiveTranslations()) == Set(all))
        try nat.add(all)
        try nat.add([all[3]])
        #expect(Set(try nat.translations()) == Set(all))
        #expect(try sysctl("net.ipv4.ip_forward", in: namespace) == "1")
        #expect(try sysctl("net.ipv6.conf.all.forwarding", in: namespace) == "1")
        try nat.removeAll(of: "web eth0")
        #expect(Set(try nat.translations()) == [all[0], all[1], all[4]])
        try nat.remove([all[4]])
        try nat.remove([all[4]])
        #expect(Set(try nat.translations()) == [all[0], all[1]])
        try nat.removeAll(of: "lab:x/lan")
        try nat.removeAll(of: "lab:x/lan")
        var socket = try NFTablesSocket.open(in: namespace.descriptor)
        #expect(try socket.tables() == [])
        #expect(try sysctl("net.ipv4.ip_forward", in: namespace) == "0")
        #expect(try sysctl("net.ipv6.conf.all.forwarding", in: namespace) == "0")
    }

    @Test("forwarding that was on stays on")
    func forwarding() throws {
        let namespace = try NetworkNamespace.make()
        try namespace.carryOut([try SysctlRequest(parsing: "net.ipv4.ip_forward=1")]) { _ in }
        var nat = try NetworkAddressTranslation.open(in: namespace)
        try nat.masquerade(try prefix("10.0.0.0/24"), by: bridge, owner: "a")
        #expect(try sysctl("net.ipv6.conf.all.forwarding", in: namespace) == "0")
        try nat.removeAll(of: "a")
        #expect(try sysctl("net.ipv4.ip_forward", in: namespace) == "1")
    }

    @Test("another's network or port is not taken, and nothing of the attempt stays")
    func taken() throws {
        var nat = try NetworkAddressTranslation.open(in: try NetworkNamespace.make())
        try nat.masquerade(try prefix("10.0.0.0/16"), by: bridge, owner: "a")
        try nat.publish(try port(80, "10.0.0.2"), owner: "a")
        let before = try nat.translations()
        let free = Translation(.masquerade(try prefix("10.9.0.0/24"), by: bridge), owner: "b")
        for blocked in [
            Translation(.masquerade(try prefix("10.0.7.0/24"), by: bridge), owner: "b"),
            Translation(.masquerade(try prefix("10.0.0.0/16"), by: bridge), owner: "b"),
            Translation(.publication(try port(80, "10.0.0.2")), owner: "b"),
            Translation(.publication(try port(80, "10.0.0.3")), owner: "a"),
        ] {
            let error = #expect(throws: TranslationError.self) { try nat.add([free, blocked]) }
            guard case .taken(blocked, by: let other)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(other.owner == "a")
            #expect(try nat.translations() == before)
        }
    }

    @Test("rules that somebody took away come back, and others' tables stay")
    func mended() throws {
        let namespace = try NetworkNamespace.make()
        var nat = try NetworkAddressTranslation.open(in: namespace)
        let all = [
            Translation(.masquerade(try prefix("10.0.0.0/24"), by: bridge), owner: "a"),
            Translation(.publication(try port(80, "10.0.0.2")), owner: "a"),
        ]
        try nat.add(all)
        var socket = try NFTablesSocket.open(in: namespace.descriptor)
        var other = TableTransaction(TableReference(.inet, "other"))
        other.changes = [.addTable(comment: nil), .addChain(Chain("a"))]
        try socket.commit(other)
        var damage = TableTransaction(TranslationTable.reference)
        damage.changes = ["postrouting", "hairpin", "output", "prerouting", "publish"].map { .deleteRules(chain: $0) }
        try socket.commit(damage)
        #expect(try nat.effectiveTranslations() == [])
        #expect(Set(try nat.translations()) == Set(all))
        try nat.add([all[0]])
        #expect(try nat.effectiveTranslations() == [all[0]])
        try nat.add([all[1]])
        #expect(Set(try nat.effectiveTranslations()) == Set(all))
        try nat.removeAll(of: "a")
        #expect(try socket.tables().map(\.reference.name) == ["other"])
    }

    @Test("ports of several owners come and go at once, on several threads")
    func concurrent() throws {
        let namespace = try NetworkNamespace.make()
        let path = "/proc/self/fd/\(namespace.descriptor.rawValue)"
        let failures = Mutex<[String]>([])
        onThreads(4) { worker in
            do {
                var nat = try NetworkAddressTranslation.open(in: try .open(path: FilePath(path)))
                for round in 0..<20 {
                    let owner = "owner \(worker)"
                    try nat.publish(try port(UInt16(1000 * (worker + 1) + round), "10.0.0.2"), owner: owner)
                    if round % 5 == 4 { try nat.removeAll(of: owner) }
                }
            } catch { failures.withLock { $0.append("\(error)") } }
        }
        #expect(failures.withLock { $0 } == [])
        var socket = try NFTablesSocket.open(in: namespace.descriptor)
        #expect(try socket.tables() == [])
        #expect(try sysctl("net.ipv4.ip_forward", in: namespace) == "0")
    }
}
