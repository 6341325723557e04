// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import GenericNetlink
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink

/// Shows a WireGuard device, or all of a namespace or of every namespace, with their peers.
struct WireGuardShow: SharingOperation {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    /// Whether every namespace with a name is shown, after the caller's own.
    var allNamespaces = false
    /// Nil for all.
    var device: String?
    var showsKeys: Bool
    /// Where JSON is written; nil for text.
    var json: JSONWriter?
    var sockets: SharedSockets?

    func run() throws {
        if let device { try checkDeviceName(device) }
        guard !allNamespaces || namespace == nil else {
            throw CommandFailure.usage("'--all-namespaces' and '--namespace' exclude each other")
        }
        var output = Output(json: json)
        output.json?.beginArray()
        var failures: [CommandFailure] = []
        if allNamespaces {
            try show(try WireGuardSession(namespace: nil, sockets: sockets), &output)
            for name in try NamespaceDirectory.system.names() {
                do {
                    try show(try WireGuardSession(named: name), &output)
                } catch let failure as CommandFailure where failure.status == ExitStatus.refused {
                    failures.append(failure)
                }
            }
        } else {
            try show(try WireGuardSession(namespace: namespace, sockets: sockets), &output)
        }
        output.json?.endArray()
        try output.json?.flush()
        try output.text.flush()
        try conclude(failures)
    }

    private struct Output {
        var json: JSONWriter?
        var text = TextWriter()
    }

    private func show(_ opened: consuming WireGuardSession, _ output: inout Output) throws {
        var session = opened
        let name = allNamespaces ? session.links.namespace : nil
        for (position, link) in try links(&session).enumerated() {
            let displayName = link.name.description
            let read = try session.ask { (socket) throws(NetlinkError) in
                try socket.wireGuardDevice(index: link.index, displayName: displayName)
            }
            let presentation = WireGuardPresentation(read, showsKeys: showsKeys, now: .now, &session)
            if output.json != nil {
                output.json?.wireGuardDevice(presentation, namespace: name)
                try output.json?.flushIfFull()
            } else {
                if position == 0 { output.text.namespaceHeading(name) } else { output.text.write("\n") }
                output.text.wireGuardDevice(presentation)
                try output.text.flushIfFull()
            }
        }
    }

    /// The devices of one namespace; of many, those that lack the one that is asked for are passed over.
    private func links(_ session: inout WireGuardSession) throws -> [Link] {
        guard let device else { return try session.allLinks() }
        guard allNamespaces else { return [try session.link(device)] }
        return try session.allLinks().filter {
            $0.name.description == device || $0.alternativeNames.contains(device)
        }
    }
}
