// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import GenericNetlink
internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// Changes a WireGuard device and its peers.
struct WireGuardChange: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "wireguard set")
        guard let device = parser.take() else { throw parser.usage("the device is missing") }
        try parser.check(deviceName: device)
        let words = try WireGuardWords(&parser)
        var session = try WireGuardSession(namespace: namespace, sockets: sockets)
        let link = try session.link(device)
        let spec = try spec(words, &session)
        try session.ask { (socket) throws(NetlinkError) in
            try socket.configure(spec, index: link.index, displayName: device)
        }
    }

    /// What the words mean: files are read and hosts are looked up.
    private func spec(
        _ words: WireGuardWords, _ session: inout WireGuardSession
    ) throws(CommandFailure) -> WireGuardSpec {
        var spec = WireGuardSpec()
        spec.privateKey = try words.privateKey?.read()
        spec.listenPort = words.listenPort
        spec.firewallMark = words.firewallMark
        for words in words.peers {
            var peer = WireGuardPeerSpec(words.publicKey)
            peer.isRemoved = words.isRemoved
            peer.presharedKey = try words.presharedKey?.read()
            peer.endpoint = try words.endpoint?.endpoint(&session)
            peer.persistentKeepalive = words.persistentKeepalive
            peer.replacesAllowedIPs = words.allowedIPs != nil
            peer.allowedIPs = words.allowedIPs ?? []
            spec.peers.append(peer)
        }
        return spec
    }
}

extension KeyFile {
    /// The key in the file; that of an empty one, such as /dev/null, takes a key away.
    ///
    /// No complaint tells what is in the file.
    func read() throws(CommandFailure) -> WireGuardSecretKey {
        let contents: [UInt8]
        // A key with a line's end is shorter by far, and /dev/zero has none.
        let limit = 4096
        do throws(Errno) {
            switch self {
            case .standardInput: contents = try readAll(0, atMost: limit)
            case .path(let path):
                let file = try OwnedDescriptor(opening: path)
                contents = try readAll(file.rawValue, atMost: limit)
            }
        } catch { throw CommandFailure("cannot read a key from \(shown): \(error.sentence)") }
        if contents.isEmpty { return .absent }
        let text = String(decoding: contents, as: UTF8.self)
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        let key = text.prefix { !isBlank($0) }
        do throws(MalformedKey) {
            guard text.dropFirst(key.count).allSatisfy(isBlank) else { throw MalformedKey() }
            return try WireGuardSecretKey(parsing: key)
        } catch { throw CommandFailure("there is no key in \(shown): \(error)") }
    }

    private var shown: String {
        switch self {
        case .path(let path): quoted(path)
        case .standardInput: "standard input"
        }
    }
}

extension EndpointWord {
    /// The address of the host, as the caller's namespace knows it, and the zone of the session's.
    fileprivate func endpoint(_ session: inout WireGuardSession) throws(CommandFailure) -> WireGuardEndpoint {
        var number: UInt32 = 0
        if let zone {
            if let index: UInt32 = decimal(zone) {
                number = index
            } else {
                number = UInt32(bitPattern: try session.links.index(of: zone))
            }
        }
        return WireGuardEndpoint(try address(), port: port, zone: number)
    }

    private func address() throws(CommandFailure) -> IPAddress {
        if let address = IPAddress(host) { return address }
        let bytes: [UInt8]
        do throws(HostLookupError) { bytes = try lookUpHost(host) } catch {
            throw CommandFailure("cannot find the address of host \(quoted(host)): \(error)")
        }
        guard let address = IPAddress(bytes: bytes) else {
            throw CommandFailure("host \(quoted(host)) has no IP address")
        }
        return address
    }
}
