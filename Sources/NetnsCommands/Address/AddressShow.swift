// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import RouteNetlink

/// `-4` and `-6`.
struct FamilyOptions: ParsableArguments {
    @Flag(name: .customShort("4"), help: "Only IPv4.")
    var isIPv4 = false

    @Flag(name: .customShort("6"), help: "Only IPv6.")
    var isIPv6 = false

    /// The family that is asked for.
    var family: AddressFamily? { isIPv4 ? .ipv4 : isIPv6 ? .ipv6 : nil }

    func validate() throws {
        guard !isIPv4 || !isIPv6 else { throw ValidationError("'-4' and '-6' exclude each other") }
    }
}

extension AddressCommand {
    /// `netns address show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List devices and their addresses.",
            discussion: """
                EXAMPLES
                  netns address show -n red
                  netns address show dev eth0 -4
                  netns address show to 10.0.0.0/8 --brief
                  netns address show scope global up --json --all-namespaces
                """,
            aliases: ["list", "ls"])

        @OptionGroup var options: ShowOptions
        @OptionGroup var family: FamilyOptions

        @Flag(name: [.customLong("br", withSingleDash: true), .long], help: "Show one short line for each device.")
        var brief = false

        @Argument(
            help: ArgumentHelp(
                """
                [dev] DEVICE, or of: up, scope SCOPE, to PREFIX, label PATTERN, type KIND, master DEVICE, vrf \
                DEVICE, group GROUP, proto PROTOCOL, dynamic, permanent, tentative, deprecated, dadfailed, \
                temporary, primary, secondary, home, nodad, optimistic, mngtmpaddr, noprefixroute, autojoin.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func run() throws {
            try AddressShow(request: options.request, family: family.family, brief: brief, words: words).run()
        }
    }
}

/// Shows the devices and addresses that the words choose.
struct AddressShow: SharingOperation {
    var request: ShowRequest
    var family: AddressFamily?
    var brief = false
    var words: [String]

    var sockets: SharedSockets? {
        get { request.sockets }
        set { request.sockets = newValue }
    }

    func run() throws {
        var parser = WordParser(words, verb: "address show")
        let selection = try AddressSelection(&parser, family: family)
        if let json = request.json { try showJSON(selection, json) } else { try showText(selection) }
    }

    /// The links that are shown, each with its addresses.
    private func devices(
        _ selection: AddressSelection, _ session: inout RouteSession, _ world: inout LinkWorld
    ) throws -> [(link: Link, addresses: [InterfaceAddress])] {
        let links = try selection.links.links(
            &session, &world, statistics: request.statistics > 0, mayBeMissing: request.allNamespaces)
        if links.isEmpty { return [] }
        let addresses = try selection.addresses(of: links, &session)
        return links.compactMap { link in
            let all = addresses[link.index] ?? []
            let shown = all.filter(selection.contains)
            return shown.isEmpty && !(all.isEmpty && selection.showsBareLinks) ? nil : (link, shown)
        }
    }

    private func showJSON(_ selection: AddressSelection, _ writer: JSONWriter) throws {
        var json = writer
        json.beginArray()
        let failures = try request.forEachNamespace { session in
            var world = LinkWorld()
            for (link, addresses) in try devices(selection, &session, &world) {
                json.beginObject()
                if request.allNamespaces { json.member("netns", session.namespace) }
                if brief {
                    json.briefMembers(of: link, .address, world)
                } else {
                    json.members(of: link, .address, world)
                }
                json.key("addr_info")
                json.beginArray()
                for address in addresses { json.address(address, brief: brief) }
                json.endArray()
                if request.statistics > 0, !brief { json.statisticsMember(of: link, level: request.statistics) }
                json.endObject()
                try json.flushIfFull()
            }
        }
        json.endArray()
        try json.flush()
        try conclude(failures)
    }

    private func showText(_ selection: AddressSelection) throws {
        var text = TextWriter()
        let detail = ListingDetail(
            details: request.details, statistics: request.statistics, hardwareAddress: selection.family == nil)
        let failures = try request.forEachNamespace { session in
            var world = LinkWorld()
            let devices = try devices(selection, &session, &world)
            if request.allNamespaces, !devices.isEmpty { text.namespaceHeading(session.namespace) }
            if !brief { world.nameNamespaces(of: devices.map(\.link), &session) }
            for (link, addresses) in devices {
                if brief {
                    text.briefLink(link, .address, world)
                    for address in addresses { text.briefAddress(address) }
                    text.write("\n")
                } else if request.isOneLine {
                    for address in addresses { text.oneLine(address, of: link, detail) }
                } else {
                    text.link(link, .address, world, detail)
                    for address in addresses { text.address(address, detail) }
                    if request.statistics > 0 { text.statistics(link, level: request.statistics) }
                }
                try text.flushIfFull()
            }
        }
        try text.flush()
        try conclude(failures)
    }
}
