// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import SystemPackage

/// Why a connection can't be made or removed.
public enum ConnectionFault: Error, Equatable, Sendable {
    /// The description makes no sense, whatever the system is like.
    case invalid(String, hint: String? = nil)
    /// There is no device of the bridge's name, and whether that can be helped.
    case noBridge(InterfaceName, hint: String? = nil)
    /// The device is something else; nil for one without a kind, such as hardware.
    case notABridge(InterfaceName, kind: String?)
    /// The namespace is the one that the bridge is in.
    case sameNamespace
    /// What is there differs from what is asked for: a clause for each difference.
    case conflict([String], hint: String? = nil)
    /// There is no such connection, and why.
    case notConnected(String)
    /// A step failed.
    case step(NamespaceError, hint: String? = nil)
}

extension ConnectionFault: CustomStringConvertible {
    /// A clause without the operation.
    public var description: String {
        switch self {
        case .invalid(let reason, _): reason
        case .noBridge(let bridge, _): "there is no bridge \(quoted("\(bridge)")) (ENODEV)"
        case .notABridge(let name, let kind):
            "\(quoted("\(name)")) is \(kind.map { "\(withArticle($0)), not a bridge" } ?? "not a bridge")"
        case .sameNamespace: "it is the namespace that the bridge is in"
        case .conflict(let differences, _): differences.joined(separator: ", ")
        case .notConnected(let reason): reason
        case .step(let error, _): error.description
        }
    }
}

/// A connection that could not be made or removed.
///
/// Nothing is left of it, apart from what `undoFailures` says.
public struct ConnectionError: Error, Equatable, Sendable {
    /// What was attempted, as a verb phrase: `connect 'red' to 'br0'`.
    public var operation: String
    /// Why it failed.
    public var fault: ConnectionFault
    /// What could not be taken back.
    public var undoFailures: [NamespaceError]

    /// Describes a failure.
    public init(_ operation: String, _ fault: ConnectionFault, undoFailures: [NamespaceError] = []) {
        self.operation = operation
        self.fault = fault
        self.undoFailures = undoFailures
    }

    /// The error number, where the failure has one.
    public var errno: Errno? {
        switch fault {
        case .noBridge: .operationNotSupportedByDevice
        case .step(let error, _): error.errno
        default: nil
        }
    }

    /// What to do, only where the cause is certain.
    public var hint: String? {
        switch fault {
        case .noBridge(_, let hint), .invalid(_, let hint), .conflict(_, let hint): hint
        case .step(let error, let hint): hint ?? error.hint
        default: nil
        }
    }
}

extension ConnectionError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        let leftovers =
            undoFailures.isEmpty
            ? "" : "; not undone: " + undoFailures.map(\.description).joined(separator: ", ")
        return "cannot \(operation): \(fault)\(leftovers)"
    }
}

/// `a veth`, `an ipvlan`: a kind of link as a noun.
func withArticle(_ kind: String) -> String {
    "\("aeiou".contains(kind.prefix(1)) && !kind.isEmpty ? "an" : "a") \(kind)"
}
