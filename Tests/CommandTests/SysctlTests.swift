// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite(.enabled(if: Sandbox.isAvailable))
struct SysctlTests {
    @Test("what is set inside is what /proc says inside, and nothing changes outside")
    func setting() throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        let set = try box.netns("sysctl -n red net.ipv4.ip_forward=1 net/ipv6/conf/all/forwarding=1")
        #expect(
            set
                == CommandResult(
                    status: 0, output: "net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n", errors: ""))
        let proc = "cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding"
        #expect(try box.shell("netns exec red \(proc)").output == "1\n1\n")
        #expect(try box.shell(proc).output == "0\n0\n")
        #expect(try box.netns("sysctl -n red net.ipv4.ip_forward --values").output == "1\n")
        #expect(try box.netns("sysctl net.ipv4.ip_forward").output == "net.ipv4.ip_forward = 0\n")
        #expect(
            try box.netns("sysctl -n red net.ipv4.ip_forward --json").output
                == #"[{"key":"net.ipv4.ip_forward","value":"1"}]"# + "\n")
    }

    @Test("a prefix shows what sysctl shows", arguments: ["net.ipv4.conf.all", "net/ipv6/neigh", "net.core", "net"])
    func prefix(_ key: String) throws {
        let box = try Sandbox()
        try box.shell("netns add red; ip -n red link add eth0.1 type veth peer name p")
        let ours = try box.netns("sysctl -n red \(key)")
        let theirs = try box.shell("netns exec red sysctl \(key)")
        #expect(ours.lines.count > 10)
        #expect(ours.lines.sorted() == theirs.lines.sorted())
        #expect(ours.status == 0 && ours.errors == "")
        let values = try JSON(box.netns("sysctl -n red \(key) --json").output)
        #expect(values.elements.count == ours.lines.count)
    }

    @Test("a device's dots are slashes among dots, and dots among slashes")
    func dottedDevice() throws {
        let box = try Sandbox()
        try box.shell("netns add red; ip -n red link add eth0.1 type veth peer name p")
        for key in ["net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding"] {
            let ours = try box.run(["netns", "sysctl", "-n", "red", "\(key) = 1"])
            #expect(ours.output == "net.ipv4.conf.eth0/1.forwarding = 1\n")
            #expect(ours.output == (try box.shell("netns exec red sysctl \(key)").output))
        }
        #expect(try box.shell("netns exec red cat /proc/sys/net/ipv4/conf/eth0.1/forwarding").output == "1\n")
    }

    @Test("values of several numbers are taken and shown as they are")
    func numbers() throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        _ = try box.run(["netns", "sysctl", "-n", "red", "net.ipv4.tcp_rmem=4096 87380 6291456"])
        let key = "net.ipv4.tcp_rmem"
        #expect(try box.netns("sysctl -n red \(key)").output == "\(key) = 4096\t87380\t6291456\n")
        #expect(try box.netns("sysctl -n red \(key)").output == (try box.shell("netns exec red sysctl \(key)").output))
    }

    @Test("all keys are looked at before the first is set")
    func allOrNothing() throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        for wrong in [
            "net.ipv4.ip_forwar=1", "net.ipv4.conf=1", "net.ipv4.tcp_available_congestion_control=x",
            "kernel.hostname=x",
        ] {
            #expect(try box.netns("sysctl -n red net.ipv4.ip_forward=1 \(wrong)").status != 0)
            #expect(try box.netns("sysctl -n red net.ipv4.ip_forward --values").output == "0\n")
        }
        // Only the kernel can say that a value is wrong; what stands before it is set, and shown.
        let half = try box.netns(
            "sysctl -n red net.ipv4.ip_forward=1 net.ipv4.ip_default_ttl=x net.ipv4.ip_no_pmtu_disc=1")
        #expect(half.output == "net.ipv4.ip_forward = 1\n")
        #expect(try box.netns("sysctl -n red net.ipv4.ip_no_pmtu_disc --values").output == "0\n")
    }

    @Test("refusals")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell("netns add red; ip -n red link add eth0.1 type veth peer name p")
        let cases: [(line: String, errors: String, status: Int32)] = [
            (
                "-n red net.ipv4.ip_forwar",
                "there is no key 'net.ipv4.ip_forwar' in namespace 'red' (ENOENT); hint: did you mean 'net.ipv4.ip_forward'?",
                1
            ),
            (
                "net.ipv5.ip_forward",
                "there is no key 'net.ipv5.ip_forward' (ENOENT); hint: did you mean 'net.ipv4.ip_forward'?", 1
            ),
            (
                "-n red net.ipv4.conf.eth0.1.forwarding=1",
                "there is no key 'net.ipv4.conf.eth0.1.forwarding' in namespace 'red' (ENOENT); hint: did you mean 'net.ipv4.conf.eth0/1.forwarding'?",
                1
            ),
            (
                "ipv4.ip_forward",
                "'ipv4.ip_forward' is no key of a network namespace: a network namespace has the keys below 'net' alone; hint: did you mean 'net.ipv4.ip_forward'?",
                2
            ),
            (
                "kernel.hostname=x",
                "'kernel.hostname' is no key of a network namespace: a network namespace has the keys below 'net' alone",
                2
            ),
            (
                "net/../kernel/hostname",
                "'net/../kernel/hostname' is no key of a network namespace: a part of it is dots", 2
            ),
            ("net..ipv4", "'net..ipv4' is no key of a network namespace: a part of it is empty", 2),
            ("net.ipv4.conf=1", "cannot set 'net.ipv4.conf': only keys below it have a value (EISDIR)", 1),
            ("net.ipv4.route.flush", "cannot read 'net.ipv4.route.flush': it can only be set (EACCES)", 1),
            (
                "-n red net.ipv4.tcp_available_congestion_control=x",
                "cannot set 'net.ipv4.tcp_available_congestion_control' in namespace 'red': it can only be read (EACCES)",
                1
            ),
            (
                "-n red net.ipv4.ip_forward=x",
                "cannot set 'net.ipv4.ip_forward' to 'x' in namespace 'red': Invalid argument (EINVAL)", 1
            ),
            (
                "net.ipv6.conf.all.stable_secret",
                "cannot read 'net.ipv6.conf.all.stable_secret': Input/output error (EIO)", 1
            ),
            ("-n green net.ipv4.ip_forward", "there is no namespace 'green' (ENOENT)", 1),
        ]
        for (line, errors, status) in cases {
            let result = try box.netns("sysctl \(line)")
            #expect(result == CommandResult(status: status, output: "", errors: "netns: \(errors)\n"), "\(line)")
        }
    }
}
