// SPDX-License-Identifier: Apache-2.0

/// What an earlier run chose, so that the next one chooses the same: interfaces, networks and addresses.
///
/// Kept as lines of fields with tabs between, the last of which is the value.
public struct LabMemory: Equatable, Sendable {
    /// By the fields of the key, with tabs between.
    public var values: [String: String] = [:]

    /// Nothing is remembered.
    public init() {}

    /// Reads the lines.
    public init(parsing text: String) {
        for line in text.split(separator: "\n") {
            guard let tab = line.lastIndex(of: "\t") else { continue }
            values[String(line[..<tab])] = String(line[line.index(after: tab)...])
        }
    }

    /// The lines, in order.
    public var text: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)\n" }.joined()
    }
}
