// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import NetworkNamespaces

@Suite struct NamespaceDirectoryTests {
    private let root: TemporaryDirectory
    private var directory: NamespaceDirectory { NamespaceDirectory(path: root.path) }

    init() throws {
        root = try TemporaryDirectory()
    }

    @Test("a name that is no UTF-8 is not taken for another one")
    func notUTF8() throws {
        try makeLink("\(root.path)/\u{fffd}")
        let odd = root.path.utf8CString.dropLast() + [0x2f, -1, 0]
        try systemCall { symlink("/proc/self/ns/net", Array(odd)) }
        defer { unlink(Array(odd)) }
        #expect(try directory.names().map(\.description) == ["\u{fffd}"])
        #expect(try directory.namedNamespaces().map(\.name.description) == ["\u{fffd}"])
    }

    @Test("only what is not there is not found")
    func missing() throws {
        let name = try NamespaceName(existing: "red")
        #expect(throws: NamespaceError.notFound(name)) { try directory.state(of: name) }
        #expect(throws: NamespaceError.notFound(name)) {
            try NamespaceDirectory(path: "/etc/passwd").state(of: name)
        }
        let loop = NamespaceDirectory(path: "\(root.path)/loop")
        try makeLink(loop.path, to: "loop")
        #expect(throws: NamespaceError.system(operation: "look at '\(loop.path)/red'", .tooManySymbolicLinkLevels)) {
            try loop.state(of: name)
        }
    }
}
