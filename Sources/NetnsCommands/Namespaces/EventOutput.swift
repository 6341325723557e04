// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// How the events of a `ConfigurationMonitor` are written: a line and a system call each, so that a pipe's reader has
/// them at once.
struct EventOutput {
    /// What is told of.
    let kinds: [RouteObject.Kind]
    let showsTime: Bool
    /// Where JSON is written; nil for text.
    let json: JSONWriter?

    /// Writes an event, unless it is about what was not asked for.
    ///
    /// - Parameter world: the links of the event's namespace.
    func write(_ event: ConfigurationEvent, _ world: LinkWorld) throws(Errno) {
        if case .object(let object) = event.subject, !kinds.contains(object.kind) { return }
        if case .error = event.subject { return }
        if var json {
            json.object { $0.members(of: event, world) }
            try json.flush()
        } else if let subject = event.subject {
            var text = TextWriter()
            if showsTime { text.write("[\(event.time.rfc3339)] ") }
            text.event(event, subject, world)
            try text.flush()
        }
    }
}

extension JSONWriter {
    /// The members that tell of an event.
    ///
    /// - Parameter place: writes the members that say where it was.
    mutating func members(
        of event: ConfigurationEvent, _ world: LinkWorld, place: (inout JSONWriter) -> Void = { _ in }
    ) {
        member("event", event.kind.rawValue)
        switch event.subject {
        case .name: member("object", "netns")
        case .object(let object): member("object", object.kind.rawValue)
        case .error, nil: break
        }
        place(&self)
        member("netns", event.namespace?.description)
        member("timestamp", event.time.rfc3339)
        switch event.subject {
        case .name(_, let identity, let id):
            member("inode", identity?.inode)
            member("id64", id)
        case .object(let object): members(of: object, world)
        case .error, nil: break
        }
        member("name", event.nameOfID?.description)
    }

    private mutating func members(of object: RouteObject, _ world: LinkWorld) {
        switch object {
        case .link(let link): members(of: link, .link, world)
        case .address(let address):
            member("ifindex", address.index)
            member("ifname", world.name(of: address.index))
            members(of: address)
        case .route(let route):
            // 'default' and 'all' are of both.
            member("family", route.family.description)
            members(of: route, world, showsTable: true)
        case .rule(let rule):
            member("family", rule.family.description)
            members(of: rule)
        case .neighbor(let neighbor): members(of: neighbor, world, statistics: false)
        case .namespaceID(let id): member("nsid", id.id)
        }
    }
}

extension TextWriter {
    /// An event on one line, as 'ip -oneline monitor label' prints it, behind the name of its namespace.
    fileprivate mutating func event(
        _ event: ConfigurationEvent, _ subject: ConfigurationEvent.Subject, _ world: LinkWorld
    ) {
        let start = bytes.count
        if let namespace = event.namespace {
            write("[netns ")
            write(escaping: namespace.description)
            write("]")
        }
        write("[\(subject.label)]")
        switch event.kind {
        case .delete: write("Deleted ")
        case .present: write("Present ")
        default: break
        }
        switch subject {
        case .name(let name, _, _):
            write(escaping: name.description)
            write("\n")
        case .object(.namespaceID(let id)):
            write("nsid \(id.id.map { "\($0)" } ?? "unassigned")")
            if let name = event.nameOfID { write(escaping: " (iproute2 netns name: \(name))") }
            write("\n")
        case .object(let object): self.object(object, world)
        case .error: write("\n")
        }
        joinLines(from: start)
    }

    private mutating func object(_ object: RouteObject, _ world: LinkWorld) {
        switch object {
        case .link(let link): self.link(link, .link, world, ListingDetail())
        case .address(let address):
            write("\(address.index): ")
            write(escaping: world.name(of: address.index))
            self.address(address, ListingDetail())
        case .route(let route): self.route(route, world, RouteForm())
        case .rule(let rule): self.rule(rule, details: false)
        case .neighbor(let neighbor): self.neighbor(neighbor, world, statistics: false)
        // It is written with its name.
        case .namespaceID: break
        }
    }
}

extension ConfigurationEvent.Subject {
    /// What ip(8) calls it with the word 'label'.
    fileprivate var label: String {
        guard case .object(let object) = self else { return "NETNS" }
        return switch object.kind {
        case .link: "LINK"
        case .address: "ADDR"
        case .route: "ROUTE"
        case .rule: "RULE"
        case .neighbor: "NEIGH"
        case .nsid: "NSID"
        }
    }
}
