// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import NetworkNamespaces
internal import RouteNetlink

/// A namespace held open while a request refers to it by its descriptor.
final class HeldNamespace {
    let namespace: NetworkNamespace
    /// What it was called.
    let word: String

    /// Opens what the value of `netns` means: what that of `--namespace` can mean or, if no namespace has that
    /// name, the number of a process.
    ///
    /// As in ip(8), but a process is held by a pidfd, so that its number can't have passed to another.
    init(word: String) throws(CommandFailure) {
        self.word = word
        namespace = try Self.open(word)
    }

    private static func open(_ word: String) throws(CommandFailure) -> NetworkNamespace {
        guard let process: Int32 = decimal(word), process > 0, let name = try? NamespaceName(existing: word),
            !NamespaceDirectory.system.hasEntry(name)
        else { return try openNamespace(word) }
        do throws(NamespaceError) { return try NetworkNamespace.ofProcess(process) } catch {
            throw CommandFailure(error)
        }
    }

    /// The descriptor, valid as long as this value lives.
    var descriptor: Int32 { namespace.descriptor.rawValue }

    /// A conversation with it.
    func openSession() throws(CommandFailure) -> RouteSession {
        do throws(NamespaceError) {
            return RouteSession(try namespace.openRouteSocket(shownAs: word), namespace: word)
        } catch { throw CommandFailure(error) }
    }
}
