// SPDX-License-Identifier: Apache-2.0

/// A request that was held back and then refused.
public struct DeferredRefusal: Sendable {
    /// What the request was marked with.
    public var mark: Int
    /// Why it was refused.
    public var error: KernelError
}

/// Requests that are held back, and what became of those that were sent.
struct Deferral {
    var mark: Int?
    var held: [(mark: Int, request: ErasedRequest)] = []
    var refusals: [DeferredRefusal] = []
}

/// Requests of many callers, sent together.
extension NetlinkSocket {
    /// Holds back what `acknowledge` is given, until there is enough for a datagram or something is asked.
    ///
    /// `acknowledge` returns at once then, and a refusal comes from `takeRefusals`. The kernel works through
    /// the requests in order, and does not stop at a refusal.
    ///
    /// - Parameter mark: tells the requests from now on from those before; nil ends it, and what is held back
    ///   goes ahead of the next request.
    public mutating func holdBack(mark: Int?) {
        if deferral == nil { deferral = Deferral(mark: mark) } else { deferral?.mark = mark }
    }

    /// Sends what is held back.
    public mutating func settle() throws(NetlinkError) {
        guard let held = deferral?.held, !held.isEmpty else { return }
        deferral?.held.removeAll()
        let refusals = try transact(held.map(\.request))
        for (position, refusal) in refusals.enumerated() {
            if let refusal { deferral?.refusals.append(DeferredRefusal(mark: held[position].mark, error: refusal)) }
        }
    }

    /// Whether anything is held back.
    public var holdsRequests: Bool { deferral.map { !$0.held.isEmpty } ?? false }

    /// The refusals since the last call, in order.
    public mutating func takeRefusals() -> [DeferredRefusal] {
        defer { deferral?.refusals.removeAll() }
        return deferral?.refusals ?? []
    }

    /// Holds the request back if that was asked for.
    mutating func heldBack(_ request: ErasedRequest) throws(NetlinkError) -> Bool {
        guard let mark = deferral?.mark else { return false }
        guard !request.buffer.hasOverflowed else { throw .requestTooLong(operation: request.operation) }
        deferral?.held.append((mark, request))
        if deferral?.held.count == Self.mostHeldBack { try settle() }
        return true
    }

    private static var mostHeldBack: Int { 64 }
}
