// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// What the `show` verbs of links, addresses and routes are asked.
struct ShowRequest {
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    /// Whether every namespace with a name is shown, after the caller's own.
    var allNamespaces = false
    var details = false
    /// 0 none, 1 counters, 2 the causes of errors as well.
    var statistics = 0
    /// Whether each record is one line.
    var isOneLine = false
    var sockets: SharedSockets?
    /// Where JSON is written; nil for text.
    var json: JSONWriter?

    init(namespace: String?) { self.namespace = namespace }

    /// Runs `body` for the namespace that is asked for, or for all of them.
    ///
    /// With all of them, one thread goes from one to the next, since a socket belongs to the
    /// namespace in which it is opened. What can't be shown stops nothing.
    ///
    /// - Returns: why namespaces could not be shown; hand it to `conclude` after the output.
    func forEachNamespace(_ body: (inout RouteSession) throws -> Void) throws -> [CommandFailure] {
        guard allNamespaces else {
            var session = try RouteSession(namespace: namespace, sockets: sockets)
            try body(&session)
            return []
        }
        guard namespace == nil else {
            throw CommandFailure.usage("'--all-namespaces' and '--namespace' exclude each other")
        }
        var own = try RouteSession(namespace: nil)
        try body(&own)
        let names = try NamespaceDirectory.system.names()
        return try onDisposableThread { () throws(any Error) in
            try names.compactMap { name -> CommandFailure? in
                do {
                    var session = try Self.enter(name)
                    try body(&session)
                    return nil
                } catch let failure as CommandFailure where failure.status == ExitStatus.refused {
                    return failure
                }
            }
        }
    }

    /// Moves the calling thread into the namespace, for good, and opens a socket there.
    private static func enter(_ name: NamespaceName) throws(CommandFailure) -> RouteSession {
        let directory = NamespaceDirectory.system
        do throws(NamespaceError) {
            // Nearly always it is there; only `open` knows how to wait for one in the making.
            let namespace: NetworkNamespace
            do throws(NamespaceError) { namespace = try NetworkNamespace.open(path: directory.path(of: name)) } catch {
                namespace = try directory.open(name)
            }
            do throws(Errno) { try enterNetworkNamespace(namespace.descriptor) } catch {
                throw .system(operation: "enter namespace \(quoted(name.description))", error)
            }
            do throws(NetlinkError) {
                return RouteSession(try RouteSocket(), namespace: name.description)
            } catch { throw .netlink(error) }
        } catch { throw CommandFailure(error) }
    }
}

/// Tells what could not be shown, after everything else has been.
///
/// - Throws: the exit status, when there was anything.
func conclude(_ failures: [CommandFailure]) throws {
    guard !failures.isEmpty else { return }
    for failure in failures { printError(failure.description) }
    throw ExitCode(ExitStatus.refused)
}
