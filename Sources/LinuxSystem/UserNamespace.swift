// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// The calling process's effective user and group.
public struct EffectiveIdentity: Sendable, Equatable {
    /// Their numbers.
    public var userID: UInt32, groupID: UInt32

    /// Source: geteuid(2), getegid(2).
    public static var current: EffectiveIdentity { EffectiveIdentity(userID: geteuid(), groupID: getegid()) }
}

/// Gives the calling process a user namespace of its own, in which it has all capabilities.
///
/// Nobody is mapped into it yet. The process must have one thread only. Source: unshare(2), `CLONE_NEWUSER`.
///
/// - Throws: `EPERM` where ordinary users may make none, or in a chroot(2); `ENOSPC` (`EUSERS` before Linux 4.9) at
///   `user.max_user_namespaces`.
public func unshareUserNamespace() throws(Errno) { try unshareThread(CLONE_NEWUSER) }

/// Makes who the calling process was before `unshareUserNamespace()` the root of its user namespace, and nobody else.
///
/// Processes of it can't change their supplementary groups: who may drop one could pass a ban. Source:
/// user_namespaces(7).
///
/// - Parameter groupsAreMapped: whether that was done for the groups already.
public func mapToRoot(_ identity: EffectiveIdentity, groupsAreMapped: Bool = false) throws(Errno) {
    try writeText("0 \(identity.userID) 1", to: "/proc/self/uid_map")
    if groupsAreMapped { return }
    try writeText("deny", to: "/proc/self/setgroups")
    try writeText("0 \(identity.groupID) 1", to: "/proc/self/gid_map")
}

/// Maps all users and groups of the caller's user namespace into that of a child, to the same numbers.
///
/// Needs `CAP_SETUID` and `CAP_SETGID`. Source: user_namespaces(7).
public func mapAllUsers(into process: Int32) throws(Errno) {
    for file in ["uid_map", "gid_map"] {
        let own = String(decoding: try readFile("/proc/self/\(file)"), as: UTF8.self)
        let lines = own.split(separator: "\n").compactMap { line -> String? in
            let fields = line.split(separator: " ")
            return fields.count == 3 ? "\(fields[0]) \(fields[0]) \(fields[2])\n" : nil
        }
        try writeText(lines.joined(), to: "/proc/\(process)/\(file)")
    }
}

/// The first range of users or groups that a file such as /etc/subuid gives to a user; nil when there is none.
///
/// Source: subuid(5).
public func subordinateRange(in file: String, of userID: UInt32) throws(Errno) -> (first: UInt32, count: UInt32)? {
    let owners = [accountName(userID), String(userID)]
    for line in String(decoding: try readFile(file), as: UTF8.self).split(separator: "\n") {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3, owners.contains(fields[0]), let first = UInt32(fields[1]),
            let count = UInt32(fields[2]), count > 0
        else { continue }
        return (first, count)
    }
    return nil
}

/// Whether the calling thread has `CAP_SYS_ADMIN` in its user namespace. Source: capget(2).
public func canAdministerSystem() -> Bool {
    var header = __user_cap_header_struct(version: UInt32(_LINUX_CAPABILITY_VERSION_3), pid: 0)
    var sets = [__user_cap_data_struct](repeating: __user_cap_data_struct(), count: 2)
    guard clinux_capget(&header, &sets) == 0 else { return false }
    return sets[0].effective & (1 << UInt32(CAP_SYS_ADMIN)) != 0
}

extension ProcessDescriptor {
    /// Moves the calling process into the user, mount and network namespaces of this one.
    ///
    /// Its working directory is then the root directory of that mount namespace. The caller must have one thread only.
    /// Source: setns(2) with a pidfd, Linux 5.8.
    ///
    /// - Throws: `EPERM` when the user namespace is somebody else's; `EINVAL` with more than one thread, or before
    ///   Linux 5.8; `ESRCH` when the process has ended.
    public borrowing func enterNamespaces() throws(Errno) {
        let descriptor = rawValue
        var kinds = CLONE_NEWNS | CLONE_NEWNET
        // One's own user namespace can't be entered again.
        if try FileStatus(of: "/proc/self/ns/user").inode != FileStatus(of: "/proc/\(processID)/ns/user").inode {
            kinds |= CLONE_NEWUSER
        }
        try systemCall { setns(descriptor, kinds) }
    }
}

/// The process's user namespace, or one that was made inside it, is the one of that number.
///
/// Needs to be inside it, or to have made it. Source: ioctl_ns(2), `NS_GET_USERNS`.
public func isInUserNamespace(_ processID: Int32, _ inode: UInt64) -> Bool {
    guard var place = try? OwnedDescriptor(opening: "/proc/\(processID)/ns/user") else { return false }
    // The kernel nests them 32 deep.
    for _ in 0...32 {
        if (try? place.status())?.inode == inode { return true }
        let owner = clinux_namespace_owner(place.rawValue)
        guard owner != -1 else { return false }
        place = OwnedDescriptor(owning: owner)
    }
    return false
}

/// The user who made the user namespace at `descriptor`, as the caller's user namespace knows them; nil when it is none.
///
/// Source: ioctl_ns(2), `NS_GET_OWNER_UID`.
public func userNamespaceMaker(_ descriptor: borrowing OwnedDescriptor) -> UInt32? {
    var uid: uid_t = 0
    return clinux_namespace_owner_uid(descriptor.rawValue, &uid) == 0 ? uid : nil
}

/// Makes a symbolic link. Source: symlink(2).
public func makeSymbolicLink(to target: some SystemPath, at path: some SystemPath) throws(Errno) {
    try systemCall { target.withSystemPath { target in path.withSystemPath { symlink(target, $0) } } }
}

/// Makes an open directory the working directory of the process. Source: fchdir(2).
public func changeDirectory(toDescriptor descriptor: Int32) throws(Errno) { try systemCall { fchdir(descriptor) } }
