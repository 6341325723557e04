// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// Sends ICMP echoes from the network namespace in which it was opened, and receives the answers.
///
/// Needs `CAP_NET_RAW`. Sources: icmp(7), raw(7), RFC 792, RFC 4443.
public struct EchoSocket: ~Copyable {
    /// The open socket.
    public let descriptor: OwnedDescriptor
    private let isIPv6: Bool
    private let identifier: UInt16

    /// Opens a socket in the calling thread's network namespace.
    ///
    /// - Parameter identifier: tells its answers from those of others.
    public init(isIPv6: Bool, identifier: UInt16) throws(Errno) {
        (self.isIPv6, self.identifier) = (isIPv6, identifier)
        let family = isIPv6 ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = isIPv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP
        descriptor = OwnedDescriptor(owning: try systemCall { socket(family, kind, Int32(number)) })
        let raw = descriptor.rawValue
        if isIPv6 {
            // ICMP6_FILTER passes what has no bit: only echo replies.
            var filter = [UInt32](repeating: .max, count: 8)
            filter[Int(Self.reply6 >> 5)] &= ~(1 << UInt32(Self.reply6 & 31))
            setsockopt(raw, Int32(IPPROTO_ICMPV6), 1, &filter, socklen_t(32))
        } else {
            var filter: UInt32 = ~1
            setsockopt(raw, 255, 1, &filter, socklen_t(4))
        }
        var size: Int32 = 1 << 20
        setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(4))
    }

    private static let request4: UInt8 = 8, request6: UInt8 = 128, reply6: UInt8 = 129

    /// Sends one echo request.
    ///
    /// - Parameters:
    ///   - address: four or sixteen bytes.
    ///   - number: comes back with the answer.
    /// - Throws: `ENETUNREACH` and the like.
    public func send(to address: [UInt8], number: UInt32) throws(Errno) {
        var packet: [UInt8] = [isIPv6 ? Self.request6 : Self.request4, 0, 0, 0]
        packet += [UInt8(identifier >> 8), UInt8(identifier & 255)]
        packet += [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
        packet += [0x6e, 0x65, 0x74, 0x6e]
        packet += (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        if !isIPv6 {
            let sum = Self.checksum(packet)
            (packet[2], packet[3]) = (UInt8(sum >> 8), UInt8(sum & 255))
        }
        let raw = descriptor.rawValue
        if isIPv6 {
            var target = sockaddr_in6()
            target.sin6_family = sa_family_t(AF_INET6)
            withUnsafeMutableBytes(of: &target.sin6_addr) { $0.copyBytes(from: address.prefix(16)) }
            try systemCall {
                withUnsafePointer(to: &target) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(raw, packet, packet.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                    }
                }
            }
        } else {
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            withUnsafeMutableBytes(of: &target.sin_addr) { $0.copyBytes(from: address.prefix(4)) }
            try systemCall {
                withUnsafePointer(to: &target) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(raw, packet, packet.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
        }
    }

    /// The number of the next answer that has arrived; nil when there is none.
    public func receive() throws(Errno) -> UInt32? {
        var buffer = [UInt8](repeating: 0, count: 256)
        let raw = descriptor.rawValue
        while true {
            let count: Int
            do throws(Errno) { count = try systemCall { recv(raw, &buffer, buffer.count, 0) } } catch {
                if error == .wouldBlock || error == .resourceTemporarilyUnavailable { return nil }
                throw error
            }
            // A raw IPv4 socket delivers the IP header as well.
            let start = isIPv6 ? 0 : Int(buffer[0] & 15) * 4
            guard count >= start + 16 else { continue }
            let message = buffer[start..<(start + 16)]
            let base = message.startIndex
            guard message[base] == (isIPv6 ? Self.reply6 : 0),
                UInt16(message[base + 4]) << 8 | UInt16(message[base + 5]) == identifier
            else { continue }
            return message[(base + 12)...].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// RFC 1071
    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(index + 1 < bytes.count ? bytes[index + 1] : 0)
        }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return ~UInt16(sum)
    }
}

/// Connects to a TCP port from the calling thread's network namespace, and closes the connection.
///
/// - Parameter address: four or sixteen bytes.
/// - Throws: why there is no connection; `ETIMEDOUT` when the time ran out.
public func probeTCP(_ address: [UInt8], port: UInt16, timeLimit: Duration) throws(Errno) {
    let isIPv6 = address.count == 16
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let connection = OwnedDescriptor(
        owning: try systemCall { socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0) })
    let raw = connection.rawValue
    let result: Int32
    if isIPv6 {
        var target = sockaddr_in6()
        target.sin6_family = sa_family_t(AF_INET6)
        target.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &target.sin6_addr) { $0.copyBytes(from: address) }
        result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    } else {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &target.sin_addr) { $0.copyBytes(from: address.prefix(4)) }
        result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
    if result == 0 { return }
    let reason = Errno(rawValue: errno)
    guard reason == .nowInProgress else { throw reason }
    guard try !wait(for: [PollItem(raw, .writable)], timeout: timeLimit).isEmpty else { throw .timedOut }
    var failure: Int32 = 0
    var length = socklen_t(4)
    getsockopt(raw, SOL_SOCKET, SO_ERROR, &failure, &length)
    if failure != 0 { throw Errno(rawValue: failure) }
}
