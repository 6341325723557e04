// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import LinuxSystem
@testable import NetworkNamespaces

@Suite struct MountTreeTests {
    private func tree(_ text: String) -> MountTree { MountTree(MountFixture.table(text)) }

    @Test("a path leads to the topmost mount on it")
    func mounts() {
        let tree = tree(MountFixture.mountedTwice)
        #expect(tree.mount(for: "/")?.id == 27)
        #expect(tree.mount(for: "/etc/passwd")?.id == 27)
        #expect(tree.mount(for: "/run/lock")?.id == 110)
        #expect(tree.mount(for: "/run/netns")?.id == 113)
        #expect(tree.mount(for: "/run/netns/red")?.id == 114)
        #expect(tree.mount(for: "/run/netns/redder")?.id == 113)
    }

    @Test("a mount that another one hides is not found")
    func hidden() {
        let tree = tree(MountFixture.healthy + "\n130 110 0:60 / /run rw - tmpfs other rw")
        #expect(tree.mount(for: "/run/netns")?.id == 130)
        #expect(tree.mount(for: "/run/netns/red")?.id == 130)
    }

    @Test("a table without its root still tells what is in sight")
    func noRoot() {
        let text = MountFixture.healthy.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(tree(text).mount(for: "/run/netns/red")?.id == 112)
        #expect(tree(text).mount(for: "/etc") == nil)
    }

    @Test("a place is the same through every mount")
    func places() {
        let (here, there) = (tree(MountFixture.healthy), tree(MountFixture.slave))
        let place = MountPlace(device: "0:46", path: "/netns")
        #expect(here.place(of: "/run/netns") == place)
        #expect(there.place(of: "/run/netns") == place)
        #expect(here.place(of: "/run/lock/x") == MountPlace(device: "0:46", path: "/lock/x"))
        #expect(here.place(of: "/") == MountPlace(device: "254:0", path: "/"))
        #expect(here.placeCovered(by: here.entries[3]) == place.appending("red"))
        #expect(there.placeCovered(by: there.entries[3]) == place.appending("red"))
        #expect(here.placeCovered(by: here.entries[0]) == nil)
        #expect(MountPlace(device: "0:1", path: "/").appending("red").path == "/red")
    }

    @Test("a stack is listed from below, without the mounts that are hidden beside it")
    func stacks() throws {
        let stacked = tree(MountFixture.stacked)
        let base = try #require(stacked.mount(for: "/run/netns"))
        #expect(stacked.stack(on: "/run/netns/red", over: base).map(\.id) == [112, 115, 113, 114])
        #expect(stacked.stack(on: "/run/netns/blue", over: base).map(\.id) == [116])
        #expect(stacked.stack(on: "/run/netns/none", over: base) == [])
        let peers = tree(MountFixture.peerOfRun)
        let directory = try #require(peers.mount(for: "/run/netns"))
        #expect(peers.stack(on: "/run/netns/red", over: directory).map(\.id) == [112])
        #expect(peers.peers(of: directory).map(\.id) == [110, 111])
        #expect(peers.children(of: directory).map(\.id) == [112])
    }

    @Test("a table that runs in circles is read to an end")
    func circles() {
        let text = """
            1 2 0:1 / /run rw - tmpfs none rw
            2 1 0:1 / /run rw - tmpfs none rw
            3 3 0:1 / / rw - tmpfs none rw
            """
        let tree = tree(text)
        #expect(tree.mount(for: "/run/netns") != nil)
        #expect(tree.placeCovered(by: tree.entries[2]) == nil)
    }

    @Test("paths are told apart by their bytes")
    func bytes() throws {
        let directory = "1 0 0:5 / / rw - tmpfs none rw\n"
        let table =
            Array(directory.utf8) + [0x32, 0x20, 0x31] + Array(" 0:4 net:[4] /a".utf8) + [0xff]
            + Array(" rw - nsfs nsfs rw".utf8)
        let tree = MountTree(mountEntries(in: table))
        let base = try #require(tree.entries.first)
        #expect(tree.stack(on: FilePath("/").appending(name: [0x61, 0xff]), over: base).map(\.id) == [2])
        #expect(tree.stack(on: "/a\u{fffd}", over: base) == [])
        #expect(tree.stack(on: FilePath("/").appending(name: [0x61, 0xfe]), over: base) == [])
    }

    @Test("peer groups, masters and escaped paths are read")
    func entries() throws {
        let line = "9 8 0:5 /a\\040b /mnt/c\\134d rw,nosuid shared:7 master:3 propagate_from:2 - tmpfs none rw"
        let entry = try #require(MountFixture.table(line).first)
        #expect(entry.device == "0:5")
        #expect(entry.root == "/a b")
        #expect(entry.target == "/mnt/c\\d")
        #expect(entry.peerGroup == 7)
        #expect(entry.masterGroup == 3)
        #expect(MountFixture.table("9 8 0:5 / / rw - tmpfs none rw").first?.peerGroup == nil)
    }
}
