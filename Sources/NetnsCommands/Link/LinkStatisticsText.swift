// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension TextWriter {
    /// The counters of a link in the columns of `ip -s link show`; the second level adds the causes of errors.
    mutating func statistics(_ link: Link, level: Int) {
        guard let counters = link.statistics else { return }
        var rows = [
            StatisticsRow(
                title: "RX:",
                columns: [
                    ("bytes", counters.receivedBytes), ("packets", counters.receivedPackets),
                    ("errors", counters.receiveErrors), ("dropped", counters.receiveDropped),
                    ("missed", counters.receiveMissedErrors), ("mcast", counters.multicast),
                    ("compressed", counters.receivedCompressed),
                ]),
            StatisticsRow(
                title: "TX:",
                columns: [
                    ("bytes", counters.sentBytes), ("packets", counters.sentPackets), ("errors", counters.sendErrors),
                    ("dropped", counters.sendDropped), ("carrier", counters.sendCarrierErrors),
                    ("collsns", counters.collisions), ("compressed", counters.sentCompressed),
                ]),
        ]
        if level > 1 {
            rows.insert(
                StatisticsRow(
                    title: "RX errors:",
                    columns: [
                        ("length", counters.receiveLengthErrors), ("crc", counters.receiveCRCErrors),
                        ("frame", counters.receiveFrameErrors), ("fifo", counters.receiveFIFOErrors),
                        ("overrun", counters.receiveOverErrors), ("nohandler", counters.receiveNoHandler),
                    ]), at: 1)
            rows.append(
                StatisticsRow(
                    title: "TX errors:",
                    columns: [
                        ("aborted", counters.sendAbortedErrors), ("fifo", counters.sendFIFOErrors),
                        ("window", counters.sendWindowErrors), ("heartbt", counters.sendHeartbeatErrors),
                        ("transns", UInt64(link.carrierChanges ?? 0)),
                    ]))
        }
        var widths = [10, 7, 6, 7, 7, 7, 10]
        for row in rows {
            for (column, number) in zip(row.firstColumn..., row.columns.map(\.number)) {
                widths[column] = max(widths[column], String(number).utf8.count)
            }
        }
        for row in rows { self.row(row, widths) }
    }

    private struct StatisticsRow {
        var title: String
        var columns: [(name: String, number: UInt64)]
        /// The causes of errors begin under the packets.
        var firstColumn: Int { title.hasSuffix("errors:") ? 1 : 0 }
        /// A last column of which nothing is to be said is left out.
        func isShown(_ column: Int) -> Bool { column < (firstColumn == 0 ? 6 : 5) || columns[column].number != 0 }
    }

    private mutating func row(_ row: StatisticsRow, _ widths: [Int]) {
        write("    ")
        write(row.title)
        var used = row.title.utf8.count
        if row.firstColumn > 0 {
            write("", paddedTo: widths[0] - used)
            used = 0
        }
        for (index, column) in row.columns.enumerated() {
            let name = row.isShown(index) ? column.name : ""
            guard row.firstColumn == 0 || row.isShown(index) else { continue }
            let place = index + row.firstColumn
            if place > 0 { write(" ") }
            write(name, alignedTo: widths[place] - used)
            used = 0
        }
        write("\n    ")
        if row.firstColumn > 0 { write("", paddedTo: widths[0]) }
        for (index, column) in row.columns.enumerated() where row.isShown(index) {
            let place = index + row.firstColumn
            if index > 0 || row.firstColumn > 0 { write(" ") }
            write(String(column.number), alignedTo: widths[place])
        }
        write(" \n")
    }
}
