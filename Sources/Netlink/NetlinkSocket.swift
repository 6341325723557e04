// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Glibc
public import LinuxSystem
internal import SystemPackage

/// The `NETLINK_…` protocols that this package speaks.
public enum NetlinkFamily: Int32, Sendable {
    /// `NETLINK_ROUTE`: links, addresses, routes, rules, neighbours, qdiscs, namespace ids.
    case route = 0
    /// `NETLINK_NETFILTER`: packet filter rules.
    case netfilter = 12
    /// `NETLINK_GENERIC`: families that are found by name.
    case generic = 16
}

/// One netlink conversation.
///
/// The socket belongs for good to the network namespace that it was opened in:
/// open it there on a disposable thread, then use it from anywhere. Requests are
/// `mutating`, so that no two can be under way at once. Every reply is checked for
/// its sender (the kernel), port and sequence.
public struct NetlinkSocket: ~Copyable {
    /// How often an interrupted dump is asked for before giving up.
    private static let dumpAttempts = 10
    /// The kernel fills dumps up to 32 KiB when the reader offers that much.
    private static let datagramBytes = 32_768
    /// What one acknowledgement takes of the receive buffer: 832 bytes were measured, also with
    /// the kernel's text; a longer text takes the next size.
    private static let acknowledgementBytes = 2048
    /// How many warnings are kept for a caller that never takes them.
    private static let keptWarnings = 64

    private let socket: OpaquePointer
    var sequence: UInt32 = 0
    var received: ReceiveBuffer
    private var warnings: [KernelWarning] = []
    var deferral: Deferral?

    /// Opens a socket in the calling thread's network namespace.
    ///
    /// `NETLINK_EXT_ACK`, `NETLINK_CAP_ACK` and `NETLINK_GET_STRICT_CHK` are set where the
    /// kernel has them (Linux 4.3, 4.12, 4.20).
    ///
    /// - Parameter receiveBufferBytes: a larger receive buffer, for event sockets. Beyond
    ///   `net.core.rmem_max` it needs `CAP_NET_ADMIN`.
    public init(_ family: NetlinkFamily = .route, receiveBufferBytes: Int32? = nil) throws(NetlinkError) {
        try self.init(family, receiveBufferBytes: receiveBufferBytes, datagramBytes: Self.datagramBytes)
    }

    /// - Parameter datagramBytes: the longest datagram that is read whole at first.
    init(_ family: NetlinkFamily, receiveBufferBytes: Int32?, datagramBytes: Int) throws(NetlinkError) {
        guard let socket = mnl_socket_open2(family.rawValue, Int32(SOCK_CLOEXEC.rawValue)) else {
            throw .socket(operation: "open a netlink socket", Errno(rawValue: errno))
        }
        guard mnl_socket_bind(socket, 0, 0) == 0 else {
            let reason = Errno(rawValue: errno)
            mnl_socket_close(socket)
            throw .socket(operation: "bind a netlink socket", reason)
        }
        var on: Int32 = 1
        for option in [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK] {
            // An older kernel without the option still works, with less to say.
            mnl_socket_setsockopt(socket, option, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        if var size = receiveBufferBytes {
            let descriptor = mnl_socket_get_fd(socket)
            if setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size)) != 0 {
                setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
            }
        }
        self.socket = socket
        received = ReceiveBuffer(byteCount: datagramBytes)
    }

    /// Opens a socket in the network namespace at `namespace`.
    ///
    /// Needs `CAP_SYS_ADMIN` over that namespace. The thread that enters it ends at once.
    public static func open(
        _ family: NetlinkFamily = .route, in namespace: borrowing OwnedDescriptor, receiveBufferBytes: Int32? = nil
    ) throws(NetlinkError) -> NetlinkSocket {
        try onDisposableThread { () throws(NetlinkError) in
            do throws(Errno) { try enterNetworkNamespace(namespace) } catch {
                throw NetlinkError.socket(operation: "enter the network namespace", error)
            }
            return try NetlinkSocket(family, receiveBufferBytes: receiveBufferBytes)
        }
    }

    deinit { mnl_socket_close(socket) }

    /// The socket's descriptor, for poll(2) and socket options.
    public var descriptor: Int32 { mnl_socket_get_fd(socket) }
    /// The address that the kernel gave the socket.
    public var port: UInt32 { mnl_socket_get_portid(socket) }

    // MARK: Requests

    /// What the kernel had to say about the requests that it carried out since the last call.
    ///
    /// Of many that nobody takes only the first are kept.
    public mutating func takeWarnings() -> [KernelWarning] {
        defer { warnings.removeAll() }
        return warnings
    }

    private mutating func keep(_ more: [KernelWarning]) {
        warnings += more.prefix(max(0, Self.keptWarnings - warnings.count))
    }

