// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1
internal import SystemPackage

/// A conversation in HTTP with an engine over its socket, one question after the other.
///
/// NIOHTTP1 reads and writes the messages, on a channel that is moved by hand: one question at a time needs no event
/// loop, and no thread, which would be in the way of unshare(2) and setns(2) later on.
struct EngineConnection: ~Copyable {
    /// An answer.
    struct Answer {
        var status: Int
        var body: [UInt8]
    }

    /// Why there is no answer: a clause.
    struct Failure: Error {
        var reason: String
    }

    private let connection: UnixConnection
    private let channel: EmbeddedChannel
    /// An answer longer than that is no list of containers.
    private static let maximumBody = 256 << 20

    /// Connects.
    init(_ path: FilePath) throws(Failure) {
        let opened: UnixConnection
        do throws(Errno) { opened = try UnixConnection(path: path) } catch { throw Failure(reason: error.sentence) }
        let channel = EmbeddedChannel()
        try Self.noting {
            try channel.pipeline.syncOperations.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
            channel.pipeline.fireChannelActive()
        }
        connection = opened
        self.channel = channel
    }

    deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

    /// Asks for a resource.
    borrowing func get(_ target: String) throws(Failure) -> Answer {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target)
        // Which host does not matter, and there must be one.
        head.headers.add(name: "Host", value: "localhost")
        head.headers.add(name: "User-Agent", value: "netns")
        try send(head)
        var answer: Answer?
        var hasEnded = false
        while true {
            while let part = try read() {
                switch part {
                case .head(let head): answer = Answer(status: Int(head.status.code), body: [])
                case .body(let buffer):
                    answer?.body.append(contentsOf: buffer.readableBytesView)
                    guard answer?.body.count ?? 0 <= Self.maximumBody else { throw Failure(reason: "it never ends") }
                case .end:
                    guard let answer else { throw Failure(reason: "it answers without a status") }
                    return answer
                }
            }
            guard !hasEnded else { throw Failure(reason: "it has closed the connection without an answer") }
            hasEnded = try !receive()
        }
    }

    private borrowing func send(_ head: HTTPRequestHead) throws(Failure) {
        let channel = channel
        let bytes = try Self.noting {
            try channel.writeOutbound(HTTPClientRequestPart.head(head))
            try channel.writeOutbound(HTTPClientRequestPart.end(nil))
            var bytes: [UInt8] = []
            while case .byteBuffer(let buffer) = try channel.readOutbound(as: IOData.self) {
                bytes += Array(buffer.readableBytesView)
            }
            return bytes
        }
        do throws(Errno) { try connection.send(bytes) } catch { throw Failure(reason: error.sentence) }
    }

    private borrowing func read() throws(Failure) -> HTTPClientResponsePart? {
        let channel = channel
        return try Self.noting { try channel.readInbound(as: HTTPClientResponsePart.self) }
    }

    /// Passes on what arrives. Where no length was told, the end of the connection is that of the answer.
    ///
    /// - Returns: false at the end of the connection.
    private borrowing func receive() throws(Failure) -> Bool {
        let bytes: [UInt8]
        do throws(Errno) { bytes = try connection.receive() } catch { throw Failure(reason: error.sentence) }
        let channel = channel
        try Self.noting {
            if bytes.isEmpty { _ = try channel.finish() } else { try channel.writeInbound(ByteBuffer(bytes: bytes)) }
        }
        return !bytes.isEmpty
    }

    private static func noting<Value>(_ call: () throws -> Value) throws(Failure) -> Value {
        do { return try call() } catch { throw Failure(reason: "its answer is not HTTP (\(error))") }
    }
}
