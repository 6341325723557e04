// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

/// How mount events travel between a mount and its copies. Source: mount_namespaces(7).
public enum MountPropagation: Sendable {
    /// Events go both ways.
    case shared
    /// Events go nowhere.
    case `private`
    /// Events come in and do not go out.
    case slave

    fileprivate var flag: Int {
        switch self {
        case .shared: Int(MS_SHARED)
        case .private: Int(MS_PRIVATE)
        case .slave: Int(MS_SLAVE)
        }
    }
}

/// Mounts a file system. Needs `CAP_SYS_ADMIN`. Source: mount(2).
public func mountFileSystem(
    _ type: String, source: String, at target: String, flags: Int = 0, data: String? = nil
) throws(Errno) {
    try systemCall { mount(source, target, type, UInt(flags), data) }
}

/// Makes the file or directory at `source` visible at `target` too. Source: mount(2), `MS_BIND`.
public func bindMount(
    _ source: some SystemPath, at target: some SystemPath, recursive: Bool = false
) throws(Errno) {
    let flags = recursive ? Int(MS_BIND) | Int(MS_REC) : Int(MS_BIND)
    try systemCall {
        source.withSystemPath { source in target.withSystemPath { mount(source, $0, nil, UInt(flags), nil) } }
    }
}

/// Makes `source` visible in place of `target`, which is covered itself when it is a symbolic link.
///
/// So the mount stays when the link's target is replaced, and a link that leads nowhere can be
/// covered as well. Source: mount(2) on an `O_PATH | O_NOFOLLOW` descriptor.
public func bindMountCoveringLink(_ source: some SystemPath, at target: some SystemPath) throws(Errno) {
    let place = try OwnedDescriptor(opening: target, flags: O_PATH | O_NOFOLLOW)
    try bindMount(source, at: place.procPath)
}

/// Changes the propagation of the mount at `target`.
public func setPropagation(
    _ propagation: MountPropagation, of target: String, recursive: Bool = false
) throws(Errno) {
    let flags = propagation.flag | (recursive ? Int(MS_REC) : 0)
    try systemCall { mount("", target, "none", UInt(flags), nil) }
}

/// Takes the topmost mount off `target`, at once for new users and later for those inside it.
///
/// A symbolic link is not followed. Source: umount2(2), `MNT_DETACH | UMOUNT_NOFOLLOW`.
public func detachMount(_ target: some SystemPath) throws(Errno) {
    try systemCall { target.withSystemPath { umount2($0, Int32(MNT_DETACH) | Int32(UMOUNT_NOFOLLOW)) } }
}

/// A private copy of the mount at `path`, attached nowhere yet. Source: open_tree(2).
///
/// - Throws: `EINVAL` when `path` is not on a mount of this mount namespace; `ENOSYS` before Linux 5.2.
public func cloneMount(_ path: some SystemPath) throws(Errno) -> OwnedDescriptor {
    let flags = UInt32(OPEN_TREE_CLONE) | UInt32(OPEN_TREE_CLOEXEC) | UInt32(bitPattern: AT_RECURSIVE)
    return OwnedDescriptor(owning: try systemCall { path.withSystemPath { open_tree(AT_FDCWD, $0, flags) } })
}

/// Says how mount events travel from and to a mount made by `cloneMount`, and those below it.
///
/// Source: mount_setattr(2).
///
/// - Throws: `ENOSYS` before Linux 5.12.
public func setPropagation(_ propagation: MountPropagation, of mount: borrowing OwnedDescriptor) throws(Errno) {
    let rawValue = mount.rawValue
    var attributes = mount_attr()
    attributes.propagation = UInt64(propagation.flag)
    try systemCall {
        mount_setattr(
            rawValue, "", UInt32(AT_EMPTY_PATH) | UInt32(bitPattern: AT_RECURSIVE), &attributes,
            MemoryLayout<mount_attr>.size)
    }
}

/// Attaches a mount made by `cloneMount`. Source: move_mount(2).
public func attachMount(_ mount: borrowing OwnedDescriptor, at target: some SystemPath) throws(Errno) {
    let rawValue = mount.rawValue
    try systemCall {
        target.withSystemPath { move_mount(rawValue, "", AT_FDCWD, $0, UInt32(MOVE_MOUNT_F_EMPTY_PATH)) }
    }
}

/// mount(2) flag of a read-only mount, `MS_RDONLY`.
public let readOnlyMount = Int(MS_RDONLY)

/// mount(2) flags of a file system whose files give nobody power and run no program: as /proc is mounted.
public let noSetUserMount = Int(MS_NOSUID) | Int(MS_NODEV) | Int(MS_NOEXEC)
