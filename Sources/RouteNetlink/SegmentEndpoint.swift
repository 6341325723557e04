// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
internal import Netlink

/// What a router does with packets whose path comes to it: `LWTUNNEL_ENCAP_SEG6_LOCAL`, RFC 8986.
/// Source: linux/seg6_local.h.
public struct SegmentEndpoint: Hashable, Sendable {
    /// `SEG6_LOCAL_ACTION`
    public var action: Action
    /// `SEG6_LOCAL_TABLE`: where the packet is looked up.
    public var table: RouteTable?
    /// `SEG6_LOCAL_VRFTABLE`: the table of the VRF in which it is looked up.
    public var deviceTable: RouteTable?
    /// `SEG6_LOCAL_NH4` and `SEG6_LOCAL_NH6`: the gateway to which it goes.
    public var ipv4Gateway: IPAddress?, ipv6Gateway: IPAddress?
    /// `SEG6_LOCAL_IIF` and `SEG6_LOCAL_OIF`: the devices by which it comes and goes.
    public var inputInterface: Int32?, outputInterface: Int32?
    /// `SEG6_LOCAL_SRH`: the routers of a path that is put in. For `End.B6` the last is the packet's own
    /// destination, `::` here.
    public var segments: [IPAddress] = []
    /// The id of the key by which that path is signed.
    public var hmacKeyID: UInt32?
    /// `SEG6_LOCAL_FLAVORS`
    public var flavors: Flavors = []
    /// `SEG6_LOCAL_FLV_LCBLOCK_BITS` and `SEG6_LOCAL_FLV_LCNODE_FN_BITS`: for `nextCompressed`, how many bits the
    /// block and a node take.
    public var blockLength: UInt8?, nodeLength: UInt8?
    /// `SEG6_LOCAL_COUNTERS`: in a request, that packets be counted.
    public var counters: Counters?
    /// `SEG6_LOCAL_BPF_PROG_NAME`: the program of `End.BPF`; not part of a request.
    public var programName: String?

    /// `SEG6_LOCAL_ACTION_…`
    public struct Action: RawRepresentable, Hashable, Sendable {
        /// The kernel's number.
        public var rawValue: UInt32
        /// Takes the kernel's number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `SEG6_LOCAL_ACTION_END_B6`: a path is put into the packet.
        public static let insertion = Action(rawValue: 9)
        /// `SEG6_LOCAL_ACTION_END_B6_ENCAP`: a path is put into a packet around it.
        public static let encapsulation = Action(rawValue: 10)
        /// `SEG6_LOCAL_ACTION_END_BPF`: a program decides.
        public static let program = Action(rawValue: 15)

        /// The actions by the words of ip(8), in the order of their numbers from 1.
        public static let names = [
            "End", "End.X", "End.T", "End.DX2", "End.DX6", "End.DX4", "End.DT6", "End.DT4", "End.B6",
            "End.B6.Encaps", "End.BM", "End.S", "End.AS", "End.AM", "End.BPF", "End.DT46",
        ]

        /// An action by its word.
        public init?(name: String) {
            guard let position = Self.names.firstIndex(of: name) else { return nil }
            rawValue = UInt32(position + 1)
        }

        /// The word, or the decimal number.
        public var name: String {
            (1...UInt32(Self.names.count)).contains(rawValue) ? Self.names[Int(rawValue) - 1] : "\(rawValue)"
        }
    }

    /// Variants of an action: `SEG6_LOCAL_FLV_OP_…`, a bit for each.
    public struct Flavors: OptionSet, Hashable, Sendable {
        /// The kernel's bits.
        public let rawValue: UInt32
        /// Takes the kernel's bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `SEG6_LOCAL_FLV_OP_PSP`: the last router but one takes the path out.
        public static let penultimatePop = Flavors(rawValue: 1 << 1)
        /// `SEG6_LOCAL_FLV_OP_USP`: the last router takes the path out.
        public static let ultimatePop = Flavors(rawValue: 1 << 2)
        /// `SEG6_LOCAL_FLV_OP_USD`: the last router takes the packet around it off.
        public static let ultimateDecapsulation = Flavors(rawValue: 1 << 3)
        /// `SEG6_LOCAL_FLV_OP_NEXT_CSID`: an address holds several segments.
        public static let nextCompressed = Flavors(rawValue: 1 << 4)

