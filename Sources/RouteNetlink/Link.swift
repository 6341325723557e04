// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// A network device as the kernel reports it in `RTM_NEWLINK`.
///
/// What the kernel did not send is nil. Sources: linux/if_link.h, rtnetlink(7).
public struct Link: Sendable {
    /// The device's number in its namespace, `ifi_index`.
    public var index: Int32
    /// The hardware type, `ARPHRD_…`.
    public var hardwareType: UInt16
    /// `IFF_…`.
    public var flags: LinkFlags
    /// `IFLA_IFNAME`
    public var name: InterfaceName
    /// `IFLA_MTU` with its bounds, in bytes.
    public var mtu: UInt32?, minimumMTU: UInt32?, maximumMTU: UInt32?
    /// `IFLA_QDISC`: the root queueing discipline.
    public var queueingDiscipline: String?
    /// `IFLA_MASTER`: the bridge, bond or VRF that it is a port of.
    public var master: Int32?
    /// `IFLA_LINK`: the link below, or a veth's peer. 0 says that there is none in sight.
    public var link: Int32?
    /// `IFLA_LINK_NETNSID`: the namespace in which `link` counts; nil is this one.
    public var linkNamespaceID: Int32?
    /// `IFLA_TARGET_NETNSID`: the namespace that the link is in, where one was asked for.
    public var targetNamespaceID: Int32?
    /// `IFLA_NEW_NETNSID` and `IFLA_NEW_IFINDEX`: in an event, where the link has moved to.
    public var newNamespaceID: Int32?, newIndex: Int32?
    /// `IFLA_OPERSTATE`; raw, since kernels may add states.
    public var operationalState: UInt8?
    /// `IFLA_LINKMODE`: 0 default, 1 dormant, 2 testing.
    public var linkMode: UInt8?
    /// `IFLA_GROUP`
    public var group: UInt32?
    /// `IFLA_TXQLEN`, in packets.
    public var transmitQueueLength: UInt32?
    /// `IFLA_ADDRESS`, `IFLA_BROADCAST`, `IFLA_PERM_ADDRESS`.
    public var address: LinkLayerAddress?, broadcast: LinkLayerAddress?, permanentAddress: LinkLayerAddress?
    /// `IFLA_IFALIAS`
    public var alias: String?
    /// `IFLA_PROP_LIST`: further names.
    public var alternativeNames: [String] = []
    /// `IFLA_PROMISCUITY`, `IFLA_ALLMULTI`: how many users asked for it.
    public var promiscuity: UInt32?, allMulticastCount: UInt32?
    /// `IFLA_NUM_TX_QUEUES`, `IFLA_NUM_RX_QUEUES`.
    public var transmitQueues: UInt32?, receiveQueues: UInt32?
    /// `IFLA_GSO_MAX_SIZE` in bytes, `IFLA_GSO_MAX_SEGS`.
    public var gsoMaximumSize: UInt32?, gsoMaximumSegments: UInt32?
    /// `IFLA_TSO_MAX_SIZE` in bytes, `IFLA_TSO_MAX_SEGS`.
    public var tsoMaximumSize: UInt32?, tsoMaximumSegments: UInt32?
    /// `IFLA_GRO_MAX_SIZE`, `IFLA_GSO_IPV4_MAX_SIZE`, `IFLA_GRO_IPV4_MAX_SIZE`, in bytes.
    public var groMaximumSize: UInt32?, gsoIPv4MaximumSize: UInt32?, groIPv4MaximumSize: UInt32?
    /// `IFLA_CARRIER`, `IFLA_PROTO_DOWN`.
    public var hasCarrier: Bool?, isProtocolDown: Bool?
    /// `IFLA_PROTO_DOWN_REASON`: a bit for each protocol that keeps the link down; 0 for none.
    public var protocolDownReasons: UInt32?
    /// `IFLA_CARRIER_CHANGES` and its two parts.
    public var carrierChanges: UInt32?, carrierUpCount: UInt32?, carrierDownCount: UInt32?
    /// `IFLA_INET6_ADDR_GEN_MODE`
    public var addressGenerationMode: UInt8?
    /// `IFLA_PHYS_PORT_NAME`
    public var physicalPortName: String?
    /// `IFLA_PHYS_PORT_ID`, `IFLA_PHYS_SWITCH_ID`: the same of all ports of one piece of hardware.
    public var physicalPortID: [UInt8]?, physicalSwitchID: [UInt8]?
    /// `IFLA_PARENT_DEV_BUS_NAME`, `IFLA_PARENT_DEV_NAME`: the hardware behind a physical link.
    public var parentDeviceBus: String?, parentDeviceName: String?
    /// `IFLA_INFO_KIND`: `veth`, `bridge`, …; nil for hardware and lo.
    public var kind: String?
    /// The options of the kind, where it is known here.
    public var options: (any LinkKindOptions)?
    /// `IFLA_INFO_SLAVE_KIND` and the options that the master keeps for this port.
    public var portKind: String?, portOptions: (any LinkKindOptions)?
    /// `IFLA_STATS64`, unless the request left statistics out.
    public var statistics: LinkStatistics?
    /// `IFLA_XDP`: nil without a program.
    public var xdp: LinkXDP?
    /// `IFLA_VFINFO_LIST`: the virtual functions, where `LinkFilter` or the request asked for them.
    public var virtualFunctions: [VirtualFunction] = []
    /// `IFLA_EVENT`: why an event was sent, where the kernel tells it apart; raw, since kernels may add causes.
    public var event: UInt32?

