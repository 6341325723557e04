// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

/// Shows the queueing disciplines that the words choose.
struct QdiscShow: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "qdisc show")
        var selection = QdiscWords()
        while let word = parser.next {
            if try QdiscWords.showTable.read(&parser, into: &selection) { continue }
            guard selection.device == nil else {
                throw parser.unknownWord(among: QdiscWords.showTable.names, after: selection.device)
            }
            _ = parser.take()
            try parser.check(deviceName: word)
            selection.device = word
        }
        let showsDevice = selection.device == nil
        try request.showRows(
            { session, world in try disciplines(selection, &session, &world) },
            json: { json, discipline, world in
                json.member("kind", discipline.kind)
                json.member("handle", discipline.handleText)
                if showsDevice { json.member("dev", world.name(of: discipline.index)) }
                if discipline.isOffloaded { json.member("offloaded", true) }
                json.place(discipline.parent)
                if discipline.references != 1 { json.member("refcnt", discipline.references) }
                json.member("options", object: { discipline.writeOptions(into: &$0) })
                if request.statistics > 0 {
                    json.members(of: discipline.statistics)
                    json.members(of: discipline.report)
                }
            },
            text: { text, discipline, world in
                text.write("qdisc ")
                text.write(escaping: discipline.kind)
                text.write(" \(discipline.handleText) ")
                if showsDevice {
                    text.write("dev ")
                    text.write(escaping: world.name(of: discipline.index))
                    text.write(" ")
                }
                if discipline.isOffloaded { text.write("offloaded ") }
                text.place(discipline.parent)
                if discipline.references != 1 { text.write("refcnt \(discipline.references) ") }
                text.write(discipline.optionsText(details: request.details))
                text.write("\n")
                if request.statistics > 0 {
                    text.lines(of: discipline.statistics)
                    text.lines(of: discipline.report)
                }
            })
    }

    private func disciplines(
        _ selection: QdiscWords, _ session: inout RouteSession, _ world: inout LinkWorld
    ) throws -> [QueueingDiscipline] {
        var index: Int32?
        if let device = selection.device {
            if request.passesOver(&session, without: [device]) { return [] }
            index = try session.index(of: device)
        } else {
            try world.noteAll(&session)
        }
        let invisible = selection.showsInvisible
        return try session.ask { (socket) throws(NetlinkError) in
            try socket.queueingDisciplines(index: index, invisible: invisible)
        }.filter {
            (selection.parent ?? $0.parent) == $0.parent && (selection.handle ?? $0.handle) == $0.handle
        }
    }
}

extension QueueingDiscipline {
    /// `1:`; `0:` for what the kernel made by default.
    fileprivate var handleText: String { handle.major == 0 ? "0:" : "\(handle)" }
}

// MARK: What qdiscs and classes have in common

extension JSONWriter {
    /// `root`, or the parent.
    mutating func place(_ parent: TrafficHandle) {
        switch parent {
        case .root: member("root", true)
        case .unspecified: break
        default: member("parent", "\(parent)")
        }
    }

    /// The counters.
    mutating func members(of statistics: TrafficStatistics?) {
        guard let statistics else { return }
        member("bytes", statistics.bytes)
        member("packets", statistics.packets)
        member("drops", statistics.drops)
        member("overlimits", statistics.overlimits)
        member("requeues", statistics.requeues)
        member("backlog", statistics.backlog)
        member("qlen", statistics.queueLength)
    }
}

extension TextWriter {
    /// `root `, or `parent 1:10 `.
    mutating func place(_ parent: TrafficHandle) {
        switch parent {
        case .root: write("root ")
        case .unspecified: break
        default: write("parent \(parent) ")
        }
    }

    /// The counters, on two lines.
    mutating func lines(of statistics: TrafficStatistics?) {
        guard let statistics else { return }
        write(
            " Sent \(statistics.bytes) bytes \(statistics.packets) pkt (dropped \(statistics.drops), overlimits "
                + "\(statistics.overlimits) requeues \(statistics.requeues)) \n backlog "
                + "\(sizeText(statistics.backlog)) \(statistics.queueLength)p requeues \(statistics.requeues)\n")
    }
}
