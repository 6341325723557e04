// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Shows the classes of a device.
struct ClassShow: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "class show")
        var selection = ClassWords()
        while let word = parser.next {
            if try ClassWords.table.read(&parser, into: &selection) { continue }
            guard selection.device == nil else {
                throw parser.unknownWord(among: ClassWords.table.names, after: selection.device)
            }
            _ = parser.take()
            try parser.check(deviceName: word)
            selection.device = word
        }
        // The kernel lists the classes of one device at a time.
        guard selection.device != nil else { throw parser.usage("the device is missing: 'dev DEVICE'") }
        try request.showRows(
            { session, _ in try classes(selection, &session) },
            json: { json, entry, _ in
                json.member("class", entry.kind)
                json.member("handle", "\(entry.handle)")
                json.place(entry.parent)
                json.member("leaf", entry.leaf.map { "\($0)" })
                entry.htb?.writeMembers(into: &json)
                if request.statistics > 0 {
                    json.members(of: entry.statistics)
                    if let statistics = entry.htbStatistics {
                        json.member("lended", statistics.lent)
                        json.member("borrowed", statistics.borrowed)
                        json.member("giants", statistics.giants)
                        json.member("tokens", statistics.tokens)
                        json.member("ctokens", statistics.ceilingTokens)
                    }
                }
            },
            text: { text, entry, _ in
                text.write("class ")
                text.write(escaping: entry.kind)
                text.write(" \(entry.handle) ")
                text.place(entry.parent)
                if let leaf = entry.leaf { text.write("leaf \(leaf) ") }
                text.write(entry.htb?.text(details: request.details) ?? "")
                text.write("\n")
                if request.statistics > 0 {
                    text.lines(of: entry.statistics)
                    if let statistics = entry.htbStatistics {
                        text.write(
                            " lended: \(statistics.lent) borrowed: \(statistics.borrowed) giants: "
                                + "\(statistics.giants)\n tokens: \(statistics.tokens) ctokens: "
                                + "\(statistics.ceilingTokens)\n")
                    }
                    text.write("\n")
                }
            })
    }

    private func classes(_ selection: ClassWords, _ session: inout RouteSession) throws -> [TrafficClass] {
        guard let device = selection.device else { return [] }
        if request.passesOver(&session, without: [device]) { return [] }
        let index = try session.index(of: device)
        return try session.ask { (socket) throws(NetlinkError) in try socket.trafficClasses(index: index) }.filter {
            let isBelow =
                switch selection.parent {
                case nil: true
                case let parent? where parent.minor == 0: parent.major == $0.handle.major
                case let parent?: parent == $0.parent
                }
            return isBelow && (selection.handle ?? $0.handle) == $0.handle
        }
    }
}
