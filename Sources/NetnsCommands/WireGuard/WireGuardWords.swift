// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import GenericNetlink

/// What the words of `wireguard set` say behind the device.
struct WireGuardWords {
    private(set) var privateKey: KeyFile?
    private(set) var listenPort: UInt16?
    private(set) var firewallMark: UInt32?
    private(set) var peers: [WireGuardPeerWords] = []

    /// Reads all words.
    init(_ words: inout WordParser) throws(CommandFailure) {
        guard !words.isAtEnd else { throw words.usage("there is nothing to change") }
        while let word = words.next {
            if try Self.table.read(&words, into: &self) { continue }
            if words.take("peer") {
                peers.append(try WireGuardPeerWords(&words))
            } else if WireGuardPeerWords.table.contains(word) {
                throw words.usage("'\(word)' belongs behind 'peer KEY'")
            } else {
                throw words.unknownWord(among: Self.names(!peers.isEmpty))
            }
        }
        let files = [privateKey] + peers.map(\.presharedKey)
        guard files.count(where: { $0 == .standardInput }) < 2 else {
            throw words.usage("only one key can come from standard input")
        }
    }

    /// The words that may stand next.
    static func names(_ isBehindPeer: Bool) -> [String] {
        (isBehindPeer ? WireGuardPeerWords.table.names : []) + table.names + ["peer"]
    }

    static let table = WordTable<WireGuardWords>([
        Word("private-key") { words, device throws(CommandFailure) in device.privateKey = try words.keyFile() },
        Word("listen-port") { words, device throws(CommandFailure) in device.listenPort = try words.number() },
        Word("fwmark") { words, device throws(CommandFailure) in
            device.firewallMark = words.takeOff() ? 0 : try words.mask()
        },
    ])
}

/// What the words behind `peer` say.
struct WireGuardPeerWords {
    private(set) var publicKey: WireGuardPublicKey
    private(set) var isRemoved = false
    private(set) var presharedKey: KeyFile?
    private(set) var endpoint: EndpointWord?
    private(set) var persistentKeepalive: UInt16?
    private(set) var allowedIPs: [IPPrefix]?

    /// Reads the key and what belongs to it.
    init(_ words: inout WordParser) throws(CommandFailure) {
        let text = try words.value("key")
        do throws(MalformedKey) { publicKey = try WireGuardPublicKey(parsing: text) } catch {
            throw words.badValue("\(quoted(text)) is not a key: \(error)")
        }
        let outer = words.beginScope()
        while try Self.table.read(&words, into: &self) {}
        guard !isRemoved || !words.hasMet(anyBut: "remove") else {
            throw words.usage("a peer that is removed takes no other words")
        }
        words.endScope(outer)
    }

    static let table = WordTable<WireGuardPeerWords>([
        Word("remove") { _, peer throws(CommandFailure) in peer.isRemoved = true },
        Word("preshared-key") { words, peer throws(CommandFailure) in peer.presharedKey = try words.keyFile() },
        Word("endpoint") { words, peer throws(CommandFailure) in peer.endpoint = try EndpointWord(&words) },
        Word("persistent-keepalive") { words, peer throws(CommandFailure) in
            peer.persistentKeepalive = words.takeOff() ? 0 : try words.number()
        },
        Word("allowed-ips") { words, peer throws(CommandFailure) in peer.allowedIPs = try words.prefixes() },
    ])
}

/// Where a secret key is read from.
enum KeyFile: Equatable {
    case path(String)
    case standardInput
}

/// An endpoint as it is typed: the host may be a name, the zone too.
struct EndpointWord {
    /// An address or a host's name.
    let host: String
    let port: UInt16
    /// What stands behind `%`.
    let zone: String?

    /// Reads `HOST:PORT`, `[ADDRESS]:PORT` or `[ADDRESS%DEVICE]:PORT`.
    init(_ words: inout WordParser) throws(CommandFailure) {
        let text = try words.value("endpoint")
        let form = "\(quoted(text)) is not of the form HOST:PORT, such as 192.0.2.1:51820 or [2001:db8::1]:51820"
        guard let colon = text.lastIndex(of: ":") else { throw words.badValue(form) }
        guard let port: UInt16 = decimal(text[text.index(after: colon)...]), port > 0 else {
            throw words.badValue("\(quoted(text)) has no decimal port from 1 to 65535 at its end")
        }
        self.port = port
        var host = text[..<colon]
        guard host.hasPrefix("[") else {
            guard !host.isEmpty, !host.utf8.contains(UInt8(ascii: ":")) else { throw words.badValue(form) }
            (self.host, zone) = (String(host), nil)
            return
        }
        guard host.hasSuffix("]") else { throw words.badValue(form) }
        host = host.dropFirst().dropLast()
        let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        do throws(AddressingError) { _ = try IPv6Address(parsing: parts[0]) } catch { throw words.badValue("\(error)") }
        self.host = parts[0]
        zone = parts.count > 1 ? parts[1] : nil
        if let zone { try words.check(deviceName: zone) }
    }
}

extension WordParser {
    /// Takes `off` in the place of a number.
    fileprivate mutating func takeOff() -> Bool {
        guard next == "off" else { return false }
        _ = take()
        return true
    }

    fileprivate mutating func keyFile() throws(CommandFailure) -> KeyFile {
        let path = try value("file")
        return path == "-" || path == "/dev/stdin" ? .standardInput : .path(path)
    }

    /// Prefixes with commas between them; none for an empty text.
    fileprivate mutating func prefixes() throws(CommandFailure) -> [IPPrefix] {
        let text = try value("prefixes")
        guard !text.isEmpty else { return [] }
        var prefixes: [IPPrefix] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            do throws(AddressingError) {
                prefixes.append(try IPPrefix(parsing: String(part), bareAddress: .host))
            } catch { throw badValue("\(error)") }
        }
        return prefixes
    }
}
