// SPDX-License-Identifier: Apache-2.0

import Addressing
import LinuxSystem
import NetworkNamespaces
import SystemPackage
import Testing

@Suite("how a connection is known again")
struct ConnectionIdentityTests {
    private func identity(of path: String) throws -> NamespaceIdentity {
        NamespaceIdentity(of: try FileStatus(of: path))
    }

    @Test("the host end's name is readable, short and always the same")
    func names() throws {
        let identity = try identity(of: "/")
        let other = try self.identity(of: "/proc")
        let eth0 = try connection()
        let red = NamespaceSelector.name(try NamespaceName(existing: "red"))
        let name = eth0.hostName(for: red, identity)
        #expect("\(name)".hasPrefix("ve-red-"))
        #expect(name == eth0.hostName(for: red, identity))
        #expect(name != eth0.hostName(for: red, other))
        #expect(name != eth0.hostName(for: red, identity, attempt: 1))
        #expect(name != (try connection("eth1")).hostName(for: red, identity))
        // The bridge is no part of it: one interface has one other end.
        #expect(name == (try connection("eth0", "br1")).hostName(for: red, identity))
    }

    @Test(
        "whatever the namespace is called, the name suits the kernel and sysctl(8)",
        arguments: [
            ("a", "ve-a-"), ("a-namespace-with-a-long-name", "ve-a-nam-"), ("a.b c", "ve-abc-"), ("größe", "ve-gre-"),
            ("...", "ve-"), ("pid:4711", "ve-4711-"), ("/proc/4711/ns/net", "ve-net-"), ("/", "ve-"),
        ])
    func stems(_ text: String, _ start: String) throws {
        let name = try connection().hostName(for: NamespaceSelector(parsing: text), identity(of: "/"))
        #expect("\(name)".hasPrefix(start))
        #expect(name.count == start.utf8.count + 6)
        #expect(InterfaceName("\(name)") == name)
        #expect(!"\(name)".contains("."))
    }

    @Test("a name that is asked for is taken")
    func givenName() throws {
        let named = try connection { $0.hostInterface = try device("v0") }
        #expect(
            try named.hostName(for: NamespaceSelector(parsing: "red"), identity(of: "/"), attempt: 3) == device("v0"))
    }

    @Test("names hardly ever coincide")
    func collisions() throws {
        let identity = try identity(of: "/")
        var names: Set<InterfaceName> = []
        for number in 0..<500 {
            // All of one namespace, whose name says nothing: only the hash tells them apart.
            let name = try connection("e\(number)").hostName(for: .path("/"), identity)
            names.insert(name)
        }
        // 500 of 2^30: they would coincide on one machine in 8,000.
        #expect(names.count == 500)
    }

    @Test("the host end's hardware address tells what was asked for")
    func digest() throws {
        let identity = try identity(of: "/")
        let first = try connection { $0.addresses = try prefixes("10.0.0.2/24", "10.0.0.3/24") }
        let address = first.hostMACAddress(for: identity)
        #expect(address.isAssignable && address.isLocallyAdministered)
        #expect("\(address)".hasPrefix("fe:"))
        var same = first
        same.addresses.reverse()
        same.createsBridge = true
        same.bridgeAddresses = try prefixes("10.0.0.1/24")
        #expect(same.hostMACAddress(for: identity) == address)
        #expect(first.hostMACAddress(for: try self.identity(of: "/proc")) != address)
        let changes: [(inout BridgeConnection) throws -> Void] = [
            { $0.interface = try device("eth1") }, { $0.bridge = try device("br1") },
            { $0.hostInterface = try device("v0") }, { $0.addresses.removeLast() },
            { $0.addresses = try prefixes("10.0.0.2/24", "10.0.0.3/25") },
            { $0.gateways = try addresses("10.0.0.1") }, { $0.mtu = 1400 },
            { $0.macAddress = try mac("02:00:5e:00:53:01") },
        ]
        for change in changes {
            var other = first
            try change(&other)
            #expect(other.hostMACAddress(for: identity) != address, "\(other)")
        }
    }

    @Test("the record on the host end is read as it was written")
    func records() throws {
        let record = ConnectionRecord(namespace: "red", interface: try device("eth0"), bridge: try device("br0"))
        #expect(record.alias == "netns: red eth0 br0")
        for namespace in ["red", "with blanks  in it", "/proc/1/ns/net", "pid:12", ""] {
            var record = record
            record.namespace = namespace
            #expect(ConnectionRecord(parsing: record.alias) == record)
        }
        for alias in ["", "red eth0 br0", "netns: ", "netns: red", "netns: eth0 br0", "netns: red eth0 a/b"] {
            #expect(ConnectionRecord(parsing: alias) == nil, "\(alias)")
        }
    }

    @Test("a record fits the kernel's 255 bytes and one line")
    func longRecords() throws {
        var record = ConnectionRecord(
            namespace: String(repeating: "ä", count: 127), interface: try device("eth0"), bridge: try device("br0"))
        #expect(record.alias.utf8.count == 254)
        #expect(record.alias.hasSuffix("ä eth0 br0"))
        record.namespace = "a\nb\u{1b}c"
        #expect(record.alias == "netns: a?b?c eth0 br0")
    }
}
