// SPDX-License-Identifier: Apache-2.0

import KernelGates
@testable import NetnsCommands
import Testing

/// A key that is nobody's.
private let someKey = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="

@Suite("WireGuard's keys on the command line", .enabled(if: Sandbox.isAvailable, "no namespaces can be made here"))
struct WireGuardKeyCommandTests {
    @Test(
        "keys are made, and their public keys are those of wg", .enabled(if: isInstalled("wg"), "wg is not installed"))
    func keys() throws {
        let box = try Sandbox()
        try box.shell(
            """
            umask 077
            for number in $(seq 20); do
                netns wireguard genkey >/run/ours; wg genkey >/run/theirs
                for key in ours theirs; do
                    wg pubkey </run/$key >/run/wanted; netns wireguard pubkey </run/$key >/run/found
                    cmp /run/wanted /run/found
                done
                netns wg genpsk | tr -d '\\n' | wc -c | grep -qx 44
            done
            """)
    }

    @Test("what is no key has no public key, and the complaint does not repeat it")
    func refusals() throws {
        let box = try Sandbox()
        for (input, complaint) in [
            ("/dev/null", "there is no key in standard input: it is empty"),
            ("/run/bad", "there is no key in standard input: a key has 44 characters of base64"),
            ("/dev/zero", "there is no key in standard input"),
        ] {
            let result = try box.shell("echo secret >/run/bad; netns wireguard pubkey <\(input)", mayFail: true)
            #expect(result.status == 1 && result.output == "")
            #expect(result.errors.hasPrefix("netns: \(complaint)"), "\(result.errors)")
            #expect(!result.errors.contains("secret"))
        }
        #expect(try box.netns("wireguard genkey 5").status == 2)
    }

    @Test("a key that others may read is warned of")
    func readers() throws {
        let box = try Sandbox()
        for verb in ["genkey", "genpsk"] {
            let warned = try box.shell("umask 022; netns wireguard \(verb) >/run/\(verb).open")
            #expect(warned.errors.hasPrefix("netns: warning: the key goes to a file that others may read"))
            #expect(try box.shell("umask 077; netns wireguard \(verb) >/run/\(verb)").errors == "")
            #expect(try box.netns("wireguard \(verb)").errors == "")
        }
    }

    @Test("all namespaces are looked at, and one that can't be is told of at the end")
    func allNamespaces() throws {
        let box = try Sandbox()
        try box.shell("netns add red; : >/run/netns/stale")
        let result = try box.netns("wireguard show --all-namespaces --json")
        #expect(result.status == 1 && result.output == "[]\n" && result.errors.contains("stale"), "\(result)")
        #expect(try box.netns("wireguard show --all-namespaces -n red").status == 2)
    }
}

