// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import SystemPackage

/// The leases of a pool, as its file holds them: a line for each, and for each set of ranges the last address given.
///
///     last 10.0.0.3
///     lease lan web eth0 10.0.0.2/24 4:4026532281:17
///
/// Lines stay as they were read: of thousands only a few are looked into, and none that cannot be read is lost.
struct AddressPoolFile {
    /// What is there of leases, and of what can't be read.
    private(set) var lines: [ArraySlice<UInt8>] = []
    /// The last address given of each set of ranges.
    private(set) var lastAddresses: [IPAddress] = []

    init() {}

    /// Reads a file.
    init(_ bytes: [UInt8]) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if line.starts(with: Self.lastStart) {
                guard let address = IPAddress(String(decoding: line.dropFirst(Self.lastStart.count), as: UTF8.self))
                else { continue }
                lastAddresses.append(address)
            } else {
                lines.append(line)
            }
        }
    }

    private static let lastStart = Array("last ".utf8)

    /// The file.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(64) { $0 + $1.count + 1 })
        for address in lastAddresses {
            bytes += Self.lastStart
            address.append(to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        for line in lines {
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// All leases.
    var leases: [AddressLease] { lines.compactMap { AddressLease(line: $0) } }

    /// The leases of an owner.
    func leases(of owner: AddressLease.Owner) -> [AddressLease] {
        let start = owner.lineStart
        return lines.filter { $0.starts(with: start) }.compactMap { AddressLease(line: $0) }
    }

    /// All addresses that are somebody's.
    var addresses: Set<IPAddress> {
        var addresses: Set<IPAddress> = []
        addresses.reserveCapacity(lines.count)
        for line in lines {
            if let address = Self.address(of: line) { addresses.insert(address) }
        }
        return addresses
    }

    /// The fifth word up to its slash.
    private static func address(of line: ArraySlice<UInt8>) -> IPAddress? {
        var rest = line
        for _ in 0..<4 {
            guard let end = rest.firstIndex(of: blank) else { return nil }
            rest = rest[(end + 1)...]
        }
        return IPAddress(String(decoding: rest.prefix { $0 != UInt8(ascii: "/") && $0 != blank }, as: UTF8.self))
    }

    // MARK: Changes

    mutating func add(_ lease: AddressLease) { lines.append(lease.line[...]) }

    /// - Returns: those that were removed.
    mutating func remove(where isUnwanted: (AddressLease) -> Bool) -> [AddressLease] {
        var removed: [AddressLease] = []
        lines.removeAll { line in
            guard let lease = AddressLease(line: line), isUnwanted(lease) else { return false }
            removed.append(lease)
            return true
        }
        return removed
    }

    /// - Returns: those that were removed.
    mutating func remove(of owner: AddressLease.Owner) -> [AddressLease] {
        let start = owner.lineStart
        let removed = leases(of: owner)
        if !removed.isEmpty { lines.removeAll { $0.starts(with: start) } }
        return removed
    }

    /// The last address given of a set of ranges.
    func last(in set: [AddressRange]) -> IPAddress? {
        lastAddresses.last { address in set.contains { $0.contains(address) } }
    }

    mutating func setLast(_ address: IPAddress, in set: [AddressRange]) {
        lastAddresses.removeAll { address in set.contains { $0.contains(address) } }
        lastAddresses.append(address)
    }
}
