// SPDX-License-Identifier: Apache-2.0

public import Addressing

/// One thing that network address translation does, and for whom.
public struct Translation: Hashable, Sendable {
    /// What is done.
    public var kind: Kind
    /// Whose it is, as a text that others do not have: `lab:web/lan`, `bridge:br0`, `CONTAINER eth0`. 127 bytes at most.
    public var owner: String

    /// What can be done.
    public enum Kind: Hashable, Sendable {
        /// What a network sends out gets the address of the device that it leaves by. What it sends to a multicast
        /// address, to a network of which this is said as well, or by the device that leads to itself does not: a bridge
        /// may hand packets to the filter that only cross it. When translations are listed, nil is a device that is not
        /// known.
        case masquerade(IPPrefix, by: InterfaceName?)
        /// What comes to a port of the machine goes to another address.
        case publication(PublishedPort)
    }

    /// A translation.
    public init(_ kind: Kind, owner: String) { (self.kind, self.owner) = (kind, owner) }
}

/// A port of the machine that leads to one of another address.
public struct PublishedPort: Hashable, Sendable {
    /// The protocols that have ports, as the kernel numbers them: `IPPROTO_…`.
    public enum Transport: UInt8, Sendable, CaseIterable {
        case tcp = 6
        case udp = 17
        case sctp = 132

        /// `tcp`, `udp` or `sctp`.
        public var name: String { "\(self)" }
    }

    /// The address of the machine; nil for all of the target's family.
    public var hostAddress: IPAddress?
    /// The protocol.
    public var transport: Transport
    /// The port of the machine.
    public var hostPort: UInt16
    /// Where it leads.
    public var target: IPAddress
    /// The port there.
    public var targetPort: UInt16
    /// The network that the target is in: what reaches the port from there, and from the machine itself, comes from
    /// the machine's address, for its answers must come back over the machine. When translations are listed, the host
    /// alone stands for one that is not known.
    public var network: IPPrefix

    /// A port.
    public init(
        _ transport: Transport, hostAddress: IPAddress? = nil, hostPort: UInt16, to target: IPAddress,
        port targetPort: UInt16, in network: IPPrefix
    ) {
        (self.transport, self.hostAddress, self.hostPort) = (transport, hostAddress, hostPort)
        (self.target, self.targetPort, self.network) = (target, targetPort, network)
    }
}

extension Translation: CustomStringConvertible {
    /// What is done: `masquerading of 10.0.0.0/24`, `port 8080/tcp to 10.0.0.2:80`.
    public var description: String {
        switch kind {
        case .masquerade(let subnet, by: _): return "masquerading of \(subnet)"
        case .publication(let port):
            func pair(_ address: IPAddress, _ port: UInt16) -> String {
                address.family == .ipv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
            }
            let host = port.hostAddress.map { pair($0, port.hostPort) } ?? "\(port.hostPort)"
            return "port \(host)/\(port.transport.name) to \(pair(port.target, port.targetPort))"
        }
    }

    /// The family of its addresses.
    public var family: AddressFamily {
        switch kind {
        case .masquerade(let subnet, by: _): subnet.family
        case .publication(let port): port.target.family
        }
    }
}
