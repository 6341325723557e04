// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import NetworkNamespaces
import SystemPackage

extension NamespaceName: ExpressibleByStringLiteral {
    /// A name that a test knows to be one.
    package init(stringLiteral text: String) {
        guard let name = NamespaceName(bytes: Array(text.utf8)) else { preconditionFailure("\(text) is no name") }
        self = name
    }
}

func makeLink(_ path: some SystemPath, to target: String = "/proc/self/ns/net") throws {
    try systemCall { path.withSystemPath { symlink(target, $0) } }
}
