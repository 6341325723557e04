// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
public import SystemPackage

/// The user namespace that owns the namespace at `descriptor`; of a user namespace, its parent.
///
/// - Throws: `EPERM` when that is outside the caller's own user namespace, or there is none.
///   Source: ioctl_ns(2), `NS_GET_USERNS`.
public func openOwningUserNamespace(_ descriptor: borrowing OwnedDescriptor) throws(Errno) -> OwnedDescriptor {
    let rawValue = descriptor.rawValue
    return OwnedDescriptor(owning: try systemCall { clinux_namespace_owner(rawValue) })
}

/// The parent of the namespace at `descriptor`, which is one of processes or of users.
///
/// - Throws: `EPERM` when that is outside the caller's own namespace, or there is none; `EINVAL` for a kind without
///   parents. Source: ioctl_ns(2), `NS_GET_PARENT`.
public func openParentNamespace(_ descriptor: borrowing OwnedDescriptor) throws(Errno) -> OwnedDescriptor {
    let rawValue = descriptor.rawValue
    return OwnedDescriptor(owning: try systemCall { clinux_namespace_parent(rawValue) })
}
