// SPDX-License-Identifier: Apache-2.0

/// Lines in columns, two blanks apart, without blanks at the end.
struct Table {
    private let columns: [String]
    private let rightAligned: Set<Int>
    private var rows: [[String]] = []

    init(columns: [String], rightAligned: Set<Int> = []) {
        self.columns = columns
        self.rightAligned = rightAligned
    }

    /// Adds a line; it has a text for each column.
    mutating func add(_ row: [String]) { rows.append(row) }

    /// The heading and the lines.
    var text: String {
        var widths = columns.map(\.count)
        for row in rows {
            for (column, cell) in row.enumerated() where column < widths.count {
                widths[column] = max(widths[column], cell.count)
            }
        }
        return ([columns] + rows).map { row in
            var line = ""
            for (column, cell) in row.enumerated() where column < widths.count {
                let filling = String(repeating: " ", count: widths[column] - cell.count)
                if column > 0 { line += "  " }
                line += rightAligned.contains(column) ? filling + cell : cell + filling
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
