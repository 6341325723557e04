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
    init(_ words: LinkWords, _ session: inout RouteSession) throws(CommandFailure) {
        spec = words.spec
        if let lower = words.lower { spec.link = try session.index(of: lower) }
        if let word = words.namespace {
            let namespace = try HeldNamespace(word: word)
            spec.namespace = .descriptor(namespace.descriptor)
            held.append(namespace)
        }
        // The kernel looks numbers of devices up where the link is to be.
        if let namespace = held.last, words.namesDevices {
            var destination = try namespace.openSession()
            try lookUpDevices(words, &destination)
        } else {
            try lookUpDevices(words, &session)
        }
        guard let peerWords = words.peer.first else { return }
        var peer = try LinkRequest(peerWords, &session)
        peer.spec.name = try peerWords.nameToMake()
        spec.options = VethOptions(peer: peer.spec)
        held += peer.held
    }

    private mutating func lookUpDevices(_ words: LinkWords, _ session: inout RouteSession) throws(CommandFailure) {
        if let master = words.master { spec.master = try session.index(of: master) }
        if let options = words.kindOptions { spec.options = try options.resolved(&session) }
        if let options = words.portOptions { spec.portOptions = try options.resolved(&session) }
    }
}

extension PendingKindOptions {
    fileprivate func resolved(_ session: inout RouteSession) throws(CommandFailure) -> any LinkKindOptions {
        try resolved { (name) throws(CommandFailure) in try session.index(of: name) }
    }
}

extension LinkWords {
    /// Whether there are devices to be looked up, but for the one below.
    fileprivate var namesDevices: Bool { master != nil || kindOptions != nil || portOptions != nil }

    /// The name of a link to be made: `name v0`, `dev v0` or `v0`.
    func nameToMake() throws(CommandFailure) -> InterfaceName? {
        guard let device else { return name }
        if let name { throw .usage("the name of the link is given twice: \(quoted(device)) and '\(name)'") }
        do throws(AddressingError) { return try InterfaceName(parsing: device) } catch {
            throw .usage("\(error)")
        }
    }

    /// A conversation with the namespace in which the link is, or will be.
    func openDestination(otherwise namespace: String?) throws -> RouteSession {
        if let word = self.namespace { return try HeldNamespace(word: word).openSession() }
        return try RouteSession(namespace: namespace)
    }
}
