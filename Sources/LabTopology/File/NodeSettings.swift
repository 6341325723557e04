// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import NetworkNamespaces

/// What the file says of a node, its groups and the defaults merged in.
public struct NodeSettings: Sendable {
    /// `forward`: whether packets of others are passed on.
    public var forwards = false
    /// `loopback`
    public var loopback: Loopback?
    /// `interfaces`
    public var interfaces: [InterfaceSettings] = []
    /// `routes`
    public var routes: [RouteSetting] = []
    /// `sysctls`, in order.
    public var sysctls: [Located<SysctlRequest>] = []
    /// `vlans`, `vxlans`, `vrfs`, `bridges`, `devices`.
    public var devices: [DeviceSetting] = []
    /// `run`
    public var processes: [ProcessSetting] = []
    /// `files`: what is put into /etc/netns/NAMESPACE, by name.
    public var files: [(name: Located<String>, contents: String)] = []
    /// `dns`: name servers.
    public var nameServers: [IPAddress] = []
    /// `labels`
    public var labels: [(name: String, value: String)] = []
    /// `attach`: a namespace that exists, which is wired and neither made nor deleted.
    public var attachment: Located<Attachment>?

    /// Addresses of lo.
    public enum Loopback: Equatable, Sendable {
        /// From the pool `loopback`.
        case automatic
        /// These.
        case addresses([IPPrefix])
    }

    static let keys = [
        "groups", "forward", "loopback", "interfaces", "routes", "sysctls", "vrfs", "vlans", "vxlans", "bridges",
        "devices", "run", "files", "dns", "labels", "attach",
    ]
    static let aliases: KeyValuePairs = [
        "group": "groups", "image": "attach", "container": "attach", "exec": "run", "cmd": "run", "command": "run",
        "sysctl": "sysctls", "route": "routes", "forwarding": "forward", "nameservers": "dns", "ports": "interfaces",
        "kind": "groups",
    ]
}

/// What exists and is wired as a node.
public enum Attachment: Hashable, Sendable {
    /// `netns:NAME`
    case name(NamespaceName)
    /// `pid:N`
    case process(Int32)
    /// `pid-file:PATH`
    case processFile(String)
    /// `docker:NAME` and what else the resolver of the caller knows.
    case container(String)

    init(parsing text: String) throws(Diagnostic) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else {
            throw Diagnostic(
                .badValue, "'\(text)' does not say what kind it is", at: nil,
                hint: "write netns:NAME, pid:N, pid-file:PATH, docker:NAME or podman:NAME")
        }
        let rest = String(parts[1])
        switch parts[0] {
        case "netns":
            do throws(NamespaceError) { self = .name(try NamespaceName(existing: rest)) } catch {
                throw Diagnostic(.badName, "\(error)", at: nil)
            }
        case "pid":
            guard let process = Int32(rest), process > 0 else {
                throw Diagnostic(.badValue, "'\(rest)' is no process ID", at: nil)
            }
            self = .process(process)
        case "pid-file": self = .processFile(rest)
        default: self = .container(text)
        }
    }
}

/// Settings of one interface of a node.
public struct InterfaceSettings: Sendable {
    /// Its name.
    public var name: Located<InterfaceName>
    /// Its addresses, which take the place of those from a pool.
    public var addresses: [Located<IPPrefix>] = []
    /// Its hardware address.
    public var macAddress: MACAddress?
    /// In bytes.
    public var mtu: UInt32?
    /// Whether it is up.
    public var isUp: Bool?
}

/// A route of a node.
public struct RouteSetting: Sendable {
    /// Where to.
    public var destination: IPPrefix
    /// Over which neighbours; several share the load.
    public var gateways: [IPAddress] = []
    /// Over which interface.
    public var device: InterfaceName?
    /// `hops`: neighbours with an interface each, in place of the two.
    public var hops: [RouteHop] = []
    /// `src`: the address that packets of the node itself come from.
    public var source: IPAddress?
    /// `unicast`, `blackhole`, `unreachable`, `prohibit`.
    public var type = "unicast"
    /// The lower the better.
    public var metric: UInt32?
    /// The table; nil is main.
    public var table: UInt32?
    /// Where it stands.
    public var span: SourceSpan
}

/// A device of a node that is no end of a link.
public struct DeviceSetting: Sendable {
    /// Its name.
    public var name: Located<InterfaceName>
    /// What it is.
    public var kind: Kind
    /// The common settings.
    public var addresses: [Located<IPPrefix>] = [], mtu: UInt32?, macAddress: MACAddress?, isUp = true
    /// The devices that belong to it: ports of a bridge, members of a VRF.
    public var members: [Located<InterfaceName>] = []

    /// The kinds with settings of their own, and the rest.
    public enum Kind: Hashable, Sendable {
        /// `vlans`: a VLAN of a device.
        case vlan(parent: InterfaceName, id: UInt16)
        /// `vxlans`
        case vxlan(vni: UInt32, local: IPAddress?, remote: IPAddress?, port: UInt16, parent: InterfaceName?)
        /// `vrfs`
        case vrf(table: UInt32)
        /// `bridges`
        case bridge(spanningTree: Bool, filtersVLANs: Bool)
        /// `devices`: a kind with options in the words of `netns link add`.
        case other(kind: String, options: [String])
    }
}

/// A process of a node.
public struct ProcessSetting: Hashable, Sendable {
    /// Its name, for logs and status.
    public var name: String
    /// The program and its arguments.
    public var command: [String]
    /// When it is ready: `tcp:PORT`, `udp:PORT`, `file:PATH`, `log:TEXT` or `exit`.
    public var readiness: String?
    /// How long to wait for that.
    public var readyWithin: Duration = .seconds(30)
    /// `never`, `on-failure` or `always`.
    public var restart = "never"
    /// Environment variables.
    public var environment: [String] = []
    /// Whose process it is.
    public var user: String?
    /// Where its output goes; nil is the lab's log.
    public var log: String?
    /// Which one of its node's it is: they are started in this order.
    public var position = Position()

    /// A place in a list. A process that stands elsewhere is the same process: all places are equal.
    public struct Position: Hashable, Sendable {
        /// From 0.
        public var number = 0

        /// Always.
        public static func == (left: Self, right: Self) -> Bool { true }
        /// Nothing to tell it from others by.
        public func hash(into hasher: inout Hasher) {}
    }
}
