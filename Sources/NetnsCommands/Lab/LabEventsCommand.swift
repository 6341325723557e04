// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// `netns lab events`.
struct LabEventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Tell what happens in a lab: links, addresses, routes, processes and nodes as they come and go.",
        discussion: """
            A line begins with '+' for what has come, '-' for what has gone, '~' for what has changed and '=' for \
            what was there. Nodes are followed whether they are up or not. It ends with a signal, or when nobody \
            reads the output.

            EXAMPLES
              netns lab events triangle
              netns lab events triangle r1 r2 --only link --timestamp
              netns lab events triangle --json --snapshot
            """)

    /// What can be told of.
    enum Subject: String, CaseIterable, ExpressibleByArgument {
        case link, address, route, rule, neighbor, process
    }

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp(
            """
            Tell of these alone; may be given several times: link, address, route, rule, neighbor or process. Links, \
            addresses, routes and processes if nothing is said.
            """, valueName: "object"))
    var only: [Subject] = []

    @Flag(help: "Begin with what is there.")
    var snapshot = false

    @Flag(help: "Say in front of each line when it was noticed.")
    var timestamp = false

    @Argument(help: ArgumentHelp("Nodes, with ranges, globs and groups; all if none is said.", valueName: "node"))
    var nodes: [String] = []

    func run() throws {
        ignoreBrokenPipes()
        raiseDescriptorLimit()
        let document = try arguments.document()
        guard let lab = document.lab else { return }
        let subjects = only.isEmpty ? [.link, .address, .route, .process] : only
        do {
            var following = try LabFollowing(lab, document.desired, nodes, subjects)
            (following.showsSnapshot, following.showsTime) = (snapshot, timestamp)
            following.json = output.writerIfWanted
            try following.run()
        } catch Errno.brokenPipe {
            return
        } catch let failure as LabFailure {
            throw document.commandFailure(failure)
        } catch let error as NamespaceError {
            throw CommandFailure(error)
        }
    }
}

/// Follows the nodes and the processes of a lab.
private struct LabFollowing {
    var showsSnapshot = false
    var showsTime = false
    var json: JSONWriter?

    private let lab: Lab
    private let nodes: [NamespaceSelector: String]
    private let kinds: [RouteObject.Kind]
    private let showsProcesses: Bool
    /// The other end of each link.
    private var peers: [PortReference: PortReference] = [:]
    private var worlds = FollowedWorlds()
    /// What was last said of a link, so that what a line does not show is not told as a change.
    private var said: [NamespaceSelector?: [Int32: String]] = [:]
    private var conditions: [String: String] = [:]

    /// How often processes are looked at.
    private static let interval = Duration.milliseconds(200)

    init(
        _ lab: Lab, _ desired: LabState?, _ words: [String], _ subjects: [LabEventsCommand.Subject]
    ) throws(LabFailure) {
        self.lab = lab
        let site = LabLifecycle(processes: SupervisedProcesses()).site(of: lab)
        var names = try lab.nodes(chosenBy: words)
        if words.isEmpty {
            names += (desired?.nodes.keys.sorted() ?? []).filter { !names.contains($0) }
        }
        var nodes: [NamespaceSelector: String] = [:]
        for name in names { nodes[try site.selector(of: name)] = name }
        self.nodes = nodes
        kinds = subjects.compactMap { RouteObject.Kind(rawValue: $0.rawValue) }
        showsProcesses = subjects.contains(.process)
        for (name, node) in desired?.nodes ?? [:] {
            for (interface, link) in node.links {
                if case .veth(let peer) = link.kind { peers[PortReference(name, interface)] = peer }
            }
        }
    }

    mutating func run() throws {
        var monitor = try NamespaceDirectory.system.monitor(of: kinds, in: .selected(Array(nodes.keys)))
        try tellProcesses(kind: .present)
        while let events = try monitor.next(output: 1, timeout: showsProcesses ? Self.interval : nil) {
            worlds.note(events)
            for event in events { try tell(event) }
            if showsProcesses { try tellProcesses(kind: .add) }
        }
    }

    private mutating func tell(_ event: ConfigurationEvent) throws {
        defer { forget(event) }
        let node = event.namespace.flatMap { nodes[$0] }
        switch (event.kind, event.subject) {
        case (.overflow, _):
            printError(
                "events of \(quoted(node ?? lab.name)) were lost because there were too many; what differs follows")
        case (.failure, .error(let error)):
            printError("\(quoted(node ?? lab.name)) can't be followed: \(CommandFailure(error))")
        default: break
        }
        if !showsSnapshot, event.kind == .present || event.kind == .snapshotDone { return note(event) }
        if case .object(let object) = event.subject, !kinds.contains(object.kind) { return }
        // The kernel makes these for each address, which is told of.
        if case .object(.route(let route)) = event.subject, route.table == .local { return }
        if case .error = event.subject { return }
        let world = worlds[event.namespace]
        if var json {
            let port = port(of: event, node)
            json.object { json in
                json.members(of: event, world) { json in
                    json.member("lab", lab.name)
                    json.member("node", node.map(Self.shown))
                    json.member("peer", port.flatMap { peers[$0] }.map { "\(Self.shown($0.node)):\($0.interface)" })
                }
            }
            return try json.flush()
        }
        guard let line = line(event, node.map(Self.shown) ?? "", world) else { return }
        if isSaid(event, line) { return }
        try write(event.kind, line, event.time)
    }

