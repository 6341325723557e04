// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import LinuxSystem

/// The lines of /proc/PID/mountinfo, whose paths and sources are chosen by whoever mounts.
@Suite struct MountEntryTests {
    @Test func namespaceMount() throws {
        let entry = try #require(
            MountEntry(parsing: "551 23 0:4 net:[4026532281] /run/netns/red rw shared:9 master:3 - nsfs nsfs rw"))
        #expect(entry.id == 551)
        #expect(entry.parent == 23)
        #expect(entry.root == "net:[4026532281]")
        #expect(entry.target == "/run/netns/red")
        #expect(entry.options == "rw")
        #expect(entry.propagation == ["shared:9", "master:3"])
        #expect(entry.type == "nsfs")
        #expect(entry.source == "nsfs")
        #expect(entry.isShared)
        #expect(entry.isSlave)
        #expect(!entry.isReadOnly)
    }

    @Test func noOptionalFields() throws {
        let entry = try #require(MountEntry(parsing: "1 0 8:1 / / ro,nosuid - ext4 /dev/sda1 ro,errors=remount-ro"))
        #expect(entry.propagation.isEmpty)
        #expect(!entry.isShared)
        #expect(!entry.isSlave)
        #expect(entry.isReadOnly)
        #expect(entry.source == "/dev/sda1")
    }

    @Test func readOnlyIsAWholeWord() throws {
        let entry = try #require(MountEntry(parsing: "1 0 8:1 / / rw,rootcontext=x - ext4 /dev/sda1 ro"))
        #expect(!entry.isReadOnly)
    }

    @Test(arguments: [
        (#"/a\040b"#, "/a b"), (#"/a\011b\012c"#, "/a\tb\nc"), (#"/a\134040"#, #"/a\040"#), (#"/a\04"#, #"/a\04"#),
        (#"/a\089"#, #"/a\089"#), (#"/\"#, #"/\"#), (#"/\303\244"#, "/ä"), (#"/-"#, "/-"),
    ])
    func octalEscapes(written: String, meant: String) throws {
        let entry = try #require(MountEntry(parsing: "2 1 0:9 \(written) \(written) rw - tmpfs tmpfs rw"))
        #expect(entry.root.string == meant)
        #expect(entry.target.string == meant)
    }

    @Test func emptySource() throws {
        let entry = try #require(MountEntry(parsing: "2 1 0:9 / /x rw - tmpfs  rw"))
        #expect(entry.type == "tmpfs")
        #expect(entry.source == "")
    }

    @Test func sourceNamedLikeTheSeparator() throws {
        let entry = try #require(MountEntry(parsing: "2 1 0:9 / /x rw shared:1 - tmpfs - rw"))
        #expect(entry.propagation == ["shared:1"])
        #expect(entry.source == "-")
    }

    /// A combining character joins the blank before it into one `Character`.
    @Test func sourceThatStartsWithACombiningCharacter() throws {
        let entry = try #require(MountEntry(parsing: "2 1 0:9 / /x rw - tmpfs \u{301}x rw"))
        #expect(entry.source == "\u{301}x")
        #expect(entry.target == "/x")
    }

    /// A carriage return joins the line's end into one `Character`.
    @Test func tableWithACarriageReturnAtALinesEnd() {
        let table = mountEntries(in: Array("2 1 0:9 / /x rw - tmpfs a rw\r\n3 1 0:9 / /y rw - tmpfs b rw\n".utf8))
        #expect(table.map(\.target) == ["/x", "/y"])
    }

    @Test(arguments: [
        "", " ", "-", "1 2 3 4 5 6", "1 2 0:9 / /x rw shared:1", "1 2 0:9 / /x rw -", "1 2 0:9 / /x rw - tmpfs",
        "x 2 0:9 / /x rw - tmpfs t rw", "1 x 0:9 / /x rw - tmpfs t rw", "1 2 0:9 / /x - tmpfs t rw",
        "99999999999999999999 2 0:9 / /x rw - tmpfs t rw",
    ])
    func malformed(line: String) {
        #expect(MountEntry(parsing: line[...]) == nil)
    }

    @Test func ownTable() throws {
        let table = try mountTable()
        #expect(table.contains { $0.target == "/proc" && $0.type == "proc" })
        let lines = try readFile("/proc/thread-self/mountinfo").count { $0 == 0x0a }
        #expect(abs(table.count - lines) <= 2)
    }

    @Test func tableOfNoProcess() {
        #expect(throws: (any Error).self) { try mountTable(of: "0") }
    }
}
