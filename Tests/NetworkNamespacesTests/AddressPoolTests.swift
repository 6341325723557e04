// SPDX-License-Identifier: Apache-2.0

import Addressing
import LinuxSystem
@testable import NetworkNamespaces
import Synchronization
import SystemPackage
import TestFiles
import Testing

private func owner(_ container: String, _ interface: String = "eth0") -> AddressLease.Owner {
    AddressLease.Owner(network: "lan", container: container, interface: interface)
}

private func range(
    _ subnet: String, _ first: String? = nil, _ last: String? = nil, gateway: String? = nil
) throws -> AddressRange {
    func address(_ text: String?) throws -> IPAddress? { try text.map { try IPAddress(parsing: $0) } }
    return try AddressRange(
        IPPrefix(parsing: subnet), first: address(first), last: address(last), gateway: address(gateway))
}

/// Pools in a directory of one test's own.
private struct Fixture {
    let directory: TemporaryDirectory
    let pools: AddressPools

    init() throws {
        directory = try TemporaryDirectory()
        pools = AddressPools(path: "\(directory.path)/addresses")
    }

    func give(
        _ pool: AddressPool, _ container: String, requested: [String] = []
    ) throws -> [String] {
        try pools.allocate(
            from: pool, for: owner(container), requested: requested.map { try IPAddress(parsing: $0) }, in: nil
        ).map { "\($0.address)" }
    }

    func text(_ pool: String = "lan") throws -> String {
        String(decoding: try readFile("\(pools.path)/\(pool)"), as: UTF8.self)
    }
}

