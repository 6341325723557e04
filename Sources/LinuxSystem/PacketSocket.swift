// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// How a frame came to be seen. The raw values are the kernel's `PACKET_…`.
public enum PacketKind: UInt8, Sendable {
    /// Received, and for this machine.
    case host = 0
    /// Received, for all.
    case broadcast = 1
    /// Received, for a group.
    case multicast = 2
    /// Received, for somebody else: a bridge's port sees such.
    case otherHost = 3
    /// Sent.
    case outgoing = 4
}

/// A frame that an interface has sent or received.
public struct PacketFrame {
    /// When the kernel had it, in nanoseconds since 1970.
    public let time: UInt64
    /// How long it is, in bytes; there may be fewer of them here.
    public let length: Int
    /// Whether it was sent or received.
    public let kind: PacketKind
    /// Its bytes from the hardware's header on. They are others after the call that hands them out.
    public let bytes: UnsafeRawBufferPointer
}

/// Sees what one interface sends and receives, in the network namespace in which it was opened.
///
/// The frames are those of Ethernet, with VLAN tags where they were on the wire: the kernel keeps them elsewhere.
/// Those of other interfaces have the header of LINKTYPE_LINUX_SLL2 in place of their own.
/// Needs `CAP_NET_RAW`. Source: packet(7), https://www.tcpdump.org/linktypes.html.
public struct PacketSocket: ~Copyable {
    /// The open socket.
    public let descriptor: OwnedDescriptor
    private let isEthernet: Bool

    /// Opens a socket in the calling thread's network namespace. It sees nothing before it is attached.
    ///
    /// - Parameter isEthernet: whether the interface's frames have a header of Ethernet; lo's have.
    public init(isEthernet: Bool) throws(Errno) {
        let type = isEthernet ? SOCK_RAW.rawValue : SOCK_DGRAM.rawValue
        let kind = Int32(type) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let opened = OwnedDescriptor(owning: try systemCall { socket(AF_PACKET, kind, 0) })
        let raw = opened.rawValue
        var on: Int32 = 1
        try systemCall { setsockopt(raw, SOL_SOCKET, SO_TIMESTAMPNS, &on, socklen_t(4)) }
        try systemCall { setsockopt(raw, SOL_PACKET, PACKET_AUXDATA, &on, socklen_t(4)) }
        self.isEthernet = isEthernet
        descriptor = opened
    }

    /// Begins to see the frames of the interface of that index.
    ///
    /// - Parameter bufferBytes: how much may wait to be received; frames beyond that are dropped and counted.
    /// - Throws: `ENODEV` when there is none. One that is down is seen when it comes up.
    public func attach(to index: Int32, bufferBytes: Int32) throws(Errno) {
        var address = Self.address(UInt16(ETH_P_ALL).bigEndian, index)
        let raw = descriptor.rawValue
        var size = bufferBytes
        if setsockopt(raw, SOL_SOCKET, SO_RCVBUFFORCE, &size, socklen_t(4)) != 0 {
            setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(4))
        }
        try systemCall {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(raw, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
                }
            }
        }
    }

    /// Whether the interface is still there.
    public var isAttached: Bool {
        var address = Self.address(0, 0)
        var length = socklen_t(MemoryLayout<sockaddr_ll>.size)
        let raw = descriptor.rawValue
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(raw, $0, &length) }
        }
        // The kernel sets the index to -1 when the interface goes.
        return result == 0 && address.sll_ifindex > 0
    }

    private static func address(_ networkOrderProtocol: UInt16, _ index: Int32) -> sockaddr_ll {
        sockaddr_ll(
            sll_family: UInt16(AF_PACKET), sll_protocol: networkOrderProtocol, sll_ifindex: index, sll_hatype: 0,
            sll_pkttype: 0, sll_halen: 0, sll_addr: (0, 0, 0, 0, 0, 0, 0, 0))
    }

    /// How many frames there were since the last call, and how many of them were dropped because nobody received them
    /// in time. Source: packet(7), `PACKET_STATISTICS`.
    public func takeStatistics() throws(Errno) -> (frames: UInt32, dropped: UInt32) {
        var statistics = tpacket_stats()
        var length = socklen_t(MemoryLayout<tpacket_stats>.size)
        let raw = descriptor.rawValue
        try systemCall { getsockopt(raw, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) }
        return (statistics.tp_packets, statistics.tp_drops)
    }

    /// Receives frames that have arrived, as many as there is room for; none when there are none.
    ///
    /// - Returns: how many there were. When there was room for more, none were left.
    /// - Throws: `ENETDOWN` once after the interface went down, or is no more: see `isAttached`.
    public func receive(into buffers: PacketBuffers, _ body: (PacketFrame) -> Void) throws(Errno) -> Int {
        buffers.prepare()
        let raw = descriptor.rawValue
        let count: Int32
        do throws(Errno) {
            count = try systemCall {
                recvmmsg(raw, buffers.messages, UInt32(PacketBuffers.count), Int32(MSG_TRUNC), nil)
            }
        } catch {
            if error == .wouldBlock || error == .resourceTemporarilyUnavailable { return 0 }
            throw error
        }
        for number in 0..<Int(count) {
            if let frame = buffers.frame(number, isEthernet: isEthernet) { body(frame) }
        }
        return Int(count)
    }
}

/// Memory that frames are received into, many in one call; for any number of sockets, one after another.
public final class PacketBuffers {
    /// How many frames there is room for.
    public static let count = 32
    /// In front of each frame, for a VLAN tag or another header.
    private static let headroom = 32
    private static let controlBytes = 128