/// `netns wireguard` where no device of the kind is needed.
@Suite("WireGuard's words", .enabled(if: Sandbox.isAvailable, "no namespaces can be made here"))
struct WireGuardWordTests {
    @Test("what nobody can mean is refused before anything is asked")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 type veth peer name v1")
        let set = "wireguard set v0"
        try box.expect([
            Refusal("wireguard set", 2, "wireguard set: the device is missing"),
            Refusal(set, 2, "there is nothing to change"),
            Refusal("\(set) frob", 2, "unknown word 'frob'"),
            Refusal("\(set) listen-prt 5", 2, "unknown word 'listen-prt'; hint: did you mean 'listen-port'?"),
            Refusal("\(set) listen-port 65536", 2, "'65536' is not a decimal number from 0 to 65535"),
            Refusal("\(set) listen-port 5 listen-port 6", 2, "'listen-port' is given twice"),
            Refusal("\(set) fwmark 0xg", 2, "bad value of 'fwmark': '0xg'"),
            Refusal("\(set) private-key", 2, "'private-key' lacks its file"),
            Refusal("\(set) private-key - peer \(someKey) preshared-key /dev/stdin", 2, "only one key can come from"),
            Refusal("\(set) endpoint 192.0.2.1:5", 2, "'endpoint' belongs behind 'peer KEY'"),
            Refusal("\(set) peer", 2, "'peer' lacks its key"),
            Refusal("\(set) peer \(someKey.dropLast())", 2, "a key has 44 characters of base64, '=' last"),
            Refusal("\(set) peer \(someKey) remove allowed-ips 10.0.0.0/8", 2, "removed takes no other words"),
            Refusal("\(set) peer \(someKey) remove remove", 2, "'remove' is given twice"),
            Refusal("\(set) peer \(someKey) allowed-ips 10.0.0.0/33", 2, "in the prefix length, '33' is greater than"),
            Refusal("\(set) peer \(someKey) allowed-ips 10.0.0.0/8,", 2, "it is empty"),
            Refusal("\(set) peer \(someKey) persistent-keepalive 65536", 2, "from 0 to 65535"),
            Refusal("\(set) peer \(someKey) endpoint 192.0.2.1", 2, "not of the form HOST:PORT"),
            Refusal("\(set) peer \(someKey) endpoint 192.0.2.1:0", 2, "no decimal port from 1 to 65535"),
            Refusal("\(set) peer \(someKey) endpoint 2001:db8::1:5", 2, "not of the form HOST:PORT"),
            Refusal("\(set) peer \(someKey) endpoint [2001:db8::g]:5", 2, "is not an IPv6 address"),
            Refusal("\(set) peer \(someKey) endpoint [fe80::1%]:5", 2, "can't be the name of a device"),
            Refusal("\(set) peer \(someKey) endpoint :5", 2, "not of the form HOST:PORT"),
            Refusal("wireguard show a/b", 2, "'a/b' can't be the name of a device"),
            Refusal("wireguard frob", 2, "there is no verb 'frob' of 'netns wireguard'"),
        ])
    }

    @Test("another device, or none, is refused in one line")
    func otherDevices() throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 type veth peer name v1; netns add red")
        try box.expect([
            Refusal("wireguard set v0 listen-port 5", 1, "'v0' is not a wireguard device"),
            Refusal("wireguard show v0", 1, "'v0' is not a wireguard device"),
            Refusal("wireguard show lo -n red", 1, "'lo' in namespace 'red' is not a wireguard device"),
            Refusal("wireguard show v9", 1, "cannot find device 'v9' (ENODEV); hint: did you mean"),
            Refusal(
                "wireguard set wg7 listen-port 5 -n red", 1, "cannot find device 'wg7' in namespace 'red' (ENODEV)"),
            Refusal("wireguard show -n nothing", 1, "nothing"),
        ])
    }

    @Test("without a device there is nothing to show", arguments: [("", ""), ("--json", "[]\n")])
    func nothing(options: String, output: String) throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        for verb in ["wireguard", "wg show", "-n red wireguard show"] {
            let result = try box.netns("\(verb) \(options)")
            #expect(result == CommandResult(status: 0, output: output, errors: ""), "\(verb)")
        }
    }

    @Test("durations and amounts are written as wg writes them")
    func units() {
        #expect(durationText(1) == "1 second")
        #expect(durationText(3725) == "1 hour, 2 minutes, 5 seconds")
        #expect(durationText(31_536_000 + 86_400) == "1 year, 1 day")
        #expect(byteText(1023) == "1023 B")
        #expect(byteText(1536) == "1.50 KiB")
        #expect(byteText(1_048_575) == "1024.00 KiB")
        #expect(byteText(3 << 30) == "3.00 GiB")
        #expect(byteText(.max) == "16777216.00 TiB")
    }
}

/// Devices that `netns` configures, as wg(8) sees them.
@Suite(
    "WireGuard's devices",
    .enabled(if: Sandbox.isAvailable, "no namespaces can be made here"),
    .enabled(if: kernelHas(linkKind: "wireguard"), "this kernel has no wireguard"),
    .enabled(if: isInstalled("wg"), "wg is not installed"))
struct WireGuardKernelTests {
    /// Two devices in one namespace with the same keys: one for netns, one for wg.
    private func sandbox() throws -> Sandbox {
        let box = try Sandbox()
        try box.shell(
            """
            ip link set lo up
            cd /run; umask 077
            # Names of hosts are those of a file of its own, not of whatever the machine has.
            mkdir etc; echo '127.0.0.1 localhost' >etc/hosts; echo 'hosts: files' >etc/nsswitch.conf
            mount --bind etc /etc
            wg genkey >key; wg genkey >other; wg pubkey <other >peer; wg genpsk >shared
            ip link add wg0 type wireguard; ip link add wg1 type wireguard
            """)
        return box
    }

    /// What wg tells of a device in its form for programs.
    private func dump(_ box: Sandbox, _ device: String) throws -> String {
        try box.shell("wg show \(device) dump").output
    }

