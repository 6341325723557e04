// SPDX-License-Identifier: Apache-2.0

import Addressing
import Testing

@Suite struct InterfaceNameTests {
    @Test(arguments: [
        "lo", "eth0", "a", "veth.100", "br-0123456789ab", "fifteen-bytes-x", "-x", "...", "@x", "é", "veth%d", "\"'\\",
    ])
    func takes(text: String) throws {
        let name = try InterfaceName(parsing: text)
        #expect(name.description == text)
        #expect(name.bytes == Array(text.utf8))
        #expect(name.count == text.utf8.count)
        #expect(name.withBytes { $0.count } == text.utf8.count)
        #expect(written { name.append(to: &$0) } == text)
        #expect(InterfaceName(text) == name)
        #expect(InterfaceName(kernel: text.utf8) == name)
        #expect(InterfaceName(kernel: Array(text.utf8) + [0]) == name)
    }

    /// What the kernel refuses too (EINVAL, ERANGE), but for the control and invisible characters.
    @Test(arguments: [
        ("", "it is empty"), ("sixteen-bytes-xx", "it has 16 bytes, and the kernel takes 15 at most"),
        ("éééééééé", "it has 16 bytes, and the kernel takes 15 at most"), (".", "'.' and '..' are no names"),
        ("..", "'.' and '..' are no names"), ("a/b", "it contains '/'"), ("/", "it contains '/'"),
        ("eth0:1", "it contains ':'"), ("a b", "it contains whitespace"), (" ", "it contains whitespace"),
        ("a\t", "it contains whitespace"), ("a\n", "it contains whitespace"), ("a\u{b}", "it contains whitespace"),
        ("a\r\n", "it contains whitespace"), ("a\u{3000}b", "it contains whitespace"),
        ("a\u{1}", "it contains the control character '\\u{1}'"),
        ("a\u{7f}", "it contains the control character '\\u{7f}'"),
        ("\u{1b}[31m", "it contains the control character '\\u{1b}'"),
        ("a\0b", "it contains the control character '\\u{0}'"), ("\0", "it contains the control character '\\u{0}'"),
        ("a\u{202e}b", "it contains the invisible character '\\u{202e}'"),
        ("voilà", "the kernel takes a byte of 'à' for a space"),
        ("a%b", "'%' may only stand once, before 'd', where the kernel puts a number"),
        ("%", "'%' may only stand once, before 'd', where the kernel puts a number"),
        ("a%d%d", "'%' may only stand once, before 'd', where the kernel puts a number"),
    ])
    func refuses(text: String, reason: String) throws {
        #expect(InterfaceName(text) == nil)
        let error = try #require(throws: AddressingError.self) { _ = try InterfaceName(parsing: text) }
        #expect(error.reason == reason)
        #expect(error.text == text)
        #expect(error.subject == .interfaceName)
    }

    @Test func takesWhatTheKernelReports() throws {
        let odd: [[UInt8]] = [[1], [0xff, 0xfe], [0x61, 0x7f], Array("a b".utf8), [0x61, 0x80, 0x10, 1]]
        for bytes in odd {
            let name = try #require(InterfaceName(kernel: bytes))
            #expect(name.bytes == bytes)
        }
        #expect(InterfaceName(kernel: [0xff])?.description == "\u{fffd}")
        #expect(InterfaceName(kernel: [0x61, 0, 0x62])?.description == "a")
        #expect(InterfaceName(kernel: []) == nil)
        #expect(InterfaceName(kernel: [0]) == nil)
        #expect(InterfaceName(kernel: Array(repeating: 0x61, count: 15)) != nil)
        #expect(InterfaceName(kernel: Array(repeating: 0x61, count: 16)) == nil)
    }

    @Test func everyByteInEveryPlace() throws {
        for count in 1...15 {
            for byte in UInt8(1)...UInt8.max {
                let bytes = Array(repeating: 0x78, count: count - 1) + [byte]
                let name = try #require(InterfaceName(kernel: bytes))
                #expect(name.count == count)
                #expect(name.bytes == bytes)
            }
        }
    }

    @Test func templates() throws {
        #expect(try InterfaceName(parsing: "veth%d").isTemplate)
        #expect(try !InterfaceName(parsing: "veth0").isTemplate)
    }

    @Test func ordersByBytes() throws {
        let names = try ["a", "aa", "ab", "abcdefgh", "abcdefghi", "b", "lo"].map { try InterfaceName(parsing: $0) }
        #expect(names.reversed().sorted() == names)
    }
}
