// SPDX-License-Identifier: Apache-2.0

import CLinux
import CMnl
import Glibc
import LinuxSystem
@testable import Netlink
import SystemPackage
import Testing

/// Whether this process may make network namespaces.
let canMakeNetworkNamespaces = (try? makeNetworkNamespace().status()) != nil

/// A socket of the tests' own making, in a network namespace that ends with it.
func openSocket(
    receiveBufferBytes: Int32? = nil, datagramBytes: Int = 32_768, in namespace: borrowing OwnedDescriptor
) throws -> NetlinkSocket {
    try onDisposableThread {
        try enterNetworkNamespace(namespace)
        return try NetlinkSocket(.route, receiveBufferBytes: receiveBufferBytes, datagramBytes: datagramBytes)
    }
}

extension NetlinkSocket {
    /// The names of all links, and how often the dump began anew.
    mutating func linkNames() throws -> (names: [String], restarts: Int) {
        var names: [String] = []
        var restarts = 0
        try dump(
            getLinks(),
            restart: {
                names = []
                restarts += 1
            },
            { (header, payload) throws(MalformedReply) in names.append(try linkName(header, payload)) })
        return (names, restarts)
    }
}

@Suite(.enabled(if: canMakeNetworkNamespaces, "needs CAP_SYS_ADMIN"), .timeLimit(.minutes(5)))
struct SocketTests {
    @Test func getsALink() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        #expect(try socket.get(getLink(index: 1), linkName) == "lo")
        let port = socket.port
        #expect(port != 0)
    }

    @Test func opensInAnotherNamespaceOnly() throws {
        let namespace = try makeNetworkNamespace()
        var inside = try NetlinkSocket.open(in: namespace)
        try inside.acknowledge(addLink("only-inside"))
        #expect(try inside.linkNames().names.contains("only-inside"))
        var outside = try NetlinkSocket()
        #expect(try !outside.linkNames().names.contains("only-inside"))
        let descriptor = inside.descriptor
        #expect(try systemCall { fcntl(descriptor, F_GETFD) } & FD_CLOEXEC != 0)
    }

    @Test func refusesWhatIsNoNamespace() throws {
        let file = try OwnedDescriptor(opening: "/proc/self/status")
        #expect(throws: NetlinkError.socket(operation: "enter the network namespace", .invalidArgument)) {
            _ = try NetlinkSocket.open(in: file)
        }
    }

    @Test func refusalOfAnAttributeNamesIt() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        let refusal = KernelError(
            "add link 'a-name-that-is-too-long'", .outOfRange, kernelMessage: "Attribute failed policy validation",
            attribute: "IFLA_IFNAME")
        #expect(throws: NetlinkError.kernel(refusal)) { try socket.acknowledge(addLink("a-name-that-is-too-long")) }
        // The conversation goes on.
        #expect(try socket.get(getLink(index: 1), linkName) == "lo")
    }

    @Test func refusalInTheKernelsWords() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        let refusal = KernelError("add link 'v0'", .notSupported, kernelMessage: "Unknown device type")
        #expect(throws: NetlinkError.kernel(refusal)) { try socket.acknowledge(addLink("v0", kind: "nosuch")) }
    }

    @Test func refusalOfAGetAndOfADump() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        #expect(throws: NetlinkError.kernel(KernelError("show link 77", Errno(rawValue: ENODEV)))) {
            try socket.get(getLink(index: 77), linkName)
        }
        var refusal: NetlinkError?
        do throws(NetlinkError) { try socket.dump(getLink(index: 5), restart: {}, { _, _ in }) } catch {
            refusal = error
        }
        #expect(
            refusal
                == .kernel(
                    KernelError(
                        "show link 5", .invalidArgument,
                        kernelMessage: "Filter by device index not supported for link dumps")))
        #expect(try socket.linkNames().names == ["lo"])
    }

    @Test func requestThatIsTooLongIsNotSent() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        let request = addLink(String(repeating: "x", count: 20_000))
        let error = NetlinkError.requestTooLong(operation: request.operation)
        #expect(throws: error) { try socket.acknowledge(request) }
        #expect(throws: error) { try socket.get(request, linkName) }
        #expect(throws: error) { try socket.dump(request, restart: {}, { _, _ in }) }
        #expect(throws: error) { _ = try socket.transact([addLink("v0").erased, request.erased]) }
        #expect(try socket.linkNames().names == ["lo"])
    }

    @Test func eachAnswerGoesToItsRequest() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        #expect(try socket.transact([]).isEmpty)
        let refusals = try socket.transact([
            addLink("b0").erased, addLink("b1").erased, addLink("b0").erased, addLink("b2", kind: "nosuch").erased,
            deleteLink("b1").erased, addLink("b1").erased,
        ])
        #expect(refusals.map(\.?.errno) == [nil, nil, .fileExists, .notSupported, nil, nil])
        #expect(refusals.map(\.?.operation) == [nil, nil, "add link 'b0'", "add link 'b2'", nil, nil])
        #expect(try Set(socket.linkNames().names) == ["lo", "b0", "b1"])
    }

    /// The same request, first refused and then done, in one datagram.
    @Test func oneRequestTwice() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        let set = setLink(name: "b0")
        let before = set.bytes
        let refusals = try socket.transact([set.erased, addLink("b0").erased, set.erased])
        #expect(refusals.map(\.?.errno) == [Errno(rawValue: ENODEV), nil, nil])
        #expect(set.bytes == before)
    }

    /// One request sent by each way of sending; none leaves its flags behind.
    @Test func oneRequestInEveryWay() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        let request = getLink(index: 1)
        #expect(throws: NetlinkError.self) { try socket.dump(request, restart: {}, { _, _ in }) }
        #expect(try socket.get(request, linkName) == "lo")
        try socket.acknowledge(request)
        #expect(try socket.get(request, linkName) == "lo")
    }

    /// What ends with NLMSG_DONE instead of an acknowledgement ends all the same.
    @Test func dumpFlagGivenByHand() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        #expect(try socket.get(getLink(index: 0, flags: .dump), linkName) == "lo")
        try socket.acknowledge(getLink(index: 0, flags: .dump))
        #expect(throws: NetlinkError.self) { try socket.acknowledge(getLink(index: 5, flags: .dump)) }
    }

    @Test(arguments: [nil, 1, 65_536] as [Int32?]) func fiveHundredRequestsAtOnce(receiveBufferBytes: Int32?) throws {
        var socket = try openSocket(receiveBufferBytes: receiveBufferBytes, in: try makeNetworkNamespace())
        // Refusals that carry a sentence of the kernel's as well.
        let requests = (0..<500).map { number in
            switch number % 7 {
            case 0: setLink(index: 1000)
            case 3: addLink("a-name-that-is-too-long")
            default: setLink(index: 1)
            }
        }
        let refusals = try socket.transact(requests.map(\.erased))
        #expect(refusals.count == 500)
        for (number, refusal) in refusals.enumerated() {
            let expected: Errno? = number % 7 == 0 ? Errno(rawValue: ENODEV) : number % 7 == 3 ? .outOfRange : nil
            #expect(refusal?.errno == expected, "request \(number)")
        }
    }

    @Test func sequenceWrapsAround() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        socket.sequence = .max - 3
        let refusals = try socket.transact((0..<8).map { ($0 == 5 ? setLink(index: 1000) : setLink(index: 1)).erased })
        #expect(refusals.map { $0 == nil } == [true, true, true, true, true, false, true, true])
        #expect(socket.sequence == 4)
        socket.sequence = .max
        #expect(try socket.linkNames().names == ["lo"])
        socket.sequence = .max
        #expect(try socket.get(getLink(index: 1), linkName) == "lo")
    }

    /// What a failed parse leaves unread belongs to no later request.
    @Test func goesOnAfterAFailedParse() throws {
        var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
        let fault = MalformedReply("test")
        #expect(throws: NetlinkError.malformed(fault)) {
            try socket.get(getLink(index: 1)) { (_, _) throws(MalformedReply) -> Int in throw fault }
        }
        #expect(throws: NetlinkError.malformed(fault)) {
            try socket.dump(getLinks(), restart: {}) { (_, _) throws(MalformedReply) in throw fault }
        }
        #expect(try socket.get(getLink(index: 1), linkName) == "lo")
        #expect(try socket.linkNames().names == ["lo"])
    }
}
