// SPDX-License-Identifier: Apache-2.0

import Netlink
@testable import NetnsCommands
import RouteNetlink
import Testing

/// `--namespace` of the verbs of links, addresses and routes.
@Suite(.enabled(if: Sandbox.isAvailable))
struct NamespaceOptionTests {
    /// A namespace 'red' with a link 'eth0' and an address, and a process in it.
    private func sandbox() throws -> (box: Sandbox, process: ChildProcess) {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red
            ip link add v0 type veth peer name eth0 netns red
            ip -n red link set eth0 up
            ip -n red addr add 10.0.0.1/24 dev eth0
            """)
        let process = try box.start(["netns", "exec", "red", "sh", "-c", "echo $$; exec sleep 60"])
        _ = try process.waitForOutput { $0.hasSuffix("\n") }
        return (box, process)
    }

    @Test("a namespace is named by its name, a process in it, or the path of a file")
    func forms() throws {
        let (box, process) = try sandbox()
        let number = try process.currentOutput().filter(\.isNumber)
        for form in ["red", "pid:\(number)", "/proc/\(number)/ns/net", "/run/netns/red", "/run/../run/netns/red"] {
            for line in ["link show", "address show", "route show", "route get 10.0.0.2"] {
                let ip = try box.shell("ip -n red \(line)").output
                #expect(try box.netns("\(line) -n \(form)").output == ip, "\(line) -n \(form)")
                #expect(try box.netns("-n \(form) \(line)").output == ip, "-n \(form) \(line)")
            }
        }
        let changes = [
            "link set eth0 mtu 1400", "link add br0 type bridge", "address add 10.0.1.1/24 dev eth0",
            "route add 10.9.0.0/16 via 10.0.0.2", "address flush dev eth0 to 10.0.1.0/24",
            "link property add dev eth0 altname uplink", "link delete br0", "route flush proto boot",
        ]
        for change in changes {
            #expect(
                try box.netns("\(change) -n pid:\(number)") == CommandResult(status: 0, output: "", errors: ""),
                "\(change)")
        }
        #expect(try box.shell("ip -n red link show uplink").output.contains("mtu 1400"))
        #expect(try box.shell("ip -n red route show 10.9.0.0/16; ip -n red addr show to 10.0.1.0/24").output == "")
    }

    @Test("'netns' of a link takes the same forms, and the bare number of a process")
    func destination() throws {
        let (box, process) = try sandbox()
        let number = try process.currentOutput().filter(\.isNumber)
        for (position, form) in ["red", "pid:\(number)", number, "/proc/\(number)/ns/net", "/run/netns/red"]
            .enumerated()
        {
            #expect(try box.netns("link add a\(position) type veth peer name b\(position) netns \(form)").status == 0)
            #expect(try box.netns("link set a\(position) netns \(form)").status == 0)
        }
        #expect(try box.shell("ip -n red -br link show type veth").lines.count == 11)
    }

    @Test("what is no namespace is refused as everywhere, and messages name what was asked for")
    func refusals() throws {
        let (box, _) = try sandbox()
        try box.shell(": >/run/netns/old; touch -d '1 hour ago' /run/netns/old")
        try box.expect(
            ["link show", "link set lo up", "address show", "route show", "route add default dev lo"].flatMap { line in
                [
                    Refusal("\(line) -n nosuch", 1, "there is no namespace 'nosuch' (ENOENT)"),
                    Refusal("\(line) -n old", 1, "'old' is a stale name"),
                    Refusal("\(line) -n pid:99999999", 1, "there is no process 99999999 (ESRCH)"),
                    Refusal("\(line) -n pid:0", 2, "behind 'pid:' belongs the decimal number of a process"),
                    Refusal("\(line) -n pid:", 2, "behind 'pid:' belongs the decimal number of a process"),
                    Refusal("\(line) -n /etc/passwd", 1, "'/etc/passwd' is not a network namespace"),
                    Refusal("\(line) -n /proc/self/ns/mnt", 1, "'/proc/self/ns/mnt' is not a network namespace"),
                    Refusal("\(line) -n /run/netns/nosuch", 1, "cannot open '/run/netns/nosuch': No such file"),
                    Refusal("\(line) -n ..", 2, "'..' can't be the name of a namespace"),
                    Refusal(words: line.split(separator: " ").map(String.init) + ["-n", ""], 2, "name of a namespace"),
                ]
            } + [
                Refusal("link show nosuch -n red", 1, "cannot find device 'nosuch' in namespace 'red' (ENODEV)"),
                Refusal(
                    "link show nosuch -n /run/netns/red", 1,
                    "cannot find device 'nosuch' in namespace '/run/netns/red' (ENODEV)"),
                Refusal("route delete default -n red", 1, "cannot delete route to 'default' in namespace 'red': "),
                Refusal("link set v0 netns pid:x", 2, "behind 'pid:' belongs the decimal number of a process"),
                Refusal("link set v0 netns 99999999", 1, "there is no process 99999999 (ESRCH)"),
            ])
    }

    @Test("a warning of the kernel's names the namespace, and is one line")
    func warning() throws {
        let warning = KernelWarning("add link 'v0'", "Careful.")
        #expect(RouteSession(try RouteSocket(), namespace: nil).text(of: warning) == "warning: add link 'v0': Careful")
        #expect(
            RouteSession(try RouteSocket(), namespace: "red").text(of: warning)
                == "warning: add link 'v0' in namespace 'red': Careful")
    }
}
