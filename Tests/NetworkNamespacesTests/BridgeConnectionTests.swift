// SPDX-License-Identifier: Apache-2.0

import Addressing
import NetworkNamespaces
import SystemPackage
import Testing

@Suite("what a connection may be")
struct BridgeConnectionTests {
    @Test("sensible connections are accepted")
    func valid() throws {
        try connection().validate()
        try connection { connection in
            connection.addresses = try prefixes("10.0.0.2/24", "10.1.0.2/16", "2001:db8::2/64")
            connection.gateways = try addresses("10.1.0.1", "2001:db8::1")
            connection.bridgeAddresses = try prefixes("10.0.0.1/24", "2001:db8::1/64")
            connection.macAddress = try mac("02:00:5e:00:53:01")
            connection.mtu = 1280
            connection.hostInterface = try device("v0")
        }.validate()
        // A link-local router needs no address of ours, and point-to-point networks have no addresses to spare.
        try connection { $0.gateways = try addresses("fe80::1") }.validate()
        try connection {
            $0.addresses = try prefixes("192.0.2.0/31", "2001:db8::/127")
            $0.gateways = try addresses("192.0.2.1", "2001:db8::1")
        }.validate()
        try connection { $0.addresses = try prefixes("192.0.2.7/32") }.validate()
        try connection { $0.mtu = 68 }.validate()
        try connection { $0.mtu = 65_535 }.validate()
    }

    private func fault(_ change: (inout BridgeConnection) throws -> Void) throws -> String {
        let connection = try connection("eth0", "br0", change)
        do throws(ConnectionFault) { try connection.validate() } catch { return "\(error)" }
        return "none"
    }

    @Test("names must be of one device each")
    func names() throws {
        #expect(try fault { $0.interface = try device("eth%d") } == "'eth%d' is not the name of one device")
        #expect(try fault { $0.bridge = try device("br%d") } == "'br%d' is not the name of one device")
        #expect(try fault { $0.hostInterface = try device("v%d") } == "'v%d' is not the name of one device")
        #expect(
            try fault { $0.hostInterface = try device("br0") } == "'br0' can't be both the bridge and the host end")
    }

    @Test("hardware addresses and MTUs are checked")
    func linkLayer() throws {
        #expect(
            try fault { $0.macAddress = try mac("01:00:5e:00:00:01") }
                == "no device can have the MAC address 01:00:5e:00:00:01: it is the address of a group")
        #expect(
            try fault { $0.macAddress = .zero }
                == "no device can have the MAC address 00:00:00:00:00:00: it is all zero")
        #expect(try fault { $0.mtu = 67 } == "the MTU 67 is not from 68 to 65535")
        #expect(try fault { $0.mtu = 65_536 } == "the MTU 65536 is not from 68 to 65535")
        #expect(
            try fault {
                $0.mtu = 1_279
                $0.addresses = try prefixes("2001:db8::2/64")
            } == "IPv6 needs an MTU of at least 1280, and 1279 is asked for")
    }

    @Test(
        "addresses that no interface can have are refused",
        arguments: [
            ("0.0.0.0/8", "it is the unspecified address"), ("::/64", "it is the unspecified address"),
            ("224.0.0.1/24", "it is the address of a group"), ("ff02::1/64", "it is the address of a group"),
            ("127.0.0.2/8", "it is a loopback address"), ("::1/128", "it is a loopback address"),
            ("10.0.0.2/0", "its network is the whole address space"),
            ("10.0.0.0/24", "it names a network, not a host in it"),
            ("2001:db8::/64", "it names a network, not a host in it"),
            ("10.0.0.255/24", "it is the broadcast address of its network"),
        ])
    func badAddress(_ text: String, _ reason: String) throws {
        let expected = "no interface can have the address \(text): \(reason)"
        #expect(try fault { $0.addresses = try prefixes(text) } == expected)
        #expect(try fault { $0.bridgeAddresses = try prefixes(text) } == expected)
    }

    @Test("no address is given twice")
    func duplicates() throws {
        #expect(
            try fault { $0.addresses = try prefixes("10.0.0.2/24", "10.0.0.2/16") }
                == "the address 10.0.0.2 is given twice")
        #expect(
            try fault {
                $0.addresses = try prefixes("10.0.0.2/24")
                $0.bridgeAddresses = try prefixes("10.0.0.2/24")
            } == "10.0.0.2 can't be the address of both the interface and the bridge")
    }

    @Test("a gateway must be within reach")
    func gateways() throws {
        func fault(_ gateways: [IPAddress], _ own: [IPPrefix]) throws -> String {
            try self.fault {
                $0.addresses = own
                $0.gateways = gateways
            }
        }
        let own = try prefixes("10.0.0.2/24", "10.2.0.2/24", "2001:db8::2/64")
        #expect(
            try fault(addresses("10.0.1.1"), own) == "the gateway 10.0.1.1 is not in 10.0.0.0/24, 10.2.0.0/24")
        #expect(
            try fault(addresses("2001:db8:1::1"), own) == "the gateway 2001:db8:1::1 is not in 2001:db8::/64")
        #expect(
            try fault(addresses("2001:db8::1"), prefixes("10.0.0.2/24"))
                == "the gateway 2001:db8::1 needs an address of the interface in its network")
        #expect(try fault(addresses("10.0.0.1", "10.0.0.3"), own) == "two gateways are given for IPv4")
        #expect(try fault(addresses("10.0.0.2"), own) == "the gateway 10.0.0.2 is the interface's own address")
        #expect(
            try fault(addresses("10.0.0.255"), own)
                == "10.0.0.255 can't be a gateway: it is the broadcast address of its network")
        #expect(
            try fault(addresses("10.0.0.0"), own)
                == "10.0.0.0 can't be a gateway: it names a network, not a host in it")
        for text in ["0.0.0.0", "::", "224.0.0.1", "127.0.0.1"] {
            #expect(try fault([IPAddress(parsing: text)], own) == "\(text) can't be a gateway")
        }
    }
}

@Suite("which namespace is meant")
struct NamespaceSelectorTests {
    @Test("names, processes and paths are told apart")
    func forms() throws {
        #expect(try NamespaceSelector(parsing: "red") == .name(NamespaceName(existing: "red")))
        #expect(try NamespaceSelector(parsing: "pid:12") == .process(12))
        #expect(try NamespaceSelector(parsing: "/proc/12/ns/net") == .path("/proc/12/ns/net"))
        #expect(try NamespaceSelector(parsing: "./red") == .path("./red"))
        for text in ["red", "pid:12", "/proc/12/ns/net"] {
            #expect(try "\(NamespaceSelector(parsing: text))" == text)
        }
    }

    @Test("what is none of them is refused", arguments: ["", ".", "..", "pid:", "pid:0", "pid:-1", "pid:+1", "pid:x"])
    func bad(_ text: String) throws {
        #expect(throws: NamespaceError.self) { try NamespaceSelector(parsing: text) }
    }
}
