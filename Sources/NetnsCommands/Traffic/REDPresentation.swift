// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

/// What disciplines with early drops do, `TC_RED_…` of linux/pkt_sched.h.
struct REDFlags: OptionSet {
    let rawValue: UInt8

    private static let names = ["ecn", "harddrop", "adaptive", "nodrop"]

    private var words: [(name: String, isSet: Bool)] {
        Self.names.enumerated().map { ($0.element, rawValue & 1 << UInt8($0.offset) != 0) }
    }

    func writeMembers(into json: inout JSONWriter) { for (name, isSet) in words { json.member(name, isSet) } }

    var text: String { words.filter(\.isSet).map { "\($0.name) " }.joined() }
}

/// A likelihood with as many digits as tc(8) shows of it.
func shortProbability(_ probability: Probability) -> Double {
    Double(shortNumber(probability.fraction)) ?? probability.fraction
}

extension REDOptions: QdiscShowing {
    private var flags: REDFlags {
        var bits: UInt8 = 0
        for (position, isSet) in [marksCongestion, dropsHard, isAdaptive, neverDrops].enumerated() where isSet {
            bits |= 1 << UInt8(position)
        }
        return REDFlags(rawValue: bits)
    }

    func writeMembers(into json: inout JSONWriter) {
        json.member("limit", limit)
        json.member("min", minimum)
        json.member("max", maximum)
        flags.writeMembers(into: &json)
        json.member("ewma", weightLog)
        if let maximumProbability { json.member("probability", number: shortProbability(maximumProbability)) }
        json.member("Scell_log", cellLog)
    }

    func text(details: Bool) -> String {
        var text = "limit \(sizeText(limit)) min \(sizeText(minimum)) max \(sizeText(maximum)) " + flags.text
        guard details else { return text }
        text += "ewma \(weightLog) "
        if let maximumProbability { text += "probability \(shortNumber(maximumProbability.fraction)) " }
        return text + "Scell_log \(cellLog) "
    }
}