    @Test(
        "a device is as wg makes it",
        arguments: [
            "private-key /run/key listen-port 51820 fwmark 0xca6c",
            "listen-port 51820 peer $(cat /run/peer)",
            "peer $(cat /run/peer) preshared-key /run/shared endpoint 192.0.2.1:51820 persistent-keepalive 25",
            "peer $(cat /run/peer) endpoint [2001:db8::1]:51820 allowed-ips 10.0.0.7/24,2001:db8::/32,192.0.2.1",
            "peer $(cat /run/peer) endpoint [fe80::1%lo]:51820 persistent-keepalive off",
            "fwmark off peer $(cat /run/peer) endpoint localhost:51820",
            "private-key /run/key peer $(wg pubkey </run/key) allowed-ips 10.0.0.0/8",
            "peer $(cat /run/peer) allowed-ips 10.0.0.0/8 peer \(someKey) allowed-ips ::/0",
        ])
    func likeWG(_ words: String) throws {
        let box = try sandbox()
        let result = try box.shell(
            "words=\"\(words)\"; netns wireguard set wg0 $words; netns link set wg0 up; wg show wg0 dump")
        try box.shell("ip link delete wg0; words=\"\(words)\"; wg set wg1 $words; ip link set wg1 up")
        // Without a port the kernel chooses one.
        func comparable(_ text: String) -> String {
            words.contains("listen-port") ? text : text.split(separator: "\n").dropFirst().joined(separator: "\n")
        }
        #expect(result.errors == "")
        #expect(comparable(result.output) == comparable(try dump(box, "wg1")))
    }

    @Test("what is set is changed, taken away and removed")
    func changes() throws {
        let box = try sandbox()
        try box.shell(
            """
            netns wireguard set wg0 private-key /run/key fwmark 7 listen-port 5000 \
                peer $(cat /run/peer) preshared-key - allowed-ips 10.0.0.0/8,10.0.0.0/9 </run/shared
            """)
        let before = try dump(box, "wg0")
        #expect(try before.contains(box.shell("cat /run/shared").output.dropLast()))
        #expect(before.contains("10.0.0.0/8,10.0.0.0/9") || before.contains("10.0.0.0/9,10.0.0.0/8"))
        // What is not named stays.
        try box.shell("netns wireguard set wg0 peer $(cat /run/peer) persistent-keepalive 25")
        #expect(try dump(box, "wg0") == before.dropLast("off\n".count) + "25\n")
        try box.shell("netns wireguard set wg0 peer $(cat /run/peer) allowed-ips '' preshared-key /dev/null")
        #expect(try dump(box, "wg0").contains("(none)\t(none)\t(none)\t0\t0\t0\t25\n"))
        try box.shell("netns wireguard set wg0 private-key /dev/null fwmark off peer $(cat /run/peer) remove")
        #expect(try dump(box, "wg0") == "(none)\t(none)\t5000\toff\n")
    }

    @Test("thousands of allowed addresses go and come in several messages")
    func many() throws {
        let box = try sandbox()
        try box.shell(
            """
            list=$(for a in $(seq 0 15); do for b in $(seq 0 199); do echo "10.$a.$b.0/24"; done; done | paste -sd,)
            for device in wg0 wg1; do
                wg set $device peer $(cat /run/peer) allowed-ips 10.255.0.0/16
            done
            netns wireguard set wg0 peer $(cat /run/peer) allowed-ips $list
            wg set wg1 peer $(cat /run/peer) allowed-ips $list
            wg show wg0 dump >/run/ours; wg show wg1 dump >/run/theirs
            wc -c </run/ours; cmp /run/ours /run/theirs
            netns wireguard show wg0 | sed 's/wg0/wg1/' >/run/ours; wg show wg1 >/run/theirs; cmp /run/ours /run/theirs
            """)
    }

