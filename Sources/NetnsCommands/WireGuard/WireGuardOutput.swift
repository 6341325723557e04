// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import GenericNetlink
internal import LinuxSystem

/// A device with all that showing it takes.
struct WireGuardPresentation {
    let device: WireGuardDevice
    /// The peers as wg(8) orders them: who was met last comes first.
    let peers: [(peer: WireGuardPeer, endpoint: String?)]
    let now: WallClockTime
    private let showsKeys: Bool

    init(_ device: WireGuardDevice, showsKeys: Bool, now: WallClockTime, _ session: inout WireGuardSession) {
        self.device = device
        self.showsKeys = showsKeys
        self.now = now
        var peers: [(peer: WireGuardPeer, endpoint: String?)] = []
        for peer in device.peers {
            let endpoint = peer.endpoint.map { $0.text(zone: session.zoneName($0.zone)) }
            peers.append((peer, endpoint))
        }
        self.peers = peers.enumerated().sorted { left, right in
            let times = [left, right].map { item -> (Int64, Int32) in
                let time = item.element.peer.lastHandshake
                return (time?.seconds ?? .min, time?.nanoseconds ?? 0)
            }
            return times[0] == times[1] ? left.offset < right.offset : times[0] > times[1]
        }.map(\.element)
    }

    /// The key, if it is to be seen.
    func text(of key: WireGuardSecretKey) -> String { showsKeys ? key.base64 : "\(key)" }
}

extension TextWriter {
    /// A device as `wg show` shows it.
    mutating func wireGuardDevice(_ shown: WireGuardPresentation) {
        let device = shown.device
        write("interface: ")
        write(escaping: device.name)
        write("\n")
        entry("public key", device.publicKey?.base64)
        entry("private key", device.privateKey.map(shown.text))
        entry("listening port", device.listenPort == 0 ? nil : "\(device.listenPort)")
        entry("fwmark", device.firewallMark == 0 ? nil : "0x" + String(device.firewallMark, radix: 16))
        for (peer, endpoint) in shown.peers {
            write("\npeer: \(peer.publicKey.base64)\n")
            entry("preshared key", peer.presharedKey.map(shown.text))
            if let endpoint { entry("endpoint", escaped(endpoint)) }
            let allowed = peer.allowedIPs.map(\.description)
            entry("allowed ips", allowed.isEmpty ? "(none)" : allowed.joined(separator: ", "))
            entry("latest handshake", peer.lastHandshake.map { ago($0, shown.now) })
            if peer.receivedBytes > 0 || peer.sentBytes > 0 {
                let received = byteText(peer.receivedBytes)
                entry("transfer", "\(received) received, \(byteText(peer.sentBytes)) sent")
            }
            if peer.persistentKeepalive > 0 {
                entry("persistent keepalive", "every \(durationText(Int64(peer.persistentKeepalive)))")
            }
        }
    }

    private mutating func entry(_ name: String, _ value: String?) {
        if let value { write("  \(name): \(value)\n") }
    }
}

private func ago(_ time: WallClockTime, _ now: WallClockTime) -> String {
    if time.seconds == now.seconds { return "Now" }
    // The clock may have been set back, and the kernel's seconds may be any.
    let (seconds, hasOverflowed) = now.seconds.subtractingReportingOverflow(time.seconds)
    return seconds < 0 || hasOverflowed
        ? "(System clock wound backward; connection problems may ensue.)" : "\(durationText(seconds)) ago"
}

/// `1 day, 2 hours, 1 second`. A year has 365 days.
func durationText(_ seconds: Int64) -> String {
    var rest = seconds
    var parts: [String] = []
    for (unit, length): (String, Int64) in [
        ("year", 31_536_000), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1),
    ] {
        let count = rest / length
        rest %= length
        if count > 0 { parts.append("\(count) \(unit)\(count == 1 ? "" : "s")") }
    }
    return parts.joined(separator: ", ")
}

/// `92 B`, `1.50 KiB` and so on up to TiB.
func byteText(_ bytes: UInt64) -> String {
    let units: [(name: String, shift: UInt64)] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
    guard let unit = units.first(where: { bytes >> $0.shift > 0 }) else { return "\(bytes) B" }
    let size: UInt64 = 1 << unit.shift
    var whole = bytes / size
    var hundredths = (bytes % size * 100 + size / 2) / size
    if hundredths == 100 { (whole, hundredths) = (whole + 1, 0) }
    return "\(whole).\(hundredths < 10 ? "0" : "")\(hundredths) \(unit.name)"
}

extension JSONWriter {
    /// An element of `wireguard show --json`.
    ///
    /// - Parameter namespace: the name of the namespace among others; nil for the caller's own.
    mutating func wireGuardDevice(_ shown: WireGuardPresentation, namespace: String?) {
        let device = shown.device
        object { json in
            json.member("netns", namespace)
            json.member("ifindex", device.index)
            json.member("ifname", device.name)
            json.member("public_key", device.publicKey?.base64)
            json.member("private_key", device.privateKey.map(shown.text))
            json.member("listen_port", device.listenPort)
            json.member("fwmark", device.firewallMark)
            json.member(
                "peers",
                array: { json in
                    for (peer, endpoint) in shown.peers { json.wireGuardPeer(peer, endpoint: endpoint, shown) }
                })
        }
    }

    private mutating func wireGuardPeer(
        _ peer: WireGuardPeer, endpoint: String?, _ shown: WireGuardPresentation
    ) {
        object { json in
            json.member("public_key", peer.publicKey.base64)
            json.member("preshared_key", peer.presharedKey.map(shown.text))
            json.member("endpoint", endpoint)
            json.member("allowed_ips", peer.allowedIPs.map(\.description))
            json.member("latest_handshake", peer.lastHandshake?.seconds)
            json.member("rx_bytes", peer.receivedBytes)
            json.member("tx_bytes", peer.sentBytes)
            json.member("persistent_keepalive", peer.persistentKeepalive)
            json.member("protocol_version", peer.protocolVersion)
        }
    }
}
