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
    struct Show: OperationCommand {
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

        func operation() -> any Operation {
            AddressShow(request: options.request, family: family.family, brief: brief, words: words)
        }
    }
}

/// Shows the devices and addresses that the words choose.
struct AddressShow: ShowOperation {
    var request: ShowRequest
    var family: AddressFamily?
    var brief = false
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "address show")
        let selection = try AddressSelection(&parser, family: family)
        // Of what is shown of a device each address is a line.
        var request = request
        request.isOneLine = false
        try request.showRows(
            { session, world in
                let devices = try devices(selection, &session, &world)
                if !brief, request.json == nil { world.nameNamespaces(of: devices.map(\.link), &session) }
                return devices
            },
            json: { json, device, world in members(of: device, world, into: &json) },
            text: { text, device, world in lines(of: device, world, selection, into: &text) })
    }

    private typealias Device = (link: Link, addresses: [InterfaceAddress])

    /// The links that are shown, each with its addresses.
    private func devices(
        _ selection: AddressSelection, _ session: inout RouteSession, _ world: inout LinkWorld
    ) throws -> [Device] {
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

    private func members(of device: Device, _ world: LinkWorld, into json: inout JSONWriter) {
        if brief {
            json.briefMembers(of: device.link, .address, world)
        } else {
            json.members(of: device.link, .address, world)
        }
        json.key("addr_info")
        json.beginArray()
        for address in device.addresses { json.address(address, brief: brief) }
        json.endArray()
        if request.statistics > 0, !brief { json.statisticsMember(of: device.link, level: request.statistics) }
    }

    private func lines(
        of device: Device, _ world: LinkWorld, _ selection: AddressSelection, into text: inout TextWriter
    ) {
        let detail = ListingDetail(
            details: request.details, statistics: request.statistics, hardwareAddress: selection.family == nil)
        if brief {
            text.briefLink(device.link, .address, world)
            for address in device.addresses { text.briefAddress(address) }
            text.write("\n")
        } else if request.isOneLine {
            for address in device.addresses { text.oneLine(address, of: device.link, detail) }
        } else {
            text.link(device.link, .address, world, detail)
            for address in device.addresses { text.address(address, detail) }
            if request.statistics > 0 { text.statistics(device.link, level: request.statistics) }
        }
    }
}
