// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Requests that the kernel must get in one datagram.
extension NetlinkSocket {
    /// Sends requests in one datagram, and reads what the kernel has to say about them.
    ///
    /// For protocols that carry out all of a datagram or nothing, such as the batches of nfnetlink. A request is
    /// acknowledged only when it has the flag `acknowledge`; refusals come without it.
    ///
    /// - Returns: for each request nil, or why it was refused; and which of them were acknowledged.
    public mutating func transactWhole(
        _ requests: [ErasedRequest]
    ) throws(NetlinkError) -> (refusals: [KernelError?], isAcknowledged: [Bool]) {
        var refusals = [KernelError?](repeating: nil, count: requests.count)
        var isAcknowledged = [Bool](repeating: false, count: requests.count)
        guard !requests.isEmpty else { return (refusals, isAcknowledged) }
        if let tooLong = requests.first(where: { $0.buffer.hasOverflowed }) {
            throw .requestTooLong(operation: tooLong.operation)
        }
        let first = try sendWhole(requests)
        var isOver = false
        // The kernel has answered all of it before the send returned.
        while !isOver {
            let receipt = try receive(waits: false) { (header, payload) throws(NetlinkError) in
                let position = Int(header.sequence &- first)
                guard position < requests.count, let answer = try Self.conclusion(header, payload) else { return }
                if refusals[position] == nil { refusals[position] = answer.refusal(of: requests[position]) }
                isAcknowledged[position] = answer.errno == nil
            }
            isOver = receipt == .nothing
        }
        return (refusals, isAcknowledged)
    }

    /// Copies the requests behind one another: a scattered datagram has 1,024 pieces at most.
    private mutating func sendWhole(_ requests: [ErasedRequest]) throws(NetlinkError) -> UInt32 {
        try settle()
        let first = sequence &+ 1
        var bytes: [UInt8] = []
        bytes.reserveCapacity(requests.reduce(0) { $0 + $1.buffer.count + 4 })
        for request in requests {
            sequence &+= 1
            let head = request.buffer.head(flags: 0, sequence: sequence)
            withUnsafeBytes(of: head) { bytes += $0 }
            withExtendedLifetime(request) { bytes += request.buffer.bytes.dropFirst(MemoryLayout<nlmsghdr>.size) }
            bytes += repeatElement(0, count: -bytes.count & 3)
        }
        let descriptor = descriptor
        if bytes.count > 100_000 {
            // Beyond `net.core.wmem_max` this takes CAP_NET_ADMIN, which such requests take as well.
            var size = Int32(clamping: bytes.count * 2)
            setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var kernel = sockaddr_nl()
        kernel.nl_family = sa_family_t(AF_NETLINK)
        do throws(Errno) {
            try systemCall {
                withUnsafeBytes(of: &kernel) { address in
                    bytes.withUnsafeBytes { bytes in
                        sendto(
                            descriptor, bytes.baseAddress, bytes.count, 0,
                            address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
                    }
                }
            }
        } catch { throw .socket(operation: requests.first?.operation ?? "send a request", error) }
        return first
    }
}
