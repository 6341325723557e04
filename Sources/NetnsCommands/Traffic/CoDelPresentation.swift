// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension CoDelOptions: QdiscPresentation {
    private static let table = WordTable<CoDelOptions>([
        Word("limit") { words, options throws(CommandFailure) in options.limit = try words.number(1...UInt32.max) },
        Word("target") { words, options throws(CommandFailure) in options.target = try words.microseconds() },
        Word("interval") { words, options throws(CommandFailure) in options.interval = try words.microseconds() },
        Word("ecn") { words, options throws(CommandFailure) in try words.note(true, in: &options.marksCongestion) },
        Word("noecn") { words, options throws(CommandFailure) in try words.note(false, in: &options.marksCongestion) },
        Word("ce_threshold") { words, options throws(CommandFailure) in
            options.congestionThreshold = try words.microseconds()
        },
    ])

    static var wordNames: [String] { table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> CoDelOptions {
        var options = CoDelOptions()
        try table.readAll(&words, into: &options)
        return options
    }

    func writeMembers(into json: inout JSONWriter) {
        json.member("limit", limit)
        json.member("target", target)
        json.member("ce_threshold", congestionThreshold)
        json.member("interval", interval)
        if marksCongestion == true { json.member("ecn", true) }
    }

    func text(details: Bool) -> String {
        var words: [String] = []
        if let limit { words.append("limit \(limit)p") }
        if let target { words.append("target \(timeText(microseconds: target))") }
        if let congestionThreshold { words.append("ce_threshold \(timeText(microseconds: congestionThreshold))") }
        if let interval { words.append("interval \(timeText(microseconds: interval))") }
        if marksCongestion == true { words.append("ecn") }
        return words.map { $0 + " " }.joined()
    }
}
