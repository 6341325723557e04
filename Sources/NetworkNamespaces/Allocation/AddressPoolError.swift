// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
public import SystemPackage

/// Why no address could be given or taken back.
public enum AddressPoolError: Error, Equatable, Sendable {
    /// The description makes no sense.
    case invalid(String)
    /// Every address is somebody's.
    case exhausted(pool: String, ranges: [AddressRange])
    /// The address that was asked for is another's.
    case taken(IPAddress, by: AddressLease.Owner)
    /// The address that was asked for is none that this pool gives.
    case notInPool(IPAddress, pool: String, reason: String)
    /// The record can't be read or written; the operation is a verb phrase.
    case record(operation: String, Errno)
}

extension AddressPoolError: CustomStringConvertible {
    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .invalid(let reason): return reason
        case .exhausted(let pool, let ranges):
            let shown = ranges.prefix(3).map(\.description).joined(separator: ", ") + (ranges.count > 3 ? ", …" : "")
            return "the address pool \(quoted(pool)) has no free address in \(shown)"
        case .taken(let address, let owner): return "the address \(address) is given to \(owner)"
        case .notInPool(let address, let pool, let reason):
            return "the address pool \(quoted(pool)) does not give \(address): \(reason)"
        case .record(let operation, let errno): return "cannot \(operation): \(errno.sentence)"
        }
    }

    /// The error number, where the failure has one.
    public var errno: Errno? { if case .record(_, let errno) = self { errno } else { nil } }
}
