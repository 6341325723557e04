// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

extension VrfOptions: LinkKindPresentation {
    static let fields: [OptionField<VrfOptions>] = [OptionField("table", \.table, .routeTable)]
}

extension VrfPortOptions: LinkKindPresentation {
    static let fields: [OptionField<VrfPortOptions>] = [.shown("table", \.table, .number)]
}

extension OptionForm where Value == UInt32 {
    /// A name of /etc/iproute2/rt_tables or a number; shown as the number.
    fileprivate static var routeTable: Self {
        Self(
            read: { words throws(CommandFailure) in
                let text = try words.value("table")
                guard let table = NameTable.tables.number(of: text), table > 0 else {
                    throw words.badValue(
                        "\(quoted(text)) is no table: a number, or a name of /etc/iproute2/rt_tables",
                        hint: suggestion(for: text, among: NameTable.tables.entries.map(\.name)))
                }
                return table
            },
            writeJSON: { $1.value($0) }, text: { String($0) })
    }
}
