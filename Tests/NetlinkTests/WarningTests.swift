// SPDX-License-Identifier: Apache-2.0

import CMnl
import LinuxSystem
@testable import Netlink
import SystemPackage
import Testing

/// What the kernel says of requests that it carries out.
@Suite struct WarningTests {
    @Test(
        "a sentence that comes with success is kept until it is taken, for whatever was asked",
        .enabled(if: canMakeNetworkNamespaces, "needs CAP_SYS_ADMIN"),
        .enabled(if: kernelHasHTB, "the kernel lacks sch_htb, or says nothing of a small quantum"))
    func kept() throws {
        var socket = try socketWithHTB()
        #expect(socket.takeWarnings().isEmpty)
        let warning = KernelWarning(
            "add class 1:1", "sch_htb: quantum of class 10001 is small. Consider r2q change.")
        try socket.acknowledge(addClass(1))
        #expect(socket.takeWarnings() == [warning])
        #expect(socket.takeWarnings().isEmpty)

        let refusals = try socket.transact([addClass(2).erased, addClass(1).erased, addClass(3).erased])
        #expect(refusals.map { $0 == nil } == [true, false, true])
        #expect(socket.takeWarnings().map(\.operation) == ["add class 1:2", "add class 1:3"])

        for number in 4..<200 { try socket.acknowledge(addClass(UInt32(number))) }
        let warnings = socket.takeWarnings()
        #expect(warnings.count == 64)
        #expect(warnings.first?.operation == "add class 1:4")
    }

    @Test("a warning is told without the kernel's full stop")
    func text() {
        #expect("\(KernelWarning("add link 'v0'", "Careful."))" == "add link 'v0': Careful")
        #expect("\(KernelWarning("add link 'v0'", "Careful"))" == "add link 'v0': Careful")
    }

    @Test("only what was carried out is warned of")
    func refusal() throws {
        let request = setLink(index: 1).erased
        var answer = try Acknowledgement(error: [UInt8](repeating: 0, count: 20).span.bytes, flags: 0)
        #expect(answer.warning(of: request) == nil)
        answer.message = "Careful"
        #expect(answer.warning(of: request) == KernelWarning("set link 1", "Careful"))
        #expect(answer.refusal(of: request) == nil)
        answer.errno = .invalidArgument
        #expect(answer.warning(of: request) == nil)
        #expect(answer.refusal(of: request)?.kernelMessage == "Careful")
    }
}

// MARK: Classes of a queueing discipline, of which the kernel warns

private enum TrafficScope {}
private enum HTBScope {}
extension AttributeKey where Scope == TrafficScope, Value == String {
    fileprivate static var kind: Self { Self(TCA_KIND, "TCA_KIND") }
}
extension AttributeKey where Scope == TrafficScope, Value == Nest<HTBScope> {
    fileprivate static var options: Self { Self(TCA_OPTIONS, "TCA_OPTIONS") }
}
extension AttributeKey where Scope == HTBScope, Value == [UInt8] {
    fileprivate static var parameters: Self { Self(1, "TCA_HTB_PARMS") }
    fileprivate static var initial: Self { Self(2, "TCA_HTB_INIT") }
}

/// Whether classes of htb can be made, and are warned of: since Linux 6.4.
private let kernelHasHTB: Bool = {
    guard var socket = try? socketWithHTB(), (try? socket.acknowledge(addClass(1))) != nil else { return false }
    return !socket.takeWarnings().isEmpty
}()

/// A socket in a namespace of its own, whose lo has htb.
private func socketWithHTB() throws -> NetlinkSocket {
    var socket = try NetlinkSocket.open(in: try makeNetworkNamespace())
    var header = tcmsg()
    (header.tcm_ifindex, header.tcm_parent, header.tcm_handle) = (1, .max, 1 << 16)
    let request = Request<TrafficScope>(
        RTM_NEWQDISC, flags: [.create, .exclusive], header: header, operation: "add qdisc")
    request.attributes.put(.kind, "htb")
    // struct tc_htb_glob of linux/pkt_sched.h: version, rate2quantum, defcls, debug, direct_pkts
    request.attributes.nest(.options) { $0.put(.initial, words([3, 10, 0, 0, 0])) }
    try socket.acknowledge(request)
    return socket
}

/// A class of one byte a second: less than a packet is its share.
private func addClass(_ number: UInt32) -> Request<TrafficScope> {
    var header = tcmsg()
    (header.tcm_ifindex, header.tcm_parent, header.tcm_handle) = (1, 1 << 16, 1 << 16 | number)
    let request = Request<TrafficScope>(
        RTM_NEWTCLASS, flags: [.create, .exclusive], header: header, operation: "add class 1:\(number)")
    request.attributes.put(.kind, "htb")
    // struct tc_htb_opt: rate and ceil (struct tc_ratespec for TC_LINKLAYER_ETHERNET), buffer, cbuffer, quantum,
    // level, prio
    let rate: [UInt32] = [1 << 8, 0, 1]
    request.attributes.nest(.options) { $0.put(.parameters, words(rate + rate + [1, 1, 0, 0, 0])) }
    return request
}

/// The bytes of the words as the kernel reads them.
private func words(_ words: [UInt32]) -> [UInt8] { words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } } }
