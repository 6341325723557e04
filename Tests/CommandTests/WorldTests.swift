// SPDX-License-Identifier: Apache-2.0

import Glibc
@testable import NetnsCommands
import NetworkNamespaces
import Testing

/// `netns enter` and `netns unshare`.
@Suite(.enabled(if: Sandbox.isAvailable, "no namespaces can be made here"))
struct WorldTests {
    @Test("a world of one's own has process 1, only lo, and only its own processes, and can be entered")
    func ownWorld() throws {
        let box = try Sandbox()
        let result = try box.run([
            "netns", "unshare", "--mount", "--ipc", "--pid", "--net", "--mount-proc=/proc", "--fork", "sh", "-c",
            "echo $$; ip -br addr; ls -d /proc/[0-9]*",
        ])
        #expect(result.status == 0 && result.errors == "", "\(result)")
        #expect(result.lines.first == "1")
        #expect(result.lines.filter { $0.hasPrefix("lo ") && $0.contains("DOWN") }.count == 1, "\(result.output)")
        #expect(result.lines.filter { $0.hasPrefix("/proc/") }.count <= 2, "\(result.output)")

        let world = try box.start([
            "netns", "unshare", "-muinpf", "--kill-child", "--mount-proc", "sh", "-c",
            "hostname world; ip link set lo up; echo ready; exec sleep 1000",
        ])
        let isReady = try world.waitForOutput { $0.contains("ready") }
        #expect(isReady)
        let child = try box.shell("cat /proc/\(world.processID)/task/*/children").output.split(separator: " ")
        let number = String(child.first ?? "")
        let seen = try box.run([
            "netns", "enter", "--target", number, "--mount", "--uts", "--ipc", "--net", "--pid", "--", "env",
            "--ignore-environment", "--", "/bin/sh", "-c", "hostname; /sbin/ip -br addr; readlink /proc/1/exe",
        ])
        #expect(seen.status == 0, "\(seen)")
        #expect(seen.lines.first == "world")
        #expect(seen.output.contains("127.0.0.1/8") && seen.output.contains("sleep"), "\(seen.output)")

        // With this process goes the other, and with process 1 its namespace.
        world.signal(SIGKILL)
        _ = try world.wait()
        try box.shell("for i in $(seq 500); do [ -e /proc/\(number) ] || exit 0; sleep 0.01; done; exit 1")
    }

    @Test("a named network namespace is made with lo up, kept, and entered by its name")
    func names() throws {
        let box = try Sandbox()
        let made = try box.netns("unshare --net=red readlink /proc/self/ns/net")
        #expect(made.status == 0, "\(made)")
        #expect(try box.netns("list --names").output == "red\n")
        #expect(try box.netns("enter --target red readlink /proc/self/ns/net").output == made.output)
        #expect(try box.shell("ip -n red -br addr show lo").output.contains("127.0.0.1/8"))
        let again = try box.netns("unshare --net=red true")
        #expect(again.status == 125)
        #expect(again.errors.contains("namespace 'red' exists already"), "\(again.errors)")
        #expect(try box.netns("enter --target red --uts true").errors.contains("stands for a network namespace"))
        #expect(try box.netns("enter --target blue true").errors.contains("there is no namespace 'blue'"))
    }

    @Test("complaints name what is wrong; statuses are 2, 125, 126, 127")
    func complaints() throws {
        let box = try Sandbox()
        for (line, status, text) in [
            ("enter --unknown", 2, "enter: unrecognized option '--unknown'"),
            ("enter -n true", 2, "neither filename nor target pid supplied"),
            ("unshare --monotonic 5 true", 2, "--monotonic"),
            ("unshare --m true", 2, "is ambiguous; possibilities: '--mount'"),
            ("enter --target 4194304 --net true", 125, "there is no process 4194304"),
            ("enter --net=/etc/passwd true", 125, "that is no namespace"),
            ("enter --net=/proc/self/ns/uts true", 125, "that is a namespace of the UTS kind"),
            ("unshare --uts=/nonexistent true", 125, "keep the UTS namespace on '/nonexistent'"),
            ("unshare --uts /etc/passwd", 126, "cannot run '/etc/passwd'"),
            ("unshare --uts /nonexistent", 127, "cannot run '/nonexistent'"),
        ] as [(String, Int32, String)] {
            let result = try box.netns(line)
            #expect(result.status == status, "\(line): \(result)")
            #expect(result.errors.hasPrefix("netns: ") && result.errors.contains(text), "\(line): \(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(line): \(result.errors)")
        }
        #expect(try box.netns("enter --help").output.contains("USAGE: netns enter"))
    }

