// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

extension RouteCommand {
    /// `netns route show`.
    struct Show: OperationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List routes.",
            discussion: """
                Without a table it is 'main', and without a family IPv4. Rows are written as they come
                from the kernel: a table of any size needs no memory.

                EXAMPLES
                  netns route show -n red
                  netns route show table all
                  netns route show root 10.0.0.0/8 dev eth0 -6
                  netns route show default --all-namespaces --json
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions
        @OptionGroup var family: FamilyOptions
        @OptionGroup var mpls: MPLSOption

        @Argument(
            help: ArgumentHelp(
                """
                [root|match|exact] PREFIX, or of: table TABLE|all, vrf DEVICE, dev DEVICE, via ADDRESS, src ADDRESS, proto \
                PROTOCOL, scope SCOPE, type TYPE, metric NUMBER, tos TOS, from PREFIX, iif DEVICE, cache.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation {
            if mpls.isMPLS { return MPLSRouteShow(request: options.request, words: words) }
            return RouteShow(request: options.request, family: family.family, words: words)
        }
    }
}

/// Shows the routes that the words choose.
struct RouteShow: ShowOperation {
    var request: ShowRequest
    var family: AddressFamily?
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "route show")
        let selection = try RouteSelection(&parser, family: family)
        if let json = request.json { try showJSON(selection, json) } else { try showText(selection) }
    }

    private func showJSON(_ selection: RouteSelection, _ json: JSONWriter) throws {
        var rows = StreamedRows(json)
        rows.writer.beginArray()
        let failures = try request.forEachNamespace { session in
            let name = request.allNamespaces ? session.namespace : nil
            try show(selection, &session, &rows) { json, route, world in
                json.beginObject()
                json.member("netns", name)
                json.members(of: route, world, showsTable: !selection.settled.contains(.table), request.statistics)
                json.endObject()
            }
        }
        rows.writer.endArray()
        try rows.writer.flush()
        try conclude(failures + rows.complaints)
    }

    private func showText(_ selection: RouteSelection) throws {
        var rows = StreamedRows(TextWriter())
        let form = RouteForm(
            details: request.details, statistics: request.statistics, settled: selection.settled)
        let failures = try request.forEachNamespace { session in
            var heading = request.allNamespaces ? session.namespace : nil
            try show(selection, &session, &rows) { text, route, world in
                text.namespaceHeading(heading)
                heading = nil
                let start = text.bytes.count
                text.route(route, world, form)
                if request.isOneLine { text.joinLines(from: start) }
            }
        }
        try rows.writer.flush()
        try conclude(failures + rows.complaints)
    }

    /// Hands the routes of one namespace to `write`, row by row.
    private func show<Writer: RowWriter>(
        _ selection: RouteSelection, _ session: inout RouteSession, _ rows: inout StreamedRows<Writer>,
        _ write: (inout Writer, Route, LinkWorld) -> Void
    ) throws {
        let devices = [selection.device, selection.inputDevice, selection.vrf].compactMap(\.self)
        if request.passesOver(&session, without: devices) { return }
        var selection = selection
        try selection.findTable(&session)
        let isThere = try stream(selection, &session, &rows, write)
        if let failure = rows.failure { throw failure }
        guard isThere || request.allNamespaces || selection.mayLackTable else {
            throw CommandFailure("cannot list routes\(session.place): the table does not exist (ENOENT)")
        }
    }

    /// False when there is no such table.
    private func stream<Writer: RowWriter>(
        _ selection: RouteSelection, _ session: inout RouteSession, _ rows: inout StreamedRows<Writer>,
        _ write: (inout Writer, Route, LinkWorld) -> Void
    ) throws(CommandFailure) -> Bool {
        let device = try selection.device.map { name throws(CommandFailure) in try session.index(of: name) }
        let input = try selection.inputDevice.map { name throws(CommandFailure) in try session.index(of: name) }
        var world = LinkWorld()
        world.note(try session.ask { (socket) throws(NetlinkError) in try socket.links() })
        // The details of a route are those of its next hop too, which can't be asked for amid the rows.
        if request.details || request.json != nil { world.noteNextHops(&session) }
        rows.begin(place: session.place)
        return try session.ask { (socket) throws(NetlinkError) in
            do throws(NetlinkError) {
                try socket.forEachRoute(
                    selection.filter(device: device), restart: { rows.restart() },
                    { route in
                        guard selection.contains(route, device: device, inputDevice: input) else { return }
                        rows.add { writer in write(&writer, route, world) }
                    })
            } catch {
                guard error.errno == .noSuchFileOrDirectory else { throw error }
                return false
            }
            return true
        }
    }
}