    private let snapLength: Int
    private let stride: Int
    // Pages of it that no frame is long enough for are never touched, and cost nothing.
    private let data: UnsafeMutableRawPointer
    private let control: UnsafeMutableRawPointer
    private let addresses: UnsafeMutablePointer<sockaddr_ll>
    private let vectors: UnsafeMutablePointer<iovec>
    fileprivate let messages: UnsafeMutablePointer<mmsghdr>

    /// Room for so many bytes of each frame.
    public init(snapLength: Int) {
        self.snapLength = snapLength
        stride = (Self.headroom + snapLength + 15) & ~15
        data = .allocate(byteCount: stride * Self.count, alignment: 16)
        control = .allocate(byteCount: Self.controlBytes * Self.count, alignment: 16)
        addresses = .allocate(capacity: Self.count)
        vectors = .allocate(capacity: Self.count)
        messages = .allocate(capacity: Self.count)
        addresses.initialize(repeating: sockaddr_ll(), count: Self.count)
        vectors.initialize(repeating: iovec(), count: Self.count)
        messages.initialize(repeating: mmsghdr(), count: Self.count)
    }

    deinit {
        data.deallocate()
        control.deallocate()
        addresses.deallocate()
        vectors.deallocate()
        messages.deallocate()
    }

    /// The kernel writes over the lengths at each call.
    fileprivate func prepare() {
        for number in 0..<Self.count {
            vectors[number].iov_base = data + number * stride + Self.headroom
            vectors[number].iov_len = snapLength
            messages[number].msg_hdr.msg_name = UnsafeMutableRawPointer(addresses + number)
            messages[number].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_ll>.size)
            messages[number].msg_hdr.msg_iov = vectors + number
            messages[number].msg_hdr.msg_iovlen = 1
            messages[number].msg_hdr.msg_control = control + number * Self.controlBytes
            messages[number].msg_hdr.msg_controllen = Self.controlBytes
            messages[number].msg_hdr.msg_flags = 0
        }
    }

    /// A frame that was received; nil when it is of a kind that only the kernel itself sees.
    fileprivate func frame(_ number: Int, isEthernet: Bool) -> PacketFrame? {
        let address = addresses[number]
        guard let kind = PacketKind(rawValue: address.sll_pkttype) else { return nil }
        var start = data + number * stride + Self.headroom
        // With MSG_TRUNC it is the length of the frame, not of what there was room for.
        var length = Int(messages[number].msg_len)
        var captured = min(length, snapLength)
        let (time, tag) = controlMessages(number)
        if isEthernet, let tag, captured >= 12 {
            start -= 4
            start.copyMemory(from: start + 4, byteCount: 12)
            start.storeBytes(of: tag.bigEndian, toByteOffset: 12, as: UInt32.self)
            (length, captured) = (length + 4, captured + 4)
        } else if !isEthernet {
            start -= Self.cookedHeaderBytes
            Self.writeCookedHeader(of: address, to: start)
            (length, captured) = (length + Self.cookedHeaderBytes, captured + Self.cookedHeaderBytes)
        }
        return PacketFrame(
            time: time, length: length, kind: kind,
            bytes: UnsafeRawBufferPointer(start: start, count: min(captured, snapLength)))
    }

    private static let cookedHeaderBytes = 20

    /// LINKTYPE_LINUX_SLL2; all in network order.
    private static func writeCookedHeader(of address: sockaddr_ll, to start: UnsafeMutableRawPointer) {
        start.storeBytes(of: address.sll_protocol, toByteOffset: 0, as: UInt16.self)
        start.storeBytes(of: 0, toByteOffset: 2, as: UInt16.self)
        start.storeBytes(of: UInt32(bitPattern: address.sll_ifindex).bigEndian, toByteOffset: 4, as: UInt32.self)
        start.storeBytes(of: address.sll_hatype.bigEndian, toByteOffset: 8, as: UInt16.self)
        start.storeBytes(of: address.sll_pkttype, toByteOffset: 10, as: UInt8.self)
        start.storeBytes(of: min(address.sll_halen, 8), toByteOffset: 11, as: UInt8.self)
        withUnsafeBytes(of: address.sll_addr) {
            if let bytes = $0.baseAddress { (start + 12).copyMemory(from: bytes, byteCount: 8) }
        }
    }

    /// The time, and the VLAN tag with its protocol in front.
    private func controlMessages(_ number: Int) -> (time: UInt64, tag: UInt32?) {
        var time: UInt64 = 0
        var tag: UInt32?
        let header = UnsafeMutableRawPointer(messages + number).assumingMemoryBound(to: msghdr.self)
        var next = clinux_first_control_message(header)
        while let message = next {
            if let data = clinux_control_message_data(message) {
                switch (message.pointee.cmsg_level, message.pointee.cmsg_type) {
                case (SOL_SOCKET, SO_TIMESTAMPNS):
                    let stamp = data.loadUnaligned(as: timespec.self)
                    time = UInt64(max(0, stamp.tv_sec)) * 1_000_000_000 + UInt64(max(0, stamp.tv_nsec))
                case (SOL_PACKET, PACKET_AUXDATA):
                    let facts = data.loadUnaligned(as: tpacket_auxdata.self)
                    guard facts.tp_status & UInt32(TP_STATUS_VLAN_VALID) != 0 else { break }
                    let isTold = facts.tp_status & UInt32(TP_STATUS_VLAN_TPID_VALID) != 0
                    let kind = isTold ? facts.tp_vlan_tpid : UInt16(ETH_P_8021Q)
                    tag = UInt32(kind) << 16 | UInt32(facts.tp_vlan_tci)
                default: break
                }
            }
            next = clinux_next_control_message(header, message)
        }
        return (time, tag)
    }
}
