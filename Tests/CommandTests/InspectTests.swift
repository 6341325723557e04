// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// `netns inspect` beside lsns(8) and /proc, in a namespace of processes whose other processes are known.
@Suite(.enabled(if: Sandbox.isAvailable, "no namespaces can be made here"))
struct InspectTests {
    /// Runs a script as process 1 of a new namespace, with a /proc of its own.
    private func run(_ script: String, in box: Sandbox) throws -> CommandResult {
        try box.run([
            "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-e", "-c", Self.functions + script,
        ])
    }

    /// `settled COUNT`: until lsns sees so many namespaces.
    private static let functions = """
        settled() {
            for attempt in $(seq 200); do
                [ $(lsns --list --noheadings --output NS | wc -l) -ge $1 ] && return
                sleep 0.05
            done
            lsns >&2; return 1
        }

        """

    /// A process in a new namespace of each kind: 16 namespaces.
    private static let allKinds = """
        for kind in mount uts ipc net user cgroup time; do unshare --$kind sleep 600 & done
        unshare --pid --fork sleep 600 &
        settled 16

        """

    /// The documents of an output, which are one after the other between lines of `---`.
    private func documents(_ result: CommandResult) throws -> [JSON] {
        try #require(result.status == 0, "\(result.errors)")
        return try result.output.split(separator: "---\n").map { try JSON(String($0)) }
    }

    private func namespaces(_ document: JSON) -> [JSON] { document["namespaces"]?.elements ?? [] }

    private func number(_ value: JSON?) -> String? { if case .number(let text) = value { text } else { nil } }

    /// What lsns says must be said here, word for word.
    private func compare(_ theirs: JSON, _ ours: JSON) {
        let own = namespaces(ours)
        for namespace in namespaces(theirs) {
            let same = own.first { $0["ns"] == namespace["ns"] }
            guard let same else {
                Issue.record("\(namespace) is missing")
                continue
            }
            for key in namespace.keys { #expect(same[key] == namespace[key], "\(key) of \(namespace)") }
        }
        let known = namespaces(theirs).map { $0["ns"] }
        for namespace in own where !known.contains(namespace["ns"]) {
            #expect(namespace["nprocs"] == .number("0"), "\(namespace)")
        }
    }

    @Test("namespaces of all kinds, as lsns has them")
    func allKinds() throws {
        let box = try Sandbox()
        try box.shell("mkdir /run/netns; ip netns add red; ip netns add blue; ip netns set blue 7")
        let result = try run(
            Self.allKinds + """
                touch "/run/a b"; mount --bind /run/netns/red "/run/a b"
                ip netns exec red sleep 600 &
                nsenter --net=/run/netns/blue sleep 600 &
                settled 19
                lsns --json --list --output-all; echo ---; netns inspect --json; echo ---
                lsns --json --list --output-all --type net; echo ---; netns inspect --json --type net; echo ---
                lsns --json --list --output-all --task $$; echo ---; netns inspect --json $$
                """, in: box)
        let all = try documents(result)
        try #require(all.count == 6)
        #expect(namespaces(all[0]).count >= 19)
        compare(all[0], all[1])
        compare(all[2], all[3])
        #expect(namespaces(all[3]).allSatisfy { $0["type"] == .string("net") })
        compare(all[4], all[5])
        #expect(namespaces(all[4]).count == namespaces(all[5]).count)
        let names = namespaces(all[3]).flatMap { $0["names"]?.elements ?? [] }
        #expect(names.compactMap(\.text).sorted() == ["blue", "red"])
        #expect(result.errors == "")
    }

    @Test("what no process is in is found by what holds it")
    func held() throws {
        let box = try Sandbox()
        let result = try run(
            """
            touch /run/uts; unshare --uts=/run/uts true
            unshare --ipc sleep 600 & process=$!
            unshare --user --map-root-user unshare --user sleep 600 &
            settled 10
            exec 9</proc/$process/ns/ipc
            kill $process; wait $process || true
            ls -Li /run/uts | cut -d' ' -f1 >/run/expected
            ls -Li /proc/self/fd/9 | cut -d' ' -f1 >>/run/expected
            (exec 9<&-; netns inspect --json; echo ---; netns inspect --json --tree=owner --type user; echo ---)
            echo "[$(paste -sd, /run/expected)]"; echo ---
            netns inspect --json $(tail -1 /run/expected)
            (exec 9<&-; netns inspect >&2)
            """, in: box)
        let all = try documents(result)
        try #require(all.count == 4)
        let found = namespaces(all[0])
        let (mounted, opened) = (all[2].elements[0], all[2].elements[1])

        let uts = try #require(found.first { $0["ns"] == mounted })
        #expect(uts["type"] == .string("uts"))
        #expect(uts["pid"] == .null)
        #expect(uts["nprocs"] == .number("0"))
        #expect(uts["nsfs"] == .string("/run/uts"))
        #expect(uts["path"] == .string("/run/uts"))
        #expect(uts["holders"]?.elements.first?["path"] == .string("/run/uts"))

        let ipc = try #require(found.first { $0["ns"] == opened })
        #expect(ipc["type"] == .string("ipc"))
        #expect(ipc["holders"]?.elements.first?["kind"] == .string("descriptor"))
        #expect(ipc["holders"]?.elements.first?["pid"] == .number("1"))
        #expect(ipc["holders"]?.elements.first?["fd"] == .number("9"))
        #expect(ipc["path"] == .string("/proc/1/fd/9"))
        #expect(namespaces(all[3]).map { $0["ns"] } == [opened])

        // The user namespace of the outer unshare owns that of the inner, in which alone there is a process.
        let outer = try #require(
            found.first { $0["type"] == .string("user") && $0["nprocs"] == .number("0") }, "\(found)")
        let inner = try #require(found.first { $0["type"] == .string("user") && $0["ons"] == outer["ns"] })
        #expect(outer["holders"]?.elements.map { $0["ns"] } == [inner["ns"]])
        func children(of inode: JSON?, below list: [JSON]) -> [JSON]? {
            for namespace in list {
                let below = namespace["children"]?.elements ?? []
                if namespace["ns"] == inode { return below }
                if let found = children(of: inode, below: below) { return found }
            }
            return nil
        }
        #expect(children(of: outer["ns"], below: namespaces(all[1]))?.map { $0["ns"] } == [inner["ns"]])

        #expect(result.errors.contains("(held by the mount on '/run/uts')"), "\(result.errors)")
        #expect(result.errors.contains("(held by descriptor 9 of process 1)"))
        #expect(result.errors.contains("(held by namespace \(number(inner["ns"]) ?? "?"))"))
    }

