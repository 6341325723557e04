// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension CakeStatistics {
    func writeMembers(into json: inout JSONWriter) {
        json.member("memory_used", memoryUsed)
        json.member("memory_limit", memoryLimit)
        json.member("capacity_estimate", estimatedCapacity)
        json.member("min_network_size", minimumPacket)
        json.member("max_network_size", maximumPacket)
        json.member("min_adj_size", minimumCounted)
        json.member("max_adj_size", maximumCounted)
        json.member("avg_hdr_offset", averageOffset)
        json.member(
            "tins",
            array: { json in for tin in tins { json.object { tin.writeMembers(into: &$0) } } })
    }

    /// The lines of `tc -s`: what concerns all, and a table with a column for each tin.
    func text(priorities: CakeOptions.Priorities?) -> String {
        var text = ""
        if let memoryUsed, let memoryLimit {
            text += " memory used: \(sizeText(memoryUsed)) of \(sizeText(memoryLimit))\n"
        }
        if let estimatedCapacity { text += " capacity estimate: \(rateText(estimatedCapacity))\n" }
        for (name, width, least, most) in [
            ("network layer size", 12, minimumPacket, maximumPacket),
            ("overhead-adjusted size", 8, minimumCounted, maximumCounted),
        ] {
            guard let least, let most else { continue }
            text += " min/max \(name): " + rightAligned("\(least)", width) + " / " + rightAligned("\(most)", 7) + "\n"
        }
        if let averageOffset { text += " average network hdr offset: " + rightAligned("\(averageOffset)", 12) + "\n" }
        guard !tins.isEmpty else { return text }
        text += "\n" + line("", Self.names(of: tins.count, priorities))
        for (name, value) in Tin.rows { text += line("  \(name)", tins.map { value($0) ?? "-" }) }
        return text + "\n"
    }

    /// The tins from the first to the last.
    private static func names(of count: Int, _ priorities: CakeOptions.Priorities?) -> [String] {
        let names =
            switch priorities {
            case .diffserv3: ["Bulk", "Best Effort", "Voice"]
            case .diffserv4: ["Bulk", "Best Effort", "Video", "Voice"]
            default: [String]()
            }
        return names.count == count ? names : (0..<count).map { "Tin \($0)" }
    }

    private func line(_ name: String, _ cells: [String]) -> String {
        name + String(repeating: " ", count: max(0, 10 - name.count))
            + cells.map { rightAligned($0, 13) }.joined() + "\n"
    }

    private func rightAligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension CakeStatistics.Tin {
    fileprivate func writeMembers(into json: inout JSONWriter) {
        json.member("threshold_rate", threshold)
        json.member("sent_bytes", sentBytes)
        json.member("backlog_bytes", backlog)
        json.member("target_us", target)
        json.member("interval_us", interval)
        json.member("peak_delay_us", peakDelay)
        json.member("avg_delay_us", averageDelay)
        json.member("base_delay_us", baseDelay)
        json.member("sent_packets", sentPackets)
        json.member("way_indirect_hits", indirectHits)
        json.member("way_misses", misses)
        json.member("way_collisions", collisions)
        json.member("drops", drops)
        json.member("ecn_mark", marks)
        json.member("ack_drops", acknowledgementDrops)
        json.member("sparse_flows", sparseFlows)
        json.member("bulk_flows", bulkFlows)
        json.member("unresponsive_flows", unresponsiveFlows)
        json.member("max_pkt_len", maximumPacket)
        json.member("flow_quantum", quantum)
    }

    /// The lines of the table, and what stands in them.
    fileprivate static var rows: [(name: String, value: (Self) -> String?)] {
        [
            ("thresh", { $0.threshold.map { rateText($0) } }),
            ("target", { $0.target.map { timeText(microseconds: $0) } }),
            ("interval", { $0.interval.map { timeText(microseconds: $0) } }),
            ("pk_delay", { $0.peakDelay.map { timeText(microseconds: $0) } }),
            ("av_delay", { $0.averageDelay.map { timeText(microseconds: $0) } }),
            ("sp_delay", { $0.baseDelay.map { timeText(microseconds: $0) } }),
            ("backlog", { $0.backlog.map { sizeText($0) } }),
            ("pkts", { $0.sentPackets.map { "\($0)" } }),
            ("bytes", { $0.sentBytes.map { "\($0)" } }),
            ("way_inds", { $0.indirectHits.map { "\($0)" } }),
            ("way_miss", { $0.misses.map { "\($0)" } }),
            ("way_cols", { $0.collisions.map { "\($0)" } }),
            ("drops", { $0.drops.map { "\($0)" } }),
            ("marks", { $0.marks.map { "\($0)" } }),
            ("ack_drop", { $0.acknowledgementDrops.map { "\($0)" } }),
            ("sp_flows", { $0.sparseFlows.map { "\($0)" } }),
            ("bk_flows", { $0.bulkFlows.map { "\($0)" } }),
            ("un_flows", { $0.unresponsiveFlows.map { "\($0)" } }),
            ("max_len", { $0.maximumPacket.map { "\($0)" } }),
            ("quantum", { $0.quantum.map { "\($0)" } }),
        ]
    }
}
