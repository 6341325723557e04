// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// Whether netns, called by the names nsenter and unshare, does what util-linux's programs do.
@Suite(.enabled(if: Sandbox.isAvailable, "no namespaces can be made here"))
struct UtilLinuxTests {
    /// Command lines, run by a shell. `$target` is a process in namespaces of its own: host name `inside`, working
    /// directory /etc; `$files` is a directory of empty files on a private mount.
    static let lines = [
        // Which namespaces are entered.
        "nsenter --target $target --uts hostname",
        "nsenter -t $target -u hostname",
        "nsenter -ut$target hostname",
        "nsenter --targ=$target --ut hostname",
        "nsenter -t $target -n readlink /proc/self/ns/net",
        "nsenter -t $target --net=/proc/$target/ns/net readlink /proc/self/ns/net",
        "nsenter -n/proc/$target/ns/net ip -br link",
        "nsenter --uts=/proc/$target/ns/uts hostname",
        "nsenter -t $target -i readlink /proc/self/ns/ipc",
        "nsenter -t $target -C readlink /proc/self/ns/cgroup",
        "nsenter -t $target -T readlink /proc/self/ns/time",
        "nsenter -t $target -m readlink /proc/self/ns/mnt",
        "nsenter -t $target -p -m sh -c 'readlink /proc/self/ns/pid; ls -d /proc/1'",
        "nsenter -t $target -m -u -i -n -p -C -T sh -c 'hostname; pwd; readlink /proc/self/ns/*'",
        "nsenter --all --target $target sh -c 'hostname; pwd'",
        "nsenter -a -t $target -- env --ignore-environment /bin/sh -c 'hostname; ip -br addr'",
        "nsenter -t $target -p -F true",
        "nsenter -t $target pwd",
        "nsenter -t $target -u -- hostname",
        "nsenter -t $target -u hostname -f",
        // Directories, users.
        "nsenter -t $target --wd pwd",
        "nsenter -t $target -w/usr pwd",
        "nsenter -t $target --wd=/usr/bin pwd",
        "nsenter -t $target -m -r -w pwd",
        "nsenter -t $target -m --root pwd",
        "nsenter -t $target -m -r/ pwd",
        "nsenter -t $target -m -W /usr pwd",
        "nsenter -t $target -u -S 12 -G 34 id",
        "nsenter -t $target -u -G 34 id",
        "nsenter -t $target -u --setuid 12 id -u",
        "nsenter -t $user -U sh -c 'id -u; readlink /proc/self/ns/user'",
        "nsenter -t $user -U -n --preserve-credentials id -u",
        "nsenter -t $user -a --preserve-credentials readlink /proc/self/ns/user /proc/self/ns/net",
        // Statuses.
        "nsenter -t $target -u sh -c 'exit 7'",
        "nsenter -t $target -p sh -c 'exit 7'",
        "nsenter -t $target -p sh -c 'kill -9 $$'",
        "nsenter -t $target -p sh -c 'kill -15 $$'",
        "nsenter -t $target -u /nonexistent",
        "nsenter -t $target -u nonexistent",
        "nsenter -t $target -u /etc/passwd",
        "nsenter -t $target -p /nonexistent",
        "nsenter -t $target -n/nonexistent true",
        "nsenter -m/etc/passwd true",
        "nsenter -n/proc/$target/ns/uts true",
        "nsenter -t 4194304 -n true",
        "nsenter -t abc true",
        "nsenter -t",
        "nsenter -n true",
        "nsenter -a true",
        "nsenter --wd true",
        "nsenter -t $target --unknown",
        "nsenter -x",
        "nsenter --all=5 true",
        "nsenter -t $target -S abc true",
        "nsenter -t $target --wdns=/nonexistent true",
        "SHELL=/bin/sh nsenter -t $target -u <<<'hostname; echo $0'",
        // New namespaces.
        "unshare --net ip -br link",
        "unshare -n true",
        "unshare -u sh -c 'hostname new; hostname'",
        "unshare -muin sh -c 'ip -br link; exit 3'",
        "unshare -fp sh -c 'echo $$'",
        "unshare --fork --pid --mount-proc sh -c 'ls -d /proc/[0-9]*; echo $$'",
        "unshare --mount --ipc --pid --net --mount-proc=/proc --fork sh -c 'echo $$; ip -br addr; ps -o pid= 1'",
        "unshare --fork --pid --kill-child sh -c 'echo $$'",
        "unshare --kill-child=SIGTERM echo x",
        "unshare --kill-child=nonsense echo x",
        "unshare -f sh -c 'exit 9'",
        "unshare -f sh -c 'kill -15 $$'",
        "unshare -pf sh -c 'kill -9 $$; echo alive'",
        "unshare -p true",
        "unshare -C cat /proc/self/cgroup",
        "unshare -T --monotonic 86400 cat /proc/self/timens_offsets",
        "unshare -T --boottime=-5 -f cat /proc/self/timens_offsets",
        "unshare --monotonic 5 true",
        "unshare -T --monotonic x true",
        "unshare -m sh -c 'grep -c shared: /proc/self/mountinfo'",
        "unshare -m --propagation unchanged sh -c 'grep -c shared: /proc/self/mountinfo'",
        "unshare -m --propagation slave grep -c master: /proc/self/mountinfo",
        "unshare -m --propagation shared sh -c 'grep -vc shared: /proc/self/mountinfo'",
        "unshare --propagation nonsense true",
        "unshare -R / -w /usr pwd",
        "unshare -R /nonexistent true",
        "unshare -w /nonexistent true",
        "unshare -S 12 -G 34 id",
        // Users.
        "unshare -U id",
        "unshare -r id",
        "unshare -r cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups",
        "unshare -c id",
        "unshare --map-user=5 --map-group=6 id",
        "unshare --map-user=5 cat /proc/self/uid_map /proc/self/gid_map",
        "unshare -rn ip -br link",
        "unshare -r --keep-caps grep CapAmb /proc/self/status",
        "unshare -c --keep-caps grep Cap /proc/self/status",
        "unshare -U --setgroups deny cat /proc/self/setgroups",
        "unshare -r --setgroups=allow id",
        "unshare --setgroups nonsense id",
        "unshare --map-users 1 true",
        "unshare --map-user=nonsense true",
        // What stays.
        "unshare --uts=$files/uts hostname kept; nsenter --uts=$files/uts hostname; umount $files/uts",
        "unshare --net=$files/net true; nsenter -n$files/net ip -br link; umount $files/net",
        "unshare --mount=$files/mnt mount -t tmpfs kept /mnt && nsenter -m$files/mnt grep -c kept /proc/mounts; umount $files/mnt",
        "unshare -f --pid=$files/pid true; findmnt -n -o FSTYPE $files/pid; umount $files/pid",
        "unshare --uts=/nonexistent true",
        "unshare --ipc=$files/ipc sh -c 'exit 5'; umount $files/ipc",
        // What is run.
        "unshare -u nonexistent",
        "unshare -u /etc/passwd",
        "unshare -f nonexistent",
        "unshare --unknown",
        "unshare -x",
        "unshare -- sh -c 'echo x'",
        "unshare -u echo -f --fork",
        "SHELL=/bin/sh unshare -u <<<'echo $0'",
    ]

