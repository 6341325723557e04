// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import GenericNetlink
internal import LinuxSystem
internal import Netlink
internal import RouteNetlink

/// Shows a WireGuard device, or all of a namespace, with their peers.
struct WireGuardShow: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    /// Nil for all.
    var device: String?
    var showsKeys: Bool
    /// Where JSON is written; nil for text.
    var json: JSONWriter?
    var sockets: SharedSockets?

    func run() throws {
        if let device { try checkDeviceName(device) }
        var session = try WireGuardSession(namespace: namespace, sockets: sockets)
        let links = if let device { [try session.link(device)] } else { try session.allLinks() }
        var json = json
        var text = TextWriter()
        json?.beginArray()
        for (position, link) in links.enumerated() {
            let name = link.name.description
            let read = try session.ask { (socket) throws(NetlinkError) in
                try socket.wireGuardDevice(index: link.index, displayName: name)
            }
            let presentation = WireGuardPresentation(read, showsKeys: showsKeys, now: .now, &session)
            if json != nil {
                json?.wireGuardDevice(presentation)
                try json?.flushIfFull()
            } else {
                if position > 0 { text.write("\n") }
                text.wireGuardDevice(presentation)
                try text.flushIfFull()
            }
        }
        json?.endArray()
        try json?.flush()
        try text.flush()
    }
}
