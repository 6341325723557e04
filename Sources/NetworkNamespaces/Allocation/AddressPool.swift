// SPDX-License-Identifier: Apache-2.0

public import Addressing

/// Consecutive addresses of one network that may be given out.
public struct AddressRange: Hashable, Sendable {
    /// The network, without host bits.
    public let subnet: IPPrefix
    /// The first and the last address, which are hosts of the network.
    public let first: IPAddress, last: IPAddress
    /// Where the network's default route goes; never given out. Nil where the network has room for one host only.
    public let gateway: IPAddress?

    /// A part of a network.
    ///
    /// - Parameters:
    ///   - first: nil begins with the network's first host.
    ///   - last: nil ends with its last one.
    ///   - gateway: nil takes the network's first host.
    /// - Throws: `.invalid` for addresses that are no hosts of the network, or are in the wrong order.
    public init(
        _ subnet: IPPrefix, first: IPAddress? = nil, last: IPAddress? = nil, gateway: IPAddress? = nil
    ) throws(AddressPoolError) {
        self.subnet = subnet.network
        guard let firstHost = subnet.host(1), let lastHost = subnet.host(subnet.hostCount) else {
            throw .invalid("\(subnet) has no hosts")
        }
        self.first = first ?? firstHost
        self.last = last ?? lastHost
        self.gateway = gateway ?? (subnet.hostCount > 1 ? firstHost : nil)
        for address in [self.first, self.last] where subnet.hostNumber(of: address) == nil {
            throw .invalid("\(address) is no host of \(subnet.network)")
        }
        guard self.first <= self.last else { throw .invalid("the range \(self.first)-\(self.last) is upside down") }
        if let gateway, gateway.family != subnet.family {
            throw .invalid("the gateway \(gateway) is of another family than \(subnet.network)")
        }
    }

    /// Whether the address may be given out.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == subnet.family && first <= address && address <= last
    }

    /// The numbers of the first and the last address among the hosts of the network.
    var numbers: ClosedRange<UInt128> {
        guard let low = subnet.hostNumber(of: first), let high = subnet.hostNumber(of: last) else {
            preconditionFailure("both are hosts of the network")
        }
        return low...high
    }
}

extension AddressRange: CustomStringConvertible {
    /// `10.0.0.1-10.0.0.9`.
    public var description: String { "\(first)-\(last)" }
}

/// Addresses that are given out for one purpose.
public struct AddressPool: Hashable, Sendable {
    /// What the pool is called: letters, digits, `_`, `.`, `-` and `:`, not beginning with a dot.
    public var name: String
    /// Of each set of ranges one address is given: one set for IPv4 and one for IPv6, as a rule.
    public var rangeSets: [[AddressRange]]
    /// What is never given out: the addresses of bridges, routers and the like.
    public var exclusions: [IPPrefix]
    /// What is given only to those who ask for it.
    public var reserved: [IPPrefix]

    /// A pool.
    ///
    /// - Throws: `.invalid` for an impossible name, an empty set, or ranges that overlap.
    public init(
        _ name: String, _ rangeSets: [[AddressRange]], exclusions: [IPPrefix] = [], reserved: [IPPrefix] = []
    ) throws(AddressPoolError) {
        try Self.check(name: name)
        for set in rangeSets {
            guard let family = set.first?.subnet.family else { throw .invalid("a set of ranges is empty") }
            guard set.allSatisfy({ $0.subnet.family == family }) else {
                throw .invalid("a set of ranges is of both families")
            }
        }
        let ranges = rangeSets.flatMap(\.self).sorted { $0.first < $1.first }
        for (range, next) in zip(ranges, ranges.dropFirst())
        where range.subnet.family == next.subnet.family && next.first <= range.last {
            throw .invalid("the ranges \(range) and \(next) overlap")
        }
        (self.name, self.rangeSets, self.exclusions, self.reserved) = (name, rangeSets, exclusions, reserved)
    }

    /// The pool of one network, such as a bridge's: all its hosts but the gateway.
    public init(
        _ name: String, _ subnet: IPPrefix, gateway: IPAddress? = nil, exclusions: [IPPrefix] = []
    ) throws(AddressPoolError) {
        try self.init(name, [[AddressRange(subnet, gateway: gateway)]], exclusions: exclusions)
    }

    /// A name is a file's as well.
    static func check(name: String) throws(AddressPoolError) {
        let isGood = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: ":"):
                true
            default: false
            }
        }
        guard isGood, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 250 else {
            throw .invalid("\(quoted(name)) can't be the name of an address pool")
        }
    }
}

// MARK: The next address

extension AddressPool {
    /// The address to give next: the first free one after the last that was given, so that one which has come free
    /// rests as long as it can. Others may still think it to be at its old owner's hardware address.
    func nextFree(
        in set: [AddressRange], after last: IPAddress?, isTaken: (IPAddress) -> Bool
    ) -> (address: IPAddress, range: AddressRange)? {
        let start = last.flatMap { last in set.firstIndex { $0.contains(last) } }
        var turns: [(range: AddressRange, numbers: ClosedRange<UInt128>)] = []
        if let start, let last, let number = set[start].subnet.hostNumber(of: last) {
            let range = set[start]
            if number < range.numbers.upperBound { turns.append((range, number + 1...range.numbers.upperBound)) }
            turns += (set[(start + 1)...] + set[..<start]).map { ($0, $0.numbers) }
            turns.append((range, range.numbers.lowerBound...number))
        } else {
            turns = set.map { ($0, $0.numbers) }
        }
        for turn in turns {
            if let address = firstFree(in: turn.range, turn.numbers, isTaken: isTaken) { return (address, turn.range) }
        }
        return nil
    }

    private func firstFree(
        in range: AddressRange, _ numbers: ClosedRange<UInt128>, isTaken: (IPAddress) -> Bool
    ) -> IPAddress? {
        let unwanted = exclusions + reserved
        var number = numbers.lowerBound
        while number <= numbers.upperBound, let address = range.subnet.host(number) {
            if let prefix = unwanted.first(where: { $0.contains(address) }) {
                // It may be as large as the network: all of it is passed over at once.
                let end = prefix.host(prefix.hostCount).flatMap { range.subnet.hostNumber(of: $0) }
                number = max(number, end ?? (range.subnet.contains(prefix) ? number : numbers.upperBound)) + 1
            } else if address == range.gateway || isTaken(address) {
                number += 1
            } else {
                return address
            }
        }
        return nil
    }
}
