// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
public import NetworkNamespaces

/// A container as its runtime knows it.
public struct Container: Hashable, Sendable {
    /// What it does.
    public enum State: String, Sendable {
        case running, paused
        /// It has no process (yet, or any more).
        case stopped
    }

    /// Whose it is.
    public var runtime: ContainerRuntime
    /// The runtime's own id, in full.
    public var id: String
    /// What people call it: the id where there is nothing better.
    public var name: String
    /// The namespace that containerd or Kubernetes keeps it in.
    public var scope: String?
    /// What it does.
    public var state: State
    /// Its first process; nil when it is stopped.
    public var process: ProcessIdentity?

    init(
        _ runtime: ContainerRuntime, id: String, name: String? = nil, scope: String? = nil, state: State = .running,
        process: ProcessIdentity?
    ) {
        (self.runtime, self.id, self.scope, self.process) = (runtime, id, scope, process)
        self.name = name ?? id
        self.state = process == nil ? .stopped : state
    }

    /// What leads to this one and to no other: `docker:web`.
    public var reference: ContainerReference { ContainerReference(runtime, name, scope: scope) }

    /// Its namespace as everything that takes one takes it.
    ///
    /// - Throws: `.notRunning`.
    public func selector() throws(ContainerError) -> NamespaceSelector {
        guard let process else { throw .notRunning(reference) }
        return .container("\(reference)", process)
    }

    /// Opens its network namespace, never that of another process which has the same number by now.
    ///
    /// Needs ptrace access to the process.
    ///
    /// - Throws: `.notRunning`, or `.namespace` when it is out of reach.
    public func openNamespace() throws(ContainerError) -> NetworkNamespace {
        let selector = try selector()
        do throws(NamespaceError) { return try selector.open() } catch {
            // It has ended since.
            if case .noSuchProcess = error { throw .notRunning(reference) }
            throw .namespace(error)
        }
    }
}
