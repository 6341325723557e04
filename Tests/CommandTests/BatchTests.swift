// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NetnsCommands

@Suite("Lines of a batch")
struct BatchReaderTests {
    @Test(
        "words, quotes, comments and joined lines",
        arguments: [
            ("add red\n", [["add", "red"]]),
            ("\n  \n# nothing\nlist # the names\n", [["list"]]),
            ("exec red sh -c 'echo \"a b\" # c'\n", [["exec", "red", "sh", "-c", "echo \"a b\" # c"]]),
            ("add \"a\\\"b\" a\\ b '' x#y", [["add", "a\"b", "a b", "", "x#y"]]),
            ("link add v0 \\\n  type veth\nlist\r\n", [["link", "add", "v0", "type", "veth"], ["list"]]),
            ("add 'two\nlines'", [["add", "two"]]),
        ] as [(String, [[String]])])
    func words(_ text: String, _ expected: [[String]]) throws {
        var reader = BatchReader()
        reader.append(Array(text.utf8))
        var lines: [[String]] = []
        do throws(BatchReader.Failure) {
            while let line = try reader.next(isLast: true) { lines.append(line.words) }
            #expect(lines == expected)
        } catch {
            #expect(error.number == 1)
        }
    }

    @Test("bytes that are no UTF-8 are read as on the command line")
    func bytes() throws(BatchReader.Failure) {
        var reader = BatchReader()
        reader.append(Array("add a".utf8) + [0xff] + Array("b\nadd c\n".utf8))
        let first = try reader.next(isLast: true)
        #expect(first == BatchLine(number: 1, words: ["add", "a\\xffb"], holdsOtherBytes: true))
        #expect(try reader.next(isLast: true) == BatchLine(number: 2, words: ["add", "c"]))
    }

    @Test("text that comes byte by byte gives the same lines, with their numbers")
    func pieces() throws {
        var reader = BatchReader()
        var lines: [BatchLine] = []
        for byte in "add red\n\nset red \\\n 7\nlist".utf8 {
            reader.append([byte])
            while let line = try reader.next(isLast: false) { lines.append(line) }
        }
        while let line = try reader.next(isLast: true) { lines.append(line) }
        #expect(
            lines == [
                BatchLine(number: 1, words: ["add", "red"]), BatchLine(number: 3, words: ["set", "red", "7"]),
                BatchLine(number: 5, words: ["list"]),
            ])
    }
}