    @Test("a tunnel carries packets, and is shown as wg shows it")
    func tunnel() throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red blue
            netns link add v0 netns red up type veth peer name v1 netns blue
            netns link set v1 up -n blue
            netns address add 192.0.2.1/24 dev v0 -n red; netns address add 192.0.2.2/24 dev v1 -n blue
            cd /run; umask 077; wg genkey >red.key; wg genkey >blue.key; wg genpsk >shared
            for name in red blue; do
                netns link add wg0 type wireguard -n $name
                wg pubkey <$name.key >$name.public
                netns wireguard set wg0 private-key $name.key listen-port 51820 fwmark 0x10 -n $name
            done
            netns wireguard set wg0 peer $(cat blue.public) preshared-key shared endpoint 192.0.2.2:51820 \
                allowed-ips 10.9.0.2/32,fd00::/64 persistent-keepalive 25 -n red
            netns wireguard set wg0 peer $(cat red.public) preshared-key shared allowed-ips 10.9.0.1/32 -n blue
            netns address add 10.9.0.1/24 dev wg0 -n red; netns address add 10.9.0.2/24 dev wg0 -n blue
            for name in red blue; do netns link set wg0 up -n $name; done
            netns exec red ping -c3 -i0.2 -W10 10.9.0.2
            """)
        for name in ["red", "blue"] {
            // Between the two looks a second may begin, and something be sent.
            func text(_ command: String) throws -> String {
                try box.shell(command).output.split(separator: "\n", omittingEmptySubsequences: false)
                    .filter { !$0.contains("latest handshake") }.joined(separator: "\n")
            }
            for (ours, theirs) in [
                ("netns wireguard show -n \(name)", "netns exec \(name) wg show"),
                (
                    "netns wireguard show wg0 --show-keys -n \(name)",
                    "WG_HIDE_KEYS=never netns exec \(name) wg show wg0"
                ),
            ] {
                let isSame = try waitUntil { try text(ours) == text(theirs) }
                #expect(isSame, "\(ours)")
            }
        }
        let hidden = try box.netns("wireguard show --json -n red").output
        let shown = try box.netns("wireguard show --show-keys --json -n red").output
        let secrets = try box.shell("cat /run/red.key /run/shared").lines
        for secret in secrets {
            #expect(!hidden.contains(secret))
            #expect(shown.contains(secret))
        }
        let device = try #require(try JSON(shown).elements.first)
        #expect(device["ifname"] == .string("wg0") && device["fwmark"] == .number("16"))
        let peer = try #require(device["peers"]?.elements.first)
        #expect(peer["endpoint"] == .string("192.0.2.2:51820"))
        #expect(peer["allowed_ips"]?.elements.count == 2)
        let fields = try box.shell("netns exec red wg show wg0 dump").lines.last?.split(separator: "\t").map(
            String.init)
        #expect(peer["latest_handshake"] == fields.map { .number($0[4]) })
        #expect(peer["rx_bytes"] == fields.map { .number($0[5]) })
    }

    @Test("devices of all namespaces are shown, each under its namespace")
    func allNamespaces() throws {
        let box = try sandbox()
        try box.shell(
            "netns add red blue; netns link add wg7 type wireguard -n red; netns link add wg0 type wireguard -n blue")
        let all = try JSON(box.netns("wireguard show --all-namespaces --json").output).elements
        #expect(all.map { $0["netns"]?.text } == [nil, nil, "blue", "red"])
        #expect(all.map { $0["ifname"]?.text } == ["wg0", "wg1", "wg0", "wg7"])
        let one = try JSON(box.netns("wireguard show wg0 --all-namespaces --json").output).elements
        #expect(one.map { $0["netns"]?.text } == [nil, "blue"])
        let text = try box.netns("wireguard show --all-namespaces").output
        #expect(text.contains("\n\nnetns: red\ninterface: wg7\n"))
    }

    @Test("a file without a key, and a host without an address, change nothing")
    func refusals() throws {
        let box = try sandbox()
        try box.shell("echo secret >/run/bad; head -c 44 /run/key >/run/long; echo x >>/run/long")
        let before = try dump(box, "wg0")
        for (words, complaint) in [
            ("private-key /run/bad", "there is no key in '/run/bad': a key has 44 characters of base64, '=' last"),
            ("private-key /run/long", "there is no key in '/run/long'"),
            ("private-key /dev/zero", "there is no key in '/dev/zero'"),
            ("private-key /run/nothing", "cannot read a key from '/run/nothing': No such file or directory (ENOENT)"),
            ("peer \(someKey) endpoint host.invalid:5", "cannot find the address of host 'host.invalid': "),
            ("peer \(someKey) endpoint [fe80::1%nothing]:5", "cannot find device 'nothing' (ENODEV)"),
        ] {
            let result = try box.netns("wireguard set wg0 \(words)")
            #expect(result.status == 1)
            #expect(result.output == "" && result.errors.hasPrefix("netns: \(complaint)"), "\(result.errors)")
            #expect(!result.errors.contains("secret"))
            #expect(try dump(box, "wg0") == before)
        }
    }
}
