// SPDX-License-Identifier: Apache-2.0

import Testing

/// From `add` to `delete`, and what is left at the end.
@Suite(.enabled(if: Sandbox.isAvailable))
struct NamespaceLifeTests {
    private static let done = CommandResult(status: 0, output: "", errors: "")

    @Test("a new namespace is where ip expects it, with lo up; the directory is a shared mount of its own")
    func addition() throws {
        let box = try Sandbox()
        #expect(try box.netns("add red blue") == Self.done)
        let types = try box.shell("stat -c '%a %F' /run/netns; stat -f -c %T /run/netns/red").lines
        #expect(types == ["755 directory", "nsfs"])
        #expect(try box.shell("ip -n red -br link").output.contains("<LOOPBACK,UP,LOWER_UP>"))
        #expect(try box.shell("findmnt -n -o PROPAGATION /run/netns").output == "shared\n")
        #expect(try box.netns("add --no-loopback green") == Self.done)
        #expect(try box.shell("ip -n green -br link").output.contains("<LOOPBACK>"))
        #expect(try box.netns("add --json black").output.hasPrefix("[{\"name\":\"black\",\"inode\":"))
    }

    /// B1 of ip: 83 of 100 rounds fail.
    @Test("the same namespaces and veths can be made again as soon as delete returns", .timeLimit(.minutes(10)))
    func recreation() throws {
        let box = try Sandbox()
        let rounds = runsLongTests ? 1000 : 50
        let result = try box.shell(
            """
            failures=0; round=0
            while [ $round -lt \(rounds) ]; do
                round=$((round + 1))
                netns add red blue &&
                ip link add h0 type veth peer name r0 netns red &&
                ip -n red link add r1 type veth peer name b1 netns blue &&
                ip link set h0 up && ip -n red link set r0 up && ip -n red address add 10.9.8.1/24 dev r0 &&
                netns delete red blue || { failures=$((failures + 1)); netns delete --ignore-missing red blue; }
            done
            echo "$failures failures"
            """, mayFail: true, timeout: .seconds(590))
        #expect(result.output == "0 failures\n", "\(result.errors)")
        #expect(try box.shell("ls -A /run/netns; ip -br link | wc -l").output == "1\n")
    }

