// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import CMnl
public import Netlink

extension LinkSpec {
    /// `RTM_NEWLINK` that makes the link; one of the same name is an error.
    ///
    /// - Parameter echoed: whether the kernel sends the link back as it was made (`NLM_F_ECHO`, Linux 6.2).
    public func addRequest(echoed: Bool = false) -> Request<LinkScope> {
        let subject = [kind, name.map { "'\($0)'" }].compactMap(\.self).joined(separator: " ")
        let request = Request<LinkScope>(
            RTM_NEWLINK, flags: echoed ? [.create, .exclusive, .echo] : [.create, .exclusive],
            header: header(index: index ?? 0),
            operation: "add \(subject.isEmpty ? "link" : subject)")
        encode(into: request.attributes)
        return request
    }

    /// `RTM_NEWLINK` that changes the link with this index, and nothing that is not named.
    ///
    /// - Parameter displayName: how errors call the link.
    public func changeRequest(index: Int32, displayName: String) -> Request<LinkScope> {
        let request = Request<LinkScope>(
            RTM_NEWLINK, header: header(index: index), operation: "change link '\(displayName)'")
        encode(into: request.attributes)
        return request
    }
}

/// What a request of links is about.
public enum LinkSelector: Sendable {
    /// One link, by its number.
    case index(Int32)
    /// One link, by its name or, up to 127 bytes, one of its alternative names.
    case name(String)
    /// All links of a group, `IFLA_GROUP`.
    case group(UInt32)

    /// How errors call it.
    var subject: String {
        switch self {
        case .index(let index): "link \(index)"
        case .name(let name): "link '\(name)'"
        case .group(let group): "the links of group \(group)"
        }
    }

    fileprivate var header: ifinfomsg {
        var header = ifinfomsg()
        if case .index(let index) = self { header.ifi_index = index }
        return header
    }

    fileprivate func encode(into writer: AttributeWriter<LinkScope>) {
        switch self {
        case .index: break
        case .group(let group): writer.put(.group, group)
        case .name(let name):
            // A name that fits IFNAMSIZ is looked up among names and alternative names alike.
            if let short = InterfaceName(kernel: name.utf8) {
                writer.put(.name, short)
            } else {
                writer.put(.alternativeName, name)
            }
        }
    }
}

/// `RTM_DELLINK`. By group all its links go in one message, with one wait for the kernel.
///
/// - Parameter namespaceID: the namespace that the link is in, by its id in the socket's own; nil is the socket's.
public func deleteLinkRequest(_ selector: LinkSelector, namespaceID: Int32? = nil) -> Request<LinkScope> {
    let request = Request<LinkScope>(
        RTM_DELLINK, header: selector.header, operation: "delete \(selector.subject)")
    selector.encode(into: request.attributes)
    request.attributes.put(.targetNamespaceID, ifPresent: namespaceID)
    return request
}

/// `RTM_GETLINK` for one link.
///
/// - Parameters:
///   - virtualFunctions: whether those of the link are wanted.
///   - namespaceID: the namespace that the link is in, by its id in the socket's own; nil is the socket's.
func getLinkRequest(
    _ selector: LinkSelector, statistics: Bool, virtualFunctions: Bool = false, namespaceID: Int32? = nil
) -> Request<LinkScope> {
    let request = Request<LinkScope>(RTM_GETLINK, header: selector.header, operation: "show \(selector.subject)")
    selector.encode(into: request.attributes)
    request.attributes.put(
        .filterMask, ifPresent: extendedMask(statistics: statistics, virtualFunctions: virtualFunctions))
    request.attributes.put(.targetNamespaceID, ifPresent: namespaceID)
    return request
}

/// `IFLA_EXT_MASK`; nil where nothing is asked for.
private func extendedMask(statistics: Bool, virtualFunctions: Bool) -> UInt32? {
    let mask = (statistics ? 0 : RTEXT_FILTER_SKIP_STATS) | (virtualFunctions ? RTEXT_FILTER_VF : 0)
    return mask == 0 ? nil : UInt32(mask)
}

/// Which links a dump returns; the kernel filters.
public struct LinkFilter: Sendable {
    /// Only the ports of this master.
    public var master: Int32?
    /// Only links of this kind.
    public var kind: String?
    /// Whether counters are wanted; leaving them out saves about 300 bytes a link.
    public var statistics: Bool
    /// Whether the virtual functions of network cards are wanted.
    public var virtualFunctions = false
    /// The namespace to list, by its id in the socket's own.
    public var namespaceID: Int32?

    /// All links of the socket's namespace.
    public init(master: Int32? = nil, kind: String? = nil, statistics: Bool = false, namespaceID: Int32? = nil) {
        self.master = master
        self.kind = kind
        self.statistics = statistics
        self.namespaceID = namespaceID
    }

    func request() -> Request<LinkScope> {
        let request = Request<LinkScope>(RTM_GETLINK, header: ifinfomsg(), operation: "list links")
        let writer = request.attributes
        writer.put(.filterMask, ifPresent: extendedMask(statistics: statistics, virtualFunctions: virtualFunctions))
        writer.put(.master, ifPresent: master)
        writer.put(.targetNamespaceID, ifPresent: namespaceID)
        if let kind { writer.nest(.info) { $0.put(.kind, kind) } }
        return request
    }
}

/// `RTM_NEWLINKPROP` or `RTM_DELLINKPROP`: adds or removes alternative names.
public func alternativeNamesRequest(
    _ names: [String], index: Int32, displayName: String, remove: Bool = false
) -> Request<LinkScope> {
    var header = ifinfomsg()
    header.ifi_index = index
    let request = Request<LinkScope>(
        remove ? RTM_DELLINKPROP : RTM_NEWLINKPROP, flags: remove ? [] : [.create, .append, .exclusive], header: header,
        operation: """
            \(remove ? "remove" : "add") the alternative name '\(names.joined(separator: "', '"))' of '\(displayName)'
            """)
    request.attributes.nest(.properties) { list in
        for name in names { list.put(.alternativeName, name) }
    }
    return request
}
