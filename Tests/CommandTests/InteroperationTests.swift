// SPDX-License-Identifier: Apache-2.0

import Testing

/// What ip(8) and netns make of each other's names.
@Suite(.enabled(if: Sandbox.isAvailable))
struct InteroperationTests {
    @Test("each lists what the other made, in the same text and the same JSON")
    func list() throws {
        let box = try Sandbox()
        #expect(try box.netns("list") == CommandResult(status: 0, output: "", errors: ""))
        #expect(try box.netns("list --json").output == "[]\n")
        try box.shell("ip netns add blue; netns add red; ip netns add amber; netns add zinc")
        try expectSameList(box)
        try box.shell("ip netns set blue 7; netns set red 0; netns set zinc auto")
        try expectSameList(box)
        #expect(try box.netns("list").output == "amber\nblue (id: 7)\nred (id: 0)\nzinc (id: 1)\n")
        try box.shell("netns delete blue; ip netns delete red")
        try expectSameList(box)
        try box.shell("netns delete amber; ip netns delete zinc")
        #expect(try box.shell("ls -A /run/netns; ip netns; netns; ip -j netns; netns -j").output == "[]\n[]\n")
    }

    private func expectSameList(_ box: Sandbox, _ location: SourceLocation = #_sourceLocation) throws {
        let (theirs, ours) = (try box.shell("ip netns list"), try box.netns("list"))
        #expect(ours.lines == theirs.lines.sorted(), sourceLocation: location)
        let json = try box.shell("ip -j netns list").output
        let sorted = try JSON(json).elements.sorted { ($0["name"]?.text ?? "") < ($1["name"]?.text ?? "") }
        #expect(try box.netns("list --json").output == "\(JSON.array(sorted))\n", sourceLocation: location)
        #expect(try JSON(box.netns("list --json --pretty").output) == .array(sorted), sourceLocation: location)
    }

    @Test("every form of list-id says what ip says")
    func listIDs() throws {
        let box = try Sandbox()
        try box.shell("netns add a b c d; ip netns set a 5; netns set b 7")
        // From inside, a has ids of its own for others, one of which is unknown outside.
        try box.shell("netns exec a ip netns set c 3; ip netns exec a netns set d 9; netns exec a netns set b 2")
        for words in [
            "list-id", "list-id nsid 5", "list-id nsid 7", "list-id target-nsid 5", "list-id target-nsid 7",
            "list-id target-nsid 5 nsid 7", "list-id nsid 7 target-nsid 5", "list-id target-nsid 5 nsid 5",
        ] {
            #expect(try box.netns(words).output == box.shell("ip netns \(words)").output, "\(words)")
            #expect(try box.netns("\(words) --json").output == box.shell("ip -j netns \(words)").output, "\(words)")
        }
        #expect(try box.shell("netns exec a netns list-id").output == box.shell("netns exec a ip netns list-id").output)
        let theirs = try box.shell("netns exec a ip netns list").lines.sorted()
        #expect(try box.shell("netns exec a netns list").lines == theirs)
        #expect(try box.netns("-n a list").lines == box.shell("ip -n a netns list").lines.sorted())
        #expect(try box.netns("list -n a --json").output.contains(#""id":3"#))
        #expect(try box.netns("list-id nsid 99").status == 1)
        #expect(try box.netns("list-id target-nsid 99").status == 1)
    }

    @Test("identify says what ip says, and all names where there are several")
    func identify() throws {
        let box = try Sandbox()
        try box.shell("ip netns add red; netns add blue")
        let inside = try box.start(["netns", "exec", "red", "sleep", "60"])
        let plain = try box.start(["sleep", "60"])
        #expect(try waitUntil { try box.netns("identify \(inside.processID)").output == "red\n" })
        #expect(try box.shell("ip netns identify \(inside.processID)").output == "red\n")
        #expect(try box.netns("identify --json \(inside.processID)").output == "[{\"name\":\"red\"}]\n")
        #expect(try box.netns("identify \(plain.processID)").output == "\n")
        #expect(try box.shell("ip netns identify \(plain.processID)").output == "\n")
        #expect(try box.netns("identify --json \(plain.processID)").output == "[]\n")
        #expect(try box.shell("netns exec blue netns identify; netns identify").output == "blue\n\n")
        try box.shell("ip netns attach again \(inside.processID); netns attach scarlet \(inside.processID)")
        #expect(try box.netns("identify \(inside.processID)").output == "again\nred\nscarlet\n")
    }

