// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// Which listing a link is shown in.
enum LinkListing {
    case link, address
}

extension JSONWriter {
    /// The members of a link, with the keys of `ip -j -d link show` or `ip -j -d address show`.
    mutating func members(of link: Link, _ listing: LinkListing, _ world: LinkWorld, statistics: Int = 0) {
        member("ifindex", link.index)
        nameMembers(of: link, world)
        member("flags", link.flagNames(world))
        member("mtu", link.mtu)
        if let xdp = link.xdp { member("xdp", object: { $0.members(of: xdp) }) }
        member("qdisc", link.queueingDiscipline)
        member("master", link.master.map(world.name(of:)))
        member("operstate", link.stateName)
        if listing == .link { member("linkmode", link.linkModeName) }
        member("group", link.groupName)
        if link.transmitQueueLength != 0 { member("txqlen", link.transmitQueueLength) }
        member("event", link.eventName)
        member("link_type", link.hardwareTypeName)
        member("address", link.address.map(link.text(of:)))
        if let broadcast = link.broadcast {
            if link.flags.contains(.pointToPoint) { member("link_pointtopoint", true) }
            member("broadcast", link.text(of: broadcast))
        }
        member("permaddr", link.differingPermanentAddress.map(link.text(of:)))
        member("link_netnsid", link.linkNamespaceID)
        member("new_netnsid", link.newNamespaceID)
        member("new_ifindex", link.newIndex)
        if link.isProtocolDown == true { member("proto_down", true) }
        if !link.protocolDownReasonNames.isEmpty { member("proto_down_reason", link.protocolDownReasonNames) }
        detailMembers(of: link, listing, world)
        member("ifalias", link.alias)
        if listing == .link, statistics > 0 { statisticsMember(of: link, level: statistics) }
        if listing == .link, !link.virtualFunctions.isEmpty { virtualFunctions(of: link, statistics: statistics > 0) }
        if !link.alternativeNames.isEmpty { member("altnames", link.alternativeNames) }
    }

    /// The few members of `ip -j -br link show` and `ip -j -br address show`.
    mutating func briefMembers(of link: Link, _ listing: LinkListing, _ world: LinkWorld) {
        nameMembers(of: link, world)
        member("operstate", link.stateName)
        guard listing == .link else { return }
        member("address", link.address.map(link.text(of:)))
        member("flags", link.flagNames(world))
    }

    private mutating func nameMembers(of link: Link, _ world: LinkWorld) {
        if let lower = link.link {
            if lower == 0 {
                key("link")
                null()
            } else if link.linkNamespaceID != nil {
                member("link_index", lower)
            } else {
                member("link", world.name(of: lower))
            }
        }
        member("ifname", link.name.description)
    }

    private mutating func detailMembers(of link: Link, _ listing: LinkListing, _ world: LinkWorld) {
        member("promiscuity", link.promiscuity)
        member("allmulti", link.allMulticastCount)
        member("min_mtu", link.minimumMTU)
        member("max_mtu", link.maximumMTU)
        if link.kind != nil || link.portKind != nil {
            member("linkinfo", object: { link.writeKind(into: &$0, deviceName: world.name(of:)) })
        }
        if listing == .link { member("inet6_addr_gen_mode", link.addressGenerationModeName) }
        member("num_tx_queues", link.transmitQueues)
        member("num_rx_queues", link.receiveQueues)
        member("gso_max_size", link.gsoMaximumSize)
        member("gso_max_segs", link.gsoMaximumSegments)
        member("tso_max_size", link.tsoMaximumSize)
        member("tso_max_segs", link.tsoMaximumSegments)
        member("gro_max_size", link.groMaximumSize)
        member("gso_ipv4_max_size", link.gsoIPv4MaximumSize)
        member("gro_ipv4_max_size", link.groIPv4MaximumSize)
        member("phys_port_name", link.physicalPortName)
        member("phys_port_id", link.physicalPortID.map(hexadecimal))
        member("phys_switch_id", link.physicalSwitchID.map(hexadecimal))
        member("parentbus", link.parentDeviceBus)
        member("parentdev", link.parentDeviceName)
    }

    /// `stats64`; the second level has the single causes of errors.
    mutating func statisticsMember(of link: Link, level: Int) {
        guard let counters = link.statistics else { return }
        key("stats64")
        beginObject()
        receiveMember(of: counters, level: level)
        sendMember(of: counters, level: level, carrierChanges: link.carrierChanges ?? 0)
        endObject()
    }

    private mutating func receiveMember(of counters: LinkStatistics, level: Int) {
        key("rx")
        beginObject()
        member("bytes", counters.receivedBytes)
        member("packets", counters.receivedPackets)
        member("errors", counters.receiveErrors)
        member("dropped", counters.receiveDropped)
        member("over_errors", counters.receiveOverErrors)
        member("multicast", counters.multicast)
        if counters.receivedCompressed != 0 { member("compressed", counters.receivedCompressed) }
        if level > 1 {
            member("length_errors", counters.receiveLengthErrors)
            member("crc_errors", counters.receiveCRCErrors)
            member("frame_errors", counters.receiveFrameErrors)
            member("fifo_errors", counters.receiveFIFOErrors)
            member("missed_errors", counters.receiveMissedErrors)
            if counters.receiveNoHandler != 0 { member("nohandler", counters.receiveNoHandler) }
        }
        endObject()
    }

    private mutating func sendMember(of counters: LinkStatistics, level: Int, carrierChanges: UInt32) {
        key("tx")
        beginObject()
        member("bytes", counters.sentBytes)
        member("packets", counters.sentPackets)
        member("errors", counters.sendErrors)
        member("dropped", counters.sendDropped)
        member("carrier_errors", counters.sendCarrierErrors)
        member("collisions", counters.collisions)
        if counters.sentCompressed != 0 { member("compressed", counters.sentCompressed) }
        if level > 1 {
            member("aborted_errors", counters.sendAbortedErrors)
            member("fifo_errors", counters.sendFIFOErrors)
            member("window_errors", counters.sendWindowErrors)
            member("heartbeat_errors", counters.sendHeartbeatErrors)
            member("carrier_changes", carrierChanges)
        }
        endObject()
    }
}
