// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// The memory that a socket receives into.
struct ReceiveBuffer: ~Copyable {
    /// What was received: how much, by whom, and whether all of it.
    struct Datagram {
        var count: Int
        var isTruncated: Bool
        var isFromKernel: Bool
    }

    private var storage: UnsafeMutableRawBufferPointer

    init(byteCount: Int) { storage = .allocate(byteCount: byteCount, alignment: 8) }

    deinit { storage.deallocate() }

    mutating func grow() {
        let size = storage.count * 2
        storage.deallocate()
        storage = .allocate(byteCount: size, alignment: 8)
    }

    /// - Returns: nil when there is nothing and `waits` is false.
    mutating func receive(from descriptor: Int32, waits: Bool) throws(NetlinkError) -> Datagram? {
        var sender = sockaddr_nl()
        var piece = iovec(iov_base: storage.baseAddress, iov_len: storage.count)
        var flags: Int32 = 0
        do throws(Errno) {
            let count = try systemCall {
                withUnsafeMutablePointer(to: &sender) { address in
                    withUnsafeMutablePointer(to: &piece) { piece in
                        var message = msghdr()
                        message.msg_name = UnsafeMutableRawPointer(address)
                        message.msg_namelen = socklen_t(MemoryLayout<sockaddr_nl>.size)
                        message.msg_iov = piece
                        message.msg_iovlen = 1
                        let count = recvmsg(descriptor, &message, waits ? 0 : Int32(MSG_DONTWAIT))
                        flags = message.msg_flags
                        return count
                    }
                }
            }
            return Datagram(
                count: count, isTruncated: flags & Int32(MSG_TRUNC) != 0, isFromKernel: sender.nl_pid == 0)
        } catch {
            if !waits, error == .wouldBlock { return nil }
            throw error == .noBufferSpace ? .overflow : .socket(operation: "receive from the kernel", error)
        }
    }

    borrowing func withBytes<Failure: Error>(
        _ count: Int, _ body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        try body(UnsafeRawBufferPointer(storage).bytes.extracting(first: count))
    }
}
