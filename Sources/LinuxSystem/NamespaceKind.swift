// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// The eight kinds of namespaces that Linux has.
///
/// The raw values are the names of the files under /proc/PID/ns, which lsns(8) shows as well.
/// Source: namespaces(7).
public enum NamespaceKind: String, CaseIterable, Sendable {
    case cgroup, ipc
    case mount = "mnt"
    case network = "net"
    case process = "pid"
    case time, user, uts

    /// The flag of clone(2), unshare(2) and setns(2). Source: linux/sched.h, `CLONE_NEW…`.
    public var flag: Int32 {
        switch self {
        case .cgroup: CLONE_NEWCGROUP
        case .ipc: CLONE_NEWIPC
        case .mount: CLONE_NEWNS
        case .network: CLONE_NEWNET
        case .process: CLONE_NEWPID
        case .time: CLONE_NEWTIME
        case .user: CLONE_NEWUSER
        case .uts: CLONE_NEWUTS
        }
    }

    /// The parameter of the kernel that says how many a user may have. Source: namespaces(7), /proc/sys/user.
    public var limit: String { "user.max_\(rawValue)_namespaces" }

    /// The kind of a flag, such as `NS_GET_NSTYPE` tells it; nil for a kind that is not known here.
    public init?(flag: Int32) {
        guard let kind = Self.allCases.first(where: { $0.flag == flag }) else { return nil }
        self = kind
    }
}
