// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
public import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// Writes a lab file from namespaces as they are, whoever has made them.
public struct LabExport {
    /// Where the names of namespaces are.
    public var directory = NamespaceDirectory.system
    /// Where the files of the namespaces are.
    public var configuration = "/etc/netns"
    /// Where records of labs are.
    public var records = LabRecords.system

    /// From this machine.
    public init() {}

    /// The namespaces of a lab, by their marks.
    ///
    /// - Throws: `LabFailure` when the names can't be read.
    public func namespaces(ofLab lab: String) throws(LabFailure) -> [NamespaceName] {
        do throws(NamespaceError) {
            let attached = records.read(lab)?.document.lab?.nodes.compactMap(\.settings.attachment?.value) ?? []
            return try directory.names().filter { name in
                if attached.contains(.name(name)) { return true }
                guard let namespace = try? directory.open(name) else { return false }
                return markedNode(of: namespace, lab: lab) != nil
            }
        } catch { throw LabFailure("cannot look for the nodes of '\(lab)'", error) }
    }

    /// The file of some namespaces.
    ///
    /// - Parameter name: the lab's name; nil is that of the lab that they all belong to, or `exported`.
    /// - Throws: `LabFailure` for a namespace that can't be looked at.
    public func draft(of namespaces: [NamespaceName], as name: String?) throws(LabFailure) -> LabFileDraft {
        do {
            var live: [LiveNamespace] = []
            for namespace in namespaces {
                live.append(try LiveNamespace("\(namespace)", try directory.open(namespace)))
            }
            let machine = try LiveNamespace(LabState.host, try .current())
            var writer = ExportWriter(live, machine, name: name, configuration: configuration, records: records)
            writer.baseline = try parameters(of: try .make())
            return writer.write()
        } catch let failure as LabFailure { throw failure } catch {
            throw LabFailure("cannot look at the namespaces", error)
        }
    }
}

/// All parameters of a namespace, by key.
func parameters(of namespace: borrowing NetworkNamespace) throws -> [String: String] {
    var values: [String: String] = [:]
    try namespace.carryOut([SysctlRequest(try SysctlKey(parsing: "net"))]) { setting in
        values["\(setting.key)"] = setting.value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    return values
}

/// What is in a namespace.
final class LiveNamespace {
    /// The name that its file has, and what it will be called in the lab.
    let name: String
    var node: String
    /// The node of a lab that it is without being made by it.
    var attachedNode: String?
    let namespace: NetworkNamespace
    var socket: RouteSocket
    let links: [Link]
    let names: [Int32: InterfaceName]
    let addresses: [InterfaceAddress]
    let routes: [Route]
    let rules: [Rule]
    let neighbors: [Neighbor]
    let disciplines: [QueueingDiscipline]
    /// The VLANs of ports of bridges that tell them apart, by index.
    private(set) var portVLANs: [Int32: PortVLANSetting] = [:]
    /// Whose lo it is.
    let mark: LabMark?

    init(_ name: String, _ namespace: consuming NetworkNamespace) throws {
        (self.name, node) = (name, name)
        self.namespace = namespace
        socket = try self.namespace.openRouteSocket(shownAs: name)
        links = try socket.links()
        names = Dictionary(links.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
        addresses = try socket.addresses()
        routes = try socket.routes()
        rules = (try? socket.rules()) ?? []
        neighbors = (try? socket.neighbors()) ?? []
        // A kernel without them has none to show.
        disciplines = (try? socket.queueingDisciplines()) ?? []
        mark = links.first { $0.flags.contains(.loopback) }.flatMap { LabMark.of($0) }
        guard links.contains(where: { ($0.options as? BridgeOptions)?.vlanFiltering == true }) else { return }
        for port in (try? socket.portVLANs()) ?? [] { portVLANs[port.index] = PortVLANSetting(port.vlans) }
    }

    func link(_ index: Int32?) -> Link? { index.flatMap { index in links.first { $0.index == index } } }

    /// The root discipline of a device, as far as it was set by somebody.
    func impairment(of link: Link) -> LinkImpairment? {
        guard let root = disciplines.first(where: { $0.index == link.index && $0.parent == .root }),
            let options = root.options
        else { return nil }
        switch options {
        case is TBFOptions:
            var impairment = LinkImpairment(options)
            // What is computed for a rate need not be said.
            var plain = impairment
            plain.burst = nil
            if impairment.isSame(as: plain) { impairment.burst = nil }
            return impairment
        case is NetemOptions:
            var impairment = LinkImpairment(options)
            if impairment.limit == 1000 { impairment.limit = nil }
            return impairment
        default: return nil
        }
    }
}

/// An end of a veth pair that was met.
struct LivePort {
    var namespace: LiveNamespace
    var link: Link
}
