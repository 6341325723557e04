// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

/// What the `show` verbs of links, addresses and routes have in common.
struct ShowOptions: ParsableArguments {
    @OptionGroup var namespace: NamespaceOption
    @OptionGroup var output: OutputOptions

    @Flag(help: "Show every namespace that has a name, after the caller's own.")
    var allNamespaces = false

    @Flag(name: [.short, .long], help: "Show all details; JSON always has them.")
    var details = false

    @Flag(name: [.short, .long], help: "Show counters; twice for the causes of errors.")
    var statistics: Int

    /// Runs `body` for the namespace that is asked for, or for all of them.
    ///
    /// With all of them, one thread goes from one to the next, since a socket belongs to the
    /// namespace in which it is opened. What can't be shown stops nothing.
    ///
    /// - Returns: why namespaces could not be shown; hand it to `conclude` after the output.
    func forEachNamespace(_ body: (inout RouteSession) throws -> Void) throws -> [CommandFailure] {
        guard allNamespaces else {
            var session = try RouteSession(namespace: namespace.namespace)
            try body(&session)
            return []
        }
        guard namespace.namespace == nil else {
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
