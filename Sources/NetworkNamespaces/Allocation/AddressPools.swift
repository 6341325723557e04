// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
internal import SystemPackage

/// Which addresses are given to whom: a directory with a file for each pool, below /run, so that a new start of the
/// machine frees all.
///
/// A change is made under a lock and takes the place of what was before in one step: whenever a process is killed, an
/// address is either given, with its owner on record, or free. Needs root to write.
public struct AddressPools: Sendable {
    /// The directory.
    public let path: String

    /// The directory of this machine.
    public static let system = AddressPools(path: "/run/netns-addresses")

    /// Pools below a directory, which is made when it is needed.
    public init(path: String) { self.path = path }

    // MARK: Giving and taking back

    /// An address that was given.
    public struct Allocation: Hashable, Sendable {
        /// The address, with the length of its network.
        public var address: IPPrefix
        /// Where the default route of its network goes.
        public var gateway: IPAddress?
    }

    /// Gives an address of each set of ranges, or none.
    ///
    /// Who has one already, as after a run that was killed, gets the same again. When all are given, those whose
    /// namespaces are gone are taken back first.
    ///
    /// - Parameters:
    ///   - requested: addresses that are wanted; of sets that have none of these, any is given.
    ///   - namespace: where the addresses are used. It must be held open meanwhile.
    /// - Throws: `.exhausted`, `.taken`, `.notInPool`, or `.record`.
    public func allocate(
        from pool: AddressPool, for owner: AddressLease.Owner, requested: [IPAddress] = [],
        in namespace: AddressLease.Namespace?
    ) throws(AddressPoolError) -> [Allocation] {
        var locked = try lock(pool.name)
        do throws(AddressPoolError) {
            return try locked.allocate(from: pool, for: owner, requested: requested, in: namespace)
        } catch {
            guard case .exhausted = error, try !locked.collect().isEmpty else { throw error }
            return try locked.allocate(from: pool, for: owner, requested: requested, in: namespace)
        }
    }

    /// Takes back what an owner was given. One that has nothing, or a pool that is not there, is fine.
    ///
    /// - Returns: what was taken back.
    @discardableResult
    public func release(_ owner: AddressLease.Owner, from pool: String) throws(AddressPoolError) -> [AddressLease] {
        guard isThere(pool) else { return [] }
        var locked = try lock(pool)
        return try locked.release(owner)
    }

    /// Takes back what fulfils a condition.
    ///
    /// - Returns: what was taken back.
    @discardableResult
    public func release(
        from pool: String, where isUnwanted: (AddressLease) -> Bool
    ) throws(AddressPoolError) -> [AddressLease] {
        guard isThere(pool) else { return [] }
        var locked = try lock(pool)
        return try locked.release(where: isUnwanted)
    }

    /// Takes back what was given to namespaces that are gone, in all pools.
    ///
    /// Linux tells since 6.18 whether one is there. Before, nothing is taken back where what holds a namespace may be out
    /// of sight: in a PID namespace other than the machine's, or without access to all processes.
    ///
    /// - Returns: what was taken back.
    @discardableResult
    public func collect() throws(AddressPoolError) -> [AddressLease] {
        var collected: [AddressLease] = []
        for name in try names() {
            var locked = try lock(name)
            collected += try locked.collect()
        }
        return collected
    }

    // MARK: Looking

    /// The names of the pools that have a record.
    public func names() throws(AddressPoolError) -> [String] {
        do throws(Errno) {
            return try directoryEntries(path).map(\.name).filter { !$0.hasSuffix("~") && !$0.hasPrefix(".") }.sorted()
        } catch {
            if error == .noSuchFileOrDirectory { return [] }
            throw .record(operation: "read '\(path)'", error)
        }
    }

    /// What of a pool is given; nothing where there is no such pool.
    public func leases(of pool: String) throws(AddressPoolError) -> [AddressLease] {
        try AddressPool.check(name: pool)
        return try read(pool).leases
    }

    private func isThere(_ pool: String) -> Bool { (try? FileStatus(of: file(of: pool))) != nil }

    func file(of pool: String) -> String { "\(path)/\(pool)" }

    func read(_ pool: String) throws(AddressPoolError) -> AddressPoolFile {
        do throws(Errno) { return AddressPoolFile(try readFile(file(of: pool))) } catch {
            if error == .noSuchFileOrDirectory { return AddressPoolFile() }
            throw .record(operation: "read '\(file(of: pool))'", error)
        }
    }

    /// Keeps others from changing a pool while the returned value lives.
    ///
    /// - Throws: `.record`, with `EAGAIN` when somebody holds the lock for long.
    public func lock(_ pool: String) throws(AddressPoolError) -> LockedAddressPool {
        try AddressPool.check(name: pool)
        let lock: FileLock
        do throws(Errno) {
            // Nobody else may read it, and so lock it.
            try makeDirectory(path, mode: 0o700)
            lock = try FileLock(exclusiveOn: path)
        } catch { throw .record(operation: "lock '\(path)'", error) }
        return LockedAddressPool(pool, self, lock, try read(pool))
    }
}
