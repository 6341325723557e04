// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension FQCoDelOptions: QdiscPresentation {
    private static let table = WordTable<FQCoDelOptions>([
        Word("limit") { words, options throws(CommandFailure) in options.limit = try words.number(1...UInt32.max) },
        Word("flows") { words, options throws(CommandFailure) in options.flows = try words.number(1...65_536) },
        Word("target") { words, options throws(CommandFailure) in options.target = try words.microseconds() },
        Word("interval") { words, options throws(CommandFailure) in options.interval = try words.microseconds() },
        Word("quantum") { words, options throws(CommandFailure) in options.quantum = try words.number(1...UInt32.max) },
        Word("ecn") { words, options throws(CommandFailure) in try words.note(true, in: &options.marksCongestion) },
        Word("noecn") { words, options throws(CommandFailure) in try words.note(false, in: &options.marksCongestion) },
        Word("ce_threshold") { words, options throws(CommandFailure) in
            options.congestionThreshold = try words.microseconds()
        },
        Word("ce_threshold_selector") { words, options throws(CommandFailure) in
            let text = try words.value("selector")
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let selector = byte(parts[0]), let mask = byte(parts[1]) else {
                throw words.badValue("\(quoted(text)) is not a selector such as '0x1/0x3'")
            }
            (options.congestionSelector, options.congestionMask) = (selector, mask)
        },
        Word("memory_limit") { words, options throws(CommandFailure) in options.memoryLimit = try words.size() },
        Word("drop_batch") { words, options throws(CommandFailure) in
            options.dropBatch = try words.number(1...UInt32.max)
        },
    ])

    private static func byte(_ text: Substring) -> UInt8? {
        text.hasPrefix("0x") ? UInt8(text.dropFirst(2), radix: 16) : decimal(text)
    }

    static var wordNames: [String] { table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> FQCoDelOptions {
        var options = FQCoDelOptions()
        try table.readAll(&words, into: &options)
        return options
    }

    func writeMembers(into json: inout JSONWriter) {
        json.member("limit", limit)
        json.member("flows", flows)
        json.member("quantum", quantum)
        json.member("target", target)
        json.member("ce_threshold", congestionThreshold)
        json.member("ce_threshold_selector", congestionSelector)
        json.member("ce_threshold_mask", congestionMask)
        json.member("interval", interval)
        json.member("memory_limit", memoryLimit)
        if marksCongestion == true { json.member("ecn", true) }
        json.member("drop_batch", dropBatch)
    }

    func text(details: Bool) -> String {
        var words: [String] = []
        if let limit { words.append("limit \(limit)p") }
        if let flows { words.append("flows \(flows)") }
        if let quantum { words.append("quantum \(quantum)") }
        if let target { words.append("target \(timeText(microseconds: target))") }
        if let congestionThreshold { words.append("ce_threshold \(timeText(microseconds: congestionThreshold))") }
        if let congestionSelector, let congestionMask {
            let numbers = [congestionSelector, congestionMask].map { "0x" + String($0, radix: 16) }
            words.append("ce_threshold_selector " + numbers.joined(separator: "/"))
        }
        if let interval { words.append("interval \(timeText(microseconds: interval))") }
        if let memoryLimit { words.append("memory_limit \(sizeText(memoryLimit))") }
        if marksCongestion == true { words.append("ecn") }
        if let dropBatch { words.append("drop_batch \(dropBatch)") }
        return words.map { $0 + " " }.joined()
    }
}