    @Test("signals are passed on, and a stopped child stops this process, until it is let go on")
    func signals() throws {
        let box = try Sandbox()
        for number in [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1] {
            let script = "trap 'echo got; exit 3' \(number); echo ready; while :; do sleep 0.02; done"
            let process = try box.start(["netns", "unshare", "--fork", "sh", "-c", script])
            let isReady = try process.waitForOutput { $0.contains("ready") }
            #expect(isReady)
            process.signal(number)
            let result = try process.wait()
            #expect(result == CommandResult(status: 3, output: "ready\ngot\n", errors: ""))
        }
        let process = try box.start([
            "netns", "unshare", "--fork", "sh", "-c", "echo ready; kill -STOP $$; echo on; exit 4",
        ])
        #expect(try process.waitForOutput { $0.contains("ready") })
        try box.shell(
            "for i in $(seq 500); do grep -q 'State:.T' /proc/\(process.processID)/status && exit 0; sleep 0.01; done; exit 1"
        )
        process.signal(SIGCONT)
        let result = try process.wait()
        #expect(result == CommandResult(status: 4, output: "ready\non\n", errors: ""))
        let killed = try box.run(["netns", "unshare", "--fork", "sh", "-c", "kill -KILL $$"])
        #expect(killed.status == 128 + SIGKILL)
    }

    @Test("users and groups are mapped in ranges, around the caller's own", .enabled(if: geteuid() == 0, "not root"))
    func maps() throws {
        let box = try Sandbox()
        let result = try box.run([
            "netns", "unshare", "--map-root-user", "--map-users", "1000,0,10", "--map-groups=0:2000:5", "cat",
            "/proc/self/uid_map", "/proc/self/gid_map",
        ])
        #expect(result.status == 0, "\(result)")
        let maps = result.lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(maps == ["0 0 1", "1 1000 9", "0 0 1", "1 2000 4"], "\(result)")
        try box.shell("mount -t tmpfs none /mnt; cp /etc/passwd /mnt; echo 'root:100000:65536' >/mnt/sub")
        try box.shell(
            "touch /etc/subuid /etc/subgid 2>/dev/null || true; mount --bind /mnt/sub /etc/subuid; mount --bind /mnt/sub /etc/subgid"
        )
        let auto = try box.netns("unshare --map-auto cat /proc/self/uid_map")
        #expect(auto.lines.map { $0.split(separator: " ").joined(separator: " ") } == ["0 100000 65536"], "\(auto)")
    }

    @Test("the caller's own number takes precedence, and no number is mapped twice")
    func mapLines() {
        var map = IdentityMap()
        map.ranges = [IdentityRange(inner: 0, outer: 1000, count: 10)]
        #expect(map.lines(caller: 0) == map.ranges)
        map.own = 3
        #expect(
            map.lines(caller: 1005) == [
                IdentityRange(inner: 3, outer: 1005, count: 1), IdentityRange(inner: 0, outer: 1000, count: 3),
                IdentityRange(inner: 4, outer: 1003, count: 1), IdentityRange(inner: 5, outer: 1006, count: 4),
            ])
        map.ranges = []
        map.own = 0
        #expect(
            map.lines(caller: 1000, subordinate: IdentityRange(inner: nil, outer: 100_000, count: 65536)) == [
                IdentityRange(inner: 0, outer: 1000, count: 1),
                IdentityRange(inner: 1, outer: 100_000, count: 65535),
            ])
    }

    @Test(
        "an ordinary user may do what a user namespace permits, and is told what the rest takes",
        .enabled(if: geteuid() == 0, "only root can be another user"))
    func ordinaryUser() throws {
        let box = try Sandbox()
        try box.shell("chmod 755 /run; cp \(Sandbox.command) /run/command; chmod 755 /run/command")
        let user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        func run(_ line: String) throws -> CommandResult {
            try box.run(user + ["/run/command"] + line.split(separator: " ").map(String.init))
        }
        #expect(try run("unshare --map-root-user --net ip -br link").lines.first?.hasPrefix("lo") == true)
        #expect(try run("unshare -r id -u").output == "0\n")
        #expect(try run("unshare -rpf --mount-proc readlink /proc/self").lines.count == 1)
        #expect(try run("unshare -c id -u").output == "65534\n")
        for (line, text) in [
            (
                "unshare --net true",
                "cannot make a network namespace: Operation not permitted (EPERM); hint: it takes CAP_SYS_ADMIN"
            ),
            ("enter --target \(box.keeper) --net true", "it takes CAP_SYS_PTRACE"),
            ("enter --net=/proc/self/ns/net true", "it takes CAP_SYS_ADMIN in the user namespace that owns it"),
            ("enter --mount=/proc/self/ns/mnt true", "it takes CAP_SYS_CHROOT and CAP_SYS_ADMIN"),
            ("unshare -U --map-users=0,0,10 true", "CAP_SETUID"),
        ] {
            let result = try run(line)
            #expect(result.status == 125, "\(line): \(result)")
            #expect(result.errors.contains(text), "\(line): \(result.errors)")
        }
        let limited = try box.run(
            user + [
                "/run/command", "unshare", "-r", "sh", "-c",
                "echo 0 >/proc/sys/user/max_uts_namespaces; exec /run/command unshare --uts true",
            ])
        #expect(limited.status == 125)
        #expect(limited.errors.contains("sysctl user.max_uts_namespaces is 0"), "\(limited.errors)")
        let refused = try box.run(
            user + [
                "/run/command", "unshare", "-r", "sh", "-c",
                "echo 0 >/proc/sys/user/max_user_namespaces; exec /run/command unshare --user true",
            ])
        #expect(refused.errors.contains("sysctl user.max_user_namespaces is 0"), "\(refused.errors)")
    }
}
