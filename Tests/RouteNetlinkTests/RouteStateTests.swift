// SPDX-License-Identifier: Apache-2.0

import Addressing
import CMnl
@testable import Netlink
@testable import RouteNetlink
import Testing

/// What events and dumps come to, put together.
@Suite struct RouteStateTests {
    private func route(_ destination: String, via gateway: String? = nil, device: Int32? = nil) throws -> RouteObject {
        .route(
            Route(
                to: try IPPrefix(parsing: destination, bareAddress: .host),
                via: try gateway.map { try IPAddress(parsing: $0) }, device: device))
    }

    private func address(_ text: String, index: Int32 = 2, lifetimes: AddressLifetimes? = nil) throws -> RouteObject {
        var address = InterfaceAddress(try IPPrefix(parsing: text, bareAddress: .host), index: index)
        address.lifetimes = lifetimes
        return .address(address)
    }

    @Test func eventsAreAdditionsChangesAndDeletions() throws {
        var state = RouteState()
        let address = try address("10.0.0.1/24")
        #expect(state.apply(RouteEvent(address))?.kind == .add)
        #expect(state.apply(RouteEvent(address))?.kind == .change)
        #expect(state.apply(RouteEvent(address, isDeletion: true))?.kind == .delete)
        #expect(state.apply(RouteEvent(address))?.kind == .add)
    }

    @Test func oldEventsTellOnlyWhatIsNew() throws {
        var state = RouteState()
        let address = try address("10.0.0.1/24")
        #expect(state.update(.address, to: [address]).map(\.kind) == [.add])
        #expect(state.apply(RouteEvent(address), isOld: true) == nil)
        #expect(state.apply(RouteEvent(address, isDeletion: true), isOld: true)?.kind == .delete)
        #expect(state.apply(RouteEvent(address, isDeletion: true), isOld: true) == nil)
        // A deletion that nobody can explain is told all the same: the kernel says so.
        #expect(state.apply(RouteEvent(address, isDeletion: true))?.kind == .delete)
    }

    @Test func dumpsTellWhatDiffers() throws {
        var state = RouteState()
        let (first, second) = (try address("10.0.0.1/24"), try address("10.0.0.2/24"))
        _ = state.apply(RouteEvent(first))
        #expect(state.update(.address, to: [first]).isEmpty)
        let changes = state.update(.address, to: [second])
        #expect(changes.map(\.kind) == [.delete, .add])
        #expect(changes.map(\.object.place) == [first.place, second.place])
        #expect(state.update(.address, to: []).map(\.kind) == [.delete])
    }

    @Test func secondsThatRunDownAreNoChange() throws {
        var state = RouteState()
        _ = state.update(
            .address, to: [try address("fd00::1/64", lifetimes: AddressLifetimes(preferred: 50, valid: 100))])
        let later = try address("fd00::1/64", lifetimes: AddressLifetimes(preferred: 40, valid: 90))
        #expect(state.update(.address, to: [later]).isEmpty)
    }

    @Test func routesInOnePlaceAreToldApart() throws {
        var state = RouteState()
        let (first, second) = (try route("10.0.0.0/8", via: "192.0.2.1"), try route("10.0.0.0/8", via: "192.0.2.2"))
        #expect(state.apply(RouteEvent(first))?.kind == .add)
        #expect(state.apply(RouteEvent(second))?.kind == .add)
        #expect(state.apply(RouteEvent(first, isDeletion: true))?.kind == .delete)
        #expect(state.update(.route, to: [second]).isEmpty)
        // 'ip route replace': the end of the one before is not told.
        #expect(state.apply(RouteEvent(first, isReplacement: true))?.kind == .change)
        #expect(state.update(.route, to: [first]).isEmpty)
    }

    @Test func anIPv6RouteHasAllItsNextHopsInOnePlace() throws {
        var state = RouteState()
        let gateways = try ["fe80::1", "fe80::2"].map { try IPAddress(parsing: $0) }
        let prefix = try IPPrefix(parsing: "fd00::/16", bareAddress: .host)
        let both = Route(to: prefix, nextHops: gateways.map { NextHop(via: $0, device: 2) })
        #expect(state.apply(RouteEvent(try route("fd00::/16", via: "fe80::1", device: 2)))?.kind == .add)
        #expect(state.apply(RouteEvent(.route(both)))?.kind == .change)
        let one = try route("fd00::/16", via: "fe80::2", device: 2)
        #expect(state.apply(RouteEvent(one, isDeletion: true))?.kind == .delete)
        var rest = both
        rest.nextHops.removeLast()
        #expect(state.update(.route, to: [.route(rest)]).isEmpty)
        // Those by devices alone are routes of their own, such as fe80::/64.
        #expect(state.apply(RouteEvent(try route("fe80::/64", device: 2)))?.kind == .add)
        #expect(state.apply(RouteEvent(try route("fe80::/64", device: 3)))?.kind == .add)
    }

    @Test func aFamilyIsUpdatedAlone() throws {
        var state = RouteState()
        let (ipv4, ipv6) = (try route("10.0.0.0/8", device: 2), try route("fd00::/16", device: 2))
        _ = state.update(.route, to: [ipv4, ipv6])
        #expect(state.update(.route, family: .ipv4, to: []).map(\.object.place) == [ipv4.place])
        #expect(state.update(.route, to: [ipv6]).isEmpty)
    }
}

/// Which messages are events, and of what.
@Suite struct RouteEventTests {
    /// A link of index 3 that is called 'v0'.
    private static func link(family: UInt8) -> [UInt8] {
        [family] + Array(hex: "00 0100 03000000 43100000 00000000 0700 0300 76300000")
    }

    private func event(_ type: Int, flags: UInt16 = 0, _ payload: [UInt8]) throws -> RouteEvent? {
        let header = MessageHeader(type: UInt16(type), flags: flags, sequence: 0, port: 0)
        return try RouteEvent(decoding: header, payload.span.bytes)
    }

    @Test func linksComeAndGo() throws {
        let new = try #require(try event(RTM_NEWLINK, Self.link(family: 0)))
        #expect(new.object.kind == .link && !new.isDeletion && !new.isReplacement)
        #expect(try event(RTM_DELLINK, Self.link(family: 0))?.isDeletion == true)
    }

    @Test func aPortThatLeavesItsBridgeIsNoLinkThatGoes() throws {
        #expect(try event(RTM_DELLINK, Self.link(family: 7)) == nil)
    }

    @Test func routesReplaceOthers() throws {
        // 10.0.0.0/8 dev 2
        let payload = Array(hex: "02 08 00 00 fe 03 fd 01 00000000 08000100 0a000000 08000400 02000000")
        #expect(try event(RTM_NEWROUTE, flags: 0x100, payload)?.isReplacement == true)
        #expect(try event(RTM_NEWROUTE, flags: 0x400, payload)?.isReplacement == false)
        // An entry of the cache, RTM_F_CLONED.
        var cloned = payload
        cloned[9] = 0x02
        #expect(try event(RTM_NEWROUTE, cloned) == nil)
    }

    @Test func otherMessagesAreNoEvents() throws {
        #expect(try event(RTM_NEWQDISC, []) == nil)
    }

    @Test func malformedMessagesThrow() {
        for type in [RTM_NEWLINK, RTM_DELADDR, RTM_NEWROUTE, RTM_NEWRULE, RTM_DELNEIGH, RTM_NEWNSID] {
            #expect(throws: MalformedReply.self) { try event(type, [0]) }
        }
    }
}