@Suite("Batches", .enabled(if: Sandbox.isAvailable))
struct BatchTests {
    @Test("a lab is built by one batch, across namespaces")
    func lab() throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns batch <<'END'
            # The words of ip(8) will do.
            netns add red
            add blue
            link add v0 type veth peer name eth0 netns red
            link set v0 netns blue name eth0
            link set eth0 up -n red
            link set eth0 up -n blue
            address add 10.0.0.1/24 dev eth0 -n red
            address add 10.0.0.2/24 \\
                dev eth0 -n blue
            exec red ping -c 1 -w 10 -q 10.0.0.2
            END
            """)
        #expect(try box.shell("ip -n blue -br address show eth0").output.contains("10.0.0.2/24"))
    }

    @Test("it ends with the line that fails, which is named")
    func firstFailure() throws {
        let box = try Sandbox()
        let lines = "link add br0 type bridge\naddress add 10.0.0.1/8 dev none\nlink add br1 type bridge\n"
        let result = try box.shell("printf '\(lines.replacingNewlines)' | netns batch", mayFail: true)
        #expect(result.status == 1)
        #expect(result.errors == "netns: stdin:2: cannot find device 'none' (ENODEV)\n")
        #expect(try box.shell("ip -br link").output.contains("br0"))
        #expect(try !box.shell("ip -br link").output.contains("br1"))
    }

    @Test("with --keep-going the rest is done, each failure has its line, and the status is the highest")
    func keepsGoing() throws {
        let box = try Sandbox()
        let lines = [
            "link add br0 type bridge", "address add 10.0.0.1/8 dev br0", "address add 10.0.0.1/8 dev br0",
            "link add br0 type bridge", "frob", "exec none true", "address add 10.1.0.1/8 dev br0", "add \\'x",
        ]
        let text = lines.map { "\($0)\\n" }.joined()
        let result = try box.shell("cd /run; printf \"\(text)\" >lines; netns batch --keep-going lines", mayFail: true)
        #expect(result.status == 125)
        let errors = result.errors.split(separator: "\n").sorted()
        #expect(
            errors.filter { $0.contains(" lines:") }.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
                == [
                    "netns: lines:3:", "netns: lines:4:", "netns: lines:5:", "netns: lines:6:", "netns: lines:8:",
                ])
        #expect(try box.shell("ip -br address show br0").output.contains("10.1.0.1/8"))
    }

    @Test("one socket serves all lines of a namespace, and many changes go in one datagram")
    func packs() throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red; netns link add br0 type bridge -n red
            seq -f 'address add 10.0.%g.1/24 dev br0' 0 127 >/run/lines
            strace -f -o /run/calls -e trace=socket,sendmsg netns batch -n red --keep-going /run/lines
            """)
        #expect(try box.shell("ip -n red -4 -o address show dev br0 | wc -l").output == "128\n")
        #expect(try box.shell("grep -c AF_NETLINK,.SOCK /run/calls").output == "1\n")
        // One looks up the device; each of the others has 64 addresses.
        #expect(try box.shell("grep -c sendmsg /run/calls").output == "3\n")
    }

    @Test("qdiscs, classes and impairments share the socket of their namespace", arguments: ["", "--keep-going"])
    func traffic(_ option: String) throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red; ip link add v0 type veth peer name eth0 netns red
            seq -f 'qdisc replace dev eth0 root handle 1: pfifo limit %g' 1 100 >/run/lines
            echo 'impair eth0' >>/run/lines
            strace -f -o /run/calls -e trace=socket netns batch -n red \(option) /run/lines
            """)
        #expect(try box.shell("tc -n red qdisc show dev eth0").output.contains("limit 100p"))
        #expect(try box.shell("grep -c AF_NETLINK,.SOCK /run/calls").output == "1\n")
    }

    @Test("links, qdiscs and listings keep their order", arguments: ["", "--keep-going"])
    func order(_ option: String) throws {
        let box = try Sandbox()
        let shown = try box.shell(
            """
            netns batch \(option) <<'END' | sed 's/ refcnt [0-9]*//'
            link add v0 type veth peer name v1
            qdisc add dev v0 root handle 1: pfifo limit 7
            qdisc show dev v0
            qdisc change dev v0 root handle 1: pfifo limit 8
            qdisc show dev v0
            link set v0 name v2
            qdisc delete dev v2 root
            impair v2
            qdisc add dev v2 root handle 2: bfifo limit 9
            qdisc show dev v2
            link delete v2
            link add v2 type veth peer name v3
            impair v2
            END
            """)
        #expect(
            shown.lines == [
                "qdisc pfifo 1: root limit 7p ", "qdisc pfifo 1: root limit 8p ", "v2: not impaired",
                "qdisc bfifo 2: root limit 9b ", "v2: not impaired",
            ])
    }

    @Test("rules, neighbours, next hops, and what bridges have, use the same socket as all others")
    func sharesSockets() throws {
        let box = try Sandbox()
        try box.shell(
            """
            cat >/run/lines <<'END'
            link add v0 up type veth peer name w0
            link add br0 up type bridge
            link set w0 master br0
            link set lo up
            rule add from 10.0.0.0/8 table 5
            neighbor add 10.0.0.9 lladdr 02:00:00:00:00:01 dev v0
            nexthop add id 1 blackhole
            fdb add 02:00:00:00:00:0a dev w0 master static
            mdb add dev br0 port w0 grp 239.1.1.1 permanent
            rule show
            neighbor show
            neighbor get 10.0.0.9 dev v0
            nexthop show
            nexthop get id 1
            fdb show
            fdb get 02:00:00:00:00:0a br br0
            vlan show
            mdb show
            wireguard show
            rule delete from 10.0.0.0/8 table 5
            neighbor flush dev v0 nud permanent
            nexthop flush
            fdb flush dev br0
            wireguard show
            END
            netns add red
            strace -f -o /run/calls -e trace=socket netns batch -n red --keep-going /run/lines >/run/shown
            """)
        // The other one is for generic netlink.
        #expect(try box.shell("grep -c AF_NETLINK,.SOCK /run/calls").output == "2\n")
        let shown = try box.shell("cat /run/shown").output
        for text in ["from 10.0.0.0/8 lookup 5", "10.0.0.9 dev v0 lladdr", "id 1 blackhole", "grp 239.1.1.1"] {
            #expect(shown.contains(text), "\(text)")
        }
        #expect(try !box.shell("ip -n red rule").output.contains("10.0.0.0/8"))
        #expect(try box.shell("ip -n red neighbor show nud permanent; ip -n red nexthop").output == "")
    }

    @Test("a rule that is refused behind others is told with its line")
    func refusedRule() throws {
        let box = try Sandbox()
        let lines = "rule add table 5 priority 9\nrule add table 5 priority 9\nrule add table 6\n"
        let result = try box.shell("printf '\(lines.replacingNewlines)' | netns batch --keep-going", mayFail: true)
        #expect(result.status == 1 && result.errors.hasPrefix("netns: stdin:2: cannot add rule "), "\(result.errors)")
        #expect(try box.shell("ip rule").output.contains("from all lookup 6"))
    }

    @Test("what is refused behind others keeps its hint", arguments: ["", "--keep-going"])
    func hints(_ option: String) throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 type veth peer v1; tc qdisc add dev v0 root handle 1: pfifo limit 5")
        let qdisc = try box.shell(
            "echo 'qdisc add dev v0 root handle 2: pfifo limit 5' | netns batch \(option)", mayFail: true)
        #expect(qdisc.status == 1 && qdisc.errors.contains("; hint: 'netns qdisc replace' takes its place"))
        let typed = try box.netns("link add v1 type bridge")
        let link = try box.shell("echo 'link add v1 type bridge' | netns batch \(option)", mayFail: true)
        #expect(typed.errors.contains("; hint: "))
        #expect(link.errors == "netns: stdin:1: " + typed.errors.dropFirst("netns: ".count))
    }

    @Test("names of bytes that are no UTF-8 are those bytes, and no program gets others than were written")
    func bytes() throws {
        let box = try Sandbox()
        try box.shell(#"printf 'add --any-name r\303\304d\n' | netns batch"#)
        #expect(try box.shell("ls /run/netns | od -An -tx1").output.contains("72 c3 c4 64"))
        let refused = try box.shell(#"printf 'exec red echo \377\n' | netns batch"#, mayFail: true)
        #expect(refused.status == 2)
        #expect(refused.errors == "netns: stdin:1: the words of a program must be UTF-8 in a batch\n")
        try box.shell(#"printf 'delete r\303\304d\n' | netns batch"#)
        #expect(try box.shell("ls /run/netns").output == "")
    }

    @Test("a namespace that is deleted and made again between two lines is another one")
    func recreated() throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red
            (echo 'link add br0 type bridge -n red'; sleep 0.3; netns delete red; netns add red
             echo 'link add br1 type bridge -n red') | netns batch
            """)
        #expect(try box.shell("ip -n red -br link").lines.map { $0.prefix { $0 != " " } } == ["lo", "br1"])
    }

    @Test(
        "bad input is refused in one line",
        arguments: [
            ("netns batch /none", 1, "netns: cannot read '/none': No such file or directory (ENOENT)\n"),
            ("echo 'add \"x' | netns batch", 2, "netns: stdin:1: a quote is not closed\n"),
            (
                "echo 'link add' | netns batch -", 2,
                "netns: stdin:1: link add: the kind is missing; hint: for example 'type veth' or 'type bridge'\n"
            ),
            ("echo batch | netns batch", 2, "netns: stdin:1: a batch can't hold another one\n"),
            ("netns batch a b", 2, "netns: batch: unexpected argument 'b'; hint: see 'netns batch --help'\n"),
        ] as [(String, Int32, String)])
    func refusals(_ line: String, _ status: Int32, _ errors: String) throws {
        let box = try Sandbox()
        let before = try box.snapshot()
        let result = try box.shell(line, mayFail: true)
        #expect(result.status == status)
        #expect(result.errors == errors)
        #expect(try box.snapshot() == before)
    }
}

extension String {
    /// For printf(1).
    fileprivate var replacingNewlines: String { split(separator: "\n").map { "\($0)\\n" }.joined() }
}
