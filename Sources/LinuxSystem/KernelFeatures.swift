// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// Features of younger kernels that are made use of where they are; the raw values are their C names.
public enum KernelFeature: String, Sendable, CaseIterable {
    /// Netlink requests are checked strictly, and dumps filtered in the kernel (Linux 4.20).
    case strictChecking = "NETLINK_GET_STRICT_CHK"
    /// Mounts are copied and attached as trees (Linux 5.2).
    case mountCopies = "open_tree"
    /// Processes are held by descriptors (Linux 5.3).
    case processDescriptors = "pidfd_open"
    /// The network namespace of a process held so (Linux 6.11).
    case processNamespaces = "PIDFD_GET_NET_NAMESPACE"
    /// 64-bit ids of namespaces that are never reused (Linux 6.18).
    case namespaceIDs = "NS_GET_ID"

    /// Asks the kernel, by a harmless use of the feature. No capability is needed.
    public var isPresent: Bool {
        switch self {
        case .strictChecking:
            let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let socket = OwnedDescriptor(owning: Glibc.socket(AF_NETLINK, kind, 0))
            var on: Int32 = 1
            let size = socklen_t(MemoryLayout<Int32>.size)
            // The option's number is in linux/netlink.h, which is the layer's above.
            return setsockopt(socket.rawValue, SOL_NETLINK, 12, &on, size) == 0
        case .mountCopies:
            // A path that is missing, or the want of privilege, is noticed behind the call's own absence.
            return open_tree(AT_FDCWD, "", UInt32(OPEN_TREE_CLONE)) != -1 || Glibc.errno != ENOSYS
        case .processDescriptors: return (try? ProcessDescriptor(getpid())) != nil
        case .processNamespaces:
            let process = clinux_pidfd_open(getpid(), 0)
            guard process != -1 else { return false }
            let owned = OwnedDescriptor(owning: process)
            let namespace = clinux_pidfd_network_namespace(owned.rawValue)
            guard namespace != -1 else { return false }
            _ = OwnedDescriptor(owning: namespace)
            return true
        case .namespaceIDs:
            guard let own = try? openThreadNetworkNamespace() else { return false }
            return namespaceID(own) != nil
        }
    }
}
