// SPDX-License-Identifier: Apache-2.0

import CLinux
import CMnl
import LinuxSystem
@testable import Netlink
import Synchronization
import SystemPackage
import Testing

/// Tells another task something once.
private final class Flag: Sendable {
    private let isRaisedNow = Atomic(false)
    var isRaised: Bool { isRaisedNow.load(ordering: .acquiring) }
    func raise() { isRaisedNow.store(true, ordering: .releasing) }
}

@Suite(.enabled(if: canMakeNetworkNamespaces, "needs CAP_SYS_ADMIN"), .timeLimit(.minutes(5)))
struct DumpTests {
    /// A namespace with so many bridges, and their names with lo's.
    private func makeNamespace(bridges: Int) throws -> (namespace: Int32, names: [String]) {
        let namespace = try makeNetworkNamespace()
        var socket = try NetlinkSocket.open(in: namespace)
        let names = (0..<bridges).map { "b\($0)" }
        let refusals = try socket.transact(names.map { addLink($0, kind: "ifb").erased })
        #expect(refusals.allSatisfy { $0 == nil })
        return (namespace.release(), ["lo"] + names)
    }

    @Test(arguments: [512, 32_768]) func seesThreeHundredLinks(datagramBytes: Int) throws {
        let (number, names) = try makeNamespace(bridges: 300)
        var socket = try openSocket(datagramBytes: datagramBytes, in: OwnedDescriptor(owning: number))
        let seen = try socket.linkNames()
        #expect(seen.names.count == 301)
        #expect(Set(seen.names) == Set(names))
        #expect((seen.restarts > 0) == (datagramBytes == 512))
    }

    /// The kernel puts the end of a dump of rules behind the last of them, into the same datagram.
    @Test func endIsInTheDatagramThatDoesNotFit() throws {
        var socket = try openSocket(datagramBytes: 64, in: try makeNetworkNamespace())
        // The head of a rule is that of a route: struct fib_rule_hdr.
        let request = Request<AnyScope>(RTM_GETRULE, header: rtmsg(), operation: "show rules")
        var rules = 0
        var restarts = 0
        try socket.dump(
            request,
            restart: {
                rules = 0
                restarts += 1
            },
            { _, _ in rules += 1 })
        #expect(rules >= 3)
        #expect(restarts > 0)
        #expect(try socket.linkNames().names == ["lo"])
    }

    @Test func getOfALinkThatDoesNotFit() throws {
        var socket = try openSocket(datagramBytes: 64, in: try makeNetworkNamespace())
        #expect(try socket.get(getLink(index: 1), linkName) == "lo")
    }

    /// The table changes between the first part and the second: the kernel tells, and all is read again.
    @Test func interruptedDumpIsRepeated() throws {
        let (number, names) = try makeNamespace(bridges: 100)
        let namespace = OwnedDescriptor(owning: number)
        var socket = try NetlinkSocket.open(in: namespace)
        var other = try NetlinkSocket.open(in: namespace)
        var seen: [String] = []
        var restarts = 0
        try socket.dump(
            getLinks(),
            restart: {
                seen = []
                restarts += 1
            },
            { (header, payload) throws(MalformedReply) in
                if seen.isEmpty, restarts == 0 { try? other.acknowledge(addLink("late")) }
                seen.append(try linkName(header, payload))
            })
        #expect(restarts == 1)
        #expect(seen.count == names.count + 1)
        #expect(Set(seen) == Set(names + ["late"]))
    }

    @Test func givesUpWhenTheTableNeverRests() throws {
        let namespace = OwnedDescriptor(owning: try makeNamespace(bridges: 100).namespace)
        var socket = try NetlinkSocket.open(in: namespace)
        var other = try NetlinkSocket.open(in: namespace)
        var isFirst = true
        var attempts = 1
        #expect(throws: NetlinkError.dumpInterrupted(operation: "show links")) {
            try socket.dump(
                getLinks(),
                restart: {
                    isFirst = true
                    attempts += 1
                },
                { _, _ in
                    if isFirst { try? other.acknowledge(addLink("late\(attempts)")) }
                    isFirst = false
                })
        }
        #expect(attempts == 10)
        // The socket is not left in the middle of a dump.
        #expect(try socket.get(getLink(index: 1), linkName) == "lo")
        #expect(try socket.linkNames().names.count == 111)
    }

    /// Links come and go on another thread; those that stay are in every dump, once.
    @Test func dumpsUnderChurn() async throws {
        let (number, names) = try makeNamespace(bridges: 100)
        let namespace = OwnedDescriptor(owning: number)
        let (start, end) = (Flag(), Flag())
        var socket = try NetlinkSocket.open(in: namespace)
        let rounds = try await withThrowingTaskGroup(of: Int.self) { group in
            let copy = try namespace.duplicate().release()
            group.addTask {
                var churner = try NetlinkSocket.open(in: OwnedDescriptor(owning: copy))
                var rounds = 0
                while !end.isRaised {
                    let changes = [addLink("come", kind: "ifb"), deleteLink("come")]
                    let refusals = try churner.transact(changes.map(\.erased))
                    #expect(refusals == [nil, nil])
                    rounds += 1
                    start.raise()
                }
                return rounds
            }
            while !start.isRaised { await Task.yield() }
            for _ in 0..<20 {
                let seen = try socket.linkNames().names.filter { $0 != "come" }
                #expect(seen.count == names.count)
                #expect(Set(seen) == Set(names))
            }
            end.raise()
            return try await group.reduce(0, +)
        }
        #expect(rounds > 0)
    }
}