    /// B7 of ip: the first delete fails, the second one succeeds.
    @Test("a name with several mounts on it is gone after one delete")
    func stackedMounts() throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red blue
            mount --bind /run/netns/red /run/netns/red
            mount --bind /run/netns/blue /run/netns/red
            mount --bind /proc/self/ns/net /run/netns/red
            """)
        #expect(try box.netns("delete red").status == 0)
        #expect(try box.netns("list").output == "blue\n")
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo").output == "1\n")
        try box.shell("mount --bind /run/netns/blue /run/netns/blue")
        #expect(try box.netns("delete --no-wait blue") == Self.done)
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo || true; ls -A /run/netns").output == "0\n")
    }

    /// B6 of ip: two mounts a name.
    @Test("on a shared /run each name is mounted once")
    func sharedRun() throws {
        let box = try Sandbox()
        try box.shell("mount --make-shared /run; netns add red blue")
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo").output == "2\n")
        try box.shell("ip netns add green; netns delete red")
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo").output == "2\n")
        try box.shell("netns delete --all")
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo || true; ls -A /run/netns").output == "0\n")
    }

    @Test("names that ip mounted twice on a shared /run go with all their mounts")
    func doubledByIP() throws {
        let box = try Sandbox()
        // As ip before 7.0 prepares the directory.
        try box.shell(
            """
            mount --make-shared /run; mkdir /run/netns; mount --bind /run/netns /run/netns
            mount --make-shared /run/netns; netns add red; ip netns add blue
            """)
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo").output == "4\n")
        #expect(try box.netns("delete red blue") == Self.done)
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo || true; ls -A /run/netns").output == "0\n")
    }

    /// What keeps a namespace in use.
    enum User: String, CaseIterable {
        case process, name, mount, nestedMount

        /// Makes the use of `red`, and says how `--if-unused` names it.
        func begin(_ box: Sandbox) throws -> (process: ChildProcess?, said: String) {
            switch self {
            case .process:
                let process = try box.start(["netns", "exec", "red", "sleep", "60"])
                _ = try waitUntil { try box.netns("pids red").output != "" }
                return (process, "process \(process.processID)")
            case .name:
                try box.shell("touch /run/netns/scarlet; mount --bind /run/netns/red /run/netns/scarlet")
                return (nil, "the name 'scarlet'")
            case .mount:
                try box.shell("touch /run/red; mount --bind /run/netns/red /run/red")
                return (nil, "the mount on '/run/red'")
            case .nestedMount:
                try box.shell("mkdir /run/netns/more; cd /run/netns; touch more/red; mount --bind red more/red")
                return (nil, "the mount on '/run/netns/more/red'")
            }
        }

        func end(_ box: Sandbox, _ process: ChildProcess?) throws {
            switch self {
            case .process:
                process?.signal(9)
                _ = try process?.wait()
            case .name: try box.shell("netns delete scarlet")
            case .mount: try box.shell("umount /run/red")
            case .nestedMount: try box.shell("umount /run/netns/more/red")
            }
        }
    }

    @Test("a namespace in use keeps its links when a name goes", arguments: User.allCases)
    func use(by user: User) throws {
        let box = try Sandbox()
        try box.shell("netns add red; ip link add v0 type veth peer name v1 netns red; ip -n red link set v1 up")
        let (process, said) = try user.begin(box)
        let before = try box.state()
        for options in ["--if-unused", "--if-unused --no-wait", "--if-unused --dry-run"] {
            let refused = try box.netns("delete \(options) red")
            #expect(refused.status == 1 && refused.output == "")
            #expect(refused.errors == "netns: namespace 'red' is in use by \(said)\n")
        }
        #expect(try box.state() == before)
        let warning = "netns: warning: 'red' was the last name of a namespace that lives on, in use by \(said)\n"
        let deletion = try box.netns("delete red")
        #expect(deletion == CommandResult(status: 0, output: "", errors: user == .name ? "" : warning))
        #expect(try box.shell("ls -A /run/netns/red", mayFail: true).status != 0)
        #expect(try box.shell("ip -br link show v0 | wc -l").output == "1\n")
        try user.end(box, process)
        #expect(try waitUntil { try box.shell("ip -br link | wc -l").output == "1\n" })
    }

    @Test("an unused namespace is deleted with --if-unused, an open file keeps it")
    func ifUnused() throws {
        let box = try Sandbox()
        try box.shell("netns add red blue; ip link add v0 type veth peer name v1 netns red")
        let opener = try box.start(["sh", "-c", "exec 9</run/netns/blue; echo open; sleep 60"])
        #expect(try opener.waitForOutput { $0 == "open\n" })
        let refused = try box.netns("delete --if-unused red blue")
        #expect(refused.status == 1)
        #expect(refused.errors.hasPrefix("netns: namespace 'blue' is in use by descriptor 9 of process "))
        #expect(try box.shell("netns list; ip -br link | wc -l").output == "blue\n1\n")
    }

    @Test("links of every kind go with the namespace, with what belongs to them elsewhere")
    func linkKinds() throws {
        let box = try Sandbox()
        // What this kernel lacks is left out; a device of a driver can't be made by software.
        try box.shell(
            """
            netns add red; ip link add v0 type veth peer name v1 netns red
            make() { ip -n red "$@" 2>/dev/null || echo "without $*"; }
            make link add br0 type bridge; make link set v1 master br0
            make link add x0 type vxlan id 7 dstport 4789
            make link add m0 link v1 type macvlan
            make link add d0 type dummy; make link add i0 type ifb
            make tuntap add t0 mode tap
            make link add g0 type gre local 10.0.0.1 remote 10.0.0.2
            make link add q0 link v1 type vlan id 9
            """)
        #expect(try box.netns("delete red") == Self.done)
        #expect(try box.shell("ip -br link | wc -l; ls -A /run/netns").output == "1\n")
    }

    @Test("--no-wait removes the name at once and leaves the rest to the kernel")
    func noWait() throws {
        let box = try Sandbox()
        try box.shell("netns add red; netns set red 4; ip link add v0 type veth peer name v1 netns red")
        #expect(try box.netns("delete --no-wait red") == Self.done)
        #expect(try box.netns("list").output == "")
        #expect(try waitUntil { try box.shell("ip -br link | wc -l; netns list-id").output == "1\n" })
    }

    @Test("an nsid is free again when delete returns")
    func freedID() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            for round in 1 2 3 4 5 6 7 8 9 10; do
                netns add red blue; netns set red 4; netns exec blue netns set red 9
                netns delete red; netns list-id; netns delete blue
            done
            """)
        #expect(result == Self.done)
    }

    @Test("--exist-ok and --ignore-missing accept what is, and is not, there")
    func idempotence() throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        let inode = try box.shell("stat -c %i /run/netns/red").output
        #expect(try box.netns("add --exist-ok red blue") == Self.done)
        #expect(try box.shell("stat -c %i /run/netns/red").output == inode)
        #expect(try box.netns("list").output == "blue\nred\n")
        #expect(try box.netns("delete --ignore-missing nosuch red other") == Self.done)
        #expect(try box.netns("delete --ignore-missing red") == Self.done)
        #expect(try box.netns("list").output == "blue\n")
        let holder = try box.start(["netns", "exec", "blue", "sleep", "60"])
        #expect(try waitUntil { try box.netns("pids blue").output != "" })
        #expect(try box.netns("attach --exist-ok blue \(holder.processID)") == Self.done)
        #expect(try box.netns("attach blue \(holder.processID)").status == 1)
        let other = try box.netns("attach --exist-ok blue \(box.keeper)")
        #expect(other.status == 1 && other.errors.contains("exists already"))
    }

    @Test("--dry-run says what would be done and does nothing")
    func dryRun() throws {
        let box = try Sandbox()
        try box.shell("netns add red; ip link add v0 type veth peer name v1 netns red")
        let before = try box.state()
        #expect(try box.netns("add --dry-run blue green").output == "would add 'blue'\nwould add 'green'\n")
        #expect(try box.netns("add --dry-run --exist-ok red blue").output == "would add 'blue'\n")
        #expect(try box.netns("delete --dry-run red").output == "would delete 'red'\n")
        #expect(try box.netns("delete --dry-run --all").output == "would delete 'red'\n")
        #expect(try box.netns("delete --dry-run --if-unused red").output == "would delete 'red'\n")
        #expect(try box.netns("delete --dry-run --ignore-missing nosuch") == Self.done)
        let attachment = try box.netns("attach --dry-run new \(box.keeper)")
        #expect(attachment.output == "would attach 'new' to the network namespace of process \(box.keeper)\n")
        #expect(try box.state() == before)

        let empty = try Sandbox()
        #expect(try empty.netns("add --dry-run blue").output == "would add 'blue'\n")
        #expect(try empty.shell("ls -A /run").output == "")
        #expect(try empty.shell("netns add red; netns set --dry-run red 4").output == "would give 'red' the id 4\n")
        #expect(try empty.netns("list").output == "red\n")
    }

    /// B9 of ip: it stops at the first failure, and says 0.
    @Test("what can't be deleted does not keep the others, and is told")
    func failingDeletion() throws {
        let box = try Sandbox()
        try box.shell("netns add a b c d e; mkdir /run/netns/bb")
        let user = try box.start(["netns", "exec", "c", "sleep", "60"])
        #expect(try waitUntil { try box.netns("pids c").output != "" })
        let some = try box.netns("delete nosuch a bb")
        #expect(some.status == 1)
        #expect(some.errors.split(separator: "\n").count == 2)
        #expect(try box.netns("list").output == "b\nc\nd\ne\n")
        let rest = try box.netns("delete --all --if-unused")
        #expect(rest.status == 1)
        #expect(rest.errors == "netns: namespace 'c' is in use by process \(user.processID)\n")
        #expect(try box.netns("list").output == "c\n")
        #expect(try box.netns("delete --all").status == 0)
        #expect(try box.shell("ls -A /run/netns").output == "bb\n")
        #expect(try box.netns("delete --all") == Self.done)
    }

    @Test("adding several names that can't all be made leaves none")
    func failingAddition() throws {
        let box = try Sandbox()
        try box.shell("netns add red; mkdir /run/netns/file")
        let before = try box.state()
        for words in ["add a b red c", "add a file", "add a b file"] {
            #expect(try box.netns(words).status == 1)
            #expect(try box.state() == before, "\(words)")
        }
    }

    @Test("that a process stays behind is told where there is no link either")
    func bareNamespace() throws {
        let box = try Sandbox()
        try box.shell("netns add red; touch /run/netns/scarlet; mount --bind /run/netns/red /run/netns/scarlet")
        let process = try box.start(["netns", "exec", "red", "sleep", "60"])
        #expect(try waitUntil { try box.netns("pids red").output != "" })
        #expect(try box.netns("delete red") == Self.done)
        let last = try box.netns("delete scarlet")
        #expect(last.status == 0)
        #expect(last.errors.hasSuffix("lives on, in use by process \(process.processID)\n"))
    }

    @Test("a name in the making is waited for before it is deleted")
    func pendingName() throws {
        let box = try Sandbox()
        // As ip makes a name, with a long pause before the mount.
        let maker = try box.start([
            "sh", "-ec",
            """
            mkdir -p /run/netns; : >/run/netns/red; echo made; sleep 0.5
            unshare --net mount --bind /proc/self/ns/net /run/netns/red; mount --bind /run/netns/red /run/red; sleep 60
            """,
        ])
        try box.shell("touch /run/red")
        #expect(try maker.waitForOutput { $0 == "made\n" })
        let dry = try box.start(["netns", "delete", "--dry-run", "--if-unused", "red"])
        let refused = try box.netns("delete --if-unused red")
        #expect(refused.status == 1 && refused.errors.contains("in use by"), "\(refused)")
        #expect(try dry.wait().errors.contains("in use by") || dry.wait().output == "would delete 'red'\n")
        #expect(try box.netns("list").output == "red\n")
    }

    @Test("delete --all looks at the processes once", .enabled(if: canInjectFaults, "strace is not installed"))
    func oneLook() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            for name in a b c d e f; do netns add $name; ip link add name h$name type veth peer name eth0 netns $name; done
            strace -f -e trace=openat -o /run/trace \(Sandbox.command) delete --all --if-unused
            grep -c '"/proc",' /run/trace; netns list; ip -br link | wc -l
            """)
        #expect(result.output == "1\n1\n")
    }

    @Test("the dry runs of attach and set say what the real runs say")
    func dryRefusals() throws {
        let box = try Sandbox()
        try box.shell("netns add red blue; netns set red 7; mkdir /run/netns/directory; ln -s /nowhere /run/netns/link")
        for (verb, rest) in [
            ("attach", "directory \(box.keeper)"), ("attach", "link \(box.keeper)"), ("attach", "red \(box.keeper)"),
            ("set", "red 8"), ("set", "red auto"), ("set", "blue 7"), ("set", "directory 3"),
        ] {
            let real = try box.netns("\(verb) \(rest)")
            #expect(real.status == 1)
            #expect(try box.netns("\(verb) --dry-run \(rest)") == real, "\(verb) \(rest)")
        }
        try box.shell("netns delete --all; rm -r /run/netns/*; umount /run/netns; rmdir /run/netns; touch /run/netns")
        let real = try box.netns("attach red \(box.keeper)")
        #expect(try box.netns("attach --dry-run red \(box.keeper)") == real)
    }
}
