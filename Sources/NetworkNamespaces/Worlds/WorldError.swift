// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
public import SystemPackage

/// Why a process could not get into namespaces, or other ones.
public struct WorldError: Error, Sendable, CustomStringConvertible {
    /// One sentence without a full stop, which names the object.
    public var description: String
    /// What is missing, or what to do; only where that is certain.
    public var hint: String?
    /// The error number, where the failure has one.
    public var errno: Errno?
    /// The status to end with, where another process has told the failure to the user.
    public var toldStatus: Int32?

    /// A failure in words of its own.
    public init(_ description: String, hint: String? = nil) { (self.description, self.hint) = (description, hint) }

    /// A system call failed; the operation is a verb phrase.
    init(_ operation: String, _ errno: Errno, hint: String? = nil) {
        description = "cannot \(operation): \(errno.sentence)"
        (self.hint, self.errno) = (hint, errno)
    }

    /// What lies below failed.
    public init(_ error: NamespaceError) {
        (description, hint, errno) = (error.description, error.hint, error.errno)
    }
}

/// Runs a system call and names what it was for, and what it takes where it is not permitted.
func attempting<Value: ~Copyable>(
    _ operation: @autoclosure () -> String, takes capability: String? = nil,
    _ call: () throws(Errno) -> Value
) throws(WorldError) -> Value {
    do throws(Errno) { return try call() } catch {
        throw WorldError(
            operation(), error, hint: error == .notPermitted ? capability.map { "it takes \($0)" } : nil)
    }
}

extension NamespaceKind {
    /// What a sentence calls it: `the UTS namespace`.
    public var title: String {
        switch self {
        case .cgroup: "cgroup"
        case .ipc: "IPC"
        case .mount: "mount"
        case .network: "network"
        case .process: "PID"
        case .time: "time"
        case .user: "user"
        case .uts: "UTS"
        }
    }

    /// The file below /proc/PID/ns of the namespace that the next child gets. Source: namespaces(7).
    var fileForChildren: String {
        self == .process || self == .time ? "\(rawValue)_for_children" : rawValue
    }
}
