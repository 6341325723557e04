// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// A connection to a server on the same machine, by its socket's path. Source: unix(7).
public struct UnixConnection: ~Copyable {
    private let socket: OwnedDescriptor
    private let timeLimit: Duration

    /// The longest path that a socket can have: `sun_path` with its NUL.
    public static let maximumPathLength = 107

    /// Connects to the server that listens at `path`.
    ///
    /// - Parameter timeLimit: the longest wait for anything that the server does.
    /// - Throws: `ENOENT` when there is no socket, `ECONNREFUSED` when nobody listens, `EACCES` without permission to
    ///   write to it, `ENAMETOOLONG`, `EAGAIN` when the server has no room for more.
    public init(path: FilePath, timeLimit: Duration = .seconds(10)) throws(Errno) {
        let opened = OwnedDescriptor(
            owning: try systemCall { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0) })
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isShort = path.withSystemPath { text in
            let length = strlen(text)
            guard length <= Self.maximumPathLength else { return false }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyMemory(from: .init(start: text, count: length)) }
            return true
        }
        guard isShort else { throw .fileNameTooLong }
        let descriptor = opened.rawValue
        try systemCall {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        socket = opened
        self.timeLimit = timeLimit
    }

    /// Sends all bytes. A server that is gone is an error, not a signal.
    ///
    /// - Throws: `EPIPE` when the server has closed the connection, `ETIMEDOUT` when it reads nothing for too long.
    public borrowing func send(_ bytes: [UInt8]) throws(Errno) {
        let descriptor = socket.rawValue
        var rest = bytes[...]
        while !rest.isEmpty {
            guard try !wait(for: [PollItem(descriptor, .writable)], timeout: timeLimit).isEmpty else { throw .timedOut }
            let count = try systemCall {
                rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
            rest = rest.dropFirst(count)
        }
    }

    /// What has arrived; empty when the server has closed the connection.
    ///
    /// - Throws: `ETIMEDOUT` when nothing arrives for too long.
    public borrowing func receive() throws(Errno) -> [UInt8] {
        guard try !waitReadable([socket.rawValue], timeout: timeLimit).isEmpty else { throw .timedOut }
        return try readSome(from: socket.rawValue, atMost: 1 << 16)
    }

    /// The descriptor, for waiting until something can be received. It is valid as long as this value lives.
    public var descriptor: Int32 { socket.rawValue }
}
