// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// A queueing discipline of a device, as the kernel reports it with `RTM_NEWQDISC`. Source: tc(8).
public struct QueueingDiscipline: Sendable {
    /// The device's index.
    public var index: Int32
    /// Its own handle; `0:` for one that the kernel made by default.
    public var handle: TrafficHandle
    /// `.root`, `.ingress` or the class in which it queues.
    public var parent: TrafficHandle
    /// `TCA_KIND`
    public var kind: String
    /// How many references the kernel holds, `tcm_info`.
    public var references: UInt32
    /// The options, where the kind is known here.
    public var options: (any QueueingDisciplineOptions)?
    /// Whether the hardware does the work, `TCA_HW_OFFLOAD`.
    public var isOffloaded: Bool
    /// What packets count, if that is not their size.
    public var sizeTable: SizeTable?
    /// `TCA_INGRESS_BLOCK`, `TCA_EGRESS_BLOCK`: the filters that it shares with other disciplines, by their number.
    public var ingressBlock: UInt32?, egressBlock: UInt32?
    /// What it has done; nil when the kernel sent none.
    public var statistics: TrafficStatistics?
    /// What its kind counts by itself.
    public var kindStatistics: KindStatistics?

    /// Reads what follows `nlmsghdr`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let report = try TrafficControlReport(payload)
        (index, handle, parent) = (report.header.index, report.header.handle, report.header.parent)
        references = report.header.info
        kind = report.kind
        isOffloaded = (try report.attributes.value(.hardwareOffload) ?? 0) != 0
        if let payload = report.options { options = try decodeQueueingDisciplineOptions(kind: kind, payload) }
        if let table = try report.attributes.nested(.sizeTable) { sizeTable = try SizeTable(decoding: table) }
        ingressBlock = try report.attributes.value(.ingressBlock)
        egressBlock = try report.attributes.value(.egressBlock)
        statistics = try report.statistics()
        kindStatistics = try report.kindStatistics(isClass: false)
    }
}

/// A class of a queueing discipline, as the kernel reports it with `RTM_NEWTCLASS`. Source: tc(8).
public struct TrafficClass: Sendable {
    /// The device's index.
    public var index: Int32
    /// Its own handle: the discipline's number and that of the class.
    public var handle: TrafficHandle
    /// The class above, or `.root`.
    public var parent: TrafficHandle
    /// The kind of the discipline, `TCA_KIND`.
    public var kind: String
    /// The discipline that queues in the class, if it has one.
    public var leaf: TrafficHandle?
    /// The options, where the kind is known here.
    public var options: TrafficClassOptions?
    /// What it has done; nil when the kernel sent none.
    public var statistics: TrafficStatistics?
    /// What its kind counts by itself.
    public var kindStatistics: KindStatistics?

    /// Reads what follows `nlmsghdr`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let report = try TrafficControlReport(payload)
        (index, handle, parent) = (report.header.index, report.header.handle, report.header.parent)
        leaf = report.header.info == 0 ? nil : TrafficHandle(rawValue: report.header.info)
        kind = report.kind
        if let payload = report.options { options = try TrafficClassOptions.decode(kind: kind, payload) }
        statistics = try report.statistics()
        kindStatistics = try report.kindStatistics(isClass: true)
    }
}

extension TrafficClass {
    /// The options of a class of htb.
    public var htb: HTBClass? { if case .htb(let htb)? = options { htb } else { nil } }
    /// What a class of htb has done.
    public var htbStatistics: HTBClassStatistics? {
        if case .htbClass(let statistics)? = kindStatistics { statistics } else { nil }
    }
}

/// What the messages of disciplines, classes and filters have in common.
struct TrafficControlReport: ~Escapable {
    let header: TrafficControlHeader
    let attributes: Attributes<TrafficControlMessage>
    /// `TCA_KIND`
    let kind: String

    /// Reads what follows `nlmsghdr`.
    @_lifetime(copy payload)
    init(_ payload: RawSpan) throws(MalformedReply) {
        let header = try TrafficControlHeader(payload)
        let attributes = try Attributes<TrafficControlMessage>(
            payload.extracting(droppingFirst: TrafficControlHeader.size))
        kind = try attributes.value(.kind) ?? ""
        self.header = header
        self.attributes = attributes
    }

    /// `TCA_OPTIONS`
    var options: RawSpan? {
        @_lifetime(copy self)
        get { attributes.payload(AttributeKey<TrafficControlMessage, [UInt8]>.options.number) }
    }

    /// The counters that every kind has; nil when the kernel sent none.
    func statistics() throws(MalformedReply) -> TrafficStatistics? {
        guard let nest = try attributes.nested(.statistics) else { return nil }
        return try TrafficStatistics(decoding: nest)
    }

    /// What the kind itself counts; nil when the kernel sent none, or the kind is not known here.
    func kindStatistics(isClass: Bool) throws(MalformedReply) -> KindStatistics? {
        guard let nest = try attributes.nested(.statistics),
            let payload = nest.payload(AttributeKey<TrafficStatisticsScope, [UInt8]>.application.number)
        else { return nil }
        return try KindStatistics.decode(kind: kind, isClass: isClass, payload)
    }
}

/// `struct tcmsg` of linux/rtnetlink.h.
struct TrafficControlHeader {
    static let size = MemoryLayout<tcmsg>.size

    let index: Int32
    let handle: TrafficHandle
    let parent: TrafficHandle
    let info: UInt32

    init(_ payload: RawSpan) throws(MalformedReply) {
        guard let index: Int32 = payload.integer(at: 4), let handle: UInt32 = payload.integer(at: 8),
            let parent: UInt32 = payload.integer(at: 12), let info: UInt32 = payload.integer(at: 16)
        else { throw MalformedReply("shorter than struct tcmsg") }
        self.index = index
        self.handle = TrafficHandle(rawValue: handle)
        self.parent = TrafficHandle(rawValue: parent)
        self.info = info
    }
}
