// SPDX-License-Identifier: Apache-2.0

internal import Addressing
public import GenericNetlink
public import LinuxSystem
internal import Netlink
public import RouteNetlink
public import SystemPackage

/// Which namespace it is: the device and inode of its file in nsfs.
///
/// Inodes are reused after a namespace has died; hold a `NetworkNamespace` to be sure.
public struct NamespaceIdentity: Hashable, Sendable {
    /// The nsfs device.
    public let device: UInt64
    /// The number that `ls -l /proc/PID/ns` shows in brackets.
    public let inode: UInt64

    /// Reads the identity of a file's target.
    public init(of status: FileStatus) {
        device = status.device
        inode = status.inode
    }

    init(device: UInt64, inode: UInt64) { (self.device, self.inode) = (device, inode) }
}

/// A network namespace kept alive by an open descriptor, which closes itself.
public struct NetworkNamespace: ~Copyable, Sendable {
    /// The open namespace file.
    public let descriptor: OwnedDescriptor
    /// Which namespace it is.
    public let identity: NamespaceIdentity

    /// Takes a descriptor that must be of a network namespace.
    ///
    /// - Parameter shownAs: how an error calls it.
    public init(_ descriptor: consuming OwnedDescriptor, shownAs name: String) throws(NamespaceError) {
        let kind = namespaceKind(descriptor)
        let status = try attempt("look at '\(name)'", try descriptor.status())
        guard kind == networkNamespaceKind else { throw .notANamespace(name) }
        self.init(proven: descriptor, NamespaceIdentity(of: status))
    }

    private init(proven descriptor: consuming OwnedDescriptor, _ identity: NamespaceIdentity) {
        self.descriptor = descriptor
        self.identity = identity
    }

    /// Opens the namespace file at `path`, for example `/proc/1/ns/net`.
    ///
    /// What is there is looked at before it is opened, so that no device, pipe or
    /// socket is ever touched. A symbolic link is followed.
    public static func open(path: FilePath) throws(NamespaceError) -> NetworkNamespace {
        let place = try attempt("open '\(path.text)'", try OwnedDescriptor(opening: path, flags: pathOnly))
        guard let magic = try? place.fileSystemMagic(), isNamespaceFileSystem(magic) else {
            throw .notANamespace(path.text)
        }
        return try NetworkNamespace(
            try attempt("open '\(path.text)'", try OwnedDescriptor(opening: place.procPath)), shownAs: path.text)
    }

    /// The namespace of the calling thread.
    public static func current() throws(NamespaceError) -> NetworkNamespace {
        try NetworkNamespace(
            try attempt("open the current network namespace", try openThreadNetworkNamespace()), shownAs: "current")
    }

    /// The namespace of a process, which can't be mistaken for that of a successor with the same number.
    ///
    /// Needs ptrace access to the process. Source: pidfd_open(2).
    public static func ofProcess(_ processID: Int32) throws(NamespaceError) -> NetworkNamespace {
        try ofProcess(processID, startTime: nil)
    }

    /// The same of a process that is known by more than its number.
    ///
    /// - Throws: `.noSuchProcess` also when its number has passed to another.
    public static func ofProcess(_ process: ProcessIdentity) throws(NamespaceError) -> NetworkNamespace {
        try ofProcess(process.processID, startTime: process.startTime)
    }

    private static func ofProcess(_ processID: Int32, startTime: UInt64?) throws(NamespaceError) -> NetworkNamespace {
        let descriptor: OwnedDescriptor
        do throws(Errno) {
            let process = try ProcessDescriptor(processID)
            // Looked at after it was opened: the one that is held is the one that was meant.
            if let startTime, ProcessIdentity(of: processID)?.startTime != startTime { throw .noSuchProcess }
            descriptor = try process.networkNamespace()
        } catch {
            // The other two: the number of a thread, before and since Linux 6.9.
            throw error == .noSuchProcess || error == .invalidArgument || error == .noSuchFileOrDirectory
                ? .noSuchProcess(processID)
                : .processOutOfReach(processID, error)
        }
        return try NetworkNamespace(descriptor, shownAs: "process \(processID)")
    }

    /// A new namespace that only the returned value keeps alive. Needs `CAP_SYS_ADMIN`.
    public static func make() throws(NamespaceError) -> NetworkNamespace {
        try NetworkNamespace(
            try attempt("make a network namespace", try makeNetworkNamespace()), shownAs: "new namespace")
    }

    /// Runs `body` inside this namespace, on a thread made for it alone.
    ///
    /// Membership belongs to the thread, and the thread ends with `body`: nothing is moved
    /// back and no caller can be stranded. `body` is synchronous on purpose: a suspended task
    /// may resume on another thread. Needs `CAP_SYS_ADMIN` over the namespace.
    public borrowing func run<Value: ~Copyable>(_ body: () throws -> Value) throws -> Value {
        let descriptor = descriptor.rawValue
        return try onDisposableThread { () throws(any Error) in
            do throws(Errno) { try enterNetworkNamespace(rawValue: descriptor) } catch {
                throw NamespaceError.system(operation: "enter the network namespace", error)
            }
            return try body()
        }
    }

    /// A routing socket of this namespace, usable from any thread.
    ///
    /// Needs `CAP_SYS_ADMIN` over the namespace.
    ///
    /// - Parameter name: how an error calls the namespace.
    public borrowing func openRouteSocket(shownAs name: String? = nil) throws(NamespaceError) -> RouteSocket {
        RouteSocket(try openSocket(.route, shownAs: name))
    }

    /// A socket for the families of generic netlink in this namespace, usable from any thread.
    ///
    /// Needs `CAP_SYS_ADMIN` over the namespace.
    ///
    /// - Parameter name: how an error calls the namespace.
    public borrowing func openGenericSocket(
        shownAs name: String? = nil
    ) throws(NamespaceError) -> GenericNetlinkSocket {
        GenericNetlinkSocket(try openSocket(.generic, shownAs: name))
    }

    private borrowing func openSocket(
        _ family: NetlinkFamily, shownAs name: String?
    ) throws(NamespaceError) -> NetlinkSocket {
        do throws(NetlinkError) { return try NetlinkSocket.open(family, in: descriptor) } catch {
            // A thread that the system refuses (EAGAIN) has nothing to do with the namespace.
            guard let name, case .socket(_, let errno) = error, errno != .resourceTemporarilyUnavailable else {
                throw .netlink(error)
            }
            throw .system(operation: "open a socket in namespace \(quoted(name.description))", errno)
        }
    }

    /// The 64-bit id that is never reused until reboot; nil before Linux 6.18.
    public var id: UInt64? { namespaceID(descriptor) }

    /// The uid that made the user namespace which owns this one; nil when that is out of sight.
    public var owner: UInt32? { namespaceOwner(descriptor) }
}
