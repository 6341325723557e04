// SPDX-License-Identifier: Apache-2.0

import Testing

/// Names that ip(8) made of bytes that are no UTF-8, and those that look like the way they are shown.
@Suite(.enabled(if: Sandbox.isAvailable))
struct ByteNameTests {
    /// A name in words of the shell, and as netns shows and takes it.
    private static let names = [
        (#"$(printf 'a\377b')"#, #"a\xffb"#), (#"$(printf '\377')"#, #"\xff"#), (#"'\xff'"#, #"\\xff"#),
        (#"$(printf 'gr\374n 1')"#, #"gr\xfcn 1"#), (#"$(printf '\342\230')"#, #"\xe2\x98"#),
        (#"$(printf '\\\377')"#, #"\\\xff"#),
    ]

    @Test("are listed, entered and deleted by the text that is shown", arguments: names)
    func shown(name: String, text: String) throws {
        let box = try Sandbox()
        try box.shell("name=\(name); ip netns add \"$name\"")
        #expect(try box.netns("list").output == "\(text)\n")
        #expect(try box.netns("list --names").output == "\(text)\n")
        #expect(try box.netns("list --long").lines.last?.hasPrefix("\(text)  ok") == true)
        for options in ["--json", "--json --long"] {
            #expect(try JSON(box.netns("list \(options)").output).elements.map(\.["name"]) == [.string(text)])
        }
        let inode = try box.shell("stat -L -c 'net:[%i]' /run/netns/*").output
        #expect(try box.run(["netns", "exec", text, "readlink", "/proc/self/ns/net"]).output == inode)
        #expect(try box.run(["netns", "exec", text, "netns", "identify"]).output == "\(text)\n")
        #expect(try box.run(["netns", "-n", text, "link", "show", "lo"]).status == 0)
        #expect(try box.run(["netns", "-n", "/run/netns/\(text)", "link", "show", "lo"]).status == 0)
        #expect(try box.run(["netns", "set", text, "4"]).status == 0)
        #expect(try box.netns("list").output == "\(text) (id: 4)\n")
        #expect(try box.netns("list-id").output == "nsid 4 (iproute2 netns name: \(text))\n")
        #expect(try box.run(["netns", "delete", "--dry-run", text]).output == "would delete '\(text)'\n")
        #expect(try box.run(["netns", "delete", text]) == CommandResult(status: 0, output: "", errors: ""))
        #expect(try box.shell("ls -A /run/netns; netns list").output == "")
    }

    @Test("are entered and deleted by their bytes", arguments: names.filter { !$0.0.hasPrefix("'") })
    func typed(name: String, text: String) throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            name=\(name)
            ip netns add "$name"
            netns exec "$name" netns identify
            netns -n "$name" link show lo >/dev/null
            netns -n "/run/netns/$name" link show lo >/dev/null
            netns pids "$name" | wc -l; netns pids --holders "$name" | wc -l
            netns delete "$name"; ls -A /run/netns
            netns exec "$name" true 2>&1 || true
            """)
        #expect(result.lines == [text, "0", "0", "netns: there is no namespace '\(text)' (ENOENT)"])
    }

    @Test("are not taken for names that look alike")
    func alike() throws {
        let box = try Sandbox()
        let result = try box.shell(
            #"""
            byte=$(printf '\377'); other=$(printf '\376'); replacement=$(printf '\357\277\275')
            for name in "$byte" "$other" "$replacement" '\xff'; do ip netns add "$name"; done
            netns list
            netns delete "$byte"; netns list | wc -l; [ ! -e "/run/netns/$byte" ]
            netns delete '\\xff'; netns list | wc -l; [ ! -e '/run/netns/\xff' ]
            netns delete '\xff' 2>&1 || true
            netns delete '\xfe'; netns list
            """#)
        #expect(
            result.lines == [
                #"\\xff"#, "\u{fffd}", #"\xfe"#, #"\xff"#, "3", "2", #"netns: there is no namespace '\xff' (ENOENT)"#,
                "\u{fffd}",
            ])
    }

    @Test("go with 'delete --all', and get their programs with 'exec --all'")
    func all() throws {
        let box = try Sandbox()
        let result = try box.shell(
            #"""
            ip netns add red; ip netns add "$(printf 'a\377b')"
            netns exec --all -- netns identify
            netns delete --all; ls -A /run/netns
            """#)
        #expect(result.lines == [#"netns: a\xffb"#, #"a\xffb"#, "netns: red", "red"])
    }

    @Test("are given and found by what netns makes")
    func made() throws {
        let box = try Sandbox()
        let result = try box.shell(
            #"""
            odd=$(printf 'a\377b')
            netns add "$odd" 2>&1 || true
            netns add --any-name "$odd"
            netns attach --any-name '\xfe' $$
            ip netns exec "$odd" ip -br link show lo | cut -c1-2
            netns identify
            ls -A /run/netns | od -An -tx1
            """#)
        #expect(
            result.lines == [
                #"netns: 'a\xffb' can't be the name of a namespace: only letters, digits, '.', '_' and '-' are taken "#
                    + "without --any-name",
                "lo", #"\xfe"#, " 61 ff 62 0a fe 0a",
            ])
    }

    @Test("have files of their own below /etc/netns")
    func configuration() throws {
        let box = try Sandbox()
        let result = try box.shell(
            #"""
            odd=$(printf 'a\377b'); ip netns add "$odd"
            mount -t tmpfs none /etc; mkdir -p "/etc/netns/$odd"; : >/etc/hosts; : >"/etc/$odd"
            echo own >"/etc/netns/$odd/hosts"; echo odd >"/etc/netns/$odd/$odd"
            netns exec "$odd" cat /etc/hosts "/etc/$odd"
            netns doctor | grep -c 'unused-conf' || true
            """#)
        #expect(result.lines == ["own", "odd", "0"])
    }

    @Test("stand in variables and the directory of programs", arguments: names.filter { !$0.0.contains("'\\xff'") })
    func execution(name: String, text: String) throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            odd=\(name); netns add red; mkdir "/run/$odd"
            netns exec --chdir "/run/$odd" --env "A=$odd" red sh -c '[ "$(pwd)" = "/run/$A" ] && echo same'
            netns exec --env "$odd=b" --env="A=$odd" --env 'B=\\xff' red env >/run/shown
            LC_ALL=C grep -a -c -x -F -e "$odd=b" -e "A=$odd" -e 'B=\\xff' /run/shown
            netns exec --chdir "/run/$odd/none" red true 2>&1 || true
            """)
        #expect(
            result.lines == [
                "same", "3",
                "netns: cannot change to '/run/\(text)/none': No such file or directory (ENOENT)",
            ])
    }

