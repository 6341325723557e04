// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Lets the process open as many files as the hard limit allows. Source: getrlimit(2), `RLIMIT_NOFILE`.
///
/// For programs that hold one for each of many objects. Programs started from here on inherit it.
public func raiseDescriptorLimit() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)
}
