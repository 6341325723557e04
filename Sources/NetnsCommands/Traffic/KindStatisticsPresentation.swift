// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension KindStatistics {
    /// Writes the members of `tc -j -s`, beside the counters that all kinds have.
    func writeMembers(into json: inout JSONWriter) {
        switch self {
        case .fq(let statistics): statistics.writeMembers(into: &json)
        case .fqCoDel(let statistics): statistics.writeMembers(into: &json)
        case .fqCoDelFlow(let statistics): statistics.writeMembers(into: &json)
        case .coDel(let statistics): statistics.writeMembers(into: &json)
        case .red(let statistics):
            json.member("marked", statistics.marks)
            json.member("early", statistics.earlyDrops)
            json.member("pdrop", statistics.limitDrops)
            json.member("other", statistics.otherDrops)
        case .cake(let statistics): statistics.writeMembers(into: &json)
        case .cakeFlow(let statistics): statistics.writeMembers(into: &json)
        case .htbClass(let statistics):
            json.member("lended", statistics.lent)
            json.member("borrowed", statistics.borrowed)
            json.member("giants", statistics.giants)
            json.member("tokens", statistics.tokens)
            json.member("ctokens", statistics.ceilingTokens)
        case .hfscClass(let statistics):
            json.member("period", statistics.period)
            json.member("work", statistics.work)
            json.member("rtwork", statistics.realTimeWork)
            json.member("level", statistics.level)
        case .drrClass(let deficit): json.member("deficit", deficit)
        }
    }

    /// The lines of `tc -s` below the counters that all kinds have, each with its end.
    ///
    /// - Parameter options: those of the discipline, by which its parts have names.
    func text(of options: (any QueueingDisciplineOptions)? = nil) -> String {
        switch self {
        case .fq(let statistics): statistics.text
        case .fqCoDel(let statistics): statistics.text
        case .fqCoDelFlow(let statistics): statistics.text
        case .coDel(let statistics): statistics.text
        case .red(let statistics):
            "  marked \(statistics.marks) early \(statistics.earlyDrops) pdrop \(statistics.limitDrops) other "
                + "\(statistics.otherDrops) \n"
        case .cake(let statistics): statistics.text(priorities: (options as? CakeOptions)?.priorities)
        case .cakeFlow(let statistics): statistics.text
        case .htbClass(let statistics):
            " lended: \(statistics.lent) borrowed: \(statistics.borrowed) giants: \(statistics.giants)\n tokens: "
                + "\(statistics.tokens) ctokens: \(statistics.ceilingTokens)\n"
        case .hfscClass(let statistics): statistics.text
        case .drrClass(let deficit): " deficit \(sizeText(deficit)) \n"
        }
    }
}

/// `drop_next 5ms`, or `drop_next -5ms` for what is over.
private func dropText(_ microseconds: Int32) -> String {
    "drop_next \(microseconds < 0 ? "-" : "")\(timeText(microseconds: microseconds.magnitude))"
}

extension FQStatistics {
    // tc(8) calls two of them 'throttled'.
    fileprivate func writeMembers(into json: inout JSONWriter) {
        json.member("flows", flows)
        json.member("inactive", inactiveFlows)
        json.member("throttled", throttledFlows)
        if nextDelayedFlow > 0 { json.member("next_packet_delay", nextDelayedFlow) }
        json.member("gc", collectedFlows)
        json.member("highprio", highPriorityPackets)
        if retransmissions > 0 { json.member("retrans", retransmissions) }
        json.member("throttled_times", throttlings)
        if unthrottleLatency > 0 { json.member("latency", unthrottleLatency) }
        for (name, value) in rare { json.member(name, value) }
    }

    /// What is shown where it has happened.
    private var rare: [(name: String, value: UInt64)] {
        [
            ("ce_mark", congestionMarks), ("flows_plimit", flowLimitDrops), ("pkts_too_long", tooLongPackets),
            ("alloc_errors", allocationErrors), ("horizon_drops", horizonDrops), ("horizon_caps", horizonCaps),
        ].filter { $0.1 > 0 }
    }

