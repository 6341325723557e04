// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// How much a text listing shows.
struct ListingDetail {
    var details = false
    /// 0 none, 1 counters, 2 the causes of errors as well.
    var statistics = 0
    /// Whether the hardware address is shown: not beside the addresses of one family.
    var hardwareAddress = true
}

extension TextWriter {
    /// A link as `ip link show` or `ip address show` prints it.
    mutating func link(_ link: Link, _ listing: LinkListing, _ world: LinkWorld, _ detail: ListingDetail) {
        write(link.index)
        write(": ")
        write(escaping: nameAndLower(link, world))
        write(": <")
        write(link.flagNames(world), separator: ",")
        write("> ")
        word("mtu", link.mtu)
        if let xdp = link.xdp { xdpMode(xdp, withProgram: listing == .address) }
        word("qdisc", link.queueingDiscipline)
        word("master", link.master.map(world.name(of:)))
        word("state", link.stateName)
        if listing == .link { word("mode", link.linkModeName) }
        word("group", link.groupName)
        if let length = link.transmitQueueLength, length != 0 {
            write("qlen ")
            write(length)
        }
        if let event = link.eventName { write(" event \(event) ") }
        if detail.hardwareAddress || detail.details { hardwareAddress(link) }
        if let id = link.linkNamespaceID { otherNamespace(id, world) }
        if let id = link.newNamespaceID { write(" new-netnsid \(id)") }
        if let index = link.newIndex { write(" new-ifindex \(index)") }
        if link.isProtocolDown == true { write(" protodown on ") }
        protocolDownReasons(link)
        if detail.details { details(link, listing, world) }
        if listing == .link || detail.details, let alias = link.alias {
            write("\n    alias ")
            write(escaping: alias)
        }
        if listing == .link || detail.details, let xdp = link.xdp { xdpPrograms(xdp, details: detail.details) }
        write("\n")
        if listing == .link, detail.statistics > 0 { statistics(link, level: detail.statistics) }
        if listing == .link { virtualFunctions(of: link, statistics: detail.statistics > 0) }
        for name in link.alternativeNames {
            write("    altname ")
            write(escaping: name)
            write("\n")
        }
    }

    /// A link on one line, as `ip -br link show` prints it.
    mutating func briefLink(_ link: Link, _ listing: LinkListing, _ world: LinkWorld) {
        write(escaped(nameAndLower(link, world)), paddedTo: 16)
        write(" ")
        write(link.stateName ?? "", paddedTo: 14)
        write(" ")
        guard listing == .link else { return }
        if let address = link.address {
            write(link.text(of: address))
            write(" ")
        }
        write("<")
        write(link.flagNames(world), separator: ",")
        write("> \n")
    }

    /// `v0@v1`: the link and the one below it, or its peer.
    private func nameAndLower(_ link: Link, _ world: LinkWorld) -> String {
        guard let lower = link.link else { return link.name.description }
        if lower == 0 { return "\(link.name)@NONE" }
        return "\(link.name)@\(link.linkNamespaceID == nil ? world.name(of: lower) : "if\(lower)")"
    }

    private mutating func hardwareAddress(_ link: Link) {
        write("\n    link/")
        write(link.hardwareTypeName)
        write(" ")
        if let address = link.address { write(link.text(of: address)) }
        if let broadcast = link.broadcast {
            write(link.flags.contains(.pointToPoint) ? " peer " : " brd ")
            write(link.text(of: broadcast))
        }
        if let permanent = link.differingPermanentAddress {
            write(" permaddr ")
            write(link.text(of: permanent))
        }
    }

    private mutating func protocolDownReasons(_ link: Link) {
        let names = link.protocolDownReasonNames
        guard !names.isEmpty else { return }
        if link.isProtocolDown != true { write(" ") }
        write("protodown_reason <")
        write(names.map(escaped), separator: ",")
        write(">")
    }

    private mutating func otherNamespace(_ id: Int32, _ world: LinkWorld) {
        if id < 0 {
            write(" link-netnsid unknown")
        } else if let name = world.namespaceName(id) {
            write(" link-netns ")
            write(escaping: name)
        } else {
            write(" link-netnsid \(id)")
        }
    }

    private mutating func details(_ link: Link, _ listing: LinkListing, _ world: LinkWorld) {
        write(" ")
        if let count = link.promiscuity { write("promiscuity \(count) ") }
        if let count = link.allMulticastCount { write(" allmulti \(count) ") }
        word("minmtu", link.minimumMTU)
        word("maxmtu", link.maximumMTU)
        write(link.kindText(deviceName: world.name(of:)))
        if listing == .link { word("addrgenmode", link.addressGenerationModeName) }
        word("numtxqueues", link.transmitQueues)
        word("numrxqueues", link.receiveQueues)
        word("gso_max_size", link.gsoMaximumSize)
        word("gso_max_segs", link.gsoMaximumSegments)
        word("tso_max_size", link.tsoMaximumSize)
        word("tso_max_segs", link.tsoMaximumSegments)
        word("gro_max_size", link.groMaximumSize)
        word("gso_ipv4_max_size", link.gsoIPv4MaximumSize)
        word("gro_ipv4_max_size", link.groIPv4MaximumSize)
        word("portname", link.physicalPortName)
        word("portid", link.physicalPortID.map(hexadecimal))
        word("switchid", link.physicalSwitchID.map(hexadecimal))
        word("parentbus", link.parentDeviceBus)
        word("parentdev", link.parentDeviceName)
    }

    /// A word and its value, if there is one, with a blank behind each.
    mutating func word(_ word: String, _ value: (some FixedWidthInteger)?) {
        guard let value else { return }
        write(word)
        write(" ")
        write(value)
        write(" ")
    }

    /// A word and its value, if there is one, with a blank behind each.
    mutating func word(_ word: String, _ value: String?) {
        guard let value else { return }
        write(word)
        write(" ")
        write(escaping: value)
        write(" ")
    }
}
