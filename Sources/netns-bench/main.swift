// SPDX-License-Identifier: Apache-2.0
//
// `netns-bench hosts N` builds N hosts on a bridge through the library, in one process: the
// counterpart of scripts/bench-src/floor.c, which says what a host is.

internal import Addressing
internal import Glibc
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// 10.1.0.0 + `number`
func address(_ number: Int) -> IPAddress {
    .v4(IPv4Address(0x0a01_0000 + UInt32(number)))
}

func makeHosts(_ count: Int) throws {
    var outside = try RouteSocket()
    var bridge = LinkSpec.bridge(try InterfaceName(parsing: "br0"))
    bridge.isUp = true
    try outside.add(bridge)
    guard let bridgeIndex = try outside.link(.name("br0"))?.index,
        let bridgePrefix = IPPrefix(address(1), length: 16)
    else { return }
    try outside.addAddress(InterfaceAddress(bridgePrefix, index: bridgeIndex), displayName: "br0")

    let innerName = try InterfaceName(parsing: "eth0")
    let (innerIndex, outerIndex): (Int32, Int32) = (1000, 100_000)
    let route = Route(to: .defaultRoute(.ipv4), via: address(1))
    var up = LinkSpec()
    up.isUp = true
    let names = try (1...count).map { try NamespaceName(new: "h\($0)") }
    var number = 0
    try NamespaceDirectory.system.create(names, loopbackUp: false) { (namespace, inside) throws(NamespaceError) in
        number += 1
        guard let outerName = InterfaceName(kernel: "v\(number)".utf8),
            let prefix = IPPrefix(address(1 + number), length: 16)
        else { return }
        var peer = LinkSpec(name: innerName)
        peer.index = innerIndex
        var link = LinkSpec.veth(outerName, peer: peer)
        link.index = outerIndex + Int32(number)
        link.isUp = true
        link.master = bridgeIndex
        do throws(NetlinkError) {
            try outside.add(link, peerIn: namespace)
            try inside.perform([
                up.changeRequest(index: loopbackIndex, displayName: "lo").erased,
                up.changeRequest(index: innerIndex, displayName: "eth0").erased,
                InterfaceAddress(prefix, index: innerIndex).addRequest(displayName: "eth0").erased,
                route.addRequest().erased,
            ])
        } catch { throw .netlink(error) }
    }
}

let words = CommandLine.arguments.dropFirst()
guard words.count == 2, words.first == "hosts", let count = words.last.flatMap({ Int($0) }),
    (1...60_000).contains(count)
else {
    print("Usage: netns-bench hosts N")
    exit(2)
}
do { try makeHosts(count) } catch {
    print("netns-bench: \(error)")
    exit(1)
}