    fileprivate var text: String {
        var text = "  flows \(flows) (inactive \(inactiveFlows) throttled \(throttledFlows)"
        if nextDelayedFlow > 0 { text += " next_packet_delay \(timeText(.nanoseconds(nextDelayedFlow)))" }
        text += ")\n  gc \(collectedFlows) highprio \(highPriorityPackets)"
        if retransmissions > 0 { text += " retrans \(retransmissions)" }
        text += " throttled \(throttlings)"
        if unthrottleLatency > 0 { text += " latency \(timeText(.nanoseconds(Int64(unthrottleLatency))))" }
        return text + rare.map { " \($0.name) \($0.value)" }.joined() + "\n"
    }
}

extension FQCoDelStatistics {
    fileprivate func writeMembers(into json: inout JSONWriter) {
        json.member("maxpacket", maximumPacket)
        json.member("drop_overlimit", limitDrops)
        json.member("new_flow_count", newFlows)
        json.member("ecn_mark", congestionMarks)
        for (name, value) in rare { json.member(name, value) }
        json.member("new_flows_len", newListLength)
        json.member("old_flows_len", oldListLength)
    }

    /// What is shown where it has happened.
    private var rare: [(name: String, value: UInt32)] {
        [("ce_mark", thresholdMarks), ("memory_used", memoryUsed), ("drop_overmemory", memoryDrops)].filter { $0.1 > 0 }
    }

    fileprivate var text: String {
        "  maxpacket \(maximumPacket) drop_overlimit \(limitDrops) new_flow_count \(newFlows) ecn_mark "
            + "\(congestionMarks)" + rare.map { " \($0.name) \($0.value)" }.joined()
            + "\n  new_flows_len \(newListLength) old_flows_len \(oldListLength)\n"
    }
}

extension FQCoDelFlowStatistics {
    fileprivate func writeMembers(into json: inout JSONWriter) {
        json.member("deficit", deficit)
        json.member("count", count)
        json.member("lastcount", lastCount)
        json.member("ldelay", lastDelay)
        if isDropping {
            json.member("dropping", true)
            json.member("drop_next", nextDrop)
        }
    }

    fileprivate var text: String {
        "  deficit \(deficit) count \(count) lastcount \(lastCount) ldelay \(timeText(microseconds: lastDelay))"
            + (isDropping ? " dropping \(dropText(nextDrop))" : "") + "\n"
    }
}

extension CoDelStatistics {
    fileprivate func writeMembers(into json: inout JSONWriter) {
        json.member("count", count)
        json.member("lastcount", lastCount)
        json.member("ldelay", lastDelay)
        if isDropping { json.member("dropping", true) }
        json.member("drop_next", nextDrop)
        json.member("maxpacket", maximumPacket)
        json.member("ecn_mark", congestionMarks)
        json.member("drop_overlimit", limitDrops)
        if thresholdMarks > 0 { json.member("ce_mark", thresholdMarks) }
    }

    fileprivate var text: String {
        "  count \(count) lastcount \(lastCount) ldelay \(timeText(microseconds: lastDelay))"
            + (isDropping ? " dropping" : "") + " \(dropText(nextDrop))\n  maxpacket \(maximumPacket) ecn_mark "
            + "\(congestionMarks) drop_overlimit \(limitDrops)"
            + (thresholdMarks > 0 ? " ce_mark \(thresholdMarks)" : "") + "\n"
    }
}

extension CakeFlowStatistics {
    fileprivate func writeMembers(into json: inout JSONWriter) {
        json.member("deficit", deficit)
        json.member("count", count)
        json.member("blue_prob", dropProbability)
        if isDropping == true { json.member("dropping", true) }
        json.member("drop_next", nextDrop)
    }

    fileprivate var text: String {
        "  deficit \(deficit ?? 0) count \(count ?? 0) blue_prob \(dropProbability ?? 0)"
            + (isDropping == true ? " dropping" : "") + (nextDrop.map { " \(dropText($0))" } ?? "") + "\n"
    }
}

extension HFSCClassStatistics {
    fileprivate var text: String {
        " period \(period) " + (work > 0 ? "work \(work) bytes " : "")
            + (realTimeWork > 0 ? "rtwork \(realTimeWork) bytes " : "") + "level \(level) \n"
    }
}
