// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// The wire: datagrams out and in.
extension NetlinkSocket {
    /// Sends the requests in one datagram, numbered in turn.
    ///
    /// - Returns: the number of the first.
    mutating func send(
        _ requests: ArraySlice<ErasedRequest>, flags: RequestFlags
    ) throws(NetlinkError) -> UInt32 {
        // What came before is carried out before.
        try settle()
        let first = sequence &+ 1
        var heads = requests.map { request in
            sequence &+= 1
            return request.buffer.head(flags: flags.rawValue, sequence: sequence)
        }
        let descriptor = descriptor
        var kernel = sockaddr_nl()
        kernel.nl_family = sa_family_t(AF_NETLINK)
        do throws(Errno) {
            try heads.withUnsafeMutableBufferPointer { (heads) throws(Errno) in
                // The kernel takes a datagram of several messages; each begins aligned, as libmnl pads them.
                var pieces: [iovec] = []
                pieces.reserveCapacity(requests.count * 2)
                for (position, request) in requests.enumerated() {
                    let rest = UnsafeRawBufferPointer(
                        rebasing: request.buffer.bytes.dropFirst(MemoryLayout<nlmsghdr>.size))
                    pieces.append(
                        iovec(iov_base: heads.baseAddress.map { $0 + position }, iov_len: MemoryLayout<nlmsghdr>.size))
                    pieces.append(
                        iovec(iov_base: UnsafeMutableRawPointer(mutating: rest.baseAddress), iov_len: rest.count))
                }
                try systemCall {
                    pieces.withUnsafeMutableBufferPointer { pieces in
                        withUnsafeMutablePointer(to: &kernel) { address in
                            var message = msghdr()
                            message.msg_name = UnsafeMutableRawPointer(address)
                            message.msg_namelen = socklen_t(MemoryLayout<sockaddr_nl>.size)
                            message.msg_iov = pieces.baseAddress
                            message.msg_iovlen = pieces.count
                            return sendmsg(descriptor, &message, 0)
                        }
                    }
                }
            }
        } catch { throw .socket(operation: requests.first?.operation ?? "send a request", error) }
        withExtendedLifetime(requests) {}
        return first
    }

    /// What became of one datagram.
    enum Receipt {
        /// Its messages were visited, or it was not the kernel's.
        case visited
        /// It did not fit, and none of it was visited; the buffer has grown for the next attempt.
        case tooLong
        /// There was none.
        case nothing
    }

    /// Receives one datagram of the kernel's and visits its messages.
    @discardableResult
    mutating func receive(
        events: Bool = false, waits: Bool = true, _ body: (MessageHeader, RawSpan) throws(NetlinkError) -> Void
    ) throws(NetlinkError) -> Receipt {
        let port = port
        guard let datagram = try received.receive(from: descriptor, waits: waits) else { return .nothing }
        guard datagram.isFromKernel else { return .visited }
        guard !datagram.isTruncated else {
            received.grow()
            return .tooLong
        }
        try received.withBytes(datagram.count) { (bytes) throws(NetlinkError) in
            try forEachMessage(in: bytes) { (header, payload) throws(NetlinkError) in
                guard events || header.port == port else { return }
                if header.isOverrun { throw .overflow }
                try body(header, payload)
            }
        }
        return .visited
    }

    static func parse<Value>(
        _ body: () throws(MalformedReply) -> Value
    ) throws(NetlinkError) -> Value {
        do throws(MalformedReply) { return try body() } catch { throw .malformed(error) }
    }

    /// What the message says of its request, when it is the last one about it.
    ///
    /// A request that carries `NLM_F_DUMP` ends with `NLMSG_DONE` and is not acknowledged otherwise.
    static func conclusion(
        _ header: MessageHeader, _ payload: RawSpan
    ) throws(NetlinkError) -> Acknowledgement? {
        guard header.isDone || header.isError else { return nil }
        return try parse { () throws(MalformedReply) in
            header.isDone
                ? try Acknowledgement(done: payload, flags: header.flags)
                : try Acknowledgement(error: payload, flags: header.flags)
        }
    }
}

extension Acknowledgement {
    /// Why the request was refused; nil when it was carried out.
    func refusal(of request: ErasedRequest) -> KernelError? {
        guard let errno else { return nil }
        let attribute: String? =
            if let offset { request.buffer.name(at: offset) } else if let missingType {
                "attribute \(missingType), which is missing"
            } else { nil }
        return KernelError(request.operation, errno, kernelMessage: message, attribute: attribute)
    }

    /// What the kernel had to say about a request that it carried out.
    func warning(of request: ErasedRequest) -> KernelWarning? {
        guard errno == nil, let message else { return nil }
        return KernelWarning(request.operation, message)
    }
}
