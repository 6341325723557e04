// SPDX-License-Identifier: Apache-2.0

public import Addressing

/// A lab with everything in it that the file says, each node, link and segment by itself.
public struct Lab: Sendable {
    /// Its name.
    public var name: String
    /// What the names of its namespaces begin with.
    public var prefix: String
    /// In the order of the file.
    public var nodes: [LabNode] = []
    /// Point to point, in the order of the file.
    public var links: [LabLink] = []
    /// Broadcast domains, in the order of the file.
    public var segments: [LabSegment] = []
    /// Whether routes are computed.
    public var computesRoutes = false
    /// Whether every node knows the others by name.
    public var hasHostsFiles = true
    /// The pools by name.
    public var pools: [String: AddressPool] = [:]
    /// `checks`
    public var checks: [LabCheck] = []
    /// `scenario`, in the order of time.
    public var scenario: [ScenarioEvent] = []

    /// The node of that name.
    public func node(named name: String) -> LabNode? { nodes.first { $0.name == name } }

    /// The name of a node's namespace.
    public func namespaceName(of node: String) -> String { prefix + node }

    /// The node that holds the bridges of the segments.
    public static let switchNode = "switch"
}

/// A node.
public struct LabNode: Sendable {
    /// Its name in the lab.
    public var name: String
    /// The groups that it is in.
    public var groups: [String] = []
    /// Everything else.
    public var settings: NodeSettings
    /// Where it is declared.
    public var span: SourceSpan
}

/// An end of a link, or a port of a segment.
public struct LabPort: Hashable, Sendable {
    /// The node's number in the lab; nil is the machine itself.
    public var node: Int?
    /// The interface; nil until one is chosen.
    public var interface: InterfaceName?

    /// A port.
    public init(node: Int?, interface: InterfaceName? = nil) { (self.node, self.interface) = (node, interface) }
}

/// A link between two nodes.
public struct LabLink: Sendable {
    /// Its ends: forward is from the first to the second.
    public var ends: [LabPort]
    /// What it is like.
    public var settings: WireSettings
    /// What it is remembered by: the nodes' names, and a number where there are several between them.
    public var key: String
    /// Where it is declared.
    public var span: SourceSpan
    /// The addresses of its ends, by end.
    public var addresses: [[IPPrefix]] = [[], []]
}

/// A broadcast domain.
public struct LabSegment: Sendable {
    /// Its name.
    public var name: String
    /// What it is like.
    public var settings: SegmentSettings
    /// Its ports in the order of the file.
    public var members: [Member] = []
    /// The members that lead out of it, by position in `members`.
    public var gateways: [Int] = []
    /// Its networks.
    public var subnets: [IPPrefix] = []
    /// The addresses of the machine itself on it.
    public var hostAddresses: [IPPrefix] = []
    /// Whether the machine itself is on it, and translates for it.
    public var hasHost = false, translates = false
    /// The bridge's device.
    public var bridge: InterfaceName
    /// Where it is declared.
    public var span: SourceSpan

    /// A port.
    public struct Member: Sendable {
        /// The node and its interface.
        public var port: LabPort
        /// Its VLANs.
        public var vlans: PortVLANSetting
        /// Its addresses.
        public var addresses: [IPPrefix] = []
        /// Where it is said to be one.
        public var span: SourceSpan
    }
}

/// Where addresses come from.
public struct AddressPool: Hashable, Sendable {
    /// The whole, one of each family at most.
    public var prefixes: [IPPrefix]
    /// How long the prefix of each link or segment is, by family.
    public var lengths: [AddressFamily: Int]

    /// A pool.
    public init(_ prefixes: [IPPrefix], lengths: [AddressFamily: Int]) {
        (self.prefixes, self.lengths) = (prefixes, lengths)
    }
}

/// Something that must hold.
public struct LabCheck: Sendable {
    /// The kinds.
    public enum Kind: Sendable {
        /// Each of the nodes reaches each other one, or so many pairs by chance.
        case reach(nodes: [Int], sample: Int?)
        /// One reaches an address, name or `tcp:NODE:PORT`.
        case target(from: [Int], CheckTarget)
        /// A command in a node ends with 0.
        case command(node: Int, words: [String])
    }
    /// What is looked at.
    public var kind: Kind
    /// Whether it must not be so.
    public var isUnreachableExpected = false
    /// How long it may take.
    public var limit: Duration = .seconds(5)
    /// How it is shown.
    public var title: String
    /// Where it stands.
    public var span: SourceSpan
}

extension LabCheck {
    /// Whether all nodes of a lab reach each other.
    public static func allPairs(of lab: Lab) -> LabCheck {
        LabCheck(
            kind: .reach(nodes: Array(lab.nodes.indices), sample: nil), title: "all reach each other",
            span: SourceSpan(line: 1, column: 1, length: 1))
    }
}

/// What is reached.
public enum CheckTarget: Hashable, Sendable {
    /// An ICMP echo to a node.
    case node(Int)
    /// An ICMP echo to an address.
    case address(IPAddress)
    /// A TCP connection to a node's port.
    case tcp(node: Int, port: UInt16)
    /// A TCP connection to an address.
    case tcpAddress(IPAddress, port: UInt16)
}

/// Something that happens at a time.
public struct ScenarioEvent: Sendable {
    /// The kinds.
    public enum Action: Sendable {
        /// A link goes down, or a node's links do.
        case fail(ScenarioTarget)
        /// What failed works again.
        case heal(ScenarioTarget)
        /// A link gets another impairment.
        case impair(ScenarioTarget, ImpairmentSetting)
        /// A command runs in a node.
        case command(nodes: [Int], words: [String])
    }
    /// From the start.
    public var time: Duration
    /// What happens.
    public var action: Action
    /// After how long it is undone.
    public var duration: Duration?
    /// How it is shown.
    public var title: String
    /// Where it stands.
    public var span: SourceSpan
}

/// Links, by number in the lab, or nodes.
public enum ScenarioTarget: Hashable, Sendable {
    /// Some links.
    case links([Int])
    /// Some nodes.
    case nodes([Int])
}