    /// Reads what follows the `nlmsghdr` of `RTM_NEWLINK` or `RTM_DELLINK`; unknown attributes are skipped.
    ///
    /// - Throws: `MalformedReply` when the message is shorter than it says or has no name.
    public init(decoding message: RawSpan) throws(MalformedReply) {
        guard let index: Int32 = message.integer(at: 4), let hardwareType: UInt16 = message.integer(at: 2),
            let flags: UInt32 = message.integer(at: 8), message.byteCount >= MemoryLayout<ifinfomsg>.size
        else { throw MalformedReply("a link message is too short") }
        let attributes = try Attributes<LinkScope>(message.extracting(droppingFirst: MemoryLayout<ifinfomsg>.size))
        guard let name = try attributes.value(.name) else { throw MalformedReply("a link without IFLA_IFNAME") }
        self.index = index
        self.hardwareType = hardwareType
        self.flags = LinkFlags(rawValue: flags)
        self.name = name
        mtu = try attributes.value(.mtu)
        minimumMTU = try attributes.value(.minimumMTU)
        maximumMTU = try attributes.value(.maximumMTU)
        queueingDiscipline = try attributes.value(.queueingDiscipline)
        master = try attributes.value(.master)
        link = try attributes.value(.link)
        linkNamespaceID = try attributes.value(.linkNamespaceID)
        targetNamespaceID = try attributes.value(.targetNamespaceID)
        newNamespaceID = try attributes.value(.newNamespaceID)
        newIndex = try attributes.value(.newIndex)
        operationalState = try attributes.value(.operationalState)
        linkMode = try attributes.value(.linkMode)
        group = try attributes.value(.group)
        transmitQueueLength = try attributes.value(.transmitQueueLength)
        address = try attributes.value(.address)
        broadcast = try attributes.value(.broadcast)
        permanentAddress = try attributes.value(.permanentAddress)
        alias = try attributes.value(.alias)
        promiscuity = try attributes.value(.promiscuity)
        allMulticastCount = try attributes.value(.allMulticastCount)
        try decodeQueues(attributes)
        hasCarrier = try attributes.value(.carrier)
        isProtocolDown = try attributes.value(.protocolDown)
        carrierChanges = try attributes.value(.carrierChanges)
        carrierUpCount = try attributes.value(.carrierUpCount)
        carrierDownCount = try attributes.value(.carrierDownCount)
        physicalPortName = try attributes.value(.physicalPortName)
        physicalPortID = try attributes.value(.physicalPortID)
        physicalSwitchID = try attributes.value(.physicalSwitchID)
        event = try attributes.value(.event)
        parentDeviceBus = try attributes.value(.parentDeviceBus)
        parentDeviceName = try attributes.value(.parentDeviceName)
        statistics = try attributes.value(.statistics)
        try decodeNests(attributes)
    }

    private mutating func decodeQueues(_ attributes: borrowing Attributes<LinkScope>) throws(MalformedReply) {
        transmitQueues = try attributes.value(.transmitQueues)
        receiveQueues = try attributes.value(.receiveQueues)
        gsoMaximumSize = try attributes.value(.gsoMaximumSize)
        gsoMaximumSegments = try attributes.value(.gsoMaximumSegments)
        tsoMaximumSize = try attributes.value(.tsoMaximumSize)
        tsoMaximumSegments = try attributes.value(.tsoMaximumSegments)
        groMaximumSize = try attributes.value(.groMaximumSize)
        gsoIPv4MaximumSize = try attributes.value(.gsoIPv4MaximumSize)
        groIPv4MaximumSize = try attributes.value(.groIPv4MaximumSize)
    }

    private mutating func decodeNests(_ attributes: borrowing Attributes<LinkScope>) throws(MalformedReply) {
        if let families = try attributes.nested(.families), let inet6 = try families.nested(.inet6) {
            addressGenerationMode = try inet6.value(.addressGenerationMode)
        }
        if let reason = try attributes.nested(.protocolDownReason) { protocolDownReasons = try reason.value(.value) }
        xdp = try LinkXDP(of: attributes)
        virtualFunctions = try VirtualFunction.list(of: attributes, hardwareType: hardwareType)
        if let properties = try attributes.nested(.properties) {
            var names: [String] = []
            properties.forEach { number, payload in
                guard number == UInt16(IFLA_ALT_IFNAME), let name = String(attributePayload: payload) else { return }
                names.append(name)
            }
            alternativeNames = names
        }
        guard let info = try attributes.nested(.info) else { return }
        kind = try info.value(.kind)
        if let kind, let data = info.payload(UInt16(IFLA_INFO_DATA)) {
            options = try decodeLinkOptions(kind: kind, data)
        }
        portKind = try info.value(.portKind)
        if let portKind, let data = info.payload(UInt16(IFLA_INFO_SLAVE_DATA)) {
            portOptions = try decodePortOptions(kind: portKind, data)
        }
    }
}
