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
            json: { json, entry, _ in entry.writeMembers(into: &json, statistics: request.statistics > 0) },
            text: { text, entry, _ in
                entry.write(to: &text, details: request.details, statistics: request.statistics > 0)
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

extension TrafficClass {
    /// Writes all members.
    func writeMembers(into json: inout JSONWriter, statistics showsStatistics: Bool) {
        json.member("class", kind)
        json.member("handle", "\(handle)")
        json.place(parent)
        json.member("leaf", leaf.map { "\($0)" })
        options?.writeMembers(into: &json)
        guard showsStatistics else { return }
        json.members(of: statistics)
        kindStatistics?.writeMembers(into: &json)
    }

    /// Writes all lines.
    func write(to text: inout TextWriter, details: Bool, statistics showsStatistics: Bool) {
        text.write("class ")
        text.write(escaping: kind)
        text.write(" \(handle) ")
        text.place(parent)
        if let leaf { text.write("leaf \(leaf) ") }
        text.write(options?.text(details: details) ?? "")
        text.write("\n")
        guard showsStatistics else { return }
        text.lines(of: statistics)
        text.write(kindStatistics?.text() ?? "")
        text.write("\n")
    }
}