    private func write(_ kind: ConfigurationEvent.Kind, _ line: String, _ time: WallClockTime) throws {
        let sign =
            switch kind {
            case .add: "+"
            case .delete: "-"
            case .present: "="
            default: "~"
            }
        try printOutput("\(showsTime ? "[\(time.rfc3339)] " : "")\(sign) \(line)\n")
    }

    /// The machine itself is what the file calls it.
    private static func shown(_ node: String) -> String { node == LabState.host ? "host" : node }

    // MARK: Lines

    private func port(of event: ConfigurationEvent, _ node: String?) -> PortReference? {
        guard let node, case .object(.link(let link)) = event.subject else { return nil }
        return PortReference(node, link.name)
    }

    /// What an event says, without its sign; nil for one that says nothing in text.
    private func line(_ event: ConfigurationEvent, _ node: String, _ world: LinkWorld) -> String? {
        switch event.subject {
        case .name: return "node \(node)"
        case .object(.link(let link)):
            let isUp = link.flags.contains(.up)
            var text = "link \(node):\(escaped(link.name.description))"
            if let peer = port(of: event, event.namespace.flatMap { nodes[$0] }).flatMap({ peers[$0] }) {
                text += " -- \(Self.shown(peer.node)):\(peer.interface)"
            }
            guard event.kind != .delete else { return text }
            text += ": \(isUp ? link.flags.contains(.lowerUp) ? "up" : "no carrier" : "down")"
            if let mtu = link.mtu { text += ", mtu \(mtu)" }
            if let master = link.master { text += ", master \(escaped(world.name(of: master)))" }
            return text
        case .object(.address(let address)):
            let name = escaped(world.name(of: address.index))
            return "address \(node):\(name) \(address.local)/\(address.prefixLength)"
        case .object(.route(let route)):
            return object("route", node) { $0.route(route, world, RouteForm()) }
        case .object(.rule(let rule)):
            return object("rule", node) { $0.rule(rule, details: false) }
        case .object(.neighbor(let neighbor)):
            return object("neighbor", node) { $0.neighbor(neighbor, world, statistics: false) }
        case .object(.namespaceID), .error, nil: return nil
        }
    }

    private func object(_ word: String, _ node: String, _ write: (inout TextWriter) -> Void) -> String {
        var text = TextWriter()
        write(&text)
        let words = String(decoding: text.bytes, as: UTF8.self).split { $0 == "\n" || $0 == "\t" || $0 == " " }
        return "\(word) \(node) \(words.joined(separator: " "))"
    }

    // MARK: What was told

    /// Keeps what is not shown now, so that its next change is known as such.
    private mutating func note(_ event: ConfigurationEvent) {
        guard let node = event.namespace.flatMap({ nodes[$0] }),
            let line = line(event, Self.shown(node), worlds[event.namespace])
        else { return }
        _ = isSaid(event, line)
    }

    /// Whether the change of a link is one that the line does not show.
    private mutating func isSaid(_ event: ConfigurationEvent, _ line: String) -> Bool {
        guard event.kind != .delete, case .object(.link(let link)) = event.subject else { return false }
        let before = said[event.namespace, default: [:]].updateValue(line, forKey: link.index)
        return event.kind == .change && before == line
    }

    private mutating func forget(_ event: ConfigurationEvent) {
        worlds.forget(event)
        guard event.kind == .delete else { return }
        switch event.subject {
        case .object(.link(let link)): said[event.namespace]?[link.index] = nil
        case .name: said[event.namespace] = nil
        default: break
        }
    }

    // MARK: Processes

    /// Tells of the processes whose condition is another one.
    ///
    /// - Parameter kind: what those are that were not known.
    private mutating func tellProcesses(kind: ConfigurationEvent.Kind) throws {
        guard showsProcesses else { return }
        var gone = Set(conditions.keys)
        for entry in SupervisedProcesses().entries(of: lab.name)
        where nodes.values.contains(entry.node) && entry.record.state != nil {
            let name = "\(entry.node)/\(entry.name)"
            gone.remove(name)
            // The number tells a process that was started again between two looks.
            let condition = "\(entry.record.condition) \(entry.record.state?.program?.processID ?? 0)"
            let before = conditions.updateValue(condition, forKey: name)
            guard before != condition else { continue }
            let kind = before == nil ? kind : .change
            if kind == .present && !showsSnapshot { continue }
            try tell(kind, name, entry)
        }
        for name in gone.sorted() {
            conditions[name] = nil
            try tell(.delete, name, nil)
        }
    }

    private func tell(_ kind: ConfigurationEvent.Kind, _ name: String, _ entry: SupervisedProcesses.Entry?) throws {
        let time = WallClockTime.now
        guard var json else {
            return try write(kind, "process \(name)\(entry.map { ": \($0.record.condition)" } ?? "")", time)
        }
        json.object { json in
            json.member("event", kind.rawValue)
            json.member("object", "process")
            json.member("lab", lab.name)
            json.member("node", String(name.prefix { $0 != "/" }))
            json.member("timestamp", time.rfc3339)
            if let entry {
                json.program(entry.record)
            } else {
                json.member("process", String(name.drop { $0 != "/" }.dropFirst()))
            }
        }
        try json.flush()
    }
}
