// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension JSONWriter {
    /// `vfinfo_list`.
    mutating func virtualFunctions(of link: Link, statistics: Bool) {
        member(
            "vfinfo_list",
            array: { json in
                for function in link.virtualFunctions {
                    json.object { json in
                        json.members(of: function, link)
                        if statistics, let counters = function.statistics { json.statistics(counters) }
                    }
                }
            })
    }

    private mutating func members(of function: VirtualFunction, _ link: Link) {
        member("vf", function.number)
        member("link_type", link.hardwareTypeName)
        member("address", function.address.map(link.text(of:)))
        if let broadcast = function.broadcast {
            if link.flags.contains(.pointToPoint) { member("link_pointtopoint", true) }
            member("broadcast", link.text(of: broadcast))
        }
        if let tags = function.vlans {
            member(
                "vlan_list",
                array: { json in
                    for tag in tags {
                        json.object { json in
                            json.members(of: tag)
                            json.member("protocol", tag.otherProtocol)
                        }
                    }
                })
        } else if let tag = function.vlan {
            members(of: tag)
        }
        if function.transmitRate != 0 { member("tx_rate", function.transmitRate) }
        if let rates = function.rates {
            member(
                "rate",
                object: { json in
                    json.member("max_tx", rates.maximum)
                    json.member("min_tx", rates.minimum)
                })
        }
        member("spoofchk", function.checksSpoofing)
        // These have a blank in ip's keys.
        member("node guid", function.nodeGUID.map(guidText))
        member("port guid", function.portGUID.map(guidText))
        member("link_state", function.linkState?.name)
        member("trust", function.isTrusted)
        member("query_rss_en", function.allowsRSSQuery)
    }

    private mutating func members(of tag: VirtualFunction.VLAN) {
        if tag.id != 0 { member("vlan", tag.id) }
        if tag.priority != 0 { member("qos", tag.priority) }
    }

    private mutating func statistics(_ counters: VirtualFunction.Statistics) {
        member(
            "stats",
            object: { json in
                json.member(
                    "rx",
                    object: { json in
                        json.member("bytes", counters.receivedBytes)
                        json.member("packets", counters.receivedPackets)
                        json.member("multicast", counters.multicast)
                        json.member("broadcast", counters.broadcast)
                        json.member("dropped", counters.receiveDropped)
                    })
                json.member(
                    "tx",
                    object: { json in
                        json.member("tx_bytes", counters.sentBytes)
                        json.member("tx_packets", counters.sentPackets)
                        json.member("dropped", counters.sendDropped)
                    })
            })
    }
}

extension TextWriter {
    /// A line for each virtual function, and with its counters four more.
    mutating func virtualFunctions(of link: Link, statistics: Bool) {
        for function in link.virtualFunctions {
            write("    vf \(function.number)     link/\(link.hardwareTypeName) ")
            if let address = function.address { write(link.text(of: address)) }
            if let broadcast = function.broadcast {
                write(link.flags.contains(.pointToPoint) ? " peer " : " brd ")
                write(link.text(of: broadcast))
            }
            for tag in function.vlans ?? function.vlan.map({ [$0] }) ?? [] { virtualFunctionTag(tag) }
            virtualFunctionSettings(function)
            write("\n")
            if statistics, let counters = function.statistics { virtualFunctionStatistics(counters) }
        }
    }

    private mutating func virtualFunctionTag(_ tag: VirtualFunction.VLAN) {
        if tag.id != 0 { write(", vlan \(tag.id)") }
        if tag.priority != 0 { write(", qos \(tag.priority)") }
        if let name = tag.otherProtocol { write(", vlan protocol \(name)") }
    }

    private mutating func virtualFunctionSettings(_ function: VirtualFunction) {
        if let rate = function.transmitRate, rate != 0 { write(", tx rate \(rate) (Mbps)") }
        if let rates = function.rates {
            if rates.maximum != 0 { write(", max_tx_rate \(rates.maximum)Mbps") }
            if rates.minimum != 0 { write(", min_tx_rate \(rates.minimum)Mbps") }
        }
        if let isOn = function.checksSpoofing { write(", spoof checking \(isOn ? "on" : "off")") }
        if let guid = function.nodeGUID { write(", NODE_GUID \(guidText(guid))") }
        if let guid = function.portGUID { write(", PORT_GUID \(guidText(guid))") }
        if let state = function.linkState { write(", link-state \(state.name)") }
        if let isOn = function.isTrusted { write(", trust \(isOn ? "on" : "off")") }
        if let isOn = function.allowsRSSQuery { write(", query_rss \(isOn ? "on" : "off")") }
    }

    private mutating func virtualFunctionStatistics(_ counters: VirtualFunction.Statistics) {
        write("    RX: bytes  packets  mcast   bcast   ")
        write(counters.receiveDropped == nil ? "\n    " : "dropped \n    ")
        counter(counters.receivedBytes, 10)
        counter(counters.receivedPackets, 8)
        counter(counters.multicast, 7)
        counter(counters.broadcast, 7)
        if let dropped = counters.receiveDropped { counter(dropped, 8) }
        write("\n    TX: bytes  packets   ")
        write(counters.sendDropped == nil ? "\n    " : "dropped \n    ")
        counter(counters.sentBytes, 10)
        counter(counters.sentPackets, 8)
        if let dropped = counters.sendDropped { counter(dropped, 8) }
        write("\n")
    }

    private mutating func counter(_ number: UInt64, _ width: Int) {
        write(String(number), alignedTo: width)
        write(" ")
    }
}

extension VirtualFunction.VLAN {
    /// The protocol, where it is not that of nearly all VLANs.
    fileprivate var otherProtocol: String? {
        switch etherType {
        case nil, 0x8100: nil
        case 0x88a8: "802.1ad"
        case .some(let other): "[\(other)]"
        }
    }
}

extension VirtualFunction.LinkState {
    /// The words that ip(8) takes and shows.
    static let named: [(name: String, value: Self)] = [("auto", .auto), ("enable", .enable), ("disable", .disable)]

    /// The word; ip(8) calls every other state `disable`.
    fileprivate var name: String { Self.named.first { $0.value == self }?.name ?? "disable" }
}

/// `00:11:22:33:44:55:66:77`
private func guidText(_ guid: UInt64) -> String {
    stride(from: 56, through: 0, by: -8).map { hexadecimal([UInt8(truncatingIfNeeded: guid >> UInt64($0))]) }
        .joined(separator: ":")
}
