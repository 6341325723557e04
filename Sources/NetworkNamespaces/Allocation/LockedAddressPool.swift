// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
internal import SystemPackage

/// A pool that nobody else changes meanwhile: for what must not happen between a change of it and something else.
///
/// Every call is on record when it returns.
public struct LockedAddressPool: ~Copyable {
    /// What the pool is called.
    public let name: String
    private let pools: AddressPools
    private let lock: FileLock
    private var file: AddressPoolFile

    init(_ name: String, _ pools: AddressPools, _ lock: consuming FileLock, _ file: AddressPoolFile) {
        self.lock = lock
        (self.name, self.pools, self.file) = (name, pools, file)
    }

    /// What is given.
    public var leases: [AddressLease] { file.leases }

    /// What an owner was given.
    public func leases(of owner: AddressLease.Owner) -> [AddressLease] { file.leases(of: owner) }

    /// Whether nothing is given.
    public var isEmpty: Bool { file.lines.isEmpty }

    private func save() throws(AddressPoolError) {
        let path = pools.file(of: name)
        do throws(Errno) {
            // The lock is held: nobody else writes to the same temporary file, and the next one clears it away.
            try replaceFile(path, with: file.bytes, mode: 0o600, through: "\(path)~", isSynchronized: true)
        } catch { throw .record(operation: "write '\(path)'", error) }
    }

    // MARK: Giving

    /// Gives an address of each set of ranges, or none; see `AddressPools.allocate`.
    public mutating func allocate(
        from pool: AddressPool, for owner: AddressLease.Owner, requested: [IPAddress] = [],
        in namespace: AddressLease.Namespace?
    ) throws(AddressPoolError) -> [AddressPools.Allocation] {
        for address in requested { try check(address, pool) }
        var new = file
        let earlier = new.remove(of: owner).map(\.address.address)
        let taken = new.addresses
        var allocations: [AddressPools.Allocation] = []
        for set in pool.rangeSets {
            let wanted = requested.first { address in set.contains { $0.contains(address) } }
            let own = earlier.first { address in set.contains { $0.contains(address) } && pool.gives(address) }
            let address: IPAddress
            if let wanted {
                guard !taken.contains(wanted) else { throw .taken(wanted, by: holder(of: wanted, new)) }
                address = wanted
            } else if let own, !taken.contains(own) {
                address = own
            } else {
                let next = pool.nextFree(in: set, after: new.last(in: set)) { taken.contains($0) }
                guard let next else { throw .exhausted(pool: pool.name, ranges: set) }
                address = next.address
                new.setLast(address, in: set)
            }
            guard let range = set.first(where: { $0.contains(address) }),
                let prefix = IPPrefix(address, length: range.subnet.length)
            else { preconditionFailure("an address is of one of the ranges") }
            new.add(AddressLease(prefix, owner, in: namespace))
            allocations.append(AddressPools.Allocation(address: prefix, gateway: range.gateway))
        }
        try replace(new)
        return allocations
    }

    /// Whether the pool can give an address to one who asks for it.
    private func check(_ address: IPAddress, _ pool: AddressPool) throws(AddressPoolError) {
        guard let range = pool.rangeSets.joined().first(where: { $0.contains(address) }) else {
            throw .notInPool(address, pool: pool.name, reason: "it is in none of the ranges")
        }
        if range.gateway == address { throw .notInPool(address, pool: pool.name, reason: "it is the gateway's") }
        if pool.exclusions.contains(where: { $0.contains(address) }) {
            throw .notInPool(address, pool: pool.name, reason: "it is excluded")
        }
    }

    private func holder(of address: IPAddress, _ file: AddressPoolFile) -> AddressLease.Owner {
        file.leases.first { $0.address.address == address }?.owner
            ?? AddressLease.Owner(network: name, container: "?", interface: "?")
    }

    private mutating func replace(_ new: AddressPoolFile) throws(AddressPoolError) {
        let old = file
        file = new
        do throws(AddressPoolError) { try save() } catch {
            file = old
            throw error
        }
    }

    // MARK: Taking back

    /// Takes back what an owner was given.
    ///
    /// - Returns: what was taken back.
    @discardableResult
    public mutating func release(_ owner: AddressLease.Owner) throws(AddressPoolError) -> [AddressLease] {
        var new = file
        let released = new.remove(of: owner)
        if !released.isEmpty { try replace(new) }
        return released
    }

    /// Takes back what fulfils a condition.
    ///
    /// - Returns: what was taken back.
    @discardableResult
    public mutating func release(
        where isUnwanted: (AddressLease) -> Bool
    ) throws(AddressPoolError) -> [AddressLease] {
        var new = file
        let released = new.remove(where: isUnwanted)
        if !released.isEmpty { try replace(new) }
        return released
    }

    /// Takes back what was given to namespaces that are gone; see `AddressPools.collect`.
    ///
    /// - Returns: what was taken back.
    @discardableResult
    public mutating func collect() throws(AddressPoolError) -> [AddressLease] {
        let namespaces = Set(file.leases.compactMap(\.namespace))
        let gone = goneNamespaces(among: namespaces)
        guard !gone.isEmpty else { return [] }
        return try release { lease in lease.namespace.map { gone.contains($0) } ?? false }
    }

    /// Forgets also which address was given last, where nothing is given.
    public mutating func removeIfEmpty() throws(AddressPoolError) {
        guard isEmpty else { return }
        let path = pools.file(of: name)
        for path in [path, "\(path)~"] {
            do throws(Errno) { try removeFile(path) } catch {
                guard error == .noSuchFileOrDirectory else { throw .record(operation: "remove '\(path)'", error) }
            }
        }
        file = AddressPoolFile()
    }
}

extension AddressPool {
    /// Whether an address that was given earlier still may be.
    fileprivate func gives(_ address: IPAddress) -> Bool {
        !exclusions.contains { $0.contains(address) } && !rangeSets.joined().contains { $0.gateway == address }
    }
}