@Suite("Address pools") struct AddressPoolTests {
    @Test("each gets the next address, and one that comes free rests")
    func order() throws {
        let fixture = try Fixture()
        let pool = try AddressPool("lan", [[range("10.0.0.0/29")]])
        #expect(try fixture.give(pool, "a") == ["10.0.0.2/29"])
        #expect(try fixture.give(pool, "b") == ["10.0.0.3/29"])
        #expect(try fixture.pools.release(owner("a"), from: "lan").map(\.owner) == [owner("a")])
        #expect(try fixture.give(pool, "c") == ["10.0.0.4/29"])
        #expect(try fixture.give(pool, "d") == ["10.0.0.5/29"])
        #expect(try fixture.give(pool, "e") == ["10.0.0.6/29"])
        #expect(try fixture.give(pool, "f") == ["10.0.0.2/29"])
        #expect(throws: AddressPoolError.exhausted(pool: "lan", ranges: pool.rangeSets[0])) {
            try fixture.give(pool, "g")
        }
        #expect(
            try fixture.text() == """
                last 10.0.0.2
                lease lan b eth0 10.0.0.3/29 -
                lease lan c eth0 10.0.0.4/29 -
                lease lan d eth0 10.0.0.5/29 -
                lease lan e eth0 10.0.0.6/29 -
                lease lan f eth0 10.0.0.2/29 -

                """)
    }

    @Test("who has an address gets the same again")
    func again() throws {
        let fixture = try Fixture()
        let pool = try AddressPool("lan", [[range("10.0.0.0/24")], [range("fd00::/64")]])
        #expect(try fixture.give(pool, "a") == ["10.0.0.2/24", "fd00::2/64"])
        #expect(try fixture.give(pool, "a") == ["10.0.0.2/24", "fd00::2/64"])
        #expect(try fixture.pools.leases(of: "lan").count == 2)
        // An address that is not to be given any more.
        let changed = try AddressPool("lan", pool.rangeSets, exclusions: [IPPrefix(parsing: "10.0.0.0/28")])
        #expect(try fixture.give(changed, "a") == ["10.0.0.16/24", "fd00::2/64"])
        #expect(try fixture.pools.leases(of: "lan").count == 2)
    }

    @Test("of several ranges one follows the other, and what is excluded or reserved is passed over")
    func ranges() throws {
        let fixture = try Fixture()
        var pool = try AddressPool(
            "lan",
            [
                [
                    range("10.0.0.0/24", "10.0.0.10", "10.0.0.11"),
                    range("10.1.0.0/24", "10.1.0.1", "10.1.0.20", gateway: "10.1.0.1"),
                ]
            ], exclusions: [IPPrefix(parsing: "10.1.0.0/29")],
            reserved: [IPPrefix(host: IPAddress(parsing: "10.1.0.8"))])
        #expect(try fixture.give(pool, "a") == ["10.0.0.10/24"])
        #expect(try fixture.give(pool, "b") == ["10.0.0.11/24"])
        #expect(try fixture.give(pool, "c") == ["10.1.0.9/24"])
        #expect(try fixture.give(pool, "d", requested: ["10.1.0.8"]) == ["10.1.0.8/24"])
        #expect(try fixture.give(pool, "e") == ["10.1.0.10/24"])
        // All of a range.
        pool.exclusions = [try IPPrefix(parsing: "10.1.0.0/16")]
        #expect(throws: AddressPoolError.exhausted(pool: "lan", ranges: pool.rangeSets[0])) {
            try fixture.give(pool, "f")
        }
        pool.exclusions = [try IPPrefix(parsing: "0.0.0.0/0")]
        #expect(throws: AddressPoolError.self) { try fixture.give(pool, "f") }
    }

    @Test("an address that is asked for is given, or it is said why not")
    func requested() throws {
        let fixture = try Fixture()
        let pool = try AddressPool(
            "lan", [[range("10.0.0.0/24")], [range("fd00::/64")]], exclusions: [IPPrefix(parsing: "10.0.0.64/26")])
        #expect(try fixture.give(pool, "a", requested: ["10.0.0.9"]) == ["10.0.0.9/24", "fd00::2/64"])
        let wrong = [
            ("10.0.0.9", "the address 10.0.0.9 is given to 'eth0' of 'a' in 'lan'"),
            ("10.0.0.1", "the address pool 'lan' does not give 10.0.0.1: it is the gateway's"),
            ("10.0.1.1", "the address pool 'lan' does not give 10.0.1.1: it is in none of the ranges"),
            ("10.0.0.70", "the address pool 'lan' does not give 10.0.0.70: it is excluded"),
        ]
        for (address, text) in wrong {
            let error = #expect(throws: AddressPoolError.self) { try fixture.give(pool, "b", requested: [address]) }
            #expect(error?.description == text)
        }
        #expect(try fixture.pools.leases(of: "lan").count == 2)
        // One that is asked for does not count as the last.
        #expect(try fixture.give(pool, "b") == ["10.0.0.2/24", "fd00::3/64"])
    }

    @Test("none of two sets is given when one is exhausted")
    func whole() throws {
        let fixture = try Fixture()
        let pool = try AddressPool("lan", [[range("fd00::/64")], [range("10.0.0.0/30")]])
        #expect(try fixture.give(pool, "a") == ["fd00::2/64", "10.0.0.2/30"])
        #expect(throws: AddressPoolError.self) { try fixture.give(pool, "b") }
        #expect(try fixture.pools.leases(of: "lan").count == 2)
    }

    @Test(
        "networks of a few hosts",
        arguments: [
            ("10.0.0.0/31", ["10.0.0.1/31"]), ("10.0.0.7/32", ["10.0.0.7/32"]), ("fd00::/127", ["fd00::1/127"]),
            ("10.0.0.0/30", ["10.0.0.2/30"]),
        ])
    func small(subnet: String, given: [String]) throws {
        let fixture = try Fixture()
        let pool = try AddressPool("lan", [[range(subnet)]])
        for (number, address) in given.enumerated() { #expect(try fixture.give(pool, "\(number)") == [address]) }
        #expect(throws: AddressPoolError.self) { try fixture.give(pool, "one more") }
    }

    @Test("what makes no sense is refused")
    func invalid() throws {
        #expect(throws: AddressPoolError.self) { try range("10.0.0.0/24", "10.0.1.1") }
        #expect(throws: AddressPoolError.self) { try range("10.0.0.0/24", "10.0.0.0") }
        #expect(throws: AddressPoolError.self) { try range("10.0.0.0/24", "10.0.0.9", "10.0.0.8") }
        #expect(throws: AddressPoolError.self) { try range("10.0.0.0/24", gateway: "fd00::1") }
        #expect(throws: AddressPoolError.self) { try AddressPool("lan", [[]]) }
        #expect(throws: AddressPoolError.self) { try AddressPool("lan", [[range("10.0.0.0/24"), range("fd00::/64")]]) }
        #expect(throws: AddressPoolError.self) {
            try AddressPool("lan", [[range("10.0.0.0/24")], [range("10.0.0.128/25")]])
        }
        for name in ["", ".", "..", "a/b", "a b", "a~", String(repeating: "a", count: 251)] {
            #expect(throws: AddressPoolError.self, "\(name)") { try AddressPool(name, []) }
        }
    }

    @Test("owners of any name are told apart, and found in the file")
    func names() throws {
        let fixture = try Fixture()
        let pool = try AddressPool("lan", [[range("10.0.0.0/24")]])
        let names = ["web", "web eth0", "we", "", "%20", " ", "a\nb", "ü", "docker:web"]
        for name in names { _ = try fixture.give(pool, name) }
        #expect(try fixture.pools.leases(of: "lan").map(\.owner.container) == names)
        for name in names {
            #expect(try fixture.pools.release(owner(name), from: "lan").map(\.owner) == [owner(name)])
        }
        #expect(try fixture.text() == "last 10.0.0.10\n")
    }

    @Test("a file that was cut short or tampered with keeps no address, and loses none")
    func damaged() throws {
        let fixture = try Fixture()
        let pool = try AddressPool("lan", [[range("10.0.0.0/29")]])
        _ = try fixture.give(pool, "a")
        let file = "\(fixture.pools.path)/lan"
        try replaceFile(file, with: [])
        #expect(try fixture.give(pool, "b") == ["10.0.0.2/29"])
        try replaceFile(
            file, with: Array("last x\nlease lan a eth0 10.0.0.2/29\nlease lan c eth0 10.0.0.3/29 junk\n??".utf8))
        // Lines of which the address can be read are somebody's.
        #expect(try fixture.give(pool, "b") == ["10.0.0.4/29"])
        #expect(try fixture.text().hasSuffix("junk\n??\nlease lan b eth0 10.0.0.4/29 -\n"))
    }

    @Test("releasing what is not there is fine, and makes nothing")
    func nothing() throws {
        let fixture = try Fixture()
        #expect(try fixture.pools.release(owner("a"), from: "lan") == [])
        #expect(try fixture.pools.names() == [])
        #expect(try fixture.pools.collect() == [])
        #expect((try? FileStatus(of: fixture.pools.path)) == nil)
        _ = try fixture.give(try AddressPool("lan", [[range("10.0.0.0/29")]]), "a")
        #expect(try fixture.pools.names() == ["lan"])
        #expect(try fixture.pools.release(from: "lan") { _ in true }.count == 1)
        var locked = try fixture.pools.lock("lan")
        try locked.removeIfEmpty()
        #expect(try fixture.pools.names() == [])
    }

    @Test("many at once get an address each, and none is lost")
    func concurrency() throws {
        let fixture = try Fixture()
        let pools = fixture.pools
        let pool = try AddressPool("lan", [[range("10.0.0.0/23")]])
        let failures = Mutex(0)
        onThreads(8) { thread in
            for number in 0..<60 {
                do {
                    let own = owner("\(thread)-\(number)")
                    _ = try pools.allocate(from: pool, for: own, in: nil)
                    if number % 3 == 0 { try pools.release(own, from: "lan") }
                } catch { failures.withLock { $0 += 1 } }
            }
        }
        let leases = try pools.leases(of: "lan")
        #expect(failures.withLock { $0 } == 0)
        #expect(leases.count == 320)
        #expect(Set(leases.map(\.address)).count == 320)
        #expect(Set(leases.map(\.owner)).count == 320)
    }

    @Test("a directory that can't be written is told, and nothing is given")
    func unwritable() throws {
        let pools = AddressPools(path: "/proc/netns-addresses")
        let pool = try AddressPool("lan", [[range("10.0.0.0/29")]])
        let error = #expect(throws: AddressPoolError.self) {
            try pools.allocate(from: pool, for: owner("a"), in: nil)
        }
        #expect(error?.errno == .noSuchFileOrDirectory)
    }

    @Test("a record of a killed run in the way of writing is cleared away")
    func leftover() throws {
        let fixture = try Fixture()
        let pool = try AddressPool("lan", [[range("10.0.0.0/29")]])
        _ = try fixture.give(pool, "a")
        try makeFile("\(fixture.pools.path)/lan~", "lease lan z eth0 10.0.0.3/29 -")
        #expect(try fixture.pools.names() == ["lan"])
        #expect(try fixture.give(pool, "b") == ["10.0.0.3/29"])
        #expect(try directoryEntries(fixture.pools.path).map(\.name) == ["lan"])
    }
}

