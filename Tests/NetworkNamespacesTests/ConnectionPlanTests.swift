// SPDX-License-Identifier: Apache-2.0

import Addressing
import NetworkNamespaces
import Testing

@Suite("what is to be done for a connection")
struct ConnectionPlanTests {
    /// A connection that says something of everything.
    private let full = Result {
        try connection { connection in
            connection.addresses = try prefixes("10.0.0.2/24", "2001:db8::2/64")
            connection.gateways = try addresses("10.0.0.1", "2001:db8::1")
            connection.bridgeAddresses = try prefixes("10.0.0.1/24")
            connection.createsBridge = true
            connection.mtu = 1400
            connection.macAddress = try mac("02:00:5e:00:53:01")
        }
    }

    private func names() throws -> ConnectionNames {
        ConnectionNames(
            namespace: "red", hostInterface: try device("ve-red-abc"), hostMACAddress: try mac("fe:00:00:00:00:01"),
            macAddress: try mac("02:00:00:00:00:02"), bridgeMACAddress: try mac("02:00:00:00:00:03"))
    }

    private func plan(_ connection: BridgeConnection, _ observed: ConnectionObservation) throws -> ConnectionPlan {
        try connection.plan(observed, names())
    }

    private func conflict(_ connection: BridgeConnection, _ observed: ConnectionObservation) throws -> [String] {
        let names = try names()
        do throws(ConnectionFault) {
            _ = try connection.plan(observed, names)
            return []
        } catch {
            guard case .conflict(let differences, _) = error else { return ["\(error)"] }
            return differences
        }
    }

    /// The state in which nothing is left to do for `full`.
    private func finished() throws -> ConnectionObservation {
        var bridge = ObservedBridge(index: 7)
        bridge.addresses = try prefixes("10.0.0.1/24", "10.9.9.9/24")
        var hostEnd = ObservedHostEnd(index: 8, name: try device("ve-red-abc"))
        hostEnd.master = 7
        hostEnd.macAddress = try mac("fe:00:00:00:00:01")
        hostEnd.alias = "netns: red eth0 br0"
        var interface = ObservedInterface(index: 2)
        interface.mtu = 1400
        interface.macAddress = try mac("02:00:5e:00:53:01")
        interface.addresses = try prefixes("10.0.0.2/24", "2001:db8::2/64", "fe80::5eff:fe00:5301/64")
        interface.gateways = try addresses("10.0.0.1", "2001:db8::1")
        interface.hostEnd = hostEnd
        return ConnectionObservation(bridge: bridge, interface: interface)
    }

    /// What a run leaves that is killed right after it made the pair.
    private func unfinished() throws -> ConnectionObservation {
        var observed = try finished()
        observed.interface?.hostEnd?.alias = nil
        observed.interface?.isUp = false
        observed.interface?.addresses = []
        observed.interface?.gateways = []
        return observed
    }

