// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Containers
internal import LinuxSystem
internal import NetworkNamespaces

/// The namespace that the word of a command line means: a name, `pid:NUMBER`, the path of a namespace file, or a
/// container: `docker:web`, or `web` where no namespace has that name.
///
/// The runtimes are asked only where a word begins with the name of one, or nothing under /run/netns is called so. A
/// name that is found nowhere stays one.
func namespaceSelector(_ text: String) throws(CommandFailure) -> NamespaceSelector {
    if let container = try container(text) { return try container.foundSelector() }
    let selector: NamespaceSelector
    do throws(NamespaceError) { selector = try NamespaceSelector(parsing: text) } catch { throw CommandFailure(error) }
    guard case .name(let name) = selector, !NamespaceDirectory.system.hasEntry(name) else { return selector }
    do throws(ContainerError) {
        return try ContainerSearch().container(ContainerReference(nil, text)).selector()
    } catch {
        if case .notFound = error { return selector }
        throw CommandFailure(error)
    }
}

/// Opens what the word means. Where nobody knows it, what was asked beside /run/netns is told.
func openNamespace(_ text: String) throws(CommandFailure) -> NetworkNamespace {
    let selector = try namespaceSelector(text)
    do throws(NamespaceError) { return try selector.open() } catch {
        throw failure(error, of: selector)
    }
}

/// A namespace that could not be opened, in the user's words.
func failure(_ error: NamespaceError, of selector: NamespaceSelector) -> CommandFailure {
    var failure = CommandFailure(error)
    switch (error, selector) {
    case (.notFound, .name(let name)):
        do throws(ContainerError) { _ = try ContainerSearch().container(ContainerReference(nil, "\(name)")) } catch {
            guard case .notFound(_, let places, let faults) = error, !places.isEmpty else { break }
            failure.hint = (["no container is called so: " + (error.hint ?? "")] + faults.map(\.description))
                .joined(separator: "; ")
        }
    case (.noSuchProcess, .container(let name, _)):
        failure.message = "container \(quoted(name)) has ended meanwhile"
    default: break
    }
    return failure
}

/// The container that a word with the name of a runtime in front means; nil for any other word.
func container(_ text: String) throws(CommandFailure) -> Container? {
    do throws(ContainerError) {
        return try ContainerReference(parsing: text).map { (reference) throws(ContainerError) in
            try ContainerSearch().container(reference)
        }
    } catch { throw CommandFailure(error) }
}

/// The container that a word means, whether it names its runtime or not.
func anyContainer(_ text: String) throws(CommandFailure) -> Container {
    if let container = try container(text) { return container }
    do throws(ContainerError) { return try ContainerSearch().container(ContainerReference(nil, text)) } catch {
        throw CommandFailure(error)
    }
}

extension Container {
    /// Its namespace.
    func foundSelector() throws(CommandFailure) -> NamespaceSelector {
        do throws(ContainerError) { return try selector() } catch { throw CommandFailure(error) }
    }

    /// Its first process.
    func foundProcess() throws(CommandFailure) -> ProcessIdentity {
        guard let process else { throw CommandFailure(.notRunning(reference)) }
        return process
    }
}

extension CommandFailure {
    /// A container that could not be found, in the user's words.
    init(_ error: ContainerError) {
        if case .namespace(let error) = error {
            self.init(error)
            return
        }
        var status = ExitStatus.refused
        if case .invalidName = error { status = ExitStatus.usage }
        self.init(error.description, hint: error.hint, status: status)
    }
}
