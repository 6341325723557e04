// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension JSONWriter {
    /// What a kind counts of its own, with the keys of `tc -j -s qdisc show`.
    mutating func members(of report: DisciplineReport?) {
        switch report {
        case .fq(let statistics): members(of: statistics)
        case .fqCoDel(let statistics): members(of: statistics)
        case .cake(let statistics): members(of: statistics)
        case nil: break
        }
    }

    private mutating func members(of fq: FQStatistics) {
        member("flows", fq.flows)
        member("inactive", fq.inactiveFlows)
        member("throttled", fq.waitingFlows)
        if fq.nextDelay > 0 { member("next_packet_delay", fq.nextDelay) }
        member("gc", fq.forgottenFlows)
        member("highprio", fq.urgentPackets)
        if fq.retransmissions != 0 { member("retrans", fq.retransmissions) }
        // tc(8) calls this 'throttled' once more.
        member("throttled_times", fq.waits)
        if fq.lateness != 0 { member("latency", fq.lateness) }
        for (name, number) in fq.rareNumbers where number != 0 { member(name, number) }
    }

    private mutating func members(of codel: FQCoDelStatistics) {
        member("maxpacket", codel.largestPacket)
        member("drop_overlimit", codel.limitDrops)
        member("new_flow_count", codel.newFlows)
        member("ecn_mark", codel.marks)
        for (name, number) in codel.rareNumbers where number != 0 { member(name, number) }
        member("new_flows_len", codel.newFlowsWaiting)
        member("old_flows_len", codel.oldFlowsWaiting)
    }

    private mutating func members(of cake: CakeStatistics) {
        member("memory_used", cake.memory)
        member("memory_limit", cake.memoryLimit)
        member("capacity_estimate", cake.capacity)
        member("min_network_size", cake.smallestPacket)
        member("max_network_size", cake.largestPacket)
        member("min_adj_size", cake.smallestAdjusted)
        member("max_adj_size", cake.largestAdjusted)
        member("avg_hdr_offset", cake.headerOffset)
        guard !cake.tins.isEmpty else { return }
        key("tins")
        beginArray()
        for tin in cake.tins { object { $0.members(of: tin) } }
        endArray()
    }

    private mutating func members(of tin: CakeTinStatistics) {
        member("threshold_rate", tin.threshold)
        member("sent_bytes", tin.bytes)
        member("backlog_bytes", tin.backlog)
        member("target_us", tin.target)
        member("interval_us", tin.interval)
        member("peak_delay_us", tin.peakDelay)
        member("avg_delay_us", tin.averageDelay)
        member("base_delay_us", tin.baseDelay)
        member("sent_packets", tin.packets)
        member("way_indirect_hits", tin.indirectHits)
        member("way_misses", tin.misses)
        member("way_collisions", tin.collisions)
        member("drops", tin.drops)
        member("ecn_mark", tin.marks)
        member("ack_drops", tin.droppedAcknowledgements)
        member("sparse_flows", tin.sparseFlows)
        member("bulk_flows", tin.bulkFlows)
        member("unresponsive_flows", tin.unresponsiveFlows)
        member("max_pkt_len", tin.largestPacket)
        member("flow_quantum", tin.quantum)
    }
}

extension TextWriter {
    /// What a kind counts of its own, as `tc -s qdisc show` prints it.
    mutating func lines(of report: DisciplineReport?) {
        switch report {
        case .fq(let statistics): lines(of: statistics)
        case .fqCoDel(let statistics): lines(of: statistics)
        case .cake(let statistics): lines(of: statistics)
        case nil: break
        }
    }

    private mutating func lines(of fq: FQStatistics) {
        write("  flows \(fq.flows) (inactive \(fq.inactiveFlows) throttled \(fq.waitingFlows))")
        if fq.nextDelay > 0 { write(" next_packet_delay \(timeText(.nanoseconds(fq.nextDelay)))") }
        write("\n  gc \(fq.forgottenFlows) highprio \(fq.urgentPackets)")
        if fq.retransmissions != 0 { write(" retrans \(fq.retransmissions)") }
        write(" throttled \(fq.waits)")
        if fq.lateness != 0 { write(" latency \(timeText(.nanoseconds(Int64(fq.lateness))))") }
        for (name, number) in fq.rareNumbers where number != 0 { write(" \(name) \(number)") }
        write("\n")
    }

