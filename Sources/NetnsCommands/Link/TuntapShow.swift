// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// Shows the devices of /dev/net/tun that the words choose.
struct TuntapShow: ShowOperation {
    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "tuntap show")
        let wanted = try TuntapWords(&parser, TuntapWords.selectionTable)
        let programs = request.details ? tunPrograms() : []
        try request.showRows(
            { session, _ in try devices(wanted, &session) },
            json: { json, device, _ in
                json.members(of: device)
                if request.details { json.programs(of: device, programs) }
            },
            text: { text, device, _ in
                text.tuntap(device)
                if request.details { text.programs(of: device, programs) }
            })
    }

    private func devices(_ wanted: TuntapWords, _ session: inout RouteSession) throws(CommandFailure) -> [TuntapDevice]
    {
        if let name = wanted.device, request.passesOver(&session, without: [name]) { return [] }
        var links: [Link]
        if let name = wanted.device {
            links = [try session.device(name)]
        } else {
            links = try session.ask { (socket) throws(NetlinkError) in
                try socket.links(LinkFilter(kind: TunOptions.kind))
            }
        }
        // The kernel passes everything for a kind that it does not know.
        links.removeAll { $0.kind != TunOptions.kind }
        let devices = links.map { TuntapDevice(name: $0.name, options: $0.options as? TunOptions ?? TunOptions()) }
        return devices.filter { wanted.options.mode == nil || wanted.options.mode == $0.options.mode }
    }
}

/// A device of /dev/net/tun.
private struct TuntapDevice {
    var name: InterfaceName
    var options: TunOptions

    /// The flags in the words and the order of ip(8).
    var flagNames: [String] {
        var names = [options.mode == .tap ? "tap" : "tun"]
        if options.packetInformation == true { names.append("pi") }
        if options.multiQueue == true { names.append("multi_queue") }
        if options.virtioHeader == true { names.append("vnet_hdr") }
        if options.isPersistent == true { names.append("persist") }
        // The bit that once said so is today that for no header in front.
        if options.packetInformation == true { names.append("filter") }
        return names
    }
}

extension JSONWriter {
    fileprivate mutating func members(of device: TuntapDevice) {
        member("ifname", device.name.description)
        member("flags", device.flagNames)
        member("user", device.options.owner)
        member("group", device.options.group)
    }

    fileprivate mutating func programs(of device: TuntapDevice, _ programs: [TunProgram]) {
        member(
            "processes",
            array: { json in
                for program in programs where program.device == device.name.description {
                    json.object { json in
                        json.member("name", program.name)
                        json.member("pid", program.process)
                    }
                }
            })
    }
}

extension TextWriter {
    fileprivate mutating func tuntap(_ device: TuntapDevice) {
        write(escaping: device.name.description)
        write(": ")
        write(device.flagNames, separator: " ")
        if let user = device.options.owner { write(" user \(user)") }
        if let group = device.options.group { write(" group \(group)") }
        write("\n")
    }

    fileprivate mutating func programs(of device: TuntapDevice, _ programs: [TunProgram]) {
        write("\tAttached to processes:")
        let open = programs.filter { $0.device == device.name.description }
        write(open.map { "\(escaped($0.name))(\($0.process))" }, separator: " ")
        write("\n")
    }
}