        /// The flavors by the words of ip(8).
        public static let named: [(name: String, value: Flavors)] = [
            ("psp", .penultimatePop), ("usp", .ultimatePop), ("usd", .ultimateDecapsulation),
            ("next-csid", .nextCompressed),
        ]
    }

    /// What went through.
    public struct Counters: Hashable, Sendable {
        /// `SEG6_LOCAL_CNT_PACKETS`, `SEG6_LOCAL_CNT_BYTES` and `SEG6_LOCAL_CNT_ERRORS`
        public var packets: UInt64, bytes: UInt64, errors: UInt64

        /// Nothing, unless said.
        public init(packets: UInt64 = 0, bytes: UInt64 = 0, errors: UInt64 = 0) {
            self.packets = packets
            self.bytes = bytes
            self.errors = errors
        }
    }

    /// An action without the values that most of them need.
    public init(_ action: Action) { self.action = action }

    init(decoding bytes: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<SegmentEndpointScope>(bytes)
        self.init(Action(rawValue: try attributes.value(.action) ?? 0))
        table = try attributes.value(.table).map(RouteTable.init)
        deviceTable = try attributes.value(.deviceTable).map(RouteTable.init)
        ipv4Gateway = try attributes.address(.ipv4Gateway, .ipv4)
        ipv6Gateway = try attributes.address(.ipv6Gateway, .ipv6)
        inputInterface = try attributes.value(.inputInterface)
        outputInterface = try attributes.value(.outputInterface)
        if let path = try attributes.value(.path) { (segments, hmacKeyID) = (path.segments, path.hmacKeyID) }
        if let nest = try attributes.nested(.flavors) {
            flavors = Flavors(rawValue: try nest.value(.operations) ?? 0)
            blockLength = try nest.value(.blockLength)
            nodeLength = try nest.value(.nodeLength)
        }
        if let nest = try attributes.nested(.counters) {
            counters = Counters(
                packets: try nest.value(.packets) ?? 0, bytes: try nest.value(.bytes) ?? 0,
                errors: try nest.value(.errors) ?? 0)
        }
        if let nest = try attributes.nested(.program) { programName = try nest.value(.name) }
    }

    var attributes: [UInt8] {
        func word(_ number: Int, _ value: UInt32) -> [UInt8] {
            attribute(UInt16(number), withWireBytes(of: value) { Array($0) })
        }
        let nested = UInt16(NLA_F_NESTED)
        var bytes = word(SEG6_LOCAL_ACTION, action.rawValue)
        if !segments.isEmpty {
            let path = SegmentRoutingHeader(segments: segments, hmacKeyID: hmacKeyID)
            bytes += attribute(UInt16(SEG6_LOCAL_SRH), path.bytes)
        }
        if let table { bytes += word(SEG6_LOCAL_TABLE, table.rawValue) }
        if let deviceTable { bytes += word(SEG6_LOCAL_VRFTABLE, deviceTable.rawValue) }
        if let ipv4Gateway { bytes += attribute(UInt16(SEG6_LOCAL_NH4), ipv4Gateway.bytes) }
        if let ipv6Gateway { bytes += attribute(UInt16(SEG6_LOCAL_NH6), ipv6Gateway.bytes) }
        if let inputInterface { bytes += word(SEG6_LOCAL_IIF, UInt32(bitPattern: inputInterface)) }
        if let outputInterface { bytes += word(SEG6_LOCAL_OIF, UInt32(bitPattern: outputInterface)) }
        if counters != nil {
            let zero = [UInt8](repeating: 0, count: 8)
            let counts = [SEG6_LOCAL_CNT_PACKETS, SEG6_LOCAL_CNT_BYTES, SEG6_LOCAL_CNT_ERRORS]
            bytes += attribute(UInt16(SEG6_LOCAL_COUNTERS) | nested, counts.flatMap { attribute(UInt16($0), zero) })
        }
        if !flavors.isEmpty {
            var nest = word(SEG6_LOCAL_FLV_OPERATION, flavors.rawValue)
            if let blockLength { nest += attribute(UInt16(SEG6_LOCAL_FLV_LCBLOCK_BITS), [blockLength]) }
            if let nodeLength { nest += attribute(UInt16(SEG6_LOCAL_FLV_LCNODE_FN_BITS), [nodeLength]) }
            bytes += attribute(UInt16(SEG6_LOCAL_FLAVORS) | nested, nest)
        }
        return bytes
    }
}

