// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@Suite(.enabled(if: Sandbox.isAvailable))
struct DoctorTests {
    /// What doctor says after a script, as `severity code subject`, without what depends on the machine.
    private func findings(_ script: String, in box: Sandbox, before: String = "") throws -> [String] {
        let result = try box.shell("\(script)\n\(before) netns doctor --json", mayFail: true)
        #expect(result.errors == "")
        let findings = try JSON(result.lines.last ?? "").elements
        #expect(result.status == (findings.contains { $0["severity"]?.text == "problem" } ? 1 : 0))
        return findings.compactMap { finding in
            #expect(finding.keys.starts(with: ["severity", "code", "subject", "what"]))
            let texts = ["severity", "code", "subject"].map { finding[$0]?.text ?? "?" }
            return machineCodes.contains(texts[1]) ? nil : texts.joined(separator: " ")
        }
    }

    /// Codes that tell of the machine the tests run on, and not of what a test did.
    private let machineCodes: Set<String> = [
        "container", "user-namespace", "own-mounts", "mounts-ok", "privileges-ok", "missing-capability", "limits-ok",
        "kernel-ok", "kernel-feature", "bridge-firewall", "configuration-ok", "nss-resolve",
    ]

    private let inOrder = ["ok directory-ok /run/netns", "ok names-ok names", "ok lock-ok lock of /run/netns"]

    @Test("a machine before and after the first name")
    func healthy() throws {
        let box = try Sandbox()
        #expect(try findings("true", in: box) == ["note directory-missing /run/netns"])
        #expect(try findings("netns add red blue", in: box) == inOrder)
        let text = try box.netns("doctor")
        #expect(text.status == 0)
        #expect(text.errors == "")
        #expect(text.lines.allSatisfy { $0.hasPrefix("ok") || $0.hasPrefix("note") })
        #expect(text.lines.contains { $0.contains("names: all 2 stand for namespaces") })
        #expect(try findings("netns delete --all", in: box) == inOrder)
    }

