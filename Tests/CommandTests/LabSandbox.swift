// SPDX-License-Identifier: Apache-2.0

import Glibc
import LinuxSystem
import Testing

/// A sandbox for labs: the machine's /etc/netns is out of sight as well.
///
/// A file is written with `write`, and named by its path in every command after that.
final class LabSandbox {
    let box: Sandbox

    /// Whether there can be one: for anyone but root the directory must be there to be covered.
    static let isAvailable =
        Sandbox.isAvailable && (geteuid() == 0 || (try? ChildProcess(["test", "-d", "/etc/netns"]).wait().status) == 0)

    init() throws {
        box = try Sandbox()
        // `ip netns` mounts /run/netns on itself, once; so does the first lab.
        try box.shell(
            """
            mkdir -p /etc/netns /run/lab; mount -t tmpfs none /etc/netns
            ip link set lo up; netns add warm; netns delete warm
            """)
    }

    /// Writes a file that commands know as `/run/lab/NAME`.
    @discardableResult
    func write(_ text: String, as name: String = "test.lab.yaml") throws -> String {
        let path = "/run/lab/\(name)"
        try box.shell("cat > \(path) <<'END_OF_LAB'\n\(text)\nEND_OF_LAB")
        return path
    }

    /// A function of a shell: everything that a lab leaves on a machine, or may not touch. Names, mounts, files,
    /// records, and the links, addresses and routes of each namespace, as ip(8) tells them.
    static let look = """
        inside='
            ip -j link show; ip -j addr show; ip -j route show table all; ip -6 -j route show table all
            ip -j rule; cat /proc/sys/net/ipv4/ip_forward
        '
        look() {
            echo "names:"; ls -A /run/netns
            echo "records:"; find /run/netns-lab -mindepth 1 2>/dev/null | sort
            echo "files:"; find /etc/netns -mindepth 1 | sort; find /etc/netns -type f -exec sha256sum {} + | sort -k2
            echo "mounts:"; cut -d' ' -f4- /proc/self/mountinfo | sort
            echo "here:"; sh -c "$inside"
            for name in $(ls /run/netns); do echo "$name:"; nsenter --net=/run/netns/$name sh -c "$inside"; done
        }

        """

    /// What a lab says of the machine, without what comes by itself while devices come up.
    func configuration() throws -> [String] {
        try box.shell(
            """
            ls /run/netns; find /etc/netns -type f -exec sha256sum {} + | sort -k2
            for name in $(ls /run/netns); do
                echo "$name:"; ip -n $name -o addr show scope global | sed 's/^[0-9]*://'
                ip -n $name route show proto 78 table all; ip -n $name -6 route show proto 78 table all
                ip -n $name -o link |
                    sed -E 's/^[0-9]+: ([^@:]+)[@:].* (mtu [0-9]+ qdisc [a-z_]+) .*(link.ether [^ ]+).*/\\1 \\2 \\3/'
            done
            """
        ).lines.map { $0.hasPrefix("lo ") || $0.hasPrefix("1: lo") ? "lo" : $0 }
    }

    /// What `look` tells.
    func snapshot() throws -> String { try box.shell(Self.look + "look").output }

    /// Runs `netns lab` with a line of words, split at blanks.
    func lab(_ line: String) throws -> CommandResult { try box.netns("lab \(line)") }

    /// Brings a file up.
    func up(_ path: String = "/run/lab/test.lab.yaml", location: SourceLocation = #_sourceLocation) throws {
        let result = try lab("up \(path)")
        #expect(result.status == 0, "\(result.errors)", sourceLocation: location)
        #expect(result.errors == "", sourceLocation: location)
    }

    /// Whether one node reaches another, as ping(8) in `ip netns exec` says.
    func reaches(_ namespace: String, _ target: String) throws -> Bool {
        try waitUntil(timeout: .seconds(5)) {
            try box.run(["ip", "netns", "exec", namespace, "ping", "-q", "-c", "1", "-W", "1", target]).status == 0
        }
    }
}