    @Test("from nothing, everything is made, in order")
    func everything() throws {
        #expect(
            try plan(full.get(), ConnectionObservation()).steps == [
                "add bridge 'br0' and set it up",
                "add address 10.0.0.1/24 to 'br0'",
                "add veth 've-red-abc', a port of 'br0', with its peer 'eth0' in 'red', MTU 1400, "
                    + "MAC address 02:00:5e:00:53:01",
                "set 'eth0' in 'red' up",
                "add address 10.0.0.2/24 to 'eth0' in 'red'",
                "add address 2001:db8::2/64 to 'eth0' in 'red'",
                "add default route via 10.0.0.1 to 'eth0' in 'red'",
                "add default route via 2001:db8::1 to 'eth0' in 'red'",
                "set 'lo' in 'red' up, unless it is",
                "record 'netns: red eth0 br0' on 've-red-abc'",
            ])
    }

    @Test("without an MTU, that of the bridge is taken")
    func inheritedMTU() throws {
        var observed = ConnectionObservation(bridge: ObservedBridge(index: 7))
        observed.bridge?.mtu = 9000
        let plan = try plan(connection(), observed)
        #expect(plan.mtu == 9000)
        #expect(plan.addsPair && !plan.addsBridge)
        // And the interface that is there has whatever it has.
        var finished = try finished()
        finished.bridge?.mtu = 9000
        #expect(try self.plan(connection(), finished).isEmpty)
    }

    @Test("a bridge that is missing or none is an error")
    func noBridge() throws {
        #expect(throws: ConnectionFault.noBridge(try device("br0"), hint: "--create makes it")) {
            try plan(connection(), ConnectionObservation())
        }
        var observed = ConnectionObservation(bridge: ObservedBridge(index: 7))
        observed.bridge?.kind = "veth"
        #expect(throws: ConnectionFault.notABridge(try device("br0"), kind: "veth")) {
            try plan(full.get(), observed)
        }
        observed.bridge?.kind = nil
        #expect(throws: ConnectionFault.notABridge(try device("br0"), kind: nil)) { try plan(full.get(), observed) }
    }

    @Test("a bridge gets the addresses that it lacks, and is set up only on request")
    func bridge() throws {
        var observed = try finished()
        observed.bridge?.addresses = try prefixes("10.9.9.9/24")
        observed.bridge?.isUp = false
        #expect(
            try plan(full.get(), observed).steps
                == ["set bridge 'br0' up", "add address 10.0.0.1/24 to 'br0'"])
        var withoutCreate = try full.get()
        withoutCreate.createsBridge = false
        let plan = try plan(withoutCreate, observed)
        #expect(plan.steps == ["add address 10.0.0.1/24 to 'br0'"])
        #expect(plan.leavesBridgeDown)
        observed.bridge?.addresses = try prefixes("10.0.0.1/16")
        #expect(
            try conflict(full.get(), observed) == ["the bridge 'br0' has the address 10.0.0.1/16, not 10.0.0.1/24"])
    }

    @Test("what is as asked for is left alone, and so is what nobody asked about")
    func idempotence() throws {
        let plan = try plan(full.get(), finished())
        #expect(plan.isEmpty)
        #expect(plan.steps == [])
        #expect(plan.macAddress == (try mac("02:00:5e:00:53:01")))
        #expect(try self.plan(connection(), finished()).isEmpty)
        var observed = try finished()
        observed.interface?.hostEnd?.name = try device("renamed")
        #expect(try self.plan(full.get(), observed).hostInterface == device("renamed"))
    }

    @Test("each difference is named")
    func differences() throws {
        func differences(_ change: (inout ObservedInterface) throws -> Void) throws -> [String] {
            var observed = try finished()
            var interface = try #require(observed.interface)
            try change(&interface)
            observed.interface = interface
            return try conflict(full.get(), observed)
        }
        let start = "'eth0' in 'red' differs: "
        #expect(try differences { $0.kind = "ipvlan" } == [start + "it is an ipvlan, not a veth"])
        #expect(try differences { $0.kind = nil } == [start + "it is a device of its own, not a veth"])
        #expect(try differences { $0.hostEnd = nil } == [start + "its other end is not in the bridge's namespace"])
        #expect(
            try differences {
                $0.hostEnd?.master = 9
                $0.hostEnd?.masterName = try device("br1")
            } == [start + "its host end 've-red-abc' is a port of 'br1'"])
        #expect(
            try differences { $0.hostEnd?.master = nil } == [start + "its host end 've-red-abc' is no port of a bridge"]
        )
        #expect(try differences { $0.mtu = 1500 } == [start + "its MTU is 1500, not 1400"])
        #expect(
            try differences { $0.macAddress = try mac("02:00:00:00:00:09") }
                == [start + "its MAC address is 02:00:00:00:00:09, not 02:00:5e:00:53:01"])
        #expect(try differences { $0.isUp = false } == [start + "it is down"])
        #expect(try differences { $0.hostEnd?.isUp = false } == [start + "its host end 've-red-abc' is down"])
        #expect(
            try differences {
                $0.addresses = try prefixes("10.0.0.2/16", "10.5.0.2/24", "fe80::1/64")
                $0.gateways = try addresses("10.0.0.7")
            } == [
                start + "it lacks the address 10.0.0.2/24 and has 10.0.0.2/16 and 10.5.0.2/24, "
                    + "it lacks the address 2001:db8::2/64, "
                    + "it lacks the default route via 10.0.0.1 and has one via 10.0.0.7, "
                    + "it lacks the default route via 2001:db8::1"
            ])
    }

    @Test("a host end of another name is a difference only if one was asked for")
    func hostName() throws {
        var named = try full.get()
        named.hostInterface = try device("v0")
        #expect(
            try conflict(named, finished())
                == ["'eth0' in 'red' differs: its host end is 've-red-abc', not 'v0'"])
    }

    @Test("an interface that a killed run left unfinished is finished")
    func completion() throws {
        let plan = try plan(full.get(), unfinished())
        #expect(
            plan.steps == [
                "set 'eth0' in 'red' up",
                "add address 10.0.0.2/24 to 'eth0' in 'red'",
                "add address 2001:db8::2/64 to 'eth0' in 'red'",
                "add default route via 10.0.0.1 to 'eth0' in 'red'",
                "add default route via 2001:db8::1 to 'eth0' in 'red'",
                "set 'lo' in 'red' up, unless it is",
                "record 'netns: red eth0 br0' on 've-red-abc'",
            ])
        var almost = try finished()
        almost.interface?.hostEnd?.alias = nil
        #expect(
            try self.plan(full.get(), almost).steps == [
                "set 'lo' in 'red' up, unless it is", "record 'netns: red eth0 br0' on 've-red-abc'",
            ])
    }

    @Test("one that only looks alike is not")
    func noCompletion() throws {
        // Of another request, or made by hand.
        var other = try unfinished()
        other.interface?.hostEnd?.macAddress = try mac("fe:00:00:00:00:02")
        #expect(try conflict(full.get(), other).first?.contains("it is down, it lacks the address") == true)
        // Finished, and changed since.
        var changed = try unfinished()
        changed.interface?.hostEnd?.alias = "netns: red eth0 br0"
        #expect(try conflict(full.get(), changed).first?.contains("it is down, it lacks the address") == true)
        // Unfinished, and changed since.
        var moved = try unfinished()
        moved.interface?.hostEnd?.master = nil
        #expect(try conflict(full.get(), moved).first?.contains("is no port of a bridge") == true)
    }

    @Test("the way out of a conflict is shown where disconnect would work")
    func hints() throws {
        func hint(_ interface: String, _ change: (inout ConnectionObservation) -> Void) throws -> String? {
            var observed = try finished()
            change(&observed)
            var wanted = try connection(interface)
            wanted.mtu = 1300
            let names = try names()
            do throws(ConnectionFault) { _ = try wanted.plan(observed, names) } catch {
                guard case .conflict(_, let hint) = error else { return "\(error)" }
                return hint
            }
            return "no conflict"
        }
        #expect(try hint("eth0") { _ in } == "'netns disconnect red br0' removes it")
        #expect(try hint("eth1") { _ in } == "'netns disconnect red br0 --interface eth1' removes it")
        #expect(try hint("eth0") { $0.interface?.hostEnd?.master = 9 } == nil)
        #expect(try hint("eth0") { $0.interface?.hostEnd = nil } == nil)
    }
}