    @Test("stale names, links and junk, and what prune makes of it")
    func names() throws {
        let box = try Sandbox()
        let before = try findings(
            """
            netns add red old 2>/dev/null; umount /run/netns/old; ip netns add lo-down
            cd /run/netns; ln -s /nonexistent nowhere; ln -s /etc etc; mkdir folder
            ip netns add "two words"; ip -n "two words" link set lo up
            sleep 1.1
            """, in: box)
        #expect(
            before == [
                "warning dangling-link nowhere", "warning stale-name old", "warning unsafe-name two words",
                "note foreign-link etc", "note foreign-file folder", "note loopback-down lo-down",
                "ok directory-ok /run/netns", "ok lock-ok lock of /run/netns",
            ])
        let after = try findings("netns prune >/dev/null; rm -r /run/netns/etc /run/netns/folder", in: box)
        #expect(
            after == [
                "warning unsafe-name two words", "note loopback-down lo-down", "ok directory-ok /run/netns",
                "ok lock-ok lock of /run/netns",
            ])
        #expect(
            try findings("netns -n lo-down link set lo up; netns delete 'two words'", in: box).first
                == "ok directory-ok /run/netns")
    }

    @Test("a directory that is mounted twice on itself is found, and the cure keeps every name alive")
    func doubleMount() throws {
        let box = try Sandbox()
        let found = try findings(
            """
            netns add red
            mount --rbind /run/netns /run/netns; netns add blue
            """, in: box)
        #expect(found.prefix(2) == ["warning double-mount /run/netns", "warning name-mounted-twice blue, red"])
        let cure = try cure(of: "double-mount", in: box)
        #expect(cure == "mount --make-rprivate /run/netns && umount --lazy /run/netns, once")
        let cured = try findings(
            """
            \(cure.replacing(", once", with: ""))
            for name in red blue; do nsenter --net=/run/netns/$name true; done
            """, in: box)
        #expect(cured == inOrder)
        try box.shell("netns delete red blue; ls -A /run/netns | wc -l | grep -x 0; ! grep nsfs /proc/self/mountinfo")
    }

    @Test("a directory in the peer group of /run is found, and the cure works once the names are gone")
    func peer() throws {
        let box = try Sandbox()
        let found = try findings(
            """
            mount --make-shared /run; mkdir /run/netns; mount --bind /run/netns /run/netns
            ip netns add red; ip -n red link set lo up
            """, in: box)
        #expect(found.prefix(2) == ["warning directory-peer /run/netns", "warning name-mounted-twice red"])
        let cured = try findings("netns delete red; umount /run/netns; netns add red", in: box)
        #expect(cured == inOrder)
    }

    @Test("a directory that is not shared, not mounted, or open to all")
    func directory() throws {
        let box = try Sandbox()
        #expect(
            try findings("mkdir /run/netns", in: box).first == "note directory-not-mounted /run/netns")
        #expect(
            try findings("netns add red; mount --make-private /run/netns", in: box).first
                == "warning directory-not-shared /run/netns")
        #expect(
            try findings("mount --make-shared /run/netns; chmod 777 /run/netns", in: box).first
                == "warning directory-writable /run/netns")
        let link = try findings(
            "netns delete red; umount /run/netns; rmdir /run/netns; mkdir /run/other; ln -s other /run/netns", in: box)
        #expect(link.first == "warning directory-link /run/netns")
        #expect(
            try findings("rm /run/netns; touch /run/netns", in: box).first == "problem directory-foreign /run/netns")
    }

    @Test("stacked mounts are found and pruned")
    func stackedMounts() throws {
        let box = try Sandbox()
        let found = try findings("netns add red; mount --bind /run/netns/red /run/netns/red", in: box)
        #expect(found.first == "warning stacked-name red")
        #expect(try findings("netns prune >/dev/null", in: box) == inOrder)
    }

    @Test("a name that lives only in another mount namespace is told apart from a stale one")
    func elsewhere() throws {
        let box = try Sandbox()
        let other = try box.start(["unshare", "--mount", "--propagation", "slave", "sleep", "60"])
        try box.shell("sleep 0.2; netns add red")
        try box.shell(
            """
            nsenter --mount --target \(other.processID) netns add late
            sleep 1.1
            """)
        let found = try findings("true", in: box)
        #expect(found.first == "warning name-elsewhere late")
        let cure = try cure(of: "name-elsewhere", in: box)
        #expect(cure == "nsenter --target \(other.processID) --mount netns …")
        other.signal(SIGKILL)
        _ = try? other.wait()
        #expect(try findings("true", in: box).first == "warning stale-name late")
    }

    @Test("a lock that is held for long is found, with its holder")
    func lock() throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        let holder = try box.start(["flock", "/run/netns", "-c", "echo locked; exec sleep 60"])
        #expect(try holder.waitForOutput { $0 == "locked\n" })
        let found = try box.netns("doctor --json")
        let finding = try #require(try JSON(found.output).elements.first { $0["code"]?.text == "lock-held" })
        #expect(finding["severity"] == .string("warning"))
        #expect(finding["what"]?.text?.contains("process \(holder.processID) (flock)") == true, "\(found.output)")
        holder.signal(SIGKILL)
    }

    @Test("files of /etc/netns without a namespace, or without a place")
    func configuration() throws {
        let box = try Sandbox()
        let found = try findings(
            """
            mkdir /run/etc /run/work; mount -t overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work etc /etc \
                || { mount -t tmpfs none /etc; }
            mkdir -p /etc/netns/red /etc/netns/gone
            touch /etc/netns/red/no-such-file /etc/netns/red/resolv.conf
            rm -f /etc/resolv.conf /etc/nsswitch.conf; ln -s ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
            echo 'hosts: resolve files dns' > /etc/nsswitch.conf
            mkdir -p /run/systemd/resolve; touch /run/systemd/resolve/io.systemd.Resolve
            netns add red
            """, in: box)
        #expect(
            found.prefix(3) == [
                "warning configuration-without-target /etc/netns/red/no-such-file",
                "note unused-configuration /etc/netns/gone", "note resolver-link /etc/resolv.conf",
            ])
        #expect(try cure(of: "nss-resolve", in: box) == "put 'hosts: files dns' into /etc/netns/NAME/nsswitch.conf")
    }

    @Test("a FORWARD policy of drop is found where bridges are filtered")
    func bridgeFirewall() throws {
        let box = try Sandbox()
        let isPossible = try box.shell(
            "nft add table ip filter && grep -x 1 /proc/sys/net/bridge/bridge-nf-call-iptables", mayFail: true)
        guard isPossible.status == 0 else { return }
        for (policy, isFound) in [("accept", false), ("drop", true)] {
            try box.shell(
                "nft 'add chain ip filter FORWARD { type filter hook forward priority 0; policy \(policy); }'")
            #expect(try box.netns("doctor").output.contains("bridge-firewall") == isFound)
        }
    }

    @Test("an ordinary user is told what could not be looked at")
    func ordinaryUser() throws {
        guard geteuid() == 0 else { return }
        let box = try Sandbox()
        try box.shell("netns add red")
        let found = try findings("cp $(command -v netns) /run/netns-copy; chmod 755 /run /run/netns-copy", in: box)
        #expect(found == inOrder)
        let result = try box.run([
            "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "/run/netns-copy", "doctor", "--json",
        ])
        #expect(result.status == 0)
        let codes = try JSON(result.output).elements.compactMap { $0["code"]?.text }
        #expect(codes.contains("no-privileges"))
        #expect(!codes.contains("missing-capability"))
    }

    @Test("root without a capability has a problem")
    func missingCapability() throws {
        guard geteuid() == 0 else { return }
        let box = try Sandbox()
        let result = try box.run([
            "setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-all", Sandbox.command, "doctor",
        ])
        #expect(result.status == 1)
        #expect(result.lines.first?.contains("problem  missing-capability") == true, "\(result)")
        #expect(result.lines.first?.contains("CAP_NET_ADMIN: is missing") == true)
    }

    private func cure(of code: String, in box: Sandbox) throws -> String {
        let all = try JSON(try box.netns("doctor --json").output).elements
        let finding = try #require(all.first { $0["code"]?.text == code })
        return try #require(finding["cure"]?.text)
    }
}
