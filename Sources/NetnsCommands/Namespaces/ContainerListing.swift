// SPDX-License-Identifier: Apache-2.0

internal import Containers
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns list --containers`.
struct ContainerListing: Operation {
    var json: JSONWriter?

    func run() throws {
        let (containers, faults) = try ContainerSearch().details()
        try show(containers)
        guard !faults.isEmpty else { return }
        for fault in faults.dropLast() { printError(fault.description) }
        throw CommandFailure(
            faults.last?.description ?? "",
            hint: isSuperuser() ? nil : "what runs for root is told to root alone")
    }

    private func show(_ containers: [ContainerDetails]) throws {
        if var json {
            json.array { json in
                for entry in containers { json.object { entry.write(to: &$0) } }
            }
            return try json.flush()
        }
        guard !containers.isEmpty else { return }
        var table = Table(
            columns: ["CONTAINER", "ID", "PID", "INODE", "NAME", "ADDRESSES", "INTERFACES"], rightAligned: [2, 3])
        for entry in containers {
            let container = entry.container
            let addresses = entry.addresses.isEmpty ? "-" : entry.addresses.joined(separator: ",")
            table.add([
                escaped("\(container.reference)"), escaped(String(container.id.prefix(12))),
                container.process.map { "\($0.processID)" } ?? "-", entry.identity.map { "\($0.inode)" } ?? "-",
                entry.names.isEmpty ? "-" : escaped(entry.names.map(\.description).joined(separator: ",")),
                entry.usesOwnNetwork ? "host" : addresses,
                entry.interfaces.isEmpty ? "-" : escaped(entry.interfaces.map(\.text).joined(separator: ",")),
            ])
        }
        try printOutput(table.text)
    }
}

extension ContainerDetails.Interface {
    /// `eth0@veth1:br0`
    fileprivate var text: String {
        "\(name)" + (hostInterface.map { "@\($0)" } ?? "") + (bridge.map { ":\($0)" } ?? "")
    }
}

extension ContainerDetails {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("container", "\(container.reference)")
        json.member("runtime", container.runtime.rawValue)
        json.member("scope", container.scope)
        json.member("name", container.name)
        json.member("id", container.id)
        json.member("state", container.state.rawValue)
        json.member("pid", container.process?.processID)
        json.member("inode", identity?.inode)
        json.member("names", names.map(\.description))
        json.member("host_network", usesOwnNetwork)
        json.member("addresses", addresses)
        json.member(
            "interfaces",
            array: { json in
                for interface in interfaces {
                    json.object { json in
                        json.member("name", "\(interface.name)")
                        json.member("host_interface", interface.hostInterface.map { "\($0)" })
                        json.member("bridge", interface.bridge.map { "\($0)" })
                    }
                }
            })
    }
}
