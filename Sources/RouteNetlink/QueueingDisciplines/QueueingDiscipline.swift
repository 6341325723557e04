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
    /// What it has done; nil when the kernel sent none.
    public var statistics: TrafficStatistics?

    /// Reads what follows `nlmsghdr`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let header = try TrafficControlHeader(payload)
        let attributes = try Attributes<TrafficControlMessage>(
            payload.extracting(droppingFirst: TrafficControlHeader.size))
        index = header.index
        handle = header.handle
        parent = header.parent
        references = header.info
        kind = try attributes.value(.kind) ?? ""
        isOffloaded = (try attributes.value(.hardwareOffload) ?? 0) != 0
        if let payload = attributes.payload(AttributeKey<TrafficControlMessage, [UInt8]>.options.number) {
            options = try decodeQueueingDisciplineOptions(kind: kind, payload)
        }
        if let nest = try attributes.nested(.statistics) { statistics = try TrafficStatistics(decoding: nest) }
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
    /// The options of a class of htb.
    public var htb: HTBClass?
    /// What it has done; nil when the kernel sent none.
    public var statistics: TrafficStatistics?
    /// What a class of htb has done.
    public var htbStatistics: HTBClassStatistics?

    /// Reads what follows `nlmsghdr`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let header = try TrafficControlHeader(payload)
        let attributes = try Attributes<TrafficControlMessage>(
            payload.extracting(droppingFirst: TrafficControlHeader.size))
        index = header.index
        handle = header.handle
        parent = header.parent
        leaf = header.info == 0 ? nil : TrafficHandle(rawValue: header.info)
        kind = try attributes.value(.kind) ?? ""
        let isHTB = kind == HTBOptions.kind
        if isHTB, let payload = attributes.payload(AttributeKey<TrafficControlMessage, [UInt8]>.options.number) {
            htb = try HTBClass(decoding: payload)
        }
        if let nest = try attributes.nested(.statistics) {
            statistics = try TrafficStatistics(decoding: nest)
            let application = nest.payload(AttributeKey<TrafficStatisticsScope, [UInt8]>.application.number)
            if isHTB, let application { htbStatistics = try HTBClassStatistics(decoding: application) }
        }
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
