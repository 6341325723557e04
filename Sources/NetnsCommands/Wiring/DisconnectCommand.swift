// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import NetworkNamespaces
internal import SystemPackage

/// `netns disconnect`.
struct DisconnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disconnect",
        abstract: "Remove the interface that wires a namespace to a bridge.",
        discussion: """
            Only a veth in the namespace whose other end is a port of that very bridge is removed, whoever \
            made it. Its addresses and routes go with it, and both ends are gone when the command returns.

            EXAMPLES
              netns disconnect red br0
              netns disconnect red br0 --interface eth1
              netns disconnect red br0 --ignore-missing --remove-bridge
            """)

    @OptionGroup var wiring: WiringOptions

    @Flag(help: "Remove the bridge as well, if no port is left.")
    var removeBridge = false

    @Flag(help: "Accept that there is no such connection.")
    var ignoreMissing = false

    func run() throws {
        let connection = try wiring.connection()
        let selector = try wiring.selector()
        let bridges = try wiring.bridgeSelector()
        var report: DisconnectionReport?
        do {
            var site = try ConnectionSite.open(selector, bridgesIn: bridges)
            report = try site.disconnect(connection, removesBridge: removeBridge, isDry: wiring.dryRun)
        } catch let error as NamespaceError {
            let failure = CommandFailure(error)
            guard isMissing(error) else { throw failure }
            try tellOfPorts(of: selector, on: connection.bridge, in: bridges, because: failure)
        } catch let error as ConnectionError {
            guard ignoreMissing, isMissing(error) else { throw CommandFailure(error) }
        }
        try tell(report)
    }

    /// Says which ports of the bridge a namespace has left behind whose name is gone: it lives on, somehow.
    private func tellOfPorts(
        of selector: NamespaceSelector, on bridge: InterfaceName, in bridges: NamespaceSelector?,
        because failure: CommandFailure
    ) throws {
        var ports: [InterfaceName] = []
        if case .name(let name) = selector {
            ports = (try? ConnectionSite.ports(of: name, on: bridge, bridgesIn: bridges)) ?? []
        }
        guard let first = ports.first else {
            if ignoreMissing { return }
            throw failure
        }
        let place = bridges.map { " -n \($0)" } ?? ""
        let verb = ports.count == 1 ? "leads" : "lead"
        let list = ports.map { "'\($0)'" }.joined(separator: " and ")
        let told = CommandFailure(
            "\(failure.message), and \(list) of '\(bridge)' still \(verb) to one that had it",
            hint: "'netns link delete\(place) \(first)' cuts it off")
        guard ignoreMissing else { throw told }
        printError("warning: \(told)")
    }

    private func isMissing(_ error: NamespaceError) -> Bool {
        switch error {
        case .notFound, .stale, .noSuchProcess: true
        default: error.errno == .noSuchFileOrDirectory
        }
    }

    private func isMissing(_ error: ConnectionError) -> Bool {
        switch error.fault {
        case .noBridge, .notConnected: true
        default: false
        }
    }

    private func tell(_ report: DisconnectionReport?) throws {
        if wiring.output.json {
            var json = wiring.output.writer()
            json.array { json in
                guard let report else { return }
                json.object { json in
                    json.member("namespace", report.namespace)
                    json.member("interface", "\(report.interface)")
                    json.member("host_interface", "\(report.hostInterface)")
                    json.member("bridge", "\(report.bridge)")
                    json.member("bridge_removed", report.removesBridge)
                }
            }
            return try json.flush()
        }
        guard let report, wiring.verbose || wiring.dryRun else { return }
        let verb = wiring.dryRun ? "would remove" : "removed"
        let rest = report.removesBridge ? " and the bridge" : ""
        try printOutput(
            escaped(
                "\(verb) '\(report.interface)' in '\(report.namespace)' and '\(report.hostInterface)' "
                    + "of '\(report.bridge)'\(rest)") + "\n")
    }
}
