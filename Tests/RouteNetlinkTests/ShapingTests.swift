// SPDX-License-Identifier: Apache-2.0

import Addressing
import Glibc
import KernelGates
import LinuxSystem
import Netlink
import RouteNetlink
import SystemPackage
import Testing

/// Whether this process may make network namespaces.
private let canMakeNamespaces = (try? makeNetworkNamespace().rawValue) != nil

@Suite(
    "Shaping of a stream",
    .enabled(if: canMakeNamespaces, "network namespaces cannot be made here: run scripts/test"))
struct ShapingTests {
    /// Two namespaces with a veth between them, `10.0.0.1` and `10.0.0.2`.
    private struct Wire: ~Copyable {
        let left: OwnedDescriptor, right: OwnedDescriptor
        var socket: RouteSocket
        let device: Int32

        init() throws {
            let left = try makeNetworkNamespace()
            let right = try makeNetworkNamespace()
            var here = try RouteSocket.open(in: left)
            var there = try RouteSocket.open(in: right)
            var peer = LinkSpec(name: try InterfaceName(parsing: "v1"))
            peer.namespace = .descriptor(right.rawValue)
            var spec = LinkSpec.veth(try InterfaceName(parsing: "v0"), peer: peer)
            spec.isUp = true
            try here.add(spec)
            let device = try #require(try here.link(.name("v0"))).index
            let other = try #require(try there.link(.name("v1"))).index
            func address(_ text: String, _ index: Int32) throws -> InterfaceAddress {
                InterfaceAddress(try IPPrefix(parsing: text, bareAddress: .host), index: index)
            }
            try here.addAddress(try address("10.0.0.1/24", device), displayName: "v0")
            try there.addAddress(try address("10.0.0.2/24", other), displayName: "v1")
            try there.setUp(index: other, displayName: "v1")
            self.init(left: left, right: right, socket: here, device: device)
        }

        private init(
            left: consuming OwnedDescriptor, right: consuming OwnedDescriptor, socket: consuming RouteSocket,
            device: Int32
        ) {
            self.left = left
            self.right = right
            self.socket = socket
            self.device = device
        }

        /// Sends so many bytes from the left to the right over TCP, and returns how many came.
        func send(_ count: Int) throws -> Int {
            let listener = try socket(in: right) { descriptor in
                var address = Self.address("10.0.0.2")
                try systemCall {
                    withUnsafePointer(to: &address) {
                        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                        }
                    }
                }
                try systemCall { listen(descriptor, 1) }
            }
            let sender = try socket(in: left) { descriptor in
                var address = Self.address("10.0.0.2")
                try systemCall {
                    withUnsafePointer(to: &address) {
                        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                        }
                    }
                }
            }
            let receiver = OwnedDescriptor(owning: try systemCall { accept(listener.rawValue, nil, nil) })
            let chunk = [UInt8](repeating: 0x6e, count: 1 << 14)
            var room = [UInt8](repeating: 0, count: 1 << 16)
            var (sent, received) = (0, 0)
            while received < count {
                if sent < count {
                    let wanted = Swift.min(chunk.count, count - sent)
                    let written = Glibc.send(sender.rawValue, chunk, wanted, Int32(MSG_DONTWAIT))
                    if written > 0 { sent += written }
                }
                // There is always something under way here.
                let read = recv(receiver.rawValue, &room, room.count, 0)
                guard read > 0 else { break }
                received += read
            }
            return received
        }

        private func socket(
            in namespace: borrowing OwnedDescriptor, _ prepare: (Int32) throws -> Void
        ) throws -> OwnedDescriptor {
            let target = namespace.rawValue
            return try onDisposableThread { () throws(any Error) in
                try enterNetworkNamespace(rawValue: target)
                let descriptor = OwnedDescriptor(
                    owning: try systemCall { Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) })
                try prepare(descriptor.rawValue)
                return descriptor
            }
        }

        private static func address(_ text: String) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(4711).bigEndian
            inet_pton(AF_INET, text, &address.sin_addr)
            return address
        }
    }

    @Test(
        "a stream over a tbf is held back, and comes whole",
        .enabled(if: kernelHas(queueingDiscipline: "tbf"), "this kernel has no tbf"))
    func tbf() throws {
        var wire = try Wire()
        let count = 400_000
        var spec = QueueingDisciplineSpec(index: wire.device, parent: .root, handle: TrafficHandle(1))
        spec.options = TBFOptions(bytesPerSecond: 2_500_000, burst: 5000, limit: 200_000)
        try wire.socket.addQueueingDiscipline(spec, displayName: "v0")
        #expect(try wire.send(count) == count)
        let shown = try wire.socket.queueingDisciplines(index: wire.device).first { $0.parent == .root }
        let statistics = try #require(shown?.statistics)
        #expect(statistics.bytes > UInt64(count))
        // Of a bucket of 5000 bytes nearly every segment has to wait.
        #expect(statistics.overlimits > 10)
    }

    @Test(
        "a stream goes through the class of htb that is the default, and is held back there",
        .enabled(if: kernelHas(queueingDiscipline: "htb"), "this kernel has no htb"))
    func htb() throws {
        var wire = try Wire()
        let count = 400_000
        var spec = QueueingDisciplineSpec(index: wire.device, parent: .root, handle: TrafficHandle(1))
        var options = HTBOptions()
        options.defaultClass = 0x10
        spec.options = options
        try wire.socket.addQueueingDiscipline(spec, displayName: "v0")
        let handle = TrafficHandle(1, 0x10)
        let rate = HTBClass(bytesPerSecond: 2_500_000)
        try wire.socket.addTrafficClass(
            TrafficClassSpec(index: wire.device, parent: TrafficHandle(1), handle: handle, htb: rate),
            displayName: "v0")
        #expect(try wire.send(count) == count)
        let shown = try #require(try wire.socket.trafficClasses(index: wire.device).first { $0.handle == handle })
        let statistics = try #require(shown.statistics)
        #expect(statistics.bytes > UInt64(count) && statistics.overlimits > 0)
        #expect(try #require(shown.htbStatistics).lent > 0)
    }
}
