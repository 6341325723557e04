// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// The routing socket of a named namespace, or of the caller's own.
func openRouteSocket(in name: String?) throws -> RouteSocket {
    guard let name else { return try RouteSocket() }
    let namespace: OwnedDescriptor
    do throws(Errno) { namespace = try OwnedDescriptor(opening: "/run/netns/\(name)") } catch {
        throw CommandFailure("cannot open namespace '\(escaped(name))': \(error.sentence)")
    }
    return try RouteSocket.open(in: namespace)
}
