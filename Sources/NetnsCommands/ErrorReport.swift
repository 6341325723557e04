// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import NetworkNamespaces
internal import LinuxSystem
internal import SystemPackage

extension CommandFailure {
    /// A failure of the library in the user's words.
    init(_ error: NamespaceError) {
        if case .invalidName = error {
            self.init(error.description, status: ExitStatus.usage)
        } else {
            self.init(error.description, hint: error.hint)
        }
    }

    /// A refusal of the kernel in the user's words.
    init(_ error: NetlinkError) {
        self.init(error.description, hint: privilegeHint(error.errno))
        errno = error.errno
    }

    /// Any failure.
    init(reporting error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as NamespaceError: self.init(error)
        case let error as NetlinkError: self.init(error)
        case let error as KernelError: self.init(.kernel(error))
        case let error as Errno: self.init("cannot write the output: \(error.sentence)")
        default: self.init("\(error)")
        }
    }
}

/// What to do about a refusal for want of privilege.
func privilegeHint(_ errno: Errno?) -> String? {
    errno == .notPermitted && !isSuperuser()
        ? "run as root, or in a user namespace of your own (unshare -Urmn)" : nil
}
