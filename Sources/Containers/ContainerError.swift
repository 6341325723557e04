// SPDX-License-Identifier: Apache-2.0

internal import Addressing
public import NetworkNamespaces

/// A place where containers are told of that could not be asked.
public struct ContainerFault: Error, Equatable, Sendable {
    /// Whose containers they are.
    public var runtime: ContainerRuntime
    /// The socket or directory.
    public var place: String
    /// Why: a clause.
    public var reason: String
}

extension ContainerFault: CustomStringConvertible {
    /// One sentence.
    public var description: String { "cannot ask \(runtime.rawValue) at \(quoted(place)): \(reason)" }
}

/// Why a container's namespace can't be had.
public enum ContainerError: Error, Equatable, Sendable {
    /// A text that can't be the name of a container.
    case invalidName(String)
    /// No runtime knows it. The places are where it was looked for.
    case notFound(ContainerReference, lookedAt: [String], faults: [ContainerFault])
    /// There is no sign of the runtime: none of these places is there.
    case noRuntime(ContainerRuntime, places: [String])
    /// Several are called so.
    case ambiguous(ContainerReference, [ContainerReference])
    /// It has no process now.
    case notRunning(ContainerReference)
    /// Its namespace is out of reach.
    case namespace(NamespaceError)
}

extension ContainerError: CustomStringConvertible {
    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .invalidName(let text): "\(quoted(text)) can't be the name of a container"
        case .notFound(let reference, _, let faults):
            (["there is no container \(quoted("\(reference)"))"] + faults.map(\.description)).joined(separator: "; ")
        case .noRuntime(let runtime, let places):
            "\(runtime.rawValue) does not run here: there is no "
                + places.prefix(2).map { quoted($0) }.joined(separator: " and no ")
        case .ambiguous(let reference, let matches):
            "\(quoted("\(reference)")) could be " + matches.map { quoted("\($0)") }.joined(separator: " or ")
        case .notRunning(let reference): "container \(quoted("\(reference)")) is not running"
        case .namespace(let error): error.description
        }
    }

    /// What to do, only where the cause is certain.
    public var hint: String? {
        switch self {
        case .notFound(_, let places, _):
            places.isEmpty ? nil : "looked at " + places.map { quoted($0) }.joined(separator: ", ")
        case .noRuntime(.docker, _): "DOCKER_HOST=unix://PATH names another socket"
        case .noRuntime(.podman, _): "CONTAINER_HOST=unix://PATH names another socket"
        case .namespace(let error): error.hint
        default: nil
        }
    }
}
