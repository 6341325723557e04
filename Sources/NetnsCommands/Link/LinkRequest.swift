// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// The words of `link add` or `link set` with every name looked up: ready to be sent.
struct LinkRequest {
    /// What is sent.
    var spec: LinkSpec
    /// What the request refers to by descriptor stays open until it has been answered.
    private(set) var held: [HeldNamespace] = []

    /// Looks everything up; nothing is changed yet.
    init(
        _ words: LinkWords, peerName: InterfaceName? = nil, _ session: inout RouteSession
    ) throws(CommandFailure) {
        spec = words.spec
        if let lower = words.lower { spec.link = try session.index(of: lower) }
        if let word = words.namespace {
            let namespace = try HeldNamespace(word: word)
            spec.namespace = .descriptor(namespace.descriptor)
            held.append(namespace)
        }
        try lookUpDevices(words, &session)
        guard let peerWords = words.peer.first else { return }
        var peer = try LinkRequest(peerWords, &session)
        peer.spec.name = peerName
        spec.peer = peer.spec
        held += peer.held
    }

    private mutating func lookUpDevices(_ words: LinkWords, _ session: inout RouteSession) throws(CommandFailure) {
        var destination: RouteSession?
        if let namespace = held.last, words.namesDevicesBesideLink { destination = try namespace.openSession() }
        func index(_ name: String, _ place: DevicePlace) throws(CommandFailure) -> Int32 {
            if place == .link, let index = try destination?.index(of: name) { return index }
            return try session.index(of: name)
        }
        if let master = words.master { spec.master = try index(master, .link) }
        spec.options = try words.kindOptions?.resolved(index)
        spec.portOptions = try words.portOptions?.resolved(index)
    }
}

extension LinkWords {
    /// Whether there are devices to be looked up where the link is.
    fileprivate var namesDevicesBesideLink: Bool {
        master != nil || kindOptions?.namesDevicesBesideLink == true || portOptions?.namesDevicesBesideLink == true
    }

    /// The name of a link to be made: `name v0`, `dev v0` or `v0`.
    func nameToMake(_ parser: WordParser) throws(CommandFailure) -> InterfaceName? {
        guard let device else { return name }
        if let name { throw parser.usage("the name of the link is given twice: \(quoted(device)) and '\(name)'") }
        do throws(AddressingError) { return try InterfaceName(parsing: device) } catch {
            throw parser.usage("\(error)")
        }
    }

    /// A conversation with the namespace in which the link is, or will be.
    func openDestination(otherwise namespace: String?) throws -> RouteSession {
        if let word = self.namespace { return try HeldNamespace(word: word).openSession() }
        return try RouteSession(namespace: namespace)
    }
}
