// SPDX-License-Identifier: Apache-2.0

internal import Addressing
public import LinuxSystem
public import Netlink
public import SystemPackage

/// Why something could not be done to a namespace.
public enum NamespaceError: Error, Equatable, Sendable {
    /// A text that can't be a name.
    case invalidName(String, reason: String)
    /// The name is taken.
    case alreadyExists(NamespaceName)
    /// There is no such name.
    case notFound(NamespaceName)
    /// The name is a file on which no namespace is mounted (any more).
    case stale(NamespaceName)
    /// The name leads to something that is no network namespace.
    case notANamespace(String)
    /// No process has that number, or it has ended meanwhile.
    case noSuchProcess(Int32)
    /// The namespace of a process can't be opened.
    case processOutOfReach(Int32, Errno)
    /// A mount below this path would not be seen by the rest of the machine.
    case mountsOutOfReach(path: String)
    /// The namespace is in use, and was to be left alone then.
    case inUse(NamespaceName, by: String)
    /// A system call failed; the operation is a verb phrase.
    case system(operation: String, Errno)
    /// A conversation with the kernel failed.
    case netlink(NetlinkError)
}

extension NamespaceError: ThreadRefusal {
    /// What was to be done takes a thread of its own.
    public init(threadRefusal reason: Errno) { self = .system(operation: "start a thread", reason) }
}

extension NamespaceError: CustomStringConvertible {
    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .invalidName(let text, let reason): "\(quoted(text)) can't be the name of a namespace: \(reason)"
        case .alreadyExists(let name): "namespace \(quoted(name.description)) exists already (EEXIST)"
        case .notFound(let name): "there is no namespace \(quoted(name.description)) (ENOENT)"
        case .stale(let name):
            "\(quoted(name.description)) is a stale name: no namespace is mounted on it"
        case .notANamespace(let what): "\(quoted(what)) is not a network namespace"
        case .noSuchProcess(let process): "there is no process \(process) (ESRCH)"
        case .processOutOfReach(let process, let errno):
            "cannot open the network namespace of process \(process): \(errno.sentence)"
        case .mountsOutOfReach(let path):
            "a name made here would stand for nothing elsewhere: this mount namespace hears of mounts in "
                + "\(quoted(path)) and tells of none"
        case .inUse(let name, let users): "namespace \(quoted(name.description)) is in use by \(users)"
        case .system(let operation, let errno): "cannot \(operation): \(errno.sentence)"
        case .netlink(let error): error.description
        }
    }

    /// The error number, where the failure has one.
    public var errno: Errno? {
        switch self {
        case .system(_, let errno): errno
        case .netlink(let error): error.errno
        case .alreadyExists: .fileExists
        case .notFound: .noSuchFileOrDirectory
        case .noSuchProcess: .noSuchProcess
        case .processOutOfReach(_, let errno): errno
        default: nil
        }
    }

    /// What to do, only where the cause is certain.
    public var hint: String? {
        switch self {
        case .stale: "'netns prune' removes stale names"
        case .alreadyExists: "--exist-ok accepts it"
        case .mountsOutOfReach: "nsenter --target 1 --mount netns …"
        case .processOutOfReach(_, .permissionDenied), .processOutOfReach(_, .notPermitted):
            "to look into that process takes CAP_SYS_PTRACE" + (isSuperuser() ? "" : ": run as root")
        case .system(let operation, .wouldBlock) where operation.hasPrefix("lock "):
            "another process holds the lock: 'fuser -v /run/netns' names it"
        default:
            errno == .notPermitted && !isSuperuser()
                ? "run as root, or in a user namespace of your own (unshare -Urmn)" : nil
        }
    }
}

/// Runs a system call of LinuxSystem and names what it was for.
func attempt<Value: ~Copyable>(
    _ operation: @autoclosure () -> String, _ call: @autoclosure () throws(Errno) -> Value
) throws(NamespaceError) -> Value {
    do throws(Errno) { return try call() } catch { throw .system(operation: operation(), error) }
}

/// Runs a netlink conversation.
func converse<Value: ~Copyable>(
    _ call: @autoclosure () throws(NetlinkError) -> Value
) throws(NamespaceError) -> Value {
    do throws(NetlinkError) { return try call() } catch { throw .netlink(error) }
}
