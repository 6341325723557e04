// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import RouteNetlink

/// What is to be done for a connection, in the order of its properties.
public struct ConnectionPlan: Equatable, Sendable {
    /// What the connection shall be.
    public let connection: BridgeConnection
    package var names: ConnectionNames

    /// Whether the bridge is made, or set up.
    public internal(set) var addsBridge = false, raisesBridge = false
    /// The addresses that the bridge lacks.
    public internal(set) var bridgeAddresses: [IPPrefix] = []
    /// Whether the pair is made.
    public internal(set) var addsPair = false
    /// Whether the interface is set up.
    public internal(set) var raisesInterface = false
    /// The addresses and gateways that the interface lacks.
    public internal(set) var addresses: [IPPrefix] = [], gateways: [IPAddress] = []
    /// The further routes that the interface lacks.
    public internal(set) var routes: [Route] = []
    /// Whether the bridge is told how to treat the port.
    public internal(set) var setsPortOptions = false
    /// Whether the namespace's loopback device is set up, if it is not.
    public internal(set) var raisesLoopback = false
    /// What is recorded on the host end when all is done.
    public internal(set) var record: ConnectionRecord?

    /// Whether the bridge is down and stays so: nothing passes through it.
    public internal(set) var leavesBridgeDown = false
    /// What the interface has, or will have.
    public internal(set) var mtu: UInt32, macAddress: MACAddress
    /// The name of the host end.
    public internal(set) var hostInterface: InterfaceName

    init(_ connection: BridgeConnection, _ names: ConnectionNames, mtu: UInt32) {
        self.connection = connection
        self.names = names
        self.mtu = mtu
        macAddress = connection.macAddress ?? names.macAddress
        hostInterface = names.hostInterface
    }

    /// How messages call the namespace.
    public var namespace: String { names.namespace }

    /// Whether all is there already.
    public var isEmpty: Bool { steps.isEmpty }

    /// Takes over what an interface that is there has.
    mutating func adopt(_ observed: ObservedInterface, _ hostEnd: ObservedHostEnd) {
        mtu = observed.mtu
        if let address = observed.macAddress { macAddress = address }
        hostInterface = hostEnd.name
    }

    /// What is done, a verb phrase each.
    public var steps: [String] {
        let bridge = connection.bridge
        let place = "'\(connection.interface)' in '\(namespace)'"
        var steps: [String] = []
        if addsBridge { steps.append("add bridge '\(bridge)' and set it up") }
        if raisesBridge { steps.append("set bridge '\(bridge)' up") }
        steps += bridgeAddresses.map { "add address \($0) to '\(bridge)'" }
        if addsPair {
            let mac = connection.macAddress.map { ", MAC address \($0)" } ?? ""
            steps.append("add veth '\(hostInterface)', a port of '\(bridge)', with its peer \(place), MTU \(mtu)\(mac)")
        }
        if raisesInterface { steps.append("set \(place) up") }
        steps += addresses.map { "add address \($0) to \(place)" }
        steps += gateways.map { "add default route via \($0) to \(place)" }
        steps += routes.map { "add route \($0.destination.routeText) to \(place)" }
        if setsPortOptions {
            let options = [connection.isHairpin ? "hairpin mode" : nil, connection.isIsolated ? "isolation" : nil]
            steps.append("switch on \(options.compactMap(\.self).joined(separator: " and ")) of '\(hostInterface)'")
        }
        if raisesLoopback { steps.append("set 'lo' in '\(namespace)' up, unless it is") }
        if let record { steps.append("record '\(record.alias)' on '\(hostInterface)'") }
        return steps
    }
}