    @Test("mounts in other mount namespaces are found when they are asked for")
    func foreignMounts() throws {
        let box = try Sandbox()
        let result = try run(
            """
            unshare --mount sh -c 'mount -t tmpfs none /run; touch /run/hidden; unshare --uts=/run/hidden sleep 0;
                touch /run/ready; exec sleep 600' &
            for attempt in $(seq 200); do [ -e /proc/$!/root/run/ready ] && break; sleep 0.05; done
            netns inspect --json; echo ---; netns inspect --json --all-mounts; echo ---; echo "[$!]"
            """, in: box)
        let all = try documents(result)
        try #require(all.count == 3)
        #expect(!namespaces(all[0]).contains { $0["nprocs"] == .number("0") && $0["type"] == .string("uts") })
        let hidden = namespaces(all[1]).filter { $0["nprocs"] == .number("0") && $0["type"] == .string("uts") }
        #expect(hidden.count == 1)
        let holder = hidden.first?["holders"]?.elements.first
        #expect(holder?["path"] == .string("/run/hidden"))
        #expect(holder?["viewer"] == all[2].elements.first)
    }

    @Test(
        "an ordinary user sees what lsns shows, and is told what is left out, but not in JSON",
        .enabled(if: geteuid() == 0, "only root can be another user"))
    func ordinaryUser() throws {
        let box = try Sandbox()
        try box.shell("chmod 755 /run; cp \(Sandbox.command) /run/command; chmod 755 /run/command")
        let result = try run(
            """
            cat >/run/look <<'END'
            unshare --user sleep 600 & process=$!
            for attempt in $(seq 200); do
                [ "$(readlink /proc/$process/ns/user)" != "$(readlink /proc/$$/ns/user)" ] && break
                sleep 0.05
            done
            lsns --json --list; echo ---; /run/command inspect --json
            /run/command inspect >/dev/null
            echo --- ; echo "[$process]"
            END
            setpriv --reuid 65534 --regid 65534 --clear-groups sh -e /run/look
            """, in: box)
        let all = try documents(result)
        compare(all[0], all[1])
        #expect(namespaces(all[1]).contains { $0["pid"] == all[2].elements.first })
        #expect(!namespaces(all[1]).contains { $0["pid"] == .number("1") })
        #expect(all[1]["unreadable"] == .number("1"))
        #expect(result.errors == "netns: 1 process is left out: to look into it takes CAP_SYS_PTRACE\n")
    }

    @Test(
        "what can't be shown",
        arguments: [
            ("2147483647", 1, "there is no process 2147483647 (ESRCH)"),
            ("4294967290", 1, "there is no namespace 4294967290 in sight"),
            ("nosuch", 1, "there is no namespace 'nosuch' (ENOENT)"),
            ("/dev/null", 1, "'/dev/null' is not a namespace"),
            ("/nonexistent", 1, "cannot open '/nonexistent': No such file or directory (ENOENT)"),
            ("--type foo", 2, "inspect: the value 'foo' is invalid for '--type <type>'"),
        ])
    func refusals(_ words: String, _ status: Int32, _ message: String) throws {
        let result = try Sandbox().netns("inspect \(words)")
        #expect(result.status == status)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("netns: \(message)"), "\(result.errors)")
    }

    @Test("one namespace, with all that keeps it alive")
    func oneNamespace() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            ip netns add red
            nsenter --net=/run/netns/red sleep 600 & process=$!
            for attempt in $(seq 200); do grep -q sleep /proc/$process/comm && break; sleep 0.05; done
            netns inspect red >/run/out
            kill $process
            echo "process $process sleep"; echo "name red"; echo ---; tail -n 2 /run/out
            """)
        let parts = result.output.split(separator: "---\n")
        #expect(parts.count == 2 && parts[0] == parts[1], "\(result.output)")
    }
}