    /// Sends one request and waits for the kernel's acknowledgement.
    public mutating func acknowledge<Scope>(_ request: Request<Scope>) throws(NetlinkError) {
        if try heldBack(request.erased) { return }
        if let refusal = try transact([request.erased])[0] { throw .kernel(refusal) }
    }

    /// Sends several requests, many in one datagram, and matches each acknowledgement to its request.
    ///
    /// The kernel works through them in order and does not stop at a refusal.
    ///
    /// - Returns: for each request nil, or why it was refused.
    /// - Throws: when the conversation itself breaks; then any of them may have been done.
    public mutating func transact(_ requests: [ErasedRequest]) throws(NetlinkError) -> [KernelError?] {
        if let tooLong = requests.first(where: { $0.buffer.hasOverflowed }) {
            throw .requestTooLong(operation: tooLong.operation)
        }
        guard requests.count > 1 else { return try transact(packed: requests[...]) }
        var refusals: [KernelError?] = []
        refusals.reserveCapacity(requests.count)
        // The kernel answers all that is in one send before the send returns, so that the
        // acknowledgements must fit into the receive buffer, however small the system made it.
        let packedRequests = min(max(bufferSize(of: descriptor, SO_RCVBUF) / Self.acknowledgementBytes, 1), 64)
        // The kernel keeps 32 bytes of the send buffer for itself (netlink_sendmsg).
        let packedBytes = min(max(bufferSize(of: descriptor, SO_SNDBUF) - 32, 0), 32_768)
        var rest = requests[...]
        while !rest.isEmpty {
            var bytes = 0
            let packed = rest.prefix(packedRequests).prefix { request in
                bytes += request.buffer.count
                return bytes <= packedBytes || bytes == request.buffer.count
            }
            refusals += try transact(packed: packed)
            rest = rest.dropFirst(packed.count)
        }
        return refusals
    }

    private mutating func transact(packed: ArraySlice<ErasedRequest>) throws(NetlinkError) -> [KernelError?] {
        guard !packed.isEmpty else { return [] }
        let first = try send(packed, flags: .acknowledge)
        var refusals = [KernelError?](repeating: nil, count: packed.count)
        var isAnswered = [Bool](repeating: false, count: packed.count)
        var waiting = packed.count
        var warnings: [KernelWarning] = []
        while waiting > 0 {
            try receive { (header, payload) throws(NetlinkError) in
                let position = Int(header.sequence &- first)
                guard position < packed.count, !isAnswered[position],
                    let answer = try Self.conclusion(header, payload)
                else { return }
                let request = packed[packed.startIndex + position]
                refusals[position] = answer.refusal(of: request)
                if let warning = answer.warning(of: request) { warnings.append(warning) }
                isAnswered[position] = true
                waiting -= 1
            }
        }
        keep(warnings)
        return refusals
    }

    /// Sends one request that the kernel answers with one object, and returns what `parse` makes of it.
    ///
    /// An object too long for the buffer is asked for again, unless the request has `.echo` and
    /// so has made it already.
    ///
    /// - Throws: `.kernel` when the kernel refuses.
    public mutating func get<Scope, Value>(
        _ request: Request<Scope>, _ parse: (MessageHeader, RawSpan) throws(MalformedReply) -> Value
    ) throws(NetlinkError) -> Value {
        guard !request.buffer.hasOverflowed else { throw .requestTooLong(operation: request.operation) }
        var isTooLong = true
        while isTooLong {
            isTooLong = false
            var value: Value?
            var isAcknowledged = false
            var warnings: [KernelWarning] = []
            let current = try send([request.erased], flags: .acknowledge)
            while !isAcknowledged {
                let receipt = try receive { (header, payload) throws(NetlinkError) in
                    guard header.sequence == current else { return }
                    if let answer = try Self.conclusion(header, payload) {
                        isAcknowledged = true
                        if let refusal = answer.refusal(of: request.erased) { throw .kernel(refusal) }
                        if let warning = answer.warning(of: request.erased) { warnings.append(warning) }
                    } else if value == nil, !header.isNoop {
                        value = try Self.parse { () throws(MalformedReply) in try parse(header, payload) }
                    }
                }
                if receipt == .tooLong { isTooLong = true }
            }
            keep(warnings)
            if let value { return value }
            if request.buffer.flags & RequestFlags.echo.rawValue != 0 { break }
        }
        throw .malformed(MalformedReply("the kernel answered the request to \(request.operation) with nothing"))
    }

    /// Asks for a whole table and hands each of its messages to `body`.
    ///
    /// A dump that the kernel marks as interrupted is asked for again; `restart` is called
    /// before each further attempt, so that the caller can forget what it has seen.
    /// `NLM_F_DUMP` is set here. Events that arrive meanwhile are dropped: give them a socket of their own.
    public mutating func dump<Scope>(
        _ request: Request<Scope>, restart: () -> Void,
        _ body: (MessageHeader, RawSpan) throws(MalformedReply) -> Void
    ) throws(NetlinkError) {
        guard !request.buffer.hasOverflowed else { throw .requestTooLong(operation: request.operation) }
        for attempt in 0..<Self.dumpAttempts {
            if attempt > 0 { restart() }
            if try dumpOnce(request, body) { return }
        }
        throw .dumpInterrupted(operation: request.operation)
    }

