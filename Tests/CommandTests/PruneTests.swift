// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite(.enabled(if: Sandbox.isAvailable))
struct PruneTests {
    /// Names of every sort: live, stale, pending, links, and what is no name.
    private let scene = """
        for name in live stale-a stale-b; do ip netns add $name; done
        cd /run/netns
        umount stale-a stale-b
        ln -s live alias; ln -s /proc/self/ns/net by-link
        ln -s /etc etc; ln -s /nonexistent nowhere
        touch empty; echo > junk; echo text > file; mkdir folder; mkfifo fifo; mkdir -m 0 closed
        touch uts; mount --bind /proc/self/ns/uts uts
        sleep 1.1
        cd /
        """

    private let look = "ls -la /run/netns; cut -d' ' -f3- /proc/self/mountinfo"

    private let leftAlone = """
        left alone 'closed': a directory
        left alone 'etc': a link to '/etc', which is no network namespace
        left alone 'fifo': a special file
        left alone 'file': a file of 5 bytes
        left alone 'folder': a directory
        left alone 'junk': a file of 1 byte

        """

    @Test("stale names and dangling links go, everything else stays")
    func prune() throws {
        let box = try Sandbox()
        try box.shell(scene)
        let etc = try box.shell("ls -l /etc").output
        let before = try box.shell(look).output
        let dry = try box.netns("prune --dry-run")
        #expect(dry.status == 0)
        #expect(dry.errors == "")
        #expect(
            dry.lines.sorted()
                == (leftAlone + """
                    left alone 'uts': a namespace of another kind
                    would remove dangling link 'nowhere'
                    would remove stale name 'empty'
                    would remove stale name 'stale-a'
                    would remove stale name 'stale-b'
                    """).split(separator: "\n").map(String.init))
        #expect(try box.shell(look).output == before)

        let real = try box.netns("prune")
        #expect(real.status == 0)
        #expect(
            real.lines.sorted()
                == (leftAlone + """
                    left alone 'uts': a namespace of another kind
                    removed dangling link 'nowhere'
                    removed stale name 'empty'
                    removed stale name 'stale-a'
                    removed stale name 'stale-b'
                    """).split(separator: "\n").map(String.init))
        #expect(
            try box.shell("ls -A /run/netns").lines
                == ["alias", "by-link", "closed", "etc", "fifo", "file", "folder", "junk", "live", "uts"])
        #expect(try box.shell("ls -l /etc").output == etc)
        try box.shell("nsenter --net=/run/netns/live ip link show lo")
        // A second run finds nothing more.
        #expect(try box.netns("prune").lines.allSatisfy { $0.hasPrefix("left alone") })
    }

    @Test("nothing to do is nothing said; JSON is an array all the same")
    func nothing() throws {
        let box = try Sandbox()
        for step in ["true", "netns add red", "netns delete red; rm -d /run/netns 2>/dev/null || true"] {
            try box.shell(step)
            #expect(try box.netns("prune") == CommandResult(status: 0, output: "", errors: ""))
            #expect(try box.netns("prune --json") == CommandResult(status: 0, output: "[]\n", errors: ""))
        }
    }

    @Test("JSON says what each thing was and what became of it")
    func json() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip netns add live; ip netns add old; umount /run/netns/old; mkdir /run/netns/junk; sleep 1.1
            for i in 1 2; do mount --bind /run/netns/live /run/netns/live; done
            """)
        let dry = try box.netns("prune --json --dry-run").output
        #expect(
            dry == #"[{"name":"junk","kind":"foreign-file","outcome":"left-alone","reason":"a directory"},"#
                + #"{"name":"live","kind":"surplus-mount","mounts":3,"outcome":"would-remove"},"#
                + #"{"name":"old","kind":"stale-name","outcome":"would-remove"}]"# + "\n")
        #expect(try box.netns("prune --json").output == dry.replacing("would-remove", with: "removed"))
    }

    @Test("a name in the making is left alone, and so is one that is stale for less than a second")
    func pending() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            ip netns add red; ip netns add young; umount /run/netns/young
            netns prune; ls /run/netns
            sleep 1.1; netns prune; ls /run/netns
            """)
        #expect(result.lines == ["red", "young", "removed stale name 'young'", "red"])
    }

    @Test("names under way are never lost to a prune that runs all the time")
    func race() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            ip netns add first
            (while [ ! -e /run/stop ]; do netns prune; done > /run/pruned) & pruner=$!
            for i in $(seq 60); do
                ip netns add "ip$i"; netns add "our$i"
                nsenter --net="/run/netns/ip$i" true; nsenter --net="/run/netns/our$i" true
                if [ $((i % 2)) = 0 ]; then ip netns del "ip$i"; netns delete "our$i"; fi
            done
            touch /run/stop; wait $pruner
            cat /run/pruned
            ls /run/netns | wc -l
            """, timeout: .seconds(120))
        #expect(result.output == "61\n")
        #expect(result.errors == "")
    }

    @Test("stacked mounts of one namespace go, those of different namespaces stay")
    func stackedMounts() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            for name in red blue green; do ip netns add $name; done
            for i in 1 2; do mount --bind /run/netns/red /run/netns/red; done
            mount --bind /run/netns/blue /run/netns/green
            stat -L -c '%n %i' /run/netns/*  > /run/before
            netns prune
            stat -L -c '%n %i' /run/netns/* | diff /run/before -
            grep -c ' /run/netns/red ' /proc/self/mountinfo
            grep -c ' /run/netns/green ' /proc/self/mountinfo
            ip netns del red; ls /run/netns
            """)
        #expect(
            result.lines == [
                "left alone 1 surplus mount of 'green': different namespaces are mounted on it, one over the other",
                "removed 3 surplus mounts of 'red'", "1", "2", "blue", "green",
            ])
    }

    @Test("a name that lives in another mount namespace is not taken from it")
    func elsewhere() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            ip netns add first
            # A mount namespace of its own from before the name was made: the mount does not get there.
            unshare --mount --propagation private sh -c 'touch /run/ready; exec sleep 60' & other=$!
            while [ ! -e /run/ready ]; do sleep 0.01; done
            ip netns add late; ip netns add gone; umount /run/netns/gone
            sleep 1.1
            nsenter --mount --target $other netns prune
            nsenter --net=/run/netns/late true && echo alive
            ls /run/netns
            kill $other
            """)
        #expect(result.lines.count == 5)
        #expect(result.lines.contains("removed stale name 'gone'"))
        let late = try #require(result.lines.first { $0.hasPrefix("left alone") })
        #expect(late.hasPrefix("left alone stale name 'late': a namespace in the mount namespace of process "))
        #expect(result.lines.suffix(3) == ["alive", "first", "late"])
    }

    @Test("what can't be removed is reported, the rest goes on")
    func refusal() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            ip netns add old; umount /run/netns/old; ln -s /nonexistent /run/netns/link; sleep 1.1
            mount -o bind,remount,ro /run/netns
            netns prune
            """, mayFail: true)
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(
            result.errors == """
                netns: cannot remove '/run/netns/link': Read-only file system (EROFS)
                netns: cannot remove '/run/netns/old': Read-only file system (EROFS)

                """)
    }

}
