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
        var places = Places()
        if let word = words.namespace {
            let namespace = try HeldNamespace(word: word)
            spec.namespace = .descriptor(namespace.descriptor)
            held.append(namespace)
            if words.namesDevicesBesideLink { places.link = try namespace.openSession() }
        } else if let id = words.targetNamespaceID {
            spec.namespace = .id(id)
            places.linkID = id
        }
        var lower: HeldNamespace?
        switch words.lowerNamespace {
        case .id(let id): (spec.linkNamespaceID, places.lowerID) = (id, id)
        case .word(let word):
            let namespace = try HeldNamespace(word: word)
            lower = namespace
            places.lower = try namespace.openSession()
        case nil: break
        }
        try lookUpDevices(words, &places, &session)
        if let peerWords = words.peer.first {
            var peer = try LinkRequest(peerWords, &session)
            peer.spec.name = peerName
            spec.peer = peer.spec
            held += peer.held
        }
        // Last of all, since an id that is given stays.
        if let lower { spec.linkNamespaceID = try session.idOrNewID(of: lower) }
    }

    private mutating func lookUpDevices(
        _ words: LinkWords, _ places: inout Places, _ session: inout RouteSession
    ) throws(CommandFailure) {
        func device(_ name: String, _ place: DevicePlace) throws(CommandFailure) -> Link {
            try places.device(name, place, otherwise: &session)
        }
        if let lower = words.lower { spec.link = try device(lower, .request).index }
        if let name = words.master {
            let master = try device(name, .link)
            guard !words.isMasterVRF || master.kind == VrfOptions.kind else {
                throw CommandFailure("\(quoted(name))\(session.place) is not a vrf device")
            }
            spec.master = master.index
        }
        func index(_ name: String, _ place: DevicePlace) throws(CommandFailure) -> Int32 {
            try device(name, place).index
        }
        spec.options = try words.kindOptions?.resolved(index)
        spec.portOptions = try words.portOptions?.resolved(index)
    }
}

/// The namespaces in which the devices of a request are looked up, as far as they are not that of the command.
private struct Places: ~Copyable {
    /// Where the link is, by a conversation or by its id.
    var link: RouteSession?, linkID: Int32?
    /// Where the device below is.
    var lower: RouteSession?, lowerID: Int32?

    mutating func device(
        _ name: String, _ place: DevicePlace, otherwise session: inout RouteSession
    ) throws(CommandFailure) -> Link {
        let id: Int32?
        switch place {
        case .link:
            if let found = try link?.device(name) { return found }
            id = linkID
        case .request:
            if let found = try lower?.device(name) { return found }
            id = lowerID
        }
        guard let id else { return try session.device(name) }
        return try session.device(name, inNamespaceWithID: id)
    }
}

extension RouteSession {
    /// The id that the namespace has here; it gets one if it has none.
    fileprivate mutating func idOrNewID(of namespace: HeldNamespace) throws(CommandFailure) -> Int32 {
        let (descriptor, name) = (namespace.descriptor, namespace.word)
        let id = try ask { (socket) throws(NetlinkError) -> Int32? in
            if let id = try socket.namespaceID(ofDescriptor: descriptor, displayName: name) { return id }
            try socket.setNamespaceID(nil, ofDescriptor: descriptor, displayName: name)
            return try socket.namespaceID(ofDescriptor: descriptor, displayName: name)
        }
        guard let id else { throw CommandFailure("cannot give namespace \(quoted(name)) an id\(place)") }
        return id
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
        if let id = targetNamespaceID { throw CommandFailure("the namespace with the id \(id) can't be opened by it") }
        return try RouteSession(namespace: namespace)
    }
}
