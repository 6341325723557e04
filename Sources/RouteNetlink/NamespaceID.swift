// SPDX-License-Identifier: Apache-2.0

internal import CMnl
public import Netlink

/// Attributes that follow `struct rtgenmsg` in `RTM_NEWNSID`: `NETNSA_…` of linux/net_namespace.h.
public enum NamespaceIDMessage {}

extension AttributeKey where Scope == NamespaceIDMessage, Value == Int32 {
    static var id: Self { Self(NETNSA_NSID, "NETNSA_NSID") }
    static var process: Self { Self(NETNSA_PID, "NETNSA_PID") }
    static var descriptor: Self { Self(NETNSA_FD, "NETNSA_FD") }
    static var target: Self { Self(NETNSA_TARGET_NSID, "NETNSA_TARGET_NSID") }
    static var current: Self { Self(NETNSA_CURRENT_NSID, "NETNSA_CURRENT_NSID") }
}

/// The number that one network namespace has given another (`RTM_NEWNSID`).
///
/// Ids are local to the observer: the same namespace has another id, or none, in every other one.
/// Source: linux/net_namespace.h, ip-netns(8).
public struct NamespaceID: Hashable, Sendable {
    /// `NETNSA_NSID`: the id in the namespace that was asked about, which is the socket's own unless
    /// a target was named; nil when it has given none.
    public var id: Int32?
    /// `NETNSA_CURRENT_NSID`: the id in the socket's own namespace, where a target was named.
    public var currentID: Int32?

    /// Ids, each of which may be missing.
    public init(id: Int32?, currentID: Int32? = nil) {
        self.id = id
        self.currentID = currentID
    }

    /// Reads what follows the `nlmsghdr` of `RTM_NEWNSID` or `RTM_DELNSID`.
    ///
    /// - Throws: `MalformedReply` when the message is shorter than it says or has no id.
    public init(decoding message: RawSpan) throws(MalformedReply) {
        guard message.byteCount >= 4 else { throw MalformedReply("a namespace id message is too short") }
        let attributes = try Attributes<NamespaceIDMessage>(message.extracting(droppingFirst: 4))
        guard let id = try attributes.value(.id) else { throw MalformedReply("a message without NETNSA_NSID") }
        // -1 is NETNSA_NSID_NOT_ASSIGNED.
        self.id = id < 0 ? nil : id
        currentID = try attributes.value(.current).flatMap { $0 < 0 ? nil : $0 }
    }
}

/// What a question or a command about a namespace id names.
public enum NamespaceIDSubject: Equatable, Sendable {
    /// `NETNSA_FD`: an open namespace; the descriptor is borrowed for the call.
    case descriptor(Int32)
    /// `NETNSA_PID`: the namespace of a process.
    case process(Int32)
    /// `NETNSA_NSID`: the namespace that has this id in the socket's own, also where a target is named.
    case id(Int32)

    fileprivate func encode(into writer: AttributeWriter<NamespaceIDMessage>) {
        switch self {
        case .descriptor(let descriptor): writer.put(.descriptor, descriptor)
        case .process(let process): writer.put(.process, process)
        case .id(let id): writer.put(.id, id)
        }
    }

    fileprivate var text: String {
        switch self {
        case .descriptor: "a namespace"
        case .process(let process): "the namespace of process \(process)"
        case .id(let id): "the namespace with id \(id)"
        }
    }
}

/// `RTM_GETNSID` for one namespace.
///
/// - Parameters:
///   - target: the id of the namespace whose numbering is asked for; nil for the socket's own.
///   - displayName: how errors call the namespace.
public func getNamespaceIDRequest(
    _ subject: NamespaceIDSubject, target: Int32? = nil, displayName: String? = nil
) -> Request<NamespaceIDMessage> {
    let name = displayName.map { "namespace '\($0)'" } ?? subject.text
    let request = Request<NamespaceIDMessage>(
        RTM_GETNSID, header: rtgenmsg(), operation: "find the id of \(name)")
    subject.encode(into: request.attributes)
    request.attributes.put(.target, ifPresent: target)
    return request
}

/// `RTM_NEWNSID`: gives a namespace an id, or with nil whichever is free. Once given, it stays.
public func setNamespaceIDRequest(
    _ id: Int32?, of subject: NamespaceIDSubject, displayName: String? = nil
) -> Request<NamespaceIDMessage> {
    let name = displayName.map { "namespace '\($0)'" } ?? subject.text
    let request = Request<NamespaceIDMessage>(
        RTM_NEWNSID, header: rtgenmsg(), operation: "give \(name) \(id.map { "the id \($0)" } ?? "an id")")
    subject.encode(into: request.attributes)
    request.attributes.put(.id, id ?? -1)
    return request
}

/// `RTM_GETNSID` for all namespaces that have an id.
package func listNamespaceIDsRequest(target: Int32?) -> Request<NamespaceIDMessage> {
    let request = Request<NamespaceIDMessage>(RTM_GETNSID, header: rtgenmsg(), operation: "list namespace ids")
    request.attributes.put(.target, ifPresent: target)
    return request
}
