// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension JSONWriter {
    /// An element of `addr_info`, with the keys of `ip -j -d address show`.
    mutating func address(_ address: InterfaceAddress, brief: Bool) {
        beginObject()
        members(of: address, brief: brief)
        endObject()
    }

    /// The members of an element of `addr_info`.
    mutating func members(of address: InterfaceAddress, brief: Bool = false) {
        if !brief { member("family", address.family.description) }
        member("local", address.local.description)
        member("address", address.peer?.description)
        member("prefixlen", address.prefixLength)
        member("metric", address.metric)
        if !brief {
            member("broadcast", address.broadcast?.description)
            member("anycast", address.anycast?.description)
            member("scope", address.scope.name)
            member("protocol", address.originName)
            for name in address.flags.names(address.family) { member(name, true) }
            member("label", address.label)
            if let lifetimes = address.lifetimes {
                member("valid_life_time", lifetimes.valid)
                member("preferred_life_time", lifetimes.preferred)
            }
        }
    }
}

extension TextWriter {
    /// The two lines of an address in `ip address show`.
    mutating func address(_ address: InterfaceAddress, _ detail: ListingDetail) {
        write("    ")
        write(address.family.description)
        write(" ")
        addressWithLength(address)
        write(" ")
        word("metric", address.metric)
        word("brd", address.broadcast?.description)
        word("any", address.anycast?.description)
        word("scope", address.scope.name)
        // Only the youngest versions of ip(8) show it, and on lo it would be everywhere.
        if detail.details { word("proto", address.originName) }
        for name in address.flags.names(address.family) {
            write(name)
            write(" ")
        }
        if let label = address.label { write(escaping: label) }
        write("\n")
        guard let lifetimes = address.lifetimes else { return }
        write("       valid_lft ")
        lifetime(lifetimes.valid)
        write(" preferred_lft ")
        lifetime(lifetimes.preferred)
        write("\n")
    }

    /// The same on one line, with its device in front.
    mutating func oneLine(_ address: InterfaceAddress, of link: Link, _ detail: ListingDetail) {
        let start = bytes.count
        write("\(link.index): ")
        write(escaping: link.name.description)
        self.address(address, detail)
        joinLines(from: start)
    }

    /// An address in the line of its device in `ip -br address show`.
    mutating func briefAddress(_ address: InterfaceAddress) {
        addressWithLength(address)
        write(" ")
        word("metric", address.metric)
    }

    private mutating func addressWithLength(_ address: InterfaceAddress) {
        address.local.append(to: &bytes)
        if let peer = address.peer {
            write(" peer ")
            peer.append(to: &bytes)
        }
        write("/")
        write(address.prefixLength)
    }

    private mutating func lifetime(_ seconds: UInt32) {
        if seconds == AddressLifetimes.forever {
            write("forever")
        } else {
            write(seconds)
            write("sec")
        }
    }
}

extension InterfaceAddress {
    /// Who made the address, by name or number; nil where the kernel says nothing of it.
    var originName: String? { origin.map { NameTable.addressProtocols.text(of: UInt32($0)) } }
}
