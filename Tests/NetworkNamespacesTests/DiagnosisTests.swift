// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
import SystemPackage
import TestFiles
import Testing

@testable import NetworkNamespaces

/// A machine in order, with two names.
func healthySetup() -> Setup {
    var setup = Setup()
    setup.mounts = MountFixture.table(MountFixture.healthy)
    setup.mountsOfInit = setup.mounts
    setup.names = (["blue", "red"] as [NamespaceName]).map(liveName)
    return setup
}

func liveName(_ name: NamespaceName) -> Setup.Name {
    let status = try? FileStatus(of: "/")
    return Setup.Name(name: name, condition: status.map { .namespace(NamespaceIdentity(of: $0)) } ?? .pending)
}

/// Codes and severities, for comparison: `warning stale-name red`.
func brief(_ findings: [Finding]) -> [String] {
    findings.map { "\($0.severity.rawValue) \($0.code.rawValue) \($0.subject)" }
}

@Suite struct DiagnosisTests {
    @Test("a machine in order gets an ok from each group of checks")
    func healthy() {
        #expect(
            diagnosis(of: healthySetup()).map { "\($0.severity) \($0.code.rawValue)" } == [
                "ok directory-ok", "ok names-ok", "ok mounts-ok", "ok privileges-ok", "ok lock-ok",
                "ok configuration-ok", "ok limits-ok", "ok kernel-ok",
            ])
    }

    @Test("the worst comes first")
    func order() {
        var setup = healthySetup()
        setup.kernel.namespaceLimit = 0
        setup.kernel.missingFeatures = [.namespaceIDs]
        setup.names.append(Setup.Name(name: "old", condition: .stale))
        let severities = diagnosis(of: setup).map(\.severity)
        #expect(severities == severities.sorted(by: >))
        #expect(severities.prefix(3) == [.problem, .warning, .note])
    }

    @Test("codes are words that no one has to quote, and differ")
    func codes() {
        let codes = FindingCode.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        for code in codes { #expect(code.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(code)") }
    }

    @Test("a machine can be looked at without privileges")
    func reading() throws {
        let root = try TemporaryDirectory()
        let missing = NamespaceDirectory(path: root.path + "/netns")
        #expect(missing.diagnose().contains { $0.code == .directoryMissing })
        let directory = NamespaceDirectory(path: root.path)
        try makeLink(root.path + "/live")
        try makeLink(root.path + "/dangling", to: "/nonexistent")
        try makeLink(root.path + "/etc", to: "/etc")
        try makePlaceholder(root.path + "/young")
        try makeFile(root.path + "/with blank", "x")
        let setup = directory.readSetup()
        #expect(setup.directory.resolvedPath.string == root.path)
        #expect(setup.names.map(\.name) == ["dangling", "etc", "live", "with blank", "young"])
        #expect(setup.names[0].condition == .danglingLink(target: "/nonexistent"))
        #expect(setup.names[1].condition == .otherLink(target: "/etc"))
        #expect(setup.names[3].condition == .foreign("a file of 1 byte"))
        #expect(setup.names[4].condition == .pending)
        #expect(setup.kernel.namespacesInUse >= 1)
        #expect(setup.lockHolders == nil)
        #expect(!setup.mounts.isEmpty)
    }

    // MARK: The directory

    @Test("what is in the place of the directory")
    func directoryKinds() {
        var setup = healthySetup()
        setup.directory.kind = .missing
        setup.names = []
        #expect(brief(directoryFindings(setup)) == ["note directory-missing /run/netns"])
        #expect(nameFindings(setup) == [])
        setup.directory.kind = .other
        #expect(brief(directoryFindings(setup)) == ["problem directory-foreign /run/netns"])
        setup.directory.kind = .link(target: "/var/run/docker/netns")
        let link = directoryFindings(setup)
        #expect(brief(link) == ["warning directory-link /run/netns"])
        #expect(link[0].what.contains("/var/run/docker/netns"))
    }

    @Test("who may write to the directory")
    func permissions() {
        var setup = healthySetup()
        setup.directory.mode = 0o777
        #expect(brief(directoryFindings(setup)) == ["warning directory-writable /run/netns"])
        #expect(directoryFindings(setup)[0].what.contains("777"))
        setup.directory.mode = 0o755
        setup.directory.owner = 1000
        #expect(directoryFindings(setup)[0].what.hasPrefix("belongs to user 1000"))
    }

    @Test("a directory that is no mount of its own")
    func notMounted() {
        var setup = healthySetup()
        setup.mounts = setup.mounts.filter { !$0.target.starts(with: "/run/netns") }
        #expect(brief(directoryFindings(setup)) == ["warning directory-not-mounted /run/netns"])
        setup.names = []
        #expect(brief(directoryFindings(setup)) == ["note directory-not-mounted /run/netns"])
    }

    @Test("a directory that is not shared, is the peer of the one above, or is mounted twice")
    func directoryMounts() {
        var setup = healthySetup()
        setup.mounts = MountFixture.table(MountFixture.healthy.replacing(" shared:3", with: ""))
        #expect(brief(directoryFindings(setup)) == ["warning directory-not-shared /run/netns"])
        setup.mounts = MountFixture.table(MountFixture.peerOfRun)
        #expect(brief(directoryFindings(setup)) == ["warning directory-peer /run/netns"])
        setup.mounts = MountFixture.table(MountFixture.mountedTwice)
        #expect(brief(directoryFindings(setup)) == ["warning double-mount /run/netns"])
        #expect(directoryFindings(setup)[0].what.contains("2 times"))
    }

    @Test("another file system over the directory is no double mount")
    func covered() {
        var setup = healthySetup()
        setup.mounts += MountFixture.table(
            """
            130 111 0:60 / /run/netns rw shared:9 - tmpfs none rw
            131 130 0:60 / /run/netns rw shared:10 - tmpfs none rw
            """)
        #expect(brief(directoryFindings(setup)) == ["ok directory-ok /run/netns"])
    }

    // MARK: The surroundings

    @Test("mount namespaces that are not PID 1's")
    func mountNamespaces() {
        var setup = healthySetup()
        setup.mountsOfInit = nil
        #expect(brief(mountNamespaceFindings(setup)) == ["ok mounts-ok mount namespace"])
        setup.mountsOfInit = setup.mounts
        setup.mounts = MountFixture.table(MountFixture.slave)
        #expect(brief(mountNamespaceFindings(setup)) == ["warning slave-mounts mount namespace"])
        // That the mount is not shared is not said twice.
        #expect(brief(directoryFindings(setup)) == ["ok directory-ok /run/netns"])
        setup.mounts = MountFixture.table(MountFixture.slave.replacing("master:3 ", with: ""))
        #expect(brief(mountNamespaceFindings(setup)) == ["problem private-mounts mount namespace"])
        setup.mounts = MountFixture.table(MountFixture.slave.replacing("master:3 ", with: "shared:3 "))
        #expect(brief(mountNamespaceFindings(setup)) == ["note own-mounts mount namespace"])
        // A peer of /run that is made a mount of its own here is cut off from then on.
        let unprepared = MountFixture.slave.split(separator: "\n").prefix(2).joined(separator: "\n")
        setup.mounts = MountFixture.table(unprepared.replacing("master", with: "shared"))
        #expect(brief(mountNamespaceFindings(setup)) == ["problem private-mounts mount namespace"])
        // With a /run of its own there is nothing to be exchanged.
        setup.mounts = MountFixture.table(MountFixture.slave.replacing("0:46", with: "0:99"))
        #expect(brief(mountNamespaceFindings(setup)) == ["note own-mounts mount namespace"])
    }

    @Test("what root and others may do")
    func privileges() {
        var privileges = Setup.Privileges()
        privileges.effectiveCapabilities = 1 << 21
        #expect(brief(privilegeFindings(privileges)) == ["problem missing-capability CAP_NET_ADMIN"])
        privileges.effectiveCapabilities = 0
        #expect(privilegeFindings(privileges).count == 2)
        privileges.userID = 1000
        #expect(brief(privilegeFindings(privileges)) == ["note no-privileges user 1000"])
        privileges = Setup.Privileges()
        privileges.container = "podman"
        privileges.isInInitialUserNamespace = false
        #expect(
            brief(privilegeFindings(privileges)) == ["note container container", "note user-namespace user namespace"])
    }

    @Test("a lock that is held")
    func lock() {
        var setup = healthySetup()
        setup.lockHolders = [ProcessReference(12, "ip")]
        #expect(brief(lockFindings(setup)) == ["warning lock-held lock of /run/netns"])
        #expect(lockFindings(setup)[0].what.contains("process 12 (ip)"))
        #expect(lockFindings(setup)[0].cure?.contains("kill 12") == true)
        setup.lockHolders = []
        #expect(lockFindings(setup)[0].what.contains("somebody"))
    }

    @Test("the holders of a lock are found in /proc/locks")
    func lockTable() throws {
        var status = try FileStatus(of: "/")
        // Device 0:46 and, beyond 8 bits each, 259:1026.
        (status.device, status.inode) = (46, 1045)
        let text = """
            1: POSIX  ADVISORY  WRITE 19364 00:2e:1045 0 EOF
            2: FLOCK  ADVISORY  WRITE 14612 fe:00:16221967 0 EOF
            3: FLOCK  ADVISORY  WRITE 17255 00:2e:1045 0 EOF
            3: -> FLOCK  ADVISORY  WRITE 17256 00:2e:1045 0 EOF
            4: FLOCK  ADVISORY  READ 31 103:402:7 0 EOF
            """
        #expect(lockHolders(of: status, in: text) == [17255])
        (status.device, status.inode) = (259 << 8 | 2 | 4 << 20, 7)
        #expect(status.deviceNumbers == (259, 1026))
        #expect(lockHolders(of: status, in: text) == [31])
    }
}
