// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Glibc

/// The `NLM_F_…` flags of a request. Source: linux/netlink.h.
public struct RequestFlags: OptionSet, Sendable {
    /// The bits as the kernel numbers them.
    public let rawValue: UInt16
    /// Takes bits of the kernel's.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `NLM_F_ACK`: an answer is wanted also on success.
    public static let acknowledge = RequestFlags(rawValue: 0x4)
    /// `NLM_F_ECHO`: the kernel sends the made object back.
    public static let echo = RequestFlags(rawValue: 0x8)
    /// `NLM_F_REPLACE`: an existing object is overwritten.
    public static let replace = RequestFlags(rawValue: 0x100)
    /// `NLM_F_EXCL`: an existing object is an error.
    public static let exclusive = RequestFlags(rawValue: 0x200)
    /// `NLM_F_BULK`: of a deletion, all that is described, not one; the number means `exclusive` to other requests.
    public static let bulk = RequestFlags(rawValue: 0x200)
    /// `NLM_F_CREATE`: a missing object is made.
    public static let create = RequestFlags(rawValue: 0x400)
    /// `NLM_F_APPEND`: the object is added behind its like.
    public static let append = RequestFlags(rawValue: 0x800)
    /// `NLM_F_DUMP`: the whole table is wanted.
    public static let dump = RequestFlags(rawValue: 0x300)
}

/// The bytes of a request under construction. A class, so that writers of
/// nested attributes share it without moving it about.
final class RequestBuffer {
    private let capacity: Int
    private let storage: UnsafeMutableRawPointer
    private let header: UnsafeMutablePointer<nlmsghdr>
    /// Set when something did not fit; the request is then never sent.
    private(set) var hasOverflowed = false
    /// Where each attribute starts and what it is called: the kernel's extended ack
    /// points at an offset, and people want the name.
    private(set) var places: [(offset: Int, name: StaticString)] = []
    /// What names the byte at an offset, where the request was written elsewhere.
    private let naming: ((_ offset: Int) -> String?)?

    init(type: UInt16, flags: UInt16, capacity: Int = 16_384) {
        self.capacity = capacity
        naming = nil
        storage = .allocate(byteCount: capacity, alignment: 8)
        header = mnl_nlmsg_put_header(storage)
        header.pointee.nlmsg_type = type
        header.pointee.nlmsg_flags = flags | UInt16(NLM_F_REQUEST)
        places.reserveCapacity(16)
    }

    /// A copy of a whole message, of 16 bytes at least.
    init(message: UnsafeRawBufferPointer, naming: @escaping (_ offset: Int) -> String?) {
        capacity = max(message.count, MemoryLayout<nlmsghdr>.size)
        self.naming = naming
        storage = .allocate(byteCount: capacity, alignment: 8)
        header = mnl_nlmsg_put_header(storage)
        storage.copyMemory(from: message.baseAddress ?? UnsafeRawPointer(storage), byteCount: message.count)
        header.pointee.nlmsg_len = UInt32(capacity)
        header.pointee.nlmsg_flags |= UInt16(NLM_F_REQUEST)
    }

    deinit { storage.deallocate() }

    var count: Int { Int(header.pointee.nlmsg_len) }
    var flags: UInt16 { header.pointee.nlmsg_flags }
    /// Valid as long as the buffer lives and grows no further.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: count) }

    func add(_ flags: RequestFlags) { header.pointee.nlmsg_flags |= flags.rawValue }

    /// A copy of the head for one sending: the request itself stays as it was, so that it can be
    /// sent twice, by another operation, and even twice in one datagram.
    func head(flags: UInt16, sequence: UInt32) -> nlmsghdr {
        var head = header.pointee
        head.nlmsg_flags |= flags
        head.nlmsg_seq = sequence
        return head
    }

    /// Appends a fixed header, padded to four bytes.
    func append<Structure: BitwiseCopyable>(_ value: Structure) {
        let size = MemoryLayout<Structure>.size
        let padded = (size + 3) & ~3
        guard count + padded <= capacity else {
            hasOverflowed = true
            return
        }
        let start = storage + ((count + 3) & ~3)
        start.initializeMemory(as: UInt8.self, repeating: 0, count: padded)
        withWireBytes(of: value) {
            start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: size)
        }
        header.pointee.nlmsg_len = UInt32(start + padded - storage)
    }

    func put(_ number: UInt16, name: StaticString, _ payload: UnsafeRawBufferPointer) {
        places.append((count, name))
        guard mnl_attr_put_check(header, capacity, number, payload.count, payload.baseAddress) else {
            hasOverflowed = true
            return
        }
        // libmnl 1.0.4 leaves the padding as it was: the kernel would get bytes of the heap.
        let padding = -payload.count & 3
        (storage + count - padding).initializeMemory(as: UInt8.self, repeating: 0, count: padding)
    }

    func nest(_ number: UInt16, name: StaticString, nestedFlag: Bool, _ body: () -> Void) {
        places.append((count, name))
        guard let start = mnl_attr_nest_start_check(header, capacity, number) else {
            hasOverflowed = true
            return
        }
        if !nestedFlag { start.pointee.nla_type = number }
        body()
        // An attribute's length is 16 bits wide; a longer nest would wrap silently.
        if storage + count - UnsafeMutableRawPointer(start) > Int(UInt16.max) { hasOverflowed = true }
        mnl_attr_nest_end(header, start)
    }

    /// How many bytes there is room for.
    var remaining: Int { capacity - count }

    /// Overwrites two bytes: lengths of structures that are known only afterwards.
    func patch(_ value: UInt16, at offset: Int) {
        guard offset >= 0, offset + 2 <= count else { return }
        storage.storeBytes(of: value, toByteOffset: offset, as: UInt16.self)
    }

    /// The name of the innermost attribute that holds the byte at `offset`.
    func name(at offset: Int) -> String? {
        guard offset < count else { return nil }
        if let naming { return naming(offset) }
        return places.last { $0.offset <= offset }.map { "\($0.name)" }
    }
}

