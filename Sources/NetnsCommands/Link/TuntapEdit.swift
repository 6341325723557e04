// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// Makes a device of /dev/net/tun.
struct TuntapAdd: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    var changesLinks: Bool { true }

    func run() throws {
        var parser = WordParser(words, verb: "tuntap add")
        let device = try TuntapWords(&parser, TuntapWords.table)
        try device.options.conclude(creating: true, parser)
        let name = try device.nameToMake(parser)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let operation = "add link '\(name)'\(session.place)"
        guard name.isTemplate || !session.hasDevice(.name("\(name)")) else {
            throw CommandFailure(.kernel(KernelError(operation, .fileExists)))
        }
        try inNamespace(namespace) { (descriptor) throws(Errno) in
            try makeTunDevice(
                "\(name)", device.options.deviceFlags, owner: device.options.owner, group: device.options.group,
                in: descriptor)
        } orFail: { error in
            CommandFailure(.kernel(KernelError(operation, error)))
        }
    }
}

/// Lets a device of /dev/net/tun go.
struct TuntapDelete: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    var changesLinks: Bool { true }

    func run() throws {
        var parser = WordParser(words, verb: "tuntap delete")
        let wanted = try TuntapWords(&parser, TuntapWords.selectionTable)
        guard let name = wanted.device else { throw parser.usage("the device is missing") }
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        let present = try session.device(name)
        guard present.kind == TunOptions.kind, let options = present.options as? TunOptions else {
            let kind = quoted(present.kind ?? present.hardwareTypeName)
            throw present.refusal(to: "delete", session, "it is of kind \(kind), not 'tun'")
        }
        guard wanted.options.mode == nil || wanted.options.mode == options.mode else {
            throw present.refusal(to: "delete", session, "it is of mode '\(options.mode == .tap ? "tap" : "tun")'")
        }
        let operation = "delete link \(quoted(present.name.description))\(session.place)"
        try inNamespace(namespace) { (descriptor) throws(Errno) in
            try releaseTunDevice("\(present.name)", options.deviceFlags, in: descriptor)
        } orFail: { error in
            var failure = CommandFailure(.kernel(KernelError(operation, error)))
            if error == .resourceBusy {
                failure.hint = "a program has it open; 'netns link delete \(present.name)' takes it away from that"
            }
            return failure
        }
    }
}

/// Hands over the namespace of that name, or nil for the caller's own.
private func inNamespace(
    _ name: String?, _ body: (_ descriptor: Int32?) throws(Errno) -> Void, orFail failure: (Errno) -> CommandFailure
) throws {
    let opened = try name.map { try HeldNamespace(word: $0) }
    do throws(Errno) { try body(opened?.descriptor) } catch { throw failure(error) }
    withExtendedLifetime(opened) {}
}
