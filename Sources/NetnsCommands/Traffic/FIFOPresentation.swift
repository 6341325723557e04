// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension FIFOOptions: QdiscPresentation {
    private static let table = WordTable<FIFOOptions>([
        Word("limit") { words, options throws(CommandFailure) in
            options.limit = options.unit == .bytes ? try words.size() : try words.number()
        }
    ])

    static var wordNames: [String] { table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> FIFOOptions {
        var options = FIFOOptions(Unit(rawValue: kind) ?? .packets)
        try table.readAll(&words, into: &options)
        return options
    }

    func writeMembers(into json: inout JSONWriter) { json.member("limit", limit) }

    func text(details: Bool) -> String {
        guard let limit else { return "" }
        return unit == .bytes ? "limit \(sizeText(limit)) " : "limit \(limit)p "
    }
}
