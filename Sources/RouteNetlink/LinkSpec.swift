// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
internal import Netlink

/// Another namespace, as a request of `RTM_NEWLINK` names it.
public enum NamespaceReference: Equatable, Sendable {
    /// `IFLA_NET_NS_FD`: an open namespace; the descriptor is borrowed for the call.
    case descriptor(Int32)
    /// `IFLA_NET_NS_PID`: the namespace of a process.
    case process(Int32)
    /// `IFLA_TARGET_NETNSID`: one that has an id in the socket's namespace. On creation
    /// and deletion only; with `RTM_SETLINK` the kernel takes it for a move.
    case id(Int32)
}

/// What a link shall be: everything that is nil is left to the kernel, or as it is.
public struct LinkSpec: Sendable {
    /// `IFLA_IFNAME`; nil lets the kernel number it (`veth0`).
    public var name: InterfaceName?
    /// `ifi_index` of a link to be made.
    public var index: Int32?
    /// The kind and its options; see `kindName` for a kind without a type of its own.
    public var options: (any LinkKindOptions)?
    /// `IFLA_INFO_KIND` of a kind that has no options here.
    public var kindName: String?
    /// The options of the port that the link is of its master.
    public var portOptions: (any LinkKindOptions)?
    /// Whether it is up, `IFF_UP`.
    public var isUp: Bool?
    /// Further flags to set and to clear.
    public var setFlags: LinkFlags = [], clearFlags: LinkFlags = []
    /// In bytes.
    public var mtu: UInt32?
    /// `IFLA_ADDRESS`, `IFLA_BROADCAST`.
    public var address: LinkLayerAddress?, broadcast: LinkLayerAddress?
    /// `IFLA_MASTER`, an index; 0 takes it off its master.
    public var master: Int32?
    /// `IFLA_LINK`: the index of the link below.
    public var link: Int32?
    /// `IFLA_LINK_NETNSID`: the namespace in which `link` counts, and that tunnels send from, by its id; nil is that of
    /// the socket. On creation only.
    public var linkNamespaceID: Int32?
    /// `IFLA_PARENT_DEV_NAME`: the hardware that the link shall be of, for drivers that make links (wwan). On creation
    /// only.
    public var parentDeviceName: String?
    /// `IFLA_VFINFO_LIST`: what is to be changed of virtual functions.
    public var virtualFunctions: [VirtualFunction] = []
    /// `IFLA_TXQLEN`, in packets.
    public var transmitQueueLength: UInt32?
    /// `IFLA_GROUP`
    public var group: UInt32?
    /// `IFLA_IFALIAS`; empty removes it.
    public var alias: String?
    /// `IFLA_NUM_TX_QUEUES`, `IFLA_NUM_RX_QUEUES`, on creation.
    public var transmitQueues: UInt32?, receiveQueues: UInt32?
    /// `IFLA_GSO_MAX_SIZE` in bytes, `IFLA_GSO_MAX_SEGS`.
    public var gsoMaximumSize: UInt32?, gsoMaximumSegments: UInt32?
    /// `IFLA_GRO_MAX_SIZE`, `IFLA_GSO_IPV4_MAX_SIZE`, `IFLA_GRO_IPV4_MAX_SIZE`, in bytes.
    public var groMaximumSize: UInt32?, gsoIPv4MaximumSize: UInt32?, groIPv4MaximumSize: UInt32?
    /// `IFLA_CARRIER`, `IFLA_PROTO_DOWN`.
    public var hasCarrier: Bool?, isProtocolDown: Bool?
    /// `IFLA_PROTO_DOWN_REASON`: which of the protocols that keep the link down are named, a bit for each, and which
    /// of those do; the others stay as they are. The kernel wants it of a link that is down by `isProtocolDown`.
    public var protocolDownReasons: (mask: UInt32, values: UInt32)?
    /// `IFLA_LINKMODE`: 0 default, 1 dormant.
    public var linkMode: UInt8?
    /// `IFLA_INET6_ADDR_GEN_MODE`
    public var addressGenerationMode: AddressGenerationMode?
    /// Where the link is made, or moved to.
    public var namespace: NamespaceReference?

