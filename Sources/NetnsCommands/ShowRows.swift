// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink

extension ShowRequest {
    /// Shows rows of one kind, one object or one line each, under the heading of their namespace where there
    /// are several.
    ///
    /// - Parameters:
    ///   - collect: asks one namespace for its rows, and notes the devices that they name.
    ///   - writeJSON: writes the members of a row.
    ///   - writeText: writes the lines of a row.
    func showRows<Row>(
        _ collect: (inout RouteSession, inout LinkWorld) throws -> [Row],
        json writeJSON: (inout JSONWriter, Row, LinkWorld) -> Void,
        text writeText: (inout TextWriter, Row, LinkWorld) -> Void
    ) throws {
        guard var json else { return try showText(collect, writeText) }
        json.beginArray()
        let failures = try forEachNamespace { session in
            var world = LinkWorld()
            for row in try collect(&session, &world) {
                json.beginObject()
                if allNamespaces { json.member("netns", session.namespace) }
                writeJSON(&json, row, world)
                json.endObject()
                try json.flushIfFull()
            }
        }
        json.endArray()
        try json.flush()
        try conclude(failures)
    }

    private func showText<Row>(
        _ collect: (inout RouteSession, inout LinkWorld) throws -> [Row],
        _ writeText: (inout TextWriter, Row, LinkWorld) -> Void
    ) throws {
        var text = TextWriter()
        let failures = try forEachNamespace { session in
            var world = LinkWorld()
            let rows = try collect(&session, &world)
            if allNamespaces, !rows.isEmpty { text.namespaceHeading(session.namespace) }
            for row in rows {
                let start = text.bytes.count
                writeText(&text, row, world)
                if isOneLine { text.joinLines(from: start) }
                try text.flushIfFull()
            }
        }
        try text.flush()
        try conclude(failures)
    }
}

extension ShowRequest {
    /// Whether one of many namespaces is passed over, since it lacks a device that is asked for.
    func passesOver(_ session: inout RouteSession, without devices: [String]) -> Bool {
        allNamespaces && !devices.allSatisfy { session.hasDevice(.name($0)) }
    }
}

extension LinkWorld {
    /// Notes all links of the namespace.
    mutating func noteAll(_ session: inout RouteSession) throws(CommandFailure) {
        note(try session.ask { (socket) throws(NetlinkError) in try socket.links() })
    }
}
