// SPDX-License-Identifier: Apache-2.0

internal import CNftnl
public import LinuxSystem
public import Netlink
public import SystemPackage

/// Why a transaction was not carried out. Nothing of it was done.
public enum TableTransactionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kernel refused these changes, each by its number in the transaction, in order; there is one at least.
    case refused([Refusal])
    /// Somebody has changed rules since the generation that the transaction was made for.
    case outdated
    /// The conversation broke, or the transaction as a whole was refused.
    case netlink(NetlinkError)

    /// A change that the kernel refused.
    public struct Refusal: Equatable, Sendable {
        /// Its number in the transaction.
        public var change: Int
        /// What the kernel said.
        public var error: KernelError
    }

    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .refused(let refusals): refusals.first.map { "\($0.error)" } ?? "the kernel refused it"
        case .outdated: "the rules were changed meanwhile; try again"
        case .netlink(let error): error.description
        }
    }

    /// The error number, where there is one.
    public var errno: Errno? {
        switch self {
        case .refused(let refusals): refusals.first?.error.errno
        case .outdated: nil
        case .netlink(let error): error.errno
        }
    }
}

/// The conversation with nf_tables of one network namespace.
///
/// It speaks to the namespace in which it was opened, from whatever thread it is used, and needs `CAP_NET_ADMIN` over
/// it. After something was deleted, closing the socket takes an RCU grace period (5 to 20 ms were measured): whoever
/// has something else to delete closes it last.
public struct NFTablesSocket: ~Copyable {
    /// The socket below.
    public var socket: NetlinkSocket

    /// Opens a socket in the calling thread's network namespace.
    public init() throws(NetlinkError) { socket = try NetlinkSocket(.netfilter) }

    /// Takes over an open socket of the family `netfilter`.
    public init(_ socket: consuming NetlinkSocket) { self.socket = socket }

    /// Opens a socket in the network namespace at `namespace`. Needs `CAP_SYS_ADMIN` over it.
    public static func open(in namespace: borrowing OwnedDescriptor) throws(NetlinkError) -> NFTablesSocket {
        NFTablesSocket(try NetlinkSocket.open(.netfilter, in: namespace))
    }

    /// Carries out all of a transaction, or nothing.
    ///
    /// - Parameter generation: what `generation()` said before what the transaction is based on was read; where
    ///   anybody has changed rules since, the transaction is refused as `.outdated`.
    public mutating func commit(
        _ transaction: TableTransaction, generation: UInt32? = nil
    ) throws(TableTransactionError) {
        let requests: [(change: Int, request: ErasedRequest)]
        let answer: (refusals: [KernelError?], isAcknowledged: [Bool])
        do throws(NetlinkError) {
            requests = try transaction.requests()
            guard !requests.isEmpty else { return }
            var all = [Self.begin(generation)] + requests.map(\.request)
            // Of what is in a batch the kernel says every refusal; that the last was heard says that all were.
            all[all.count - 1] = all[all.count - 1].acknowledged
            answer = try socket.transactWhole(all + [Self.end])
        } catch { throw .netlink(error) }
        // What stands at the beginning of a batch is about all of it.
        if let error = answer.refusals[0] {
            if error.errno.rawValue == restartErrorNumber { throw .outdated }
            throw .netlink(.kernel(error))
        }
        let refusals = zip(requests, answer.refusals.dropFirst()).compactMap { request, refusal in
            refusal.map { TableTransactionError.Refusal(change: request.change, error: $0) }
        }
        if !refusals.isEmpty { throw .refused(refusals) }
        guard answer.isAcknowledged[requests.count] else {
            throw .netlink(.malformed(MalformedReply("the kernel has not answered a batch of changes of rules")))
        }
    }

    /// How often the rules of the namespace, all of them, were changed.
    public mutating func generation() throws(NetlinkError) -> UInt32 {
        let request = Request<GenerationScope>(
            messageType(NFT_MSG_GETGEN), header: NetfilterHeader(family: 0),
            operation: "ask for the generation of the rules")
        return try socket.get(request) { (_, payload) throws(MalformedReply) in
            guard let number = try attributes(payload, GenerationScope.self).value(.generation) else {
                throw MalformedReply("a generation has no number")
            }
            return number.value
        }
    }

    private static func begin(_ generation: UInt32?) -> ErasedRequest {
        let request = Request<BatchScope>(
            NFNL_MSG_BATCH_BEGIN, header: NetfilterHeader(family: 0, resource: UInt16(NFNL_SUBSYS_NFTABLES)),
            operation: "change packet filter rules")
        request.attributes.put(.generation, ifPresent: generation.map { NetworkOrder($0) })
        return request.erased
    }

    private static var end: ErasedRequest {
        Request<BatchScope>(
            NFNL_MSG_BATCH_END, header: NetfilterHeader(family: 0, resource: UInt16(NFNL_SUBSYS_NFTABLES)),
            operation: "change packet filter rules"
        ).erased
    }
}

/// `ERESTART` of linux/errno.h.
private let restartErrorNumber: Int32 = 85

/// `struct nfgenmsg`
struct NetfilterHeader: BitwiseCopyable {
    var family: UInt8
    var version: UInt8 = 0
    private var networkOrderResource: UInt16

    init(family: UInt8, resource: UInt16 = 0) {
        (self.family, networkOrderResource) = (family, resource.bigEndian)
    }
}

/// The type of a message of nf_tables.
func messageType(_ type: nf_tables_msg_types) -> UInt16 {
    UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(truncatingIfNeeded: type.rawValue)
}

/// The attributes of a message of nf_tables.
@_lifetime(copy payload)
func attributes<Scope>(_ payload: RawSpan, _ scope: Scope.Type) throws(MalformedReply) -> Attributes<Scope> {
    guard payload.byteCount >= 4 else { throw MalformedReply("a message of nf_tables is too short") }
    return try Attributes<Scope>(payload.extracting(droppingFirst: 4))
}

/// Attributes of the beginning of a batch, `NFNL_BATCH_…`.
enum BatchScope {}
extension AttributeKey where Scope == BatchScope, Value == NetworkOrder<UInt32> {
    fileprivate static var generation: Self { Self(1, "NFNL_BATCH_GENID") }
}
/// Attributes of a generation, `NFTA_GEN_…`.
enum GenerationScope {}
extension AttributeKey where Scope == GenerationScope, Value == NetworkOrder<UInt32> {
    fileprivate static var generation: Self { Self(1, "NFTA_GEN_ID") }
}