    @Test(
        "command lines end and print as with util-linux's own programs",
        .enabled(if: isInstalled("nsenter") && isInstalled("unshare") && geteuid() == 0, "no nsenter, or not root"))
    func comparison() throws {
        let box = try Sandbox()
        try box.shell(
            """
            mkdir /run/ours /run/files; ln -s \(Sandbox.command) /run/ours/nsenter; ln -s \(Sandbox.command) /run/ours/unshare
            mount --bind /run/files /run/files; mount --make-private /run/files
            touch /run/files/uts /run/files/net /run/files/mnt /run/files/pid /run/files/ipc
            """)
        let keep = "cd /etc; hostname inside; mount -t tmpfs none /mnt; echo ready; exec sleep 1000"
        let target = try box.start(["unshare", "-muinCT", "sh", "-c", keep])
        // The program is in its PID namespace only as a child.
        let inner = try box.start(["unshare", "-muinpCTf", "--kill-child", "--mount-proc", "sh", "-c", keep])
        let user = try box.start(["unshare", "-Un", "--map-root-user", "sh", "-c", "echo ready; exec sleep 1000"])
        for process in [target, inner, user] {
            let isReady = try process.waitForOutput { $0.contains("ready") }
            #expect(isReady)
        }
        let child = try box.shell("cat /proc/\(inner.processID)/task/\(inner.processID)/children").output
        let number = child.split(separator: " ").first.map(String.init) ?? ""
        #expect(try box.run(["nsenter", "-t", number, "-u", "hostname"]).output == "inside\n")
        func run(_ line: String, _ path: String) throws -> CommandResult {
            let names = "target=\(number); user=\(user.processID); files=/run/files; cd /tmp; PATH=\(path)$PATH; "
            // A mount namespace is only kept in one that is older by its number, and Linux 6.18 counts on each processor
            // by itself: both are made on the same one.
            let inOne = """
                cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/self/status)
                exec taskset -c "$cpu" unshare --mount --propagation unchanged bash -c "$1"
                """
            return try box.run(["bash", "-c", inOne, "bash", names + line])
        }
        for line in Self.lines {
            let (theirs, ours) = (try run(line, ""), try run(line, "/run/ours:"))
            #expect(ours.status == theirs.status, "\(line): \(ours) instead of \(theirs)")
            #expect(ours.output == theirs.output, "\(line): \(ours) instead of \(theirs)")
            #expect(ours.errors.isEmpty == theirs.errors.isEmpty, "\(line): \(ours) instead of \(theirs)")
        }
    }
}