@Suite("Address pools and namespaces") struct AddressCollectionTests {
    /// Whether the kernel tells: otherwise all processes must be in sight.
    static let canTell: Bool = {
        guard let namespace = try? NetworkNamespace.make(), let id = namespace.id else { return false }
        return isNetworkNamespaceThere(id: id, inode: namespace.identity.inode) ?? false
    }()

    @Test(
        "what was given to a namespace that is gone is taken back, at the latest when it is needed",
        .enabled(if: canTell, "this kernel does not tell whether a namespace is there: run scripts/test on Linux 6.18"))
    func gone() throws {
        let fixture = try Fixture()
        let pool = try AddressPool("lan", [[range("10.0.0.0/29")]])
        func give(_ container: String, in namespace: borrowing NetworkNamespace) throws {
            _ = try fixture.pools.allocate(
                from: pool, for: owner(container), in: AddressLease.Namespace(namespace))
        }
        let kept = try NetworkNamespace.make()
        do {
            let lost = try NetworkNamespace.make()
            try give("lost", in: lost)
            try give("kept", in: kept)
            try give("another", in: lost)
            #expect(try fixture.pools.collect() == [])
        }
        _ = try fixture.give(pool, "unknown")
        #expect(try fixture.pools.collect().map(\.owner.container) == ["lost", "another"])
        #expect(try fixture.pools.leases(of: "lan").map(\.owner.container) == ["kept", "unknown"])
        do {
            let lost = try NetworkNamespace.make()
            for name in ["x", "y", "z"] { try give(name, in: lost) }
        }
        try give("last", in: kept)
        #expect(try fixture.pools.leases(of: "lan").map(\.owner.container) == ["kept", "unknown", "last"])
        withExtendedLifetime(kept) {}
    }
}
