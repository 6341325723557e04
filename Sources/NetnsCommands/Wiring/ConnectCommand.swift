// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import NetworkNamespaces

/// `netns connect`.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Wire a namespace to a bridge by a veth pair, addresses and routes included.",
        discussion: """
            NAMESPACE is a name, 'pid:NUMBER' for the namespace of a process, a container such as \
            'docker:web', or the path of a namespace file. The interface appears in it, up, with its addresses and default routes; \
            the other end of the pair is a port of the bridge and says so in its alias. lo is set up, too.

            Run again with the same arguments it finds everything there and does nothing. An interface \
            that is there and differs is never changed: each difference is named and the status is 1. \
            When a step fails, all the steps before it are taken back. 'netns disconnect' reverses it.

            EXAMPLES
              netns connect red br0 --address 10.0.0.2/24 --gateway 10.0.0.1
              netns connect red br0 -c --bridge-address 10.0.0.1/24 -a 10.0.0.2/24
              netns connect red br0 -a 10.0.0.2/24 -a fd00::2/64 -g 10.0.0.1 -g fd00::1
              netns connect docker:web br0 --address 10.0.0.3/24
              netns connect pid:4711 br0 -i eth1 --mac 02:00:5e:00:53:01 --mtu 1400
              netns connect red br0 --address 10.0.0.2/24 --dry-run
            """)

    @OptionGroup var wiring: WiringOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("An address of the interface with its prefix length; may be repeated.", valueName: "cidr"))
    var address: [String] = []

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Where the default route goes; once for IPv4, once for IPv6.", valueName: "address"))
    var gateway: [String] = []

    @Option(help: ArgumentHelp("The MTU of both ends; by default the bridge's.", valueName: "bytes"))
    var mtu: String?

    @Option(help: ArgumentHelp("The interface's MAC address; by default a random one.", valueName: "address"))
    var mac: String?

    @Option(
        help: ArgumentHelp(
            "The name of the other end; by default made of the namespace's name and a hash.", valueName: "name"))
    var hostInterface: String?

    @Flag(name: [.short, .long], help: "Make the bridge if it is missing; set it up if it is down.")
    var create = false

    @Option(
        help: ArgumentHelp("An address that the bridge gets unless it has it; may be repeated.", valueName: "cidr"))
    var bridgeAddress: [String] = []

    @Flag(help: "Look for duplicates of IPv6 addresses before they are used, which takes a second or two.")
    var dad = false

    func run() throws {
        let connection = try connection()
        let selector = try wiring.selector()
        do throws(ConnectionFault) { try connection.validate() } catch {
            throw CommandFailure(ConnectionError("connect '\(selector)' to '\(connection.bridge)'", error))
        }
        var site = try ConnectionSite.open(selector, bridgesIn: try wiring.bridgeSelector())
        try wiring.dryRun ? plan(connection, &site) : connect(connection, &site)
    }

    private func connection() throws(CommandFailure) -> BridgeConnection {
        var connection = try wiring.connection()
        connection.hostInterface = try hostInterface.map { (text) throws(CommandFailure) in
            try deviceName("--host-interface", text)
        }
        connection.addresses = try address.map { (text) throws(CommandFailure) in try prefix("--address", text) }
        connection.bridgeAddresses = try bridgeAddress.map { (text) throws(CommandFailure) in
            try prefix("--bridge-address", text)
        }
        connection.gateways = try gateway.map { (text) throws(CommandFailure) in
            try optionValue("--gateway", text) { (text) throws(AddressingError) in try IPAddress(parsing: text) }
        }
        connection.macAddress = try mac.map { (text) throws(CommandFailure) in
            try optionValue("--mac", text) { (text) throws(AddressingError) in try MACAddress(parsing: text) }
        }
        if let mtu {
            guard let number = decimal(mtu, as: UInt32.self) else {
                throw .usage("bad value of '--mtu': '\(escaped(mtu))' is not a decimal number")
            }
            connection.mtu = number
        }
        connection.createsBridge = create
        connection.detectsDuplicates = dad
        return connection
    }

    private func prefix(_ option: String, _ text: String) throws(CommandFailure) -> IPPrefix {
        try optionValue(option, text) { (text) throws(AddressingError) in try IPPrefix(parsing: text) }
    }

    // MARK: Doing and telling

    private func connect(_ connection: BridgeConnection, _ site: inout ConnectionSite) throws {
        let report: ConnectionReport
        do throws(ConnectionError) { report = try site.connect(connection) } catch { throw CommandFailure(error) }
        for warning in report.warnings { printError("warning: \(warning)") }
        if report.isBridgeDown {
            printError("warning: bridge '\(connection.bridge)' is down; hint: --create sets it up")
        }
        if wiring.output.json {
            var json = wiring.output.writer()
            json.object { json in
                describe(connection, report.namespace, report.hostInterface, report.macAddress, report.mtu, &json)
                json.member("changed", report.isChanged)
            }
            try json.flush()
        } else if wiring.verbose {
            let verb = report.isChanged ? "connected" : "is connected already"
            try printOutput(
                escaped(
                    "'\(connection.interface)' in '\(report.namespace)' \(verb) to '\(connection.bridge)' "
                        + "through '\(report.hostInterface)'") + "\n")
        }
    }

    private func plan(_ connection: BridgeConnection, _ site: inout ConnectionSite) throws {
        let plan: ConnectionPlan
        do throws(ConnectionError) { plan = try site.plan(connection) } catch { throw CommandFailure(error) }
        guard wiring.output.json else {
            return try printOutput(plan.steps.map { "would \(escaped($0))\n" }.joined())
        }
        var json = wiring.output.writer()
        json.object { json in
            // An address that would be drawn is not known yet.
            let mac = plan.addsPair && connection.macAddress == nil ? nil : plan.macAddress
            describe(connection, plan.namespace, plan.hostInterface, mac, plan.mtu, &json)
            json.member("changed", !plan.isEmpty)
            json.member("steps", plan.steps)
        }
        try json.flush()
    }

    private func describe(
        _ connection: BridgeConnection, _ namespace: String, _ hostInterface: InterfaceName, _ mac: MACAddress?,
        _ mtu: UInt32, _ json: inout JSONWriter
    ) {
        json.member("namespace", namespace)
        json.member("interface", "\(connection.interface)")
        json.member("host_interface", "\(hostInterface)")
        json.member("bridge", "\(connection.bridge)")
        json.member("addresses", connection.addresses.map { "\($0)" })
        json.member("gateways", connection.gateways.map { "\($0)" })
        json.member("mac", mac.map { "\($0)" })
        json.member("mtu", mtu)
        json.member("bridge_addresses", connection.bridgeAddresses.map { "\($0)" })
    }
}