/// Puts attributes of one scope into a request.
///
/// What does not fit is remembered and reported when the request is sent, so
/// that no `put` needs a `try`.
public struct AttributeWriter<Scope> {
    let buffer: RequestBuffer

    /// Adds one attribute.
    public func put<Value: AttributeValue>(_ key: AttributeKey<Scope, Value>, _ value: Value) {
        value.withAttributePayload { buffer.put(key.number, name: key.name, $0) }
    }

    /// Adds one attribute if there is a value for it.
    public func put<Value: AttributeValue>(_ key: AttributeKey<Scope, Value>, ifPresent value: Value?) {
        if let value { put(key, value) }
    }

    /// Adds an attribute that holds further attributes.
    ///
    /// - Parameter nestedFlag: whether `NLA_F_NESTED` is set; a few old nests, such as
    ///   `RTA_METRICS`, are sent without it by convention.
    public func nest<Inner>(
        _ key: AttributeKey<Scope, Nest<Inner>>, nestedFlag: Bool = true, _ body: (AttributeWriter<Inner>) -> Void
    ) {
        buffer.nest(key.number, name: key.name, nestedFlag: nestedFlag) { body(AttributeWriter<Inner>(buffer: buffer)) }
    }

    /// Appends a structure of the kernel's where the format puts one before the attributes.
    public func append(_ structure: some BitwiseCopyable) { buffer.append(structure) }

    /// The number of bytes written so far, to `patch` a length later.
    public var position: Int { buffer.count }

    /// How many bytes there is room for, to begin another request in time.
    public var remaining: Int { buffer.remaining }

    /// Overwrites the 16-bit length at `offset`.
    public func patch(_ value: UInt16, at offset: Int) { buffer.patch(value, at: offset) }
}

/// One netlink request: type, flags, fixed header and attributes of scope `Scope`.
public struct Request<Scope> {
    let buffer: RequestBuffer
    /// What the request is for, as a verb phrase; errors are worded with it.
    public let operation: String

    /// Begins a request.
    ///
    /// - Parameters:
    ///   - type: the message type, for example `RTM_NEWLINK`.
    ///   - header: the structure that follows `nlmsghdr`, for example `ifinfomsg`.
    ///   - operation: a verb phrase that names the object: `add link 'v0'`.
    public init(
        _ type: some BinaryInteger, flags: RequestFlags = [], header: some BitwiseCopyable, operation: String
    ) {
        buffer = RequestBuffer(type: UInt16(truncatingIfNeeded: type), flags: flags.rawValue)
        buffer.append(header)
        self.operation = operation
    }

    /// Where the request's attributes are put.
    public var attributes: AttributeWriter<Scope> { AttributeWriter(buffer: buffer) }

    /// The request as it would be sent: for tests and traces.
    public var bytes: [UInt8] { withExtendedLifetime(buffer) { Array(buffer.bytes) } }

    /// The request without its scope, as `NetlinkSocket.transact` takes several at once.
    public var erased: ErasedRequest { ErasedRequest(buffer: buffer, operation: operation) }
}

/// A request of any scope, ready to be sent.
public struct ErasedRequest {
    let buffer: RequestBuffer
    /// What the request is for, as a verb phrase.
    public let operation: String

    init(buffer: RequestBuffer, operation: String) { (self.buffer, self.operation) = (buffer, operation) }

    /// Takes a message that another library has written: `nlmsghdr` and all that follows, which are copied.
    ///
    /// - Parameter naming: names the attribute that holds the byte at an offset, which the kernel objects to.
    public init(
        message: UnsafeRawBufferPointer, operation: String, naming: @escaping (_ offset: Int) -> String? = { _ in nil }
    ) {
        self.init(buffer: RequestBuffer(message: message, naming: naming), operation: operation)
    }

    /// The same request, to be answered also on success; see `NetlinkSocket.transactWhole`.
    public var acknowledged: ErasedRequest {
        let buffer = RequestBuffer(message: buffer.bytes) { [buffer] in buffer.name(at: $0) }
        buffer.add(.acknowledge)
        return ErasedRequest(buffer: buffer, operation: operation)
    }

    /// The request as it would be sent: for tests and traces.
    public var bytes: [UInt8] { withExtendedLifetime(buffer) { Array(buffer.bytes) } }
}