// MARK: Keys

enum SegmentEndpointScope {}
enum SegmentFlavorsScope {}
enum SegmentCountersScope {}
enum SegmentProgramScope {}

extension AttributeKey where Scope == SegmentEndpointScope, Value == UInt32 {
    static var action: Self { Self(SEG6_LOCAL_ACTION, "SEG6_LOCAL_ACTION") }
    static var table: Self { Self(SEG6_LOCAL_TABLE, "SEG6_LOCAL_TABLE") }
    static var deviceTable: Self { Self(SEG6_LOCAL_VRFTABLE, "SEG6_LOCAL_VRFTABLE") }
}
extension AttributeKey where Scope == SegmentEndpointScope, Value == IPAddress {
    static var ipv4Gateway: Self { Self(SEG6_LOCAL_NH4, "SEG6_LOCAL_NH4") }
    static var ipv6Gateway: Self { Self(SEG6_LOCAL_NH6, "SEG6_LOCAL_NH6") }
}
extension AttributeKey where Scope == SegmentEndpointScope, Value == Int32 {
    static var inputInterface: Self { Self(SEG6_LOCAL_IIF, "SEG6_LOCAL_IIF") }
    static var outputInterface: Self { Self(SEG6_LOCAL_OIF, "SEG6_LOCAL_OIF") }
}
extension AttributeKey where Scope == SegmentEndpointScope, Value == SegmentRoutingHeader {
    static var path: Self { Self(SEG6_LOCAL_SRH, "SEG6_LOCAL_SRH") }
}
extension AttributeKey where Scope == SegmentEndpointScope, Value == Nest<SegmentFlavorsScope> {
    static var flavors: Self { Self(SEG6_LOCAL_FLAVORS, "SEG6_LOCAL_FLAVORS") }
}
extension AttributeKey where Scope == SegmentEndpointScope, Value == Nest<SegmentCountersScope> {
    static var counters: Self { Self(SEG6_LOCAL_COUNTERS, "SEG6_LOCAL_COUNTERS") }
}
extension AttributeKey where Scope == SegmentEndpointScope, Value == Nest<SegmentProgramScope> {
    static var program: Self { Self(SEG6_LOCAL_BPF, "SEG6_LOCAL_BPF") }
}
extension AttributeKey where Scope == SegmentFlavorsScope, Value == UInt32 {
    static var operations: Self { Self(SEG6_LOCAL_FLV_OPERATION, "SEG6_LOCAL_FLV_OPERATION") }
}
extension AttributeKey where Scope == SegmentFlavorsScope, Value == UInt8 {
    static var blockLength: Self { Self(SEG6_LOCAL_FLV_LCBLOCK_BITS, "SEG6_LOCAL_FLV_LCBLOCK_BITS") }
    static var nodeLength: Self { Self(SEG6_LOCAL_FLV_LCNODE_FN_BITS, "SEG6_LOCAL_FLV_LCNODE_FN_BITS") }
}
extension AttributeKey where Scope == SegmentCountersScope, Value == UInt64 {
    static var packets: Self { Self(SEG6_LOCAL_CNT_PACKETS, "SEG6_LOCAL_CNT_PACKETS") }
    static var bytes: Self { Self(SEG6_LOCAL_CNT_BYTES, "SEG6_LOCAL_CNT_BYTES") }
    static var errors: Self { Self(SEG6_LOCAL_CNT_ERRORS, "SEG6_LOCAL_CNT_ERRORS") }
}
extension AttributeKey where Scope == SegmentProgramScope, Value == String {
    static var name: Self { Self(SEG6_LOCAL_BPF_PROG_NAME, "SEG6_LOCAL_BPF_PROG_NAME") }
}
