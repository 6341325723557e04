// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// Names that are made, and deleted, where the mounts of the caller are not those of the machine.
@Suite(.enabled(if: Sandbox.isAvailable))
struct MountNamespaceTests {
    /// B5 of ip: an empty file is left outside.
    @Test("a name made inside exec is a namespace everywhere", arguments: ["netns", "ip netns"])
    func additionInside(program: String) throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red
            \(program) exec red sh -ec 'netns add blue; netns exec blue true; netns list --names >/run/inside'
            netns exec blue true
            """)
        #expect(try box.shell("cat /run/inside; netns list").output == "blue\nred\nblue\nred\n")
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo").output == "2\n")
        let nested = "netns exec red netns exec blue sh -ec 'netns add green; netns attach again $$'"
        try box.shell("\(nested); netns exec green true")
        #expect(try box.netns("list").output == "again\nblue\ngreen\nred\n")
        #expect(try box.shell("netns exec again netns identify").output == "again\nblue\n")
        // Once ip has made the inner mount a shared one, it still tells nobody outside.
        try box.shell("netns exec red sh -ec 'ip netns add theirs; netns add ours'; netns exec ours true")
        #expect(try box.netns("list").output == "again\nblue\ngreen\nours\nred\n")
    }

    @Test("a directory that is not prepared yet is prepared for everybody")
    func preparationInside() throws {
        let box = try Sandbox()
        try box.shell(
            "mount --make-shared /run; unshare --mount --propagation slave netns add red; netns exec red true")
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo; netns list").output == "1\nred\n")
    }

    @Test("a name deleted inside exec is gone everywhere", arguments: ["red", "blue"])
    func deletionInside(name: String) throws {
        let box = try Sandbox()
        try box.shell("netns add red blue")
        let other = try box.start(["unshare", "--mount", "--propagation", "slave", "sleep", "60"])
        try box.shell("netns exec red netns delete \(name) 2>/dev/null")
        #expect(try box.netns("list").output == (name == "red" ? "blue\n" : "red\n"))
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo").output == "1\n")
        #expect(try waitUntil { try box.shell("grep -c nsfs /proc/\(other.processID)/mountinfo").output == "1\n" })
    }

    @Test("where nobody's mounts can be reached nothing is made")
    func outOfReach() throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        let before = try box.shell("ls -la --time-style=full-iso /run/netns").output
        // In a PID namespace of its own, in which no process has the mounts that these hear of.
        for verb in ["add blue", "add --dry-run blue", "attach blue 1", "attach --dry-run blue 1"] {
            let result = try box.shell(
                """
                netns exec red unshare --pid --fork --mount-proc --propagation unchanged sh -c \
                    'unshare --mount --propagation unchanged netns \(verb); exit $?'
                """, mayFail: true)
            #expect(result.status == 1)
            #expect(result.output == "")
            #expect(
                result.errors == """
                    netns: a name made here would stand for nothing elsewhere: this mount namespace hears of mounts in \
                    '/run/netns' and tells of none; hint: nsenter --target 1 --mount netns …

                    """)
            #expect(try box.shell("ls -la --time-style=full-iso /run/netns").output == before)
        }
    }

    @Test("the old /sys is not mounted once more where it could not be taken away")
    func fixedSys() throws {
        let box = try Sandbox()
        // A sysfs that is not wholly visible may not be mounted anew by a user namespace, nor be unmounted.
        let result = try box.shell(
            """
            mount -t tmpfs none /sys/fs
            unshare -Urmn sh -ec '
                mount -t tmpfs none /run; netns add red; netns exec red grep -c " /sys " /proc/self/mountinfo'
            """)
        #expect(result.output == "1\n")
        #expect(result.errors.hasPrefix("netns: warning: /sys shows the devices of the caller's namespace"))
    }

    @Test("exec keeps everything that is mounted below /sys")
    func keptMounts() throws {
        let box = try Sandbox()
        // What this kernel lacks is left out; the fourth stands for a tree with a mount further down.
        let result = try box.shell(
            """
            try() { mkdir -p "$3" 2>/dev/null || true; mount -t "$1" "$2" "$3" 2>/dev/null || echo "without $1" >&2; }
            umount --recursive /sys/fs/cgroup 2>/dev/null || true
            try cgroup2 none /sys/fs/cgroup
            try bpf none /sys/fs/bpf
            try debugfs none /sys/kernel/debug
            try tracefs none /sys/kernel/tracing
            mount -t tmpfs none /sys/kernel/mm; mkdir /sys/kernel/mm/below; mount -t tmpfs none /sys/kernel/mm/below
            echo kept >/sys/kernel/mm/below/file
            look() { sed -n 's, - , ,; s,^[^/]*/[^ ]* \\(/sys/[^ ]*\\) .* \\([^ ]*\\) [^ ]* [^ ]*$,\\1 \\2,p' "$1" | sort; }
            look /proc/self/mountinfo >/run/outside
            ip link add v0 type veth peer name v1
            netns add red
            netns exec red cat /proc/self/mountinfo >/run/table; look /run/table >/run/inside
            diff /run/outside /run/inside
            netns exec red cat /sys/kernel/mm/below/file
            netns exec red ls /sys/class/net
            if [ -d /sys/fs/cgroup/nosuch ]; then exit 1; fi
            wc -l </run/outside
            """)
        #expect(result.lines.prefix(2) == ["kept", "lo"])
        let missing = result.errors.split(separator: "\n").map { $0.dropFirst("without ".count) }
        for type in missing { Issue.record("\(type) can't be mounted here", severity: .warning) }
        // Without root most can't.
        if geteuid() == 0 { #expect(!missing.contains("cgroup2") && missing.count <= 2, "\(missing)") }
        #expect(try #require(result.lines.last.flatMap { Int($0) }) >= 6 - missing.count, "\(result)")
    }

    /// Every step of the preparation, on a shared /run: in its peer group each name would be mounted twice.
    @Test(
        "a preparation that is killed is made good by the next run",
        .enabled(if: canInjectFaults, "strace is not installed"),
        arguments: ["mkdir", "flock", "open_tree", "mount_setattr", "move_mount", "mount"])
    func killedPreparation(call: String) throws {
        for next in ["netns add blue", "ip netns add blue; netns delete blue; netns add blue"] {
            for number in 1...3 {
                let box = try Sandbox()
                let result = try box.shell(
                    """
                    mount --make-shared /run
                    status=0
                    strace -f -o /dev/null -e trace=\(call) -e inject=\(call):signal=KILL:when=\(number) \
                        \(Sandbox.command) add red || status=$?
                    if ! [ -e /run/netns/red ] || netns list --names | grep -qx red; then
                        echo "$status $(grep -c ' /run/netns ' /proc/self/mountinfo)"
                    fi
                    \(next); netns exec blue true
                    """)
                let mounts = result.lines.last?.split(separator: " ").last
                #expect(mounts == "0" || mounts == "1" || mounts == nil, "\(result)")
                guard next == "netns add blue" else { continue }
                #expect(try box.shell("grep -c ' /run/netns ' /proc/self/mountinfo").output == "1\n")
                let names = try box.netns("list").lines.count
                #expect(try box.shell("grep -c nsfs /proc/self/mountinfo").output == "\(names)\n")
            }
        }
    }
}
