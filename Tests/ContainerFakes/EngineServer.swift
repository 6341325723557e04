// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// A server on a socket that answers as a container engine would, byte for byte as a test says.
package enum EngineServer {
    /// Serves while `body` runs.
    ///
    /// - Parameters:
    ///   - path: of the socket, which is made.
    ///   - closes: whether each connection is closed behind its first answer.
    ///   - answer: what is sent for the target of each request, whole; nil closes the connection.
    package static func run<Value: Sendable>(
        at path: String, closes: Bool = false, answer: @escaping @Sendable (_ target: String) -> [UInt8]?,
        _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        let listener = try listen(at: path)
        let socket = listener.rawValue
        let isDone = Mutex(false)
        let outcome = Mutex<Swift.Result<Value, any Error>?>(nil)
        onThreads(2) { number in
            if number == 0 {
                serve(socket, closes: closes, until: { isDone.withLock { $0 } }, answer)
            } else {
                let result = Swift.Result { try body() }
                outcome.withLock { $0 = result }
                isDone.withLock { $0 = true }
            }
        }
        guard let result = outcome.withLock({ $0 }) else { throw Errno.resourceTemporarilyUnavailable }
        return try result.get()
    }

    /// An answer of HTTP/1.1 whose length is told.
    package static func answer(_ status: String, _ body: String) -> [UInt8] {
        Array(
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
    }

    /// An answer in pieces of some bytes each, as an engine sends what it does not know the length of.
    package static func answer(_ status: String, _ body: String, chunksOf size: Int) -> [UInt8] {
        var bytes = Array("HTTP/1.1 \(status)\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        var rest = Array(body.utf8)[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(size)
            bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
            rest = rest.dropFirst(size)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    private static func listen(at path: String) throws -> OwnedDescriptor {
        let socket = OwnedDescriptor(
            owning: try systemCall { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0) })
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let descriptor = socket.rawValue
        try systemCall {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        try systemCall { Glibc.listen(descriptor, 8) }
        return socket
    }

    /// One connection after the other.
    private static func serve(
        _ listener: Int32, closes: Bool, until isDone: () -> Bool, _ answer: (String) -> [UInt8]?
    ) {
        while !isDone() {
            guard (try? waitReadable([listener], timeout: .milliseconds(10)))?.isEmpty == false else { continue }
            guard let accepted = try? systemCall({ accept(listener, nil, nil) }) else { continue }
            serve(OwnedDescriptor(owning: accepted), closes: closes, until: isDone, answer)
        }
    }

    private static func serve(
        _ connection: borrowing OwnedDescriptor, closes: Bool, until isDone: () -> Bool,
        _ answer: (String) -> [UInt8]?
    ) {
        var received: [UInt8] = []
        while !isDone() {
            let descriptor = connection.rawValue
            guard (try? waitReadable([descriptor], timeout: .milliseconds(10)))?.isEmpty == false else { continue }
            guard let bytes = try? readSome(from: descriptor, atMost: 4096), !bytes.isEmpty else { return }
            received += bytes
            while let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let line = String(decoding: received[..<end.lowerBound], as: UTF8.self).split(separator: " ")
                received.removeSubrange(..<end.upperBound)
                guard line.count > 2, line[0] == "GET", let bytes = answer(String(line[1])) else { return }
                guard send(bytes, to: descriptor) else { return }
                if closes { return }
            }
        }
    }

    /// A client that has gone is no reason for a signal.
    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
