// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// A user as the account database knows it. Source: getpwnam(3).
public struct UserAccount: Sendable, Equatable {
    /// The login name; the number in digits for a number without an account.
    public var name: String
    /// Its numbers.
    public var userID: UInt32, groupID: UInt32
    /// All groups that the user is in.
    public var groups: [UInt32]
    /// Home directory and shell.
    public var home: String, shell: String

    /// Looks up a login name, or takes a decimal number. Nil when there is no such user.
    public init?(_ text: String) {
        // The greatest number is none: to setresuid(2) it means that nothing changes.
        let number = UInt32(text).flatMap { $0 == .max ? nil : $0 }
        let entry = getpwnam(text) ?? number.flatMap { getpwuid($0) }
        guard let entry else {
            guard let number else { return nil }
            self.init(name: text, userID: number, groupID: number, groups: [number], home: "/", shell: "/bin/sh")
            return
        }
        let (name, group) = (String(cString: entry.pointee.pw_name), entry.pointee.pw_gid)
        let (userID, home, shell) = (
            entry.pointee.pw_uid, String(cString: entry.pointee.pw_dir), String(cString: entry.pointee.pw_shell)
        )
        self.init(
            name: name, userID: userID, groupID: group, groups: groupList(of: name, group), home: home, shell: shell)
    }

    private init(name: String, userID: UInt32, groupID: UInt32, groups: [UInt32], home: String, shell: String) {
        self.name = name
        self.userID = userID
        self.groupID = groupID
        self.groups = groups
        self.home = home
        self.shell = shell
    }
}

/// All groups of a user, `group` among them. Source: getgrouplist(3).
private func groupList(of name: String, _ group: gid_t) -> [gid_t] {
    var room: Int32 = 64
    while true {
        var groups = [gid_t](repeating: 0, count: Int(room))
        var count = room
        if getgrouplist(name, group, &groups, &count) >= 0 { return Array(groups.prefix(Int(count))) }
        // It tells how many there are, and may find more when it is asked again.
        room = max(count, room * 2)
    }
}

/// Makes the calling thread, and what it starts, run as another user.
///
/// Only this thread: glibc's own functions would change every thread of the process.
/// Needs `CAP_SETUID` and `CAP_SETGID`. Source: setresuid(2), setgroups(2).
public func becomeUser(_ user: UserAccount) throws(Errno) {
    try systemCall { clinux_thread_setgroups(user.groups.count, user.groups) }
    try systemCall { clinux_thread_setresgid(user.groupID) }
    try systemCall { clinux_thread_setresuid(user.userID) }
}

/// Takes from the calling thread, unless it is root's, the capabilities that an exec would pass on.
///
/// As ip(8) does it: a netns that was given file capabilities must not hand them to any program
/// that a user names. They stay with a caller who has `CAP_NET_ADMIN` inheritable on purpose.
public func dropInheritedCapabilities() throws(Errno) {
    guard getuid() != 0, geteuid() != 0 else { return }
    var header = __user_cap_header_struct(version: UInt32(_LINUX_CAPABILITY_VERSION_3), pid: 0)
    var sets = [__user_cap_data_struct](repeating: __user_cap_data_struct(), count: 2)
    try systemCall { clinux_capget(&header, &sets) }
    guard sets[0].inheritable & (1 << UInt32(CAP_NET_ADMIN)) == 0 else { return }
    try systemCall { clinux_clear_ambient_capabilities() }
    sets = [__user_cap_data_struct](repeating: __user_cap_data_struct(), count: 2)
    try systemCall { clinux_capset(&header, &sets) }
}

/// Changes the working directory of the process. Source: chdir(2).
public func changeDirectory(to path: some SystemPath) throws(Errno) {
    try systemCall { path.withSystemPath { chdir($0) } }
}

/// Makes a directory the root of the process, and its working directory. Needs `CAP_SYS_CHROOT`.
///
/// Source: chroot(2).
public func changeRoot(to directory: borrowing OwnedDescriptor) throws(Errno) {
    try changeDirectory(toDescriptor: directory.rawValue)
    try systemCall { chroot(".") }
}

/// Takes all supplementary groups from the calling thread. Needs `CAP_SETGID`. Source: setgroups(2).
public func dropGroups() throws(Errno) { try systemCall { clinux_thread_setgroups(0, nil) } }

/// Gives the calling thread a group for real, effective and saved. Needs `CAP_SETGID`. Source: setresgid(2).
public func becomeGroup(_ groupID: UInt32) throws(Errno) { try systemCall { clinux_thread_setresgid(groupID) } }

/// Gives the calling thread a user for real, effective and saved. Needs `CAP_SETUID`. Source: setresuid(2).
public func becomeUser(_ userID: UInt32) throws(Errno) { try systemCall { clinux_thread_setresuid(userID) } }

/// The number of a group of the account database, or of decimal digits. Source: getgrnam(3).
public func groupNumber(_ text: String) -> UInt32? { UInt32(text) ?? getgrnam(text)?.pointee.gr_gid }

/// The user's login name; nil for a number without an account. Source: getpwuid(3).
public func accountName(_ userID: UInt32) -> String? { getpwuid(userID).map { String(cString: $0.pointee.pw_name) } }

/// Lets the calling thread keep its permitted capabilities when it stops to be root. Source: prctl(2).
public func keepCapabilitiesAsOtherUser() throws(Errno) { try systemCall { clinux_keep_capabilities() } }

/// Lets the programs that the calling thread becomes keep the capabilities that it has, whoever they run as.
///
/// Source: capabilities(7), ambient set.
public func keepCapabilities() throws(Errno) {
    var header = __user_cap_header_struct(version: UInt32(_LINUX_CAPABILITY_VERSION_3), pid: 0)
    var sets = [__user_cap_data_struct](repeating: __user_cap_data_struct(), count: 2)
    try systemCall { clinux_capget(&header, &sets) }
    for index in sets.indices { sets[index].inheritable = sets[index].permitted }
    try systemCall { clinux_capset(&header, sets) }
    for (index, set) in sets.enumerated() {
        for bit in 0..<32 where set.permitted & (1 << UInt32(bit)) != 0 {
            // One that the kernel does not know can't be among the permitted.
            try systemCall { clinux_raise_ambient_capability(Int32(index * 32 + bit)) }
        }
    }
}