    /// Returns false when the table changed, or did not fit into the buffer, and must be read again.
    private mutating func dumpOnce<Scope>(
        _ request: Request<Scope>, _ body: (MessageHeader, RawSpan) throws(MalformedReply) -> Void
    ) throws(NetlinkError) -> Bool {
        let current = try send([request.erased], flags: .dump)
        var isDone = false
        var isWhole = true
        // Set when the dump's end may have been in a datagram that is lost. The kernel writes each
        // part of a dump while the one before is being read: once there is nothing, it is over.
        var mayHaveEnded = false
        var hasOverflowed = false
        var refusal: KernelError?
        var fault: MalformedReply?
        var warnings: [KernelWarning] = []
        // The dump is read to its end whatever happens: until then the kernel refuses the next one (EBUSY).
        while !isDone {
            do throws(NetlinkError) {
                let receipt = try receive(waits: !mayHaveEnded) { (header, payload) throws(NetlinkError) in
                    guard header.sequence == current, !isDone else { return }
                    if header.isInterrupted { isWhole = false }
                    if let answer = try Self.conclusion(header, payload) {
                        isDone = true
                        refusal = answer.refusal(of: request.erased)
                        if let warning = answer.warning(of: request.erased) { warnings.append(warning) }
                    } else if fault == nil, isWhole, !header.isNoop {
                        do throws(MalformedReply) { try body(header, payload) } catch { fault = error }
                    }
                }
                switch receipt {
                case .visited: break
                case .tooLong: (isWhole, mayHaveEnded) = (false, true)
                case .nothing: isDone = true
                }
            } catch {
                guard error == .overflow else { throw error }
                (hasOverflowed, mayHaveEnded) = (true, true)
            }
        }
        if let refusal { throw .kernel(refusal) }
        if hasOverflowed { throw .overflow }
        if let fault, isWhole { throw .malformed(fault) }
        if isWhole { keep(warnings) }
        return isWhole
    }

    // MARK: Events

    /// Joins a multicast group: its events arrive through `receiveEvents`. Source: rtnetlink(7), `RTNLGRP_…`.
    public mutating func join(group: some BinaryInteger) throws(NetlinkError) {
        var group = UInt32(truncatingIfNeeded: group)
        guard mnl_socket_setsockopt(socket, NETLINK_ADD_MEMBERSHIP, &group, socklen_t(MemoryLayout<UInt32>.size)) == 0
        else { throw .socket(operation: "join netlink group \(group)", Errno(rawValue: errno)) }
    }

    /// Hears the events of every namespace that has an id here (`NETLINK_LISTEN_ALL_NSID`, Linux 4.2).
    ///
    /// Needs `CAP_NET_BROADCAST`.
    public mutating func listenToAllNamespaces() throws(NetlinkError) {
        var on: Int32 = 1
        guard mnl_socket_setsockopt(socket, NETLINK_LISTEN_ALL_NSID, &on, socklen_t(MemoryLayout<Int32>.size)) == 0
        else { throw .socket(operation: "listen to all namespaces", Errno(rawValue: errno)) }
    }

    /// Hands each event to `body` until the time is over or `body` returns false.
    ///
    /// Events that came in one datagram with the one at which `body` returned false are dropped.
    ///
    /// - Parameter timeout: the longest wait in all; nil waits for ever.
    /// - Returns: false when the time ran out.
    /// - Throws: `.overflow` when events were lost.
    public mutating func receiveEvents(
        timeout: Duration?, _ body: (MessageHeader, RawSpan) throws(NetlinkError) -> Bool
    ) throws(NetlinkError) -> Bool {
        let descriptor = descriptor
        let deadline = timeout.map { ContinuousClock.now + $0 }
        while true {
            let ready: [Int]
            do throws(Errno) {
                ready = try waitReadable([descriptor], timeout: deadline.map { $0 - .now })
            } catch { throw .socket(operation: "wait for events", error) }
            if ready.isEmpty { return false }
            var goesOn = true
            let receipt = try receive(events: true) { (header, payload) throws(NetlinkError) in
                if goesOn, !header.isDone, !header.isError, !header.isNoop { goesOn = try body(header, payload) }
            }
            if receipt == .tooLong { throw .overflow }
            if !goesOn { return true }
        }
    }
}

/// The size in bytes that the kernel gave a socket's buffer. Source: socket(7).
private func bufferSize(of socket: Int32, _ option: Int32) -> Int {
    var size: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(socket, SOL_SOCKET, option, &size, &length) == 0 ? Int(size) : 0
}
