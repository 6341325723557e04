// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

extension LinkSpec {
    /// Whether the kind is one of those that are made in pairs, each link the other's cable.
    public var isPair: Bool {
        switch options {
        case is VethOptions, is VxcanOptions, is NetkitOptions: true
        default: false
        }
    }

    /// The other end of a pair; nil lets the kernel choose its name in the same namespace. Setting it without
    /// `isPair` has no effect.
    ///
    /// It is described like the link itself, with a namespace of its own. It may not be up yet (the kernel
    /// answers ENOTCONN), so its `isUp` is not sent.
    public var peer: LinkSpec? {
        get {
            switch options {
            case let veth as VethOptions: veth.peer
            case let vxcan as VxcanOptions: vxcan.peer
            case let netkit as NetkitOptions: netkit.peer
            default: nil
            }
        }
        set {
            switch options {
            case is VethOptions: options = VethOptions(peer: newValue)
            case is VxcanOptions: options = VxcanOptions(peer: newValue)
            case var netkit as NetkitOptions:
                netkit.peer = newValue
                options = netkit
            default: break
            }
        }
    }
}

extension AttributeWriter {
    /// Puts the other end of a pair: `struct ifinfomsg` and attributes, as of a message of its own.
    func put(_ key: AttributeKey<Scope, Nest<LinkScope>>, peer: LinkSpec) {
        nest(key) { writer in
            var header = ifinfomsg()
            header.ifi_index = peer.index ?? 0
            writer.append(header)
            peer.encode(into: writer)
        }
    }
}
