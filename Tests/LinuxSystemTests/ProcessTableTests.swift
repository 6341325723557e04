// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import LinuxSystem

/// What is read from /proc of many processes' namespaces.
@Suite struct ProcessTableTests {
    @Test(
        "the inode in a link's target",
        arguments: [
            ("net:[4026531833]", 4_026_531_833), ("pid_for_children:[1]", 1), ("net:[]", nil), ("net:[12", nil),
            ("net:[1x2]", nil), ("net[12]", nil), ("[12]", nil), ("]", nil), ("", nil), ("/run/netns/red", nil),
            ("net:[99999999999999999999999]", nil),
        ] as [(String, UInt64?)])
    func inode(_ target: String, _ inode: UInt64?) {
        #expect(Array(target.utf8).withUnsafeBytes { namespaceInode(inLink: $0) } == inode)
    }

    @Test("the namespaces among the mounts")
    func mounts() {
        let table = """
            23 1 0:21 / /proc rw - proc proc rw
            551 23 0:4 net:[4026532281] /run/netns/red rw shared:9 - nsfs nsfs rw
            552 23 0:4 uts:[4026532282] /run/a\\040b rw - nsfs nsfs rw
            553 23 0:4 bad:[4026532283] /run/bad rw - nsfs nsfs rw
            554 23 0:5 net:[4026532284] /run/pretence rw - tmpfs tmpfs rw
            555 23 0:5 net:[ /run/short

            556
            """
        let mounts = namespaceMounts(in: Array(table.utf8)) { _ in true }
        #expect(
            mounts == [
                NamespaceMount(kind: .network, inode: 4_026_532_281, target: "/run/netns/red"),
                NamespaceMount(kind: .uts, inode: 4_026_532_282, target: "/run/a b"),
            ])
        #expect(namespaceMounts(in: Array(table.utf8)) { $0 == 4_026_532_282 } == Array(mounts.dropFirst()))
    }

    @Test("the own process is there, with its namespaces, its user and its command")
    func ownProcess() throws {
        let own = currentProcessID()
        let table = try ProcessTable()
        #expect(table.processIDs().contains(own))
        #expect(table.processIDs() == table.processIDs().sorted())
        let inodes = try table.namespaces(of: own)
        for (kind, inode) in zip(NamespaceKind.allCases, inodes) where inode != 0 {
            #expect(try readSymbolicLink("/proc/\(own)/ns/\(kind.rawValue)") == "\(kind.rawValue):[\(inode)]")
        }
        #expect(inodes.contains { $0 != 0 })
        #expect(table.user(of: own) == EffectiveIdentity.current.userID)
        #expect(table.parent(of: own) == ProcessStatus(of: own)?.parent)
        #expect(table.command(of: own)?.isEmpty == false)
        #expect(throws: Errno.noSuchFileOrDirectory) { try table.namespaces(of: .max) }
    }

    @Test("descriptors of namespaces are told from all others")
    func descriptors() throws {
        let namespace = try openThreadNetworkNamespace()
        let other = try OwnedDescriptor(opening: "/dev/null")
        let status = try namespace.status()
        let found = try ProcessTable().descriptors(of: currentProcessID(), on: status.device)
        #expect(found.contains { $0.number == namespace.rawValue && $0.inode == status.inode })
        #expect(!found.contains { $0.number == other.rawValue })
    }
}
