// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import RouteNetlink

/// An interface of a namespace that is wired to a bridge by a veth pair: what it shall be.
///
/// The bridge and the pair's host end are in one namespace, by default the caller's; the interface is in
/// another. `ConnectionSite` makes it so.
public struct BridgeConnection: Hashable, Sendable {
    /// The interface's name in the namespace.
    public var interface: InterfaceName
    /// The bridge.
    public var bridge: InterfaceName
    /// The name of the host end; nil derives one from the namespace and the interface.
    public var hostInterface: InterfaceName?
    /// The interface's addresses with their networks.
    public var addresses: [IPPrefix] = []
    /// Where the default route of each family goes; one at most of each.
    public var gateways: [IPAddress] = []
    /// Of both ends, in bytes; nil takes the bridge's, so that joining does not change it.
    public var mtu: UInt32?
    /// The interface's hardware address; nil draws one.
    public var macAddress: MACAddress?
    /// Whether a bridge that is missing is made, and one that is down is set up.
    public var createsBridge = false
    /// Addresses that the bridge gets unless it has them.
    public var bridgeAddresses: [IPPrefix] = []
    /// Whether IPv6 addresses are used only after duplicates of them were looked for, which takes a second or two
    /// (RFC 4862, section 5.4).
    public var detectsDuplicates = false
    /// Routes by the interface beside the default ones; what device they say is left out of account.
    public var routes: [Route] = []
    /// Whether frames may go back to the interface they came from, as its own published ports need.
    public var isHairpin = false
    /// Whether nothing passes between the interface and others that are isolated.
    public var isIsolated = false
    /// Whether an interface that is there already is an error, even one that is as asked for.
    public var mustBeNew = false
    /// How the record on the host end calls the namespace; nil takes what it was selected by.
    public var recordedName: String?

    /// A connection without addresses.
    public init(_ interface: InterfaceName, to bridge: InterfaceName) {
        self.interface = interface
        self.bridge = bridge
    }
}

// MARK: What can be told before anything is touched

extension BridgeConnection {
    /// The smallest MTU with which a link has IPv6 at all (RFC 8200, section 5).
    public static let minimumIPv6MTU: UInt32 = 1_280

    /// Finds what no kernel would accept, or nobody can mean.
    ///
    /// - Throws: `.invalid` for the first fault.
    public func validate() throws(ConnectionFault) {
        for name in [interface, bridge, hostInterface].compactMap(\.self) where name.isTemplate {
            throw .invalid("'\(name)' is not the name of one device")
        }
        guard hostInterface != bridge else {
            throw .invalid("'\(bridge)' can't be both the bridge and the host end")
        }
        if let macAddress, !macAddress.isAssignable {
            throw .invalid("no device can have the MAC address \(macAddress): it is \(macAddress.flaw)")
        }
        try validateMTU()
        try validateAddresses()
        try validateGateways()
    }

    private func validateMTU() throws(ConnectionFault) {
        guard let mtu else { return }
        let range = VethOptions.mtuRange
        guard range.contains(mtu) else {
            throw .invalid("the MTU \(mtu) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        let hasIPv6 = addresses.contains { $0.family == .ipv6 } || gateways.contains { $0.family == .ipv6 }
        guard !hasIPv6 || mtu >= Self.minimumIPv6MTU else {
            throw .invalid("IPv6 needs an MTU of at least \(Self.minimumIPv6MTU), and \(mtu) is asked for")
        }
    }

    private func validateAddresses() throws(ConnectionFault) {
        var met: Set<IPAddress> = []
        for prefix in bridgeAddresses + addresses {
            if let flaw = prefix.flawAsHost { throw .invalid("no interface can have the address \(prefix): \(flaw)") }
            guard met.insert(prefix.address).inserted else {
                let isBridges = bridgeAddresses.contains { $0.address == prefix.address }
                let isInterfaces = addresses.contains { $0.address == prefix.address }
                throw .invalid(
                    isBridges && isInterfaces
                        ? "\(prefix.address) can't be the address of both the interface and the bridge"
                        : "the address \(prefix.address) is given twice")
            }
        }
    }

    private func validateGateways() throws(ConnectionFault) {
        var families: Set<AddressFamily> = []
        for gateway in gateways {
            guard families.insert(gateway.family).inserted else {
                throw .invalid("two gateways are given for \(gateway.family.title)")
            }
            guard !gateway.isUnspecified, !gateway.isMulticast, !gateway.isLoopback else {
                throw .invalid("\(gateway) can't be a gateway")
            }
            // Every interface with IPv6 has an address of that network.
            if gateway.family == .ipv6, gateway.isLinkLocal { continue }
            let own = addresses.filter { $0.family == gateway.family }
            guard !own.isEmpty else {
                throw .invalid(
                    "the gateway \(gateway) needs an address of the interface in its network",
                    hint: "give one with --address")
            }
            guard let prefix = own.first(where: { $0.contains(gateway) }) else {
                let networks = own.map { "\($0.network)" }.joined(separator: ", ")
                throw .invalid(
                    "the gateway \(gateway) is not in \(networks)", hint: "it must be in the network of an --address")
            }
            guard own.allSatisfy({ $0.address != gateway }) else {
                throw .invalid("the gateway \(gateway) is the interface's own address")
            }
            if let flaw = IPPrefix(gateway, length: prefix.length)?.flawAsHost {
                throw .invalid("\(gateway) can't be a gateway: \(flaw)")
            }
        }
    }
}

extension MACAddress {
    /// Why no device can have it.
    fileprivate var flaw: String { isMulticast ? "the address of a group" : "all zero" }
}

extension AddressFamily {
    /// The name that people know it by.
    var title: String { self == .ipv4 ? "IPv4" : "IPv6" }
}

extension IPPrefix {
    /// Why an interface can't have the address, or nobody would want it to; nil when nothing is wrong.
    fileprivate var flawAsHost: String? {
        if address.isUnspecified { return "it is the unspecified address" }
        if address.isMulticast { return "it is the address of a group" }
        if address.isLoopback { return "it is a loopback address" }
        if length == 0 { return "its network is the whole address space" }
        // With one host bit or none every address is a host (RFC 3021, RFC 6164).
        guard family.bitCount - length > 1 else { return nil }
        if !hasHostBits { return "it names a network, not a host in it" }
        return address == broadcast ? "it is the broadcast address of its network" : nil
    }
}