    /// A link of which nothing is said yet.
    public init(name: InterfaceName? = nil) { self.name = name }

    /// A pair of links. The peer may be in a namespace of its own.
    public static func veth(_ name: InterfaceName?, peer: LinkSpec?) -> LinkSpec {
        var spec = LinkSpec(name: name)
        spec.options = VethOptions(peer: peer)
        return spec
    }

    /// A bridge.
    public static func bridge(_ name: InterfaceName, _ options: BridgeOptions = BridgeOptions()) -> LinkSpec {
        var spec = LinkSpec(name: name)
        spec.options = options
        return spec
    }

    /// The kind that is asked for, if any.
    public var kind: String? { options?.kind ?? kindName }

    /// The header for making or changing the link. Only flags that are named are in the
    /// change mask: the kernel clears whatever else a wider mask holds.
    func header(index: Int32) -> ifinfomsg {
        var header = ifinfomsg()
        header.ifi_index = index
        var set = setFlags
        var mask = setFlags.union(clearFlags)
        if let isUp {
            mask.insert(.up)
            if isUp { set.insert(.up) }
        }
        header.ifi_flags = set.rawValue
        header.ifi_change = mask.rawValue
        return header
    }

    /// Puts everything but the header.
    func encode(into writer: AttributeWriter<LinkScope>) {
        writer.put(.name, ifPresent: name)
        writer.put(.mtu, ifPresent: mtu)
        writer.put(.address, ifPresent: address)
        writer.put(.broadcast, ifPresent: broadcast)
        writer.put(.link, ifPresent: link)
        writer.put(.linkNamespaceID, ifPresent: linkNamespaceID)
        writer.put(.parentDeviceName, ifPresent: parentDeviceName)
        writer.put(.master, ifPresent: master)
        writer.put(.transmitQueueLength, ifPresent: transmitQueueLength)
        writer.put(.group, ifPresent: group)
        if let alias { writer.put(.aliasBytes, Array(alias.utf8)) }
        writer.put(.transmitQueues, ifPresent: transmitQueues)
        writer.put(.receiveQueues, ifPresent: receiveQueues)
        writer.put(.gsoMaximumSize, ifPresent: gsoMaximumSize)
        writer.put(.gsoMaximumSegments, ifPresent: gsoMaximumSegments)
        writer.put(.groMaximumSize, ifPresent: groMaximumSize)
        writer.put(.gsoIPv4MaximumSize, ifPresent: gsoIPv4MaximumSize)
        writer.put(.groIPv4MaximumSize, ifPresent: groIPv4MaximumSize)
        writer.put(.carrier, ifPresent: hasCarrier)
        writer.put(.protocolDown, ifPresent: isProtocolDown)
        if let reasons = protocolDownReasons {
            writer.nest(.protocolDownReason) { reason in
                reason.put(.mask, reasons.mask)
                reason.put(.value, reasons.values)
            }
        }
        writer.put(.linkMode, ifPresent: linkMode)
        if !virtualFunctions.isEmpty {
            // One list of all: of several the kernel would read the last only.
            writer.nest(.virtualFunctions) { list in
                for function in virtualFunctions { function.encode(into: list) }
            }
        }
        if let mode = addressGenerationMode {
            writer.nest(.families) { families in
                families.nest(.inet6) { $0.put(.addressGenerationMode, mode.rawValue) }
            }
        }
        switch namespace {
        case .descriptor(let descriptor): writer.put(.namespaceDescriptor, descriptor)
        case .process(let process): writer.put(.namespaceProcess, UInt32(bitPattern: process))
        case .id(let id): writer.put(.targetNamespaceID, id)
        case nil: break
        }
        guard kind != nil || portOptions != nil else { return }
        writer.nest(.info) { info in
            if let kind {
                info.put(.kind, kind)
                options?.encode(into: info)
            }
            if let portOptions {
                info.put(.portKind, portOptions.kind)
                portOptions.encode(into: info)
            }
        }
    }
}

extension AttributeKey where Scope == LinkScope, Value == [UInt8] {
    /// Sent without a NUL, as ip(8) does: an empty payload removes the alias.
    fileprivate static var aliasBytes: Self { Self(IFLA_IFALIAS, "IFLA_IFALIAS") }
}
