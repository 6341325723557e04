// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// What an ordinary user may do, and is told.
@Suite(.enabled(if: Sandbox.isAvailable))
struct UnprivilegedTests {
    /// A command line that an ordinary user may not run, its status and what to do about it.
    private static let refusals: [(line: String, status: Int32, hint: String)] = [
        ("add blue", 1, asRoot), ("attach blue 1", 1, traced), ("delete red", 1, asRoot),
        ("delete --no-wait red", 1, asRoot), ("delete --all", 1, asRoot), ("set red 3", 1, asRoot),
        ("exec red true", 125, asRoot), ("identify 1", 1, traced), ("link show -n red", 1, asRoot),
        ("address show -n red", 1, asRoot), ("route show -n red", 1, asRoot), ("link add v5 type veth", 1, asRoot),
        ("link set v0 up", 1, asRoot), ("link delete v0", 1, asRoot), ("address add 10.0.0.1/24 dev v0", 1, asRoot),
        ("route add default dev v0", 1, asRoot), ("connect red br0 --create", 1, asRoot),
        ("disconnect red br0", 1, asRoot),
    ]
    private static let asRoot = "run as root, or in a user namespace of your own (unshare -Urmn)"
    private static let traced = "to look into that process takes CAP_SYS_PTRACE: run as root"

    @Test(
        "an ordinary user may look, and is told what the rest takes",
        .enabled(if: geteuid() == 0, "only root can be another user"))
    func ordinaryUser() throws {
        let box = try Sandbox()
        // The built command may be where only root can read.
        try box.shell(
            """
            netns add red; ip link add v0 type veth peer name v1
            chmod 755 /run; cp \(Sandbox.command) /run/command; chmod 755 /run/command
            """)
        func run(_ line: String) throws -> CommandResult {
            let user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "/run/command"]
            return try box.run(user + line.split(separator: " ").map(String.init))
        }
        let before = try box.state()
        for refusal in Self.refusals {
            let result = try run(refusal.line)
            #expect(result.status == refusal.status, "\(refusal.line)")
            #expect(result.output == "", "\(refusal.line)")
            #expect(result.errors.hasPrefix("netns: cannot "), "\(result.errors)")
            #expect(result.errors.hasSuffix("; hint: \(refusal.hint)\n"), "\(refusal.line): \(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        }
        for (line, output) in [
            ("list", "red\n"), ("list --json", "[{\"name\":\"red\"}]\n"), ("list-id", ""), ("identify", "\n"),
            ("pids red", ""), ("prune", ""),
        ] {
            #expect(try run(line) == CommandResult(status: 0, output: output, errors: ""), "\(line)")
        }
        #expect(try run("list --long").lines.count == 2)
        #expect(try run("link show v0").status == 0)
        #expect(try box.state() == before)
    }

    @Test("in a user namespace of one's own all is as for root")
    func userNamespace() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            mkdir /run/mine; cp \(Sandbox.command) /run/mine/netns; chmod -R a+rX /run/mine; chmod 755 /run
            \(geteuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups" : "") unshare -Urmn sh -ec '
                PATH=/run/mine:$PATH; command -v netns >/dev/null; mkdir /tmp/netns-test-$$; directory=/tmp/netns-test-$$
                cp /run/mine/netns $directory/; PATH=$directory:$PATH
                mount -t tmpfs none /run
                netns add red blue; netns list
                netns connect red br0 --create --bridge-address 10.0.0.1/24 --address 10.0.0.2/24 --gateway 10.0.0.1
                netns exec red ping -c1 -W2 10.0.0.1 >/dev/null
                netns exec red sh -ec "netns identify; netns add green"
                netns -n red address show eth0 | grep -o "inet 10.0.0.2/24"
                sleep 60 & sleeper=$!
                netns attach own $sleeper; netns set blue 5; netns list; kill $sleeper
                netns disconnect red br0 --remove-bridge
                netns delete --all 2>/dev/null; netns list; ls -A /run/netns
                ! grep nsfs /proc/self/mountinfo
                rm -r $directory'
            """)
        #expect(
            result.lines.filter { !$0.contains("nsfs") } == [
                "blue", "red", "red", "inet 10.0.0.2/24", "blue (id: 5)", "green", "own", "red (id: 0)",
            ], "\(result)")
    }
}
