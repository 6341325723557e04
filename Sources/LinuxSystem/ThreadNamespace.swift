// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// Moves the calling thread into the network namespace open at `descriptor`.
///
/// Call it on a disposable thread, or as the last thing before execve(2).
/// Needs `CAP_SYS_ADMIN` in the user namespace that owns the target. Source: setns(2).
public func enterNetworkNamespace(_ descriptor: borrowing OwnedDescriptor) throws(Errno) {
    try enterNetworkNamespace(rawValue: descriptor.rawValue)
}

/// Gives the calling thread a new namespace of each kind in `flags`. Source: unshare(2).
public func unshareThread(_ flags: Int32) throws(Errno) {
    try systemCall { unshare(flags) }
}

/// Opens the network namespace of the calling thread.
public func openThreadNetworkNamespace() throws(Errno) -> OwnedDescriptor {
    try OwnedDescriptor(opening: "/proc/thread-self/ns/net")
}

/// Makes a network namespace that nothing but the returned descriptor keeps alive.
///
/// Needs `CAP_SYS_ADMIN`. Source: unshare(2), `CLONE_NEWNET`.
public func makeNetworkNamespace() throws(Errno) -> OwnedDescriptor {
    try onDisposableThread { () throws(Errno) in
        try unshareThread(CLONE_NEWNET)
        return try openThreadNetworkNamespace()
    }
}

/// The `CLONE_NEW…` kind of the namespace open at `descriptor`, or nil when it is none.
///
/// Source: ioctl_ns(2), `NS_GET_NSTYPE`. The file system is asked first, so that
/// no ioctl ever reaches a device that someone put in the namespace's place.
public func namespaceKind(_ descriptor: borrowing OwnedDescriptor) -> Int32? {
    namespaceKind(rawValue: descriptor.rawValue)
}

/// The same for a borrowed descriptor.
public func namespaceKind(rawValue: Int32) -> Int32? {
    var status = statfs()
    guard (try? systemCall({ fstatfs(rawValue, &status) })) != nil, Int(status.f_type) == Int(NSFS_MAGIC) else {
        return nil
    }
    let kind = clinux_namespace_type(rawValue)
    return kind == -1 ? nil : kind
}

/// The 64-bit id of the namespace at `descriptor`, never reused until reboot; nil before Linux 6.18.
public func namespaceID(_ descriptor: borrowing OwnedDescriptor) -> UInt64? {
    var id: UInt64 = 0
    return clinux_namespace_id(descriptor.rawValue, &id) == 0 ? id : nil
}

/// Whether the network namespace with this id and inode is there still; nil where that can't be told: before Linux 6.18,
/// or without `CAP_SYS_ADMIN` over it. Whatever holds it may be out of sight. Source: open_by_handle_at(2).
public func isNetworkNamespaceThere(id: UInt64, inode: UInt64) -> Bool? {
    guard let inode = UInt32(exactly: inode) else { return nil }
    do throws(Errno) {
        _ = OwnedDescriptor(owning: try systemCall { clinux_open_network_namespace(id, inode) })
        return true
    } catch { return error == .staleNFSFileHandle ? false : nil }
}

/// The uid that made the user namespace which owns the namespace at `descriptor`.
///
/// Source: ioctl_ns(2), `NS_GET_USERNS` and `NS_GET_OWNER_UID`. Nil when the owner
/// is outside the caller's own user namespace.
public func namespaceOwner(_ descriptor: borrowing OwnedDescriptor) -> UInt32? {
    let owner = clinux_namespace_owner(descriptor.rawValue)
    guard owner != -1 else { return nil }
    let descriptor = OwnedDescriptor(owning: owner)
    var uid: uid_t = 0
    return clinux_namespace_owner_uid(descriptor.rawValue, &uid) == 0 ? uid : nil
}

/// The `CLONE_NEW…` kind of a network namespace.
public let networkNamespaceKind: Int32 = CLONE_NEWNET

/// Whether a file system's magic number is that of namespaces, nsfs.
public func isNamespaceFileSystem(_ magic: Int) -> Bool { magic == Int(NSFS_MAGIC) }

/// open(2) flags that get hold of a file without opening it: no device or pipe notices.
public let pathOnly: Int32 = O_PATH

/// Moves the calling thread into the network namespace at a borrowed descriptor.
public func enterNetworkNamespace(rawValue: Int32) throws(Errno) {
    try systemCall { setns(rawValue, CLONE_NEWNET) }
}

/// Gives the calling thread a new network namespace. Needs `CAP_SYS_ADMIN`.
public func unshareThreadNetwork() throws(Errno) { try unshareThread(CLONE_NEWNET) }

/// Gives the calling thread a copy of its mount namespace. Needs `CAP_SYS_ADMIN`.
///
/// It then has a working directory of its own as well (`CLONE_FS`).
public func unshareMounts() throws(Errno) { try unshareThread(CLONE_NEWNS) }

/// Moves the calling thread into the mount namespace at a borrowed descriptor, to its root directory.
///
/// Call it on a disposable thread: a thread that shares its root with others is not let in, so that it parts
/// from them first (`CLONE_FS`). Needs `CAP_SYS_ADMIN` and `CAP_SYS_CHROOT`. Source: setns(2).
public func enterMountNamespace(rawValue: Int32) throws(Errno) {
    try unshareThread(CLONE_FS)
    try systemCall { setns(rawValue, CLONE_NEWNS) }
}

/// Moves the calling thread into the namespace open at a borrowed descriptor.
///
/// A process with one thread can enter every kind; a thread beside others no user or time namespace. Of the mount
/// kind it gets the root directory as well. What the PID kind changes is for children. Source: setns(2).
///
/// - Throws: `EPERM` without `CAP_SYS_ADMIN` in the owning user namespace (for the mount kind `CAP_SYS_CHROOT` too);
///   `EINVAL` for a file that is no namespace of this kind, and for the user namespace in which the caller is.
public func enterNamespace(rawValue: Int32, _ kind: NamespaceKind) throws(Errno) {
    try systemCall { setns(rawValue, kind.flag) }
}

/// Gives the calling thread a new namespace of each kind; the new user namespace owns the others.
///
/// Source: unshare(2).
///
/// - Throws: `EPERM` without `CAP_SYS_ADMIN`, unless the user kind is among them; `ENOSPC` at a limit of
///   /proc/sys/user; `EINVAL` for kinds that the kernel lacks.
public func unshareNamespaces(_ kinds: [NamespaceKind]) throws(Errno) {
    try unshareThread(kinds.reduce(0) { $0 | $1.flag })
}