    @Test("pids says what ip says")
    func processes() throws {
        let box = try Sandbox()
        try box.shell("ip netns add red; netns add blue")
        let first = try box.start(["netns", "exec", "red", "sleep", "60"])
        let second = try box.start(["ip", "netns", "exec", "red", "sleep", "60"])
        let both = [first.processID, second.processID].sorted().map { "\($0)\n" }.joined()
        #expect(try waitUntil { try box.netns("pids red").output == both })
        #expect(try box.shell("ip netns pids red").output == both)
        // Inside it is netns itself that is there first.
        #expect(
            try waitUntil {
                try JSON(box.netns("pids --json red").output).elements.map(\.["command"])
                    == [.string("sleep"), .string("sleep")]
            })
        #expect(try box.netns("pids blue") == CommandResult(status: 0, output: "", errors: ""))
        #expect(try box.netns("pids --json blue").output == "[]\n")
    }

    @Test("every holder of a namespace is found: thread, descriptor, mount and name")
    func holders() throws {
        let box = try Sandbox()
        try box.shell("netns add red; touch /run/elsewhere; mount --bind /run/netns/red /run/elsewhere")
        try box.shell("touch /run/netns/scarlet; mount --bind /run/netns/red /run/netns/scarlet")
        let opener = try box.start(["sh", "-c", "exec 9</run/netns/red; sleep 60"])
        #expect(
            try waitUntil {
                let lines = try box.netns("pids --holders red").lines
                return lines.contains { $0.hasPrefix("descriptor 9 of process \(opener.processID) ") }
                    && lines.contains("mount /run/elsewhere") && lines.contains("name scarlet")
            })
        let kinds = try JSON(box.netns("pids --holders --json red").output).elements.compactMap { $0["kind"]?.text }
        #expect(Set(kinds) == ["descriptor", "mount", "name"])
    }

    @Test(
        "a name of ip's that netns would not make is shown on one line, entered and deleted",
        arguments: [
            ("a b", "a b"), ("x\ny", "x\\ny"), ("-x", "-x"), ("--", "--"), ("help", "help"), ("--help", "--help"),
            ("list", "list"), ("grün ☂", "grün ☂"), ("esc\u{1b}[31m", "esc\\x1b[31m"), ("tab\t", "tab\\t"),
            ("next\u{85}", "next\\xc2\\x85"),
            ("a'b\"c\\d", "a'b\"c\\d"), (String(repeating: "n", count: 255), String(repeating: "n", count: 255)),
        ])
    func oddNames(name: String, shown: String) throws {
        let box = try Sandbox()
        try #require(try box.run(["ip", "netns", "add", name]).status == 0)
        #expect(try box.netns("list").output == "\(shown)\n")
        #expect(try box.netns("list --names").output == "\(shown)\n")
        let json = try JSON(box.netns("list --json").output)
        #expect(json == .array([.object([JSON.Member(key: "name", value: .string(name))])]))
        #expect(try box.netns("list --long").lines.count == 2)
        #expect(try JSON(box.netns("list --long --json").output).elements.map(\.["state"]) == [.string("ok")])

        let inode = try box.run(["stat", "-c", "net:[%i]", "/run/netns/\(name)"]).output
        #expect(try box.run(["netns", "exec", "--", name, "readlink", "/proc/self/ns/net"]).output == inode)
        #expect(try box.run(["netns", "exec", "--", name, "netns", "identify"]).output == "\(shown)\n")
        #expect(try box.run(["netns", "pids", "--", name]).status == 0)
        #expect(try box.run(["netns", "set", "--", name, "4"]).status == 0)
        #expect(try box.netns("list").output == "\(shown) (id: 4)\n")
        #expect(try box.netns("list-id").output == "nsid 4 (iproute2 netns name: \(shown))\n")
        let refused = try box.run(["netns", "attach", "--any-name", "--", name, "1"])
        #expect(refused.status != 0)
        #expect(refused.lines.count + refused.errors.split(separator: "\n").count == 1)
        #expect(try box.run(["netns", "delete", "--dry-run", "--", name]).output == "would delete '\(shown)'\n")

        #expect(try box.run(["netns", "delete", "--", name]) == CommandResult(status: 0, output: "", errors: ""))
        #expect(try box.shell("ls -A /run/netns").output == "")
    }

    @Test("netns makes odd names only when told to, and ip takes them")
    func anyName() throws {
        let box = try Sandbox()
        for name in ["a b", "-x", "--", "grün", String(repeating: "n", count: 255)] {
            #expect(try box.run(["netns", "add", "--any-name", "--", name]).status == 0, "\(name)")
            #expect(try box.run(["ip", "netns", "delete", name]).status == 0, "\(name)")
        }
        #expect(try box.run(["netns", "add", "--any-name", "x\ny"]).status == 2)
        #expect(try box.shell("ls -A /run/netns").output == "")
    }

    @Test("the short forms and global options of ip are understood")
    func habits() throws {
        let box = try Sandbox()
        #expect(try box.shell("netns add red; netns -j lst; netns -json list; netns -p -j show").status == 0)
        #expect(try box.shell("netns e red true; netns i; netns de red; netns -d -s -o list; netns").output == "\n")
    }
}
