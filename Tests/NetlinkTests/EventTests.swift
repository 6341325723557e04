// SPDX-License-Identifier: Apache-2.0

import CLinux
import CMnl
import Glibc
import LinuxSystem
@testable import Netlink
import SystemPackage
import Testing

@Suite(.enabled(if: canMakeNetworkNamespaces, "needs CAP_SYS_ADMIN"), .timeLimit(.minutes(5)))
struct EventTests {
    private let group = RTNLGRP_LINK.rawValue

    /// Reads the links anew until nothing was lost meanwhile: the kernel sends some events up to a second late.
    private func linkNames(_ socket: inout NetlinkSocket) throws -> [String] {
        for _ in 0..<100 {
            do { return try socket.linkNames().names } catch NetlinkError.overflow { continue }
        }
        throw NetlinkError.overflow
    }

    /// The names of the links that came, until `last` has.
    private func newLinks(_ socket: inout NetlinkSocket, until last: String) throws -> [String] {
        var names: [String] = []
        let isInTime = try socket.receiveEvents(timeout: .seconds(10)) { (header, payload) throws(NetlinkError) in
            guard header.type == UInt16(RTM_NEWLINK) else { return true }
            do throws(MalformedReply) { names.append(try linkName(header, payload)) } catch { throw .malformed(error) }
            return names.last != last
        }
        #expect(isInTime)
        return names
    }

    @Test func eventsOfAnotherSocketsDoing() throws {
        let namespace = try makeNetworkNamespace()
        var listener = try NetlinkSocket.open(in: namespace)
        try listener.join(group: group)
        var other = try NetlinkSocket.open(in: namespace)
        try other.acknowledge(addLink("b0"))
        try other.acknowledge(addLink("b1"))
        #expect(Set(try newLinks(&listener, until: "b1")) == ["b0", "b1"])
    }

    @Test func timeRunsOut() throws {
        var listener = try NetlinkSocket.open(in: try makeNetworkNamespace())
        try listener.join(group: group)
        let start = ContinuousClock.now
        let isInTime = try listener.receiveEvents(timeout: .milliseconds(20)) { _, _ in true }
        #expect(!isInTime)
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }

    @Test func errorsOfTheVisitorPass() throws {
        let namespace = try makeNetworkNamespace()
        var listener = try NetlinkSocket.open(in: namespace)
        try listener.join(group: group)
        var other = try NetlinkSocket.open(in: namespace)
        try other.acknowledge(addLink("b0"))
        let error = NetlinkError.dumpInterrupted(operation: "test")
        func hear() throws {
            _ = try listener.receiveEvents(timeout: .seconds(10)) { (_, _) throws(NetlinkError) -> Bool in throw error }
        }
        #expect(throws: error) { try hear() }
    }

    @Test func joiningNoGroup() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        #expect(throws: NetlinkError.socket(operation: "join netlink group 100000", .invalidArgument)) {
            try socket.join(group: 100_000)
        }
    }

    /// Requests on a socket that hears events skip the events, its own doing included.
    @Test func requestsBetweenEvents() throws {
        let namespace = try makeNetworkNamespace()
        var socket = try NetlinkSocket.open(in: namespace)
        try socket.join(group: group)
        try socket.acknowledge(addLink("b0"))
        #expect(try socket.get(getLink(index: 1), linkName) == "lo")
        let refusals = try socket.transact([addLink("b0").erased, addLink("b1").erased])
        #expect(refusals.map(\.?.errno) == [.fileExists, nil])
        #expect(try Set(socket.linkNames().names) == ["lo", "b0", "b1"])
    }

    @Test func lostEventsAreReported() throws {
        let namespace = try makeNetworkNamespace()
        var listener = try NetlinkSocket.open(in: namespace, receiveBufferBytes: 1)
        try listener.join(group: group)
        var other = try NetlinkSocket.open(in: namespace)
        for number in 0..<20 { try other.acknowledge(addLink("b\(number)")) }
        #expect(throws: NetlinkError.overflow) {
            while try listener.receiveEvents(timeout: .seconds(10), { _, _ in true }) {}
        }
        // What is read anew is whole.
        #expect(try linkNames(&listener).count == 21)
    }

    /// The overflow is met by a dump, which has begun by then: the kernel must not be left in its middle.
    @Test func overflowDuringADump() throws {
        let namespace = try makeNetworkNamespace()
        var listener = try NetlinkSocket.open(in: namespace, receiveBufferBytes: 1)
        try listener.join(group: group)
        var other = try NetlinkSocket.open(in: namespace)
        for number in 0..<40 { try other.acknowledge(addLink("b\(number)")) }
        #expect(throws: NetlinkError.overflow) { try listener.linkNames() }
        #expect(try linkNames(&listener).count == 41)
    }

    @Test func eventThatDoesNotFitIsLost() throws {
        let namespace = try makeNetworkNamespace()
        var listener = try openSocket(datagramBytes: 64, in: namespace)
        try listener.join(group: group)
        var other = try NetlinkSocket.open(in: namespace)
        try other.acknowledge(addLink("b0"))
        #expect(throws: NetlinkError.overflow) {
            _ = try listener.receiveEvents(timeout: .seconds(10)) { _, _ in true }
        }
    }
}

/// How many descriptors this process has open.
private func openDescriptors() throws -> Int { try directoryEntries("/proc/self/fd").count }

@Suite(.enabled(if: canMakeNetworkNamespaces, "needs CAP_SYS_ADMIN")) struct DescriptorLeakTests {
    /// In a process of its own, where no other test opens anything meanwhile.
    @Test func nothingStaysOpen() async {
        await #expect(processExitsWith: .success) {
            func round() throws {
                let namespace = try makeNetworkNamespace()
                var socket = try NetlinkSocket.open(in: namespace)
                _ = try socket.linkNames()
                try? socket.acknowledge(addLink("v0", kind: "nosuch"))
                try? socket.join(group: 100_000)
                let file = try OwnedDescriptor(opening: "/proc/self/status")
                _ = try? NetlinkSocket.open(in: file).port
                _ = try ProcessDescriptor(getpid()).networkNamespace().duplicate()
                _ = try? OwnedDescriptor(opening: "/proc/self/nothing")
                _ = try? FileLock(exclusiveOn: "/proc/self/nothing")
                _ = namespaceOwner(namespace)
                _ = try mountTable()
                _ = try? onDisposableThread { () throws(Errno) -> OwnedDescriptor in
                    _ = try OwnedDescriptor(opening: "/proc/self/status")
                    throw .invalidArgument
                }
            }
            try round()
            let before = try openDescriptors()
            for _ in 0..<20 { try round() }
            #expect(try openDescriptors() == before)
        }
    }
}
