// SPDX-License-Identifier: Apache-2.0

import Addressing
import LinuxSystem
import Netlink
import RouteNetlink
import SystemPackage
import Testing

/// Whether this process may make network namespaces.
private let canMakeNamespaces = (try? makeNetworkNamespace().rawValue) != nil

@Suite(
    "Bridges in a kernel",
    .enabled(if: canMakeNamespaces, "network namespaces cannot be made here: run scripts/test"))
struct BridgeKernelTests {
    /// A namespace of the test's own, in which there are a bridge and its ports p0 and q0, all up.
    private struct Host: ~Copyable {
        var socket: RouteSocket
        let bridge: Int32

        init(_ options: BridgeOptions = BridgeOptions()) throws {
            var socket = try RouteSocket.open(in: try makeNetworkNamespace())
            var spec = LinkSpec.bridge(try InterfaceName(parsing: "br0"), options)
            spec.isUp = true
            try socket.add(spec)
            let bridge = try #require(try socket.link(.name("br0"))).index
            for name in ["p0", "q0"] {
                var peer = LinkSpec(name: try InterfaceName(parsing: name.replacing("0", with: "1")))
                peer.address = LinkLayerAddress("02:00:00:00:00:01")
                var spec = LinkSpec.veth(try InterfaceName(parsing: name), peer: peer)
                spec.master = bridge
                spec.isUp = true
                try socket.add(spec)
            }
            try socket.setUp(index: try #require(try socket.link(.name("p1"))).index, displayName: "p1")
            self.socket = socket
            self.bridge = bridge
        }

        mutating func options() throws -> BridgeOptions {
            try #require(try socket.link(.index(bridge))?.options as? BridgeOptions)
        }

        mutating func port() throws -> (index: Int32, options: BridgePortOptions) {
            let link = try #require(try socket.link(.name("p0")))
            return (link.index, try #require(link.portOptions as? BridgePortOptions))
        }

        mutating func set(_ options: BridgePortOptions, on index: Int32) throws {
            var spec = LinkSpec()
            spec.portOptions = options
            try socket.change(index: index, displayName: "p0", spec)
        }
    }

    @Test("each option is what was set, on creation and afterwards", arguments: BridgeTests.sent + BridgeTests.younger)
    func options(_ option: Sent<BridgeOptions>) throws {
        var base = BridgeOptions()
        // These can't change once a VLAN exists.
        if option.words.contains("vlan_stats_per_port") || option.words.contains("mst_") { base.defaultVLAN = 0 }
        var host = try Host()
        let before = try host.options()
        // A kernel without VLANs refuses some and may crash over others; an old one does not know the younger.
        if option.words.contains("vlan") || option.words.contains("mst_"), before.vlanProtocol == nil { return }
        if option.words.contains("stp_mode"), before.spanningTreeMode == nil { return }
        if option.words.contains("fdb_max_learned"), before.maximumLearnedAddresses == nil { return }
        if option.words.contains("mdb_offload"), before.reportsFailedOffload == nil { return }
        if option.words.contains("fdb_local_vlan_0"), before.localAddressesOnVLANZero == nil { return }

        host = try Host(base)
        var wanted = base
        if option.words.contains("mcast_vlan_snooping 1") { wanted.vlanFiltering = true }
        option.set(&wanted)
        var spec = LinkSpec()
        spec.options = wanted
        try host.socket.change(index: host.bridge, displayName: "br0", spec)
        let changed = try host.options()
        var made = try Host(wanted)
        for shown in [changed, try made.options()] {
            var expected = shown
            option.set(&expected)
            expected.flushesAddresses = false
            // A constant since 5.0.
            expected.multicastHashElasticity = shown.multicastHashElasticity
            #expect(shown == expected)
        }
    }

    @Test("each option of a port is what was set", arguments: BridgePortTests.sent + BridgePortTests.younger)
    func portOptions(_ option: Sent<BridgePortOptions>) throws {
        var host = try Host()
        let (index, before) = try host.port()
        let partner = try #require(try host.socket.link(.name("q0"))).index
        var wanted = BridgePortOptions()
        option.set(&wanted)
        if wanted.backupPort == 6 { wanted.backupPort = partner }
        if wanted.macAuthenticationBypass != nil { wanted.locked = true }
        if wanted.macAuthenticationBypass != nil, before.macAuthenticationBypass == nil { return }
        if wanted.multicastGroupsLimit != nil, before.multicastGroupsLimit == nil { return }
        if wanted.neighborSuppressionPerVLAN != nil, before.neighborSuppressionPerVLAN == nil { return }
        try host.set(wanted, on: index)

        let shown = try host.port().options
        var expected = shown
        option.set(&expected)
        expected.flushesAddresses = false
        // None is not shown; this one is of drivers only.
        if expected.backupPort != nil { expected.backupPort = wanted.backupPort == 0 ? nil : partner }
        expected.learningSync = nil
        // The nexthop is shown since the kernel that knows it.
        if shown.backupNexthop == nil { expected.backupNexthop = nil }
        #expect(shown == expected)
    }

    @Test("options of a port are heeded only once it is one")
    func portOptionsTooSoon() throws {
        var host = try Host()
        var isolated = BridgePortOptions()
        isolated.isolated = true

        var made = LinkSpec.veth(try InterfaceName(parsing: "r0"), peer: nil)
        made.master = host.bridge
        made.portOptions = isolated
        try host.socket.add(made)
        let ignored = try #require(try host.socket.link(.name("r0"))?.portOptions as? BridgePortOptions)
        #expect(ignored.isolated == false)

        try host.socket.add(.veth(try InterfaceName(parsing: "s0"), peer: nil))
        let index = try #require(try host.socket.link(.name("s0"))).index
        var joining = LinkSpec()
        joining.master = host.bridge
        joining.portOptions = isolated
        do {
            try host.socket.change(index: index, displayName: "s0", joining)
            Issue.record("the kernel took both at once")
        } catch {
            #expect(error.errno == .notSupportedOnSocket)
        }
    }
}
