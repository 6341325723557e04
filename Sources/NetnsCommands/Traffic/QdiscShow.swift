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
                discipline.writeMembers(
                    into: &json, device: showsDevice ? world.name(of: discipline.index) : nil,
                    statistics: request.statistics > 0)
            },
            text: { text, discipline, world in
                discipline.write(
                    to: &text, device: showsDevice ? world.name(of: discipline.index) : nil,
                    details: request.details, statistics: request.statistics > 0)
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
    private var handleText: String { handle.major == 0 ? "0:" : "\(handle)" }

    /// Writes all members.
    ///
    /// - Parameter device: the device's name, where several are shown.
    func writeMembers(into json: inout JSONWriter, device: String?, statistics showsStatistics: Bool) {
        json.member("kind", kind)
        json.member("handle", handleText)
        json.member("dev", device)
        if isOffloaded { json.member("offloaded", true) }
        json.place(parent)
        if references != 1 { json.member("refcnt", references) }
        json.member("ingress_block", ingressBlock)
        json.member("egress_block", egressBlock)
        json.member("options", object: { writeOptions(into: &$0) })
        if let sizeTable { json.member("stab", object: { sizeTable.writeMembers(into: &$0) }) }
        guard showsStatistics else { return }
        json.members(of: statistics)
        kindStatistics?.writeMembers(into: &json)
    }

    /// Writes all lines.
    ///
    /// - Parameter device: the device's name, where several are shown.
    func write(to text: inout TextWriter, device: String?, details: Bool, statistics showsStatistics: Bool) {
        text.write("qdisc ")
        text.write(escaping: kind)
        text.write(" \(handleText) ")
        if let device {
            text.write("dev ")
            text.write(escaping: device)
            text.write(" ")
        }
        if isOffloaded { text.write("offloaded ") }
        text.place(parent)
        if references != 1 { text.write("refcnt \(references) ") }
        if let ingressBlock { text.write("ingress_block \(ingressBlock) ") }
        if let egressBlock { text.write("egress_block \(egressBlock) ") }
        text.write(optionsText(details: details))
        text.write("\n")
        if details, let sizeTable { text.write(sizeTable.text) }
        guard showsStatistics else { return }
        text.write((options as? SFQOptions)?.statisticsText ?? "")
        text.lines(of: statistics)
        text.write(kindStatistics?.text(of: options) ?? "")
    }
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
        if statistics.hasSent {
            member("bytes", statistics.bytes)
            member("packets", statistics.packets)
        }
        guard statistics.hasQueue else { return }
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
        if statistics.hasSent { write(" Sent \(statistics.bytes) bytes \(statistics.packets) pkt") }
        if statistics.hasQueue {
            write(
                " (dropped \(statistics.drops), overlimits \(statistics.overlimits) requeues \(statistics.requeues)) \n"
                    + " backlog \(sizeText(statistics.backlog)) \(statistics.queueLength)p requeues "
                    + "\(statistics.requeues)")
        }
        if statistics.hasSent || statistics.hasQueue { write("\n") }
    }
}