    @Test("are looked after by doctor and prune")
    func care() throws {
        let box = try Sandbox()
        let result = try box.shell(
            #"""
            for name in 'a\377b' 'old\377' 'far\377'; do ip netns add "$(printf "$name")"; done
            far=$(printf '/run/netns/far\377')
            unshare --mount --propagation private sleep 60 >/dev/null 2>&1 & process=$!
            until [ "$(readlink /proc/$process/ns/mnt)" != "$(readlink /proc/self/ns/mnt)" ]; do sleep 0.01; done
            umount "$far"; umount "$(printf '/run/netns/old\377')"
            nsenter --target $process --mount umount "$(printf '/run/netns/old\377')"
            mount --bind "$(printf '/run/netns/a\377b')" "$(printf '/run/netns/a\377b')"
            sleep 1.1
            netns doctor --json
            netns prune --dry-run
            netns prune
            netns list; netns prune | wc -l
            nsenter --target $process --mount stat -f -c %T "$far"
            kill $process
            """#)
        let findings = try JSON(result.lines.first ?? "").elements.map { finding in
            "\(finding["code"]?.text ?? "") \(finding["subject"]?.text ?? "")"
        }
        for expected in [
            #"unsafe-name a\xffb"#, #"stacked-name a\xffb"#, #"stale-name old\xff"#, #"name-elsewhere far\xff"#,
        ] { #expect(findings.contains(expected), "\(findings)") }
        let lines = result.lines.dropFirst().map { line in
            line.firstRange(of: "process ").map { line[..<$0.upperBound] } ?? line[...]
        }
        let far = #"left alone stale name 'far\xff': a namespace in the mount namespace of process "#
        #expect(
            lines == [
                #"would remove 1 surplus mount of 'a\xffb'"#, far[...], #"would remove stale name 'old\xff'"#,
                #"removed 1 surplus mount of 'a\xffb'"#, far[...], #"removed stale name 'old\xff'"#,
                #"a\xffb"#, "1", "nsfs",
            ])
    }

    @Test("are told of by monitor")
    func monitored() throws {
        let box = try Sandbox()
        try box.shell(#"ip netns add "$(printf 'old\377')""#)
        let monitor = try box.start(["netns", "monitor", "--snapshot"])
        #expect(try monitor.waitForOutput { $0 == "present old\\xff\n" })
        try box.shell(#"ip netns add "$(printf '\377x')"; ip netns delete "$(printf 'old\377')""#)
        #expect(try monitor.waitForOutput { $0 == "present old\\xff\nadd \\xffx\ndelete old\\xff\n" })
    }

    @Test("stand in the alias of a bridge port, and are found by it")
    func connected() throws {
        let box = try Sandbox()
        let result = try box.shell(
            #"""
            odd=$(printf 'a\377b'); ip netns add "$odd"
            netns connect "$odd" br0 --create --address 10.0.0.2/24
            netns connect "$odd" br0 --address 10.0.0.2/24
            netns link show br0 >/dev/null
            ip -j link show master br0
            netns disconnect "$odd" br0
            ip -j link show master br0
            """#)
        let ports = try result.lines.map { try JSON($0).elements.map(\.["ifalias"]) }
        #expect(ports == [[.string(#"netns: a\xffb eth0 br0"#)], []])
    }
}
