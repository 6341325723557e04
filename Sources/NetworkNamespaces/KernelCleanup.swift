// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Netlink
internal import RouteNetlink

/// Waits until the kernel is done with the network namespaces that died before the call.
///
/// One worker takes them down, in the order of their deaths: `cleanup_net` of net/core/net_namespace.c. A namespace
/// that is made and let go here comes after them, and the kernel says when the id that it was given is free again.
/// Needs `CAP_SYS_ADMIN`.
///
/// - Returns: false when the time ran out.
@discardableResult
public func waitForNamespaceCleanup(timeLimit: Duration) throws(NamespaceError) -> Bool {
    var events = try converse(try RouteSocket())
    try converse(try events.socket.join(group: namespaceIDGroup))
    let id: Int32?
    do {
        let last = try NetworkNamespace.make()
        let descriptor = last.descriptor.rawValue
        var socket = try converse(try RouteSocket())
        try converse(try socket.setNamespaceID(nil, ofDescriptor: descriptor))
        id = try converse(try socket.namespaceID(ofDescriptor: descriptor))
    }
    guard let id else { return true }
    return try converse(try events.waitForRemoval(ofNamespaceID: id, timeLimit: timeLimit))
}