    private mutating func lines(of codel: FQCoDelStatistics) {
        write("  maxpacket \(codel.largestPacket) drop_overlimit \(codel.limitDrops)")
        write(" new_flow_count \(codel.newFlows) ecn_mark \(codel.marks)")
        for (name, number) in codel.rareNumbers where number != 0 { write(" \(name) \(number)") }
        write("\n  new_flows_len \(codel.newFlowsWaiting) old_flows_len \(codel.oldFlowsWaiting)\n")
    }

    private mutating func lines(of cake: CakeStatistics) {
        write(" memory used: \(sizeText(cake.memory ?? 0)) of \(sizeText(cake.memoryLimit ?? 0))\n")
        write(" capacity estimate: \(rateText(cake.capacity ?? 0))\n")
        range(" min/max network layer size:", cake.smallestPacket, cake.largestPacket)
        range(" min/max overhead-adjusted size:", cake.smallestAdjusted, cake.largestAdjusted)
        range(" average network hdr offset:", cake.headerOffset, nil)
        write("\n")
        guard !cake.tins.isEmpty else { return }
        row("", cake.tinNames)
        for (label, text) in tinRows { row(label, cake.tins.map(text)) }
        write("\n")
    }

    private mutating func range(_ label: String, _ smallest: UInt32?, _ largest: UInt32?) {
        write(label)
        write("\(smallest ?? 0)", alignedTo: 41 - label.utf8.count)
        if let largest {
            write(" /")
            write("\(largest)", alignedTo: 8)
        }
        write("\n")
    }

    private mutating func row(_ label: String, _ texts: [String]) {
        write(label.isEmpty ? "" : "  \(label)", paddedTo: 10)
        for text in texts { write(text, alignedTo: 13) }
        write("\n")
    }
}

/// The rows of the table of tins.
private let tinRows: [(label: String, text: @Sendable (CakeTinStatistics) -> String)] = [
    ("thresh", { rateText($0.threshold ?? 0) }),
    ("target", { timeText(microseconds: $0.target ?? 0) }),
    ("interval", { timeText(microseconds: $0.interval ?? 0) }),
    ("pk_delay", { timeText(microseconds: $0.peakDelay ?? 0) }),
    ("av_delay", { timeText(microseconds: $0.averageDelay ?? 0) }),
    ("sp_delay", { timeText(microseconds: $0.baseDelay ?? 0) }),
    ("backlog", { sizeText($0.backlog ?? 0) }),
    ("pkts", { "\($0.packets ?? 0)" }),
    ("bytes", { "\($0.bytes ?? 0)" }),
    ("way_inds", { "\($0.indirectHits ?? 0)" }),
    ("way_miss", { "\($0.misses ?? 0)" }),
    ("way_cols", { "\($0.collisions ?? 0)" }),
    ("drops", { "\($0.drops ?? 0)" }),
    ("marks", { "\($0.marks ?? 0)" }),
    ("ack_drop", { "\($0.droppedAcknowledgements ?? 0)" }),
    ("sp_flows", { "\($0.sparseFlows ?? 0)" }),
    ("bk_flows", { "\($0.bulkFlows ?? 0)" }),
    ("un_flows", { "\($0.unresponsiveFlows ?? 0)" }),
    ("max_len", { "\($0.largestPacket ?? 0)" }),
    ("quantum", { "\($0.quantum ?? 0)" }),
]

extension FQStatistics {
    /// What is shown only when it has happened, in the order of tc(8).
    fileprivate var rareNumbers: [(name: String, number: UInt64)] {
        [
            ("ce_mark", marks), ("flows_plimit", dropsOfFlows), ("pkts_too_long", tooLong),
            ("alloc_errors", allocationErrors), ("horizon_drops", horizonDrops), ("horizon_caps", horizonCaps),
        ]
    }
}

extension FQCoDelStatistics {
    fileprivate var rareNumbers: [(name: String, number: UInt32)] {
        [("ce_mark", thresholdMarks), ("memory_used", memory), ("drop_overmemory", memoryDrops)]
    }
}

extension CakeStatistics {
    /// The tins' names, which follow from their number.
    fileprivate var tinNames: [String] {
        switch tins.count {
        case 3: ["Bulk", "Best Effort", "Voice"]
        case 4: ["Bulk", "Best Effort", "Video", "Voice"]
        default: tins.indices.map { "Tin \($0)" }
        }
    }
}
