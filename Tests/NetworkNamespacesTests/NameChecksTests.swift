// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
import Testing

@testable import NetworkNamespaces

@Suite struct NameChecksTests {
    @Test("what stands for no namespace")
    func conditions() {
        var setup = healthySetup()
        setup.names = [
            Setup.Name(name: "young", condition: .pending),
            Setup.Name(name: "old", condition: .stale),
            Setup.Name(name: "there", condition: .stale, isNamespaceFor: ProcessReference(77, "dockerd")),
            Setup.Name(name: "nowhere", condition: .danglingLink(target: "/proc/9/ns/net")),
            Setup.Name(name: "etc", condition: .otherLink(target: "/etc")),
            Setup.Name(name: "folder", condition: .foreign("a directory")),
        ]
        let findings = nameFindings(setup)
        #expect(
            brief(findings) == [
                "warning stale-name old", "warning name-elsewhere there", "warning dangling-link nowhere",
                "note foreign-link etc", "note foreign-file folder",
            ])
        #expect(
            findings.map(\.cure) == ["netns prune", "nsenter --target 77 --mount netns …", "netns prune", nil, nil])
    }

    @Test("an ok says how many names there are")
    func ok() {
        var setup = healthySetup()
        #expect(nameFindings(setup).map(\.what) == ["all 2 stand for namespaces"])
        setup.names.removeLast()
        #expect(nameFindings(setup).map(\.what) == ["the only one stands for a namespace"])
        setup.names = []
        #expect(nameFindings(setup).map(\.what) == ["there are none"])
    }

    @Test(
        "names that scripts stumble over",
        arguments: [
            ("two words", "holds a blank"), ("a\nb", "holds a control character"),
            ("\u{7f}", "holds a control character"),
            ("-rf", "begins with '-'"), ("a*", "holds '*'"), ("$HOME", "holds '$'"), ("it's", "holds '''"),
            ("a;b", "holds ';'"), ("a\u{a0}b", "holds a blank"), ("tab\t", "holds a control character"),
        ] as [(NamespaceName, String)])
    func unsafe(name: NamespaceName, reason: String) {
        var setup = healthySetup()
        setup.names = [liveName(name)]
        let findings = nameFindings(setup)
        #expect(brief(findings) == ["warning unsafe-name \(name)"])
        #expect(findings[0].what.hasPrefix(reason), "\(findings[0].what)")
    }

    @Test(
        "names that are unusual and safe",
        arguments: ["red", "a.b_c-d", "cni-1234", "größe", "a:b@c+d=e,f%g", "1"] as [NamespaceName])
    func safe(name: NamespaceName) {
        var setup = healthySetup()
        setup.names = [liveName(name)]
        #expect(brief(nameFindings(setup)) == ["ok names-ok names"])
    }

    @Test("a name that is no UTF-8, and a foreign file with a blank")
    func spellingOfOthers() throws {
        var setup = healthySetup()
        setup.names = [
            liveName(try #require(NamespaceName(bytes: [0xff]))),
            Setup.Name(name: "a b", condition: .foreign("a file of 3 bytes")),
        ]
        #expect(brief(nameFindings(setup)) == ["warning unsafe-name \\xff", "note foreign-file a b"])
    }

    @Test("stacked mounts of one namespace, and of two")
    func stacks() {
        var setup = healthySetup()
        setup.mounts = MountFixture.table(MountFixture.stacked)
        setup.names = (["blue", "green", "red"] as [NamespaceName]).map(liveName)
        let findings = nameFindings(setup)
        #expect(brief(findings) == ["warning stacked-name green", "warning stacked-name red"])
        #expect(findings.map(\.cure) == ["'netns delete' takes off all mounts of the name", "netns prune"])
        #expect(findings[1].what == "is mounted 4 times, one over the other")
    }

    @Test(
        "second mounts that the directory's own mount hides",
        arguments: [MountFixture.peerOfRun, MountFixture.mountedTwice])
    func mountedTwice(table: String) {
        var setup = healthySetup()
        setup.mounts = MountFixture.table(table)
        let names: [NamespaceName] = table == MountFixture.peerOfRun ? ["red"] : ["blue", "red"]
        setup.names = names.map(liveName)
        let findings = nameFindings(setup)
        #expect(brief(findings) == ["warning name-mounted-twice \(names.map(\.description).joined(separator: ", "))"])
        #expect(findings[0].cure == "see what is said of /run/netns")
        // When the directory was put in order meanwhile, the hidden mounts are still there.
        let repaired = table.replacing("/run/netns rw,relatime shared:2", with: "/run/netns rw,relatime shared:8")
        guard repaired != table else { return }
        setup.mounts = MountFixture.table(repaired)
        #expect(nameFindings(setup)[0].cure?.contains("umount --lazy") == true)
    }

    @Test("mounts that a new /run hides are nobody's")
    func hiddenRun() {
        var setup = healthySetup()
        setup.mounts += MountFixture.table(
            """
            130 110 0:60 / /run rw - tmpfs other rw
            131 130 0:60 /netns /run/netns rw shared:9 - tmpfs other rw
            132 131 0:4 net:[4026532999] /run/netns/red rw shared:12 - nsfs nsfs rw
            """)
        setup.names = [liveName("red")]
        #expect(brief(nameFindings(setup)) == ["ok names-ok names"])
        #expect(brief(directoryFindings(setup)) == ["ok directory-ok /run/netns"])
    }

    @Test("loopback devices that are down are one finding")
    func loopback() throws {
        var setup = healthySetup()
        setup.namesWithLoopbackDown = ["red"]
        #expect(nameFindings(setup).map(\.cure) == ["netns -n red link set lo up"])
        setup.namesWithLoopbackDown = try (1...9).map { try NamespaceName(existing: "n\($0)") }
        let findings = nameFindings(setup)
        #expect(brief(findings) == ["note loopback-down n1, n2, n3, n4, n5 and 4 more"])
        #expect(findings[0].what == "lo is down in these 9 namespaces")
    }
}
