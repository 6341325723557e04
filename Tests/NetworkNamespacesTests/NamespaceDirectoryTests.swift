// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import TestFiles
import Testing

@testable import NetworkNamespaces

@Suite struct NamespaceDirectoryTests {
    private let root: TemporaryDirectory
    private var directory: NamespaceDirectory { NamespaceDirectory(path: root.path) }

    init() throws {
        root = try TemporaryDirectory()
    }

    /// Names that are alike as text, or to Unicode, are as many files.
    @Test("names are told apart by their bytes")
    func bytes() throws {
        let names: [[UInt8]] = [
            Array("\u{e4}".utf8), Array("a\u{308}".utf8), [0xff], Array("\u{fffd}".utf8), Array("\\xff".utf8),
        ]
        for name in names { try makeLink(FilePath(root.path).appending(name: name)) }
        let found = try directory.names()
        #expect(found.map(\.bytes) == names.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(Set(found).count == names.count)
        #expect(Set(found.map(\.description.utf8).map(Array.init)).count == names.count)
        #expect(try directory.namedNamespaces().map(\.name) == found)
        for name in found {
            #expect(try NamespaceName(existing: name.description) == name)
            #expect(try directory.state(of: name) == .ok)
        }
    }

    @Test(
        "a name is shown as it can be typed",
        arguments: [
            ([0x61, 0xff, 0x62], "a\\xffb"), (Array("\\xff".utf8), "\\\\xff"), (Array("\\x7f".utf8), "\\x7f"),
            (Array("a\\b".utf8), "a\\b"), (Array("\\\\b\\".utf8), "\\\\b\\"), ([0x5c, 0xff], "\\\\\\xff"),
            ([0x5c, 0x5c, 0xff, 0x5c], "\\\\\\\\\\xff\\"), ([0xe2, 0x98], "\\xe2\\x98"), (Array("☂".utf8), "☂"),
            ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xc0, 0xaf], "\\xc0\\xaf"), (Array("\\xfg".utf8), "\\xfg"),
            (Array("\\xFF".utf8), "\\\\xFF"), (Array("\\x+8".utf8), "\\x+8"), ([0xff, 0x2e], "\\xff."),
        ] as [([UInt8], String)])
    func spelling(bytes: [UInt8], text: String) throws {
        let name = try #require(NamespaceName(bytes: bytes))
        #expect(name.description == text)
        #expect(try NamespaceName(existing: text) == name)
    }

    @Test(
        "an escape stands for its byte alone", arguments: [("\\xFF", 0xff), ("\\xc3\\xa4", 0xc3)] as [(String, UInt8)])
    func typing(text: String, first: UInt8) throws {
        #expect(try NamespaceName(existing: text).bytes.first == first)
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
