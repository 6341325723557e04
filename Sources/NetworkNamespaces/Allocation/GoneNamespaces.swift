// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Those of some namespaces that are gone for certain. To take an address back that is in use is worse than to keep
/// one that is not.
func goneNamespaces(among namespaces: Set<AddressLease.Namespace>) -> Set<AddressLease.Namespace> {
    var gone: Set<AddressLease.Namespace> = []
    var unknown: Set<AddressLease.Namespace> = []
    for namespace in namespaces {
        let isThere = namespace.id.flatMap { isNetworkNamespaceThere(id: $0, inode: namespace.identity.inode) }
        switch isThere {
        case false?: gone.insert(namespace)
        case true?: break
        case nil: unknown.insert(namespace)
        }
    }
    return unknown.isEmpty ? gone : gone.union(unheldNamespaces(among: unknown))
}

/// What the kernel does not tell: those that nothing holds. None, where what holds them may be out of sight: processes
/// of another PID namespace, or such as may not be looked into.
private func unheldNamespaces(among namespaces: Set<AddressLease.Namespace>) -> Set<AddressLease.Namespace> {
    guard (try? readSymbolicLink("/proc/self/ns/pid")) == initialProcessNamespace,
        let scan = try? NamespaceScan(describing: [], foreignMounts: true), scan.unreadable == 0,
        // All must be of the one nsfs that the scan has seen.
        let own = try? NamespaceIdentity.ofThread()
    else { return [] }
    return namespaces.filter { $0.identity.device == own.device && scan[$0.identity.inode] == nil }
}

/// `PROC_PID_INIT_INO` of linux/proc_ns.h.
private let initialProcessNamespace = "pid:[4026531836]"
