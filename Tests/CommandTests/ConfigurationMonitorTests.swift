// SPDX-License-Identifier: Apache-2.0

import Testing

/// `netns monitor` with objects.
@Suite(.enabled(if: Sandbox.isAvailable))
struct ConfigurationMonitorTests {
    /// A monitor that writes JSON, and what it has written.
    private struct Monitor {
        let box: Sandbox
        let process: ChildProcess

        /// Starts it, and waits until it has told all that is there.
        init(_ box: Sandbox, _ options: String) throws {
            self.box = box
            let words = "netns monitor \(options) --json --snapshot".split(separator: " ").map(String.init)
            process = try box.start(words)
            #expect(try process.waitForOutput { $0.contains("\"snapshot-done\"") })
        }

        /// Ends it when it has told of everything up to now, in every namespace, and returns all events.
        ///
        /// - Parameters:
        ///   - namespaces: those that exist now; nil is the one of the box.
        ///   - places: where links are made that mark the end, as ip(8) calls these namespaces, if it is otherwise.
        func end(_ namespaces: [String?] = [nil], marking places: [String?]? = nil) throws -> [JSON] {
            for name in places ?? namespaces {
                try box.shell("ip \(name.map { "-n \($0)" } ?? "") link add mark type bridge")
            }
            let marks = namespaces.map { name in
                "\"object\":\"link\"" + (name.map { ",\"netns\":\"\($0)\"" } ?? ",\"timestamp\"")
            }
            #expect(
                try process.waitForOutput(timeout: .seconds(60)) { output in
                    let lines = output.split(separator: "\n").filter { $0.contains("\"ifname\":\"mark\"") }
                    return marks.allSatisfy { mark in lines.contains { $0.contains(mark) } }
                })
            process.signal(15)
            let result = try process.wait(timeout: .seconds(10))
            #expect(result.status == 143)
            return try result.output.split(separator: "\n").map { try JSON(String($0)) }
        }
    }

    /// `add address red 10.0.0.2`, for what was done to the objects of these kinds.
    private func summary(_ events: [JSON], _ kinds: [String]) -> [String] {
        events.drop { $0["event"]?.text != "snapshot-done" }.compactMap { event in
            guard let kind = event["object"]?.text, kinds.contains(kind) else { return nil }
            let name = ["local", "dst", "ifname", "nsid", "priority"].lazy.compactMap { event[$0] }.first
            guard name != .string("mark") else { return nil }
            let words = [event["event"]?.text, kind, event["netns"]?.text, name?.plain]
            return words.compactMap(\.self).joined(separator: " ")
        }
    }

    /// What the events of links and addresses add up to: a line for each object.
    private func state(_ events: [JSON]) -> [String] {
        var objects: [String: String] = [:]
        for event in events {
            let place = "\(event["netns"]?.text ?? "-") \(event["ifindex"]?.plain ?? "")"
            var key = place
            switch event["object"]?.text {
            case "link": break
            case "address": key += " \(event["local"]?.plain ?? "")/\(event["prefixlen"]?.plain ?? "")"
            case "netns":
                guard event["event"]?.text == "delete" else { continue }
                let name = "\(event["netns"]?.text ?? "-") "
                objects = objects.filter { !$0.key.hasPrefix(name) }
                continue
            default: continue
            }
            objects[key] =
                event["event"]?.text == "delete" ? nil : "\(key) \(event["ifname"]?.plain ?? "") \(linkState(event))"
        }
        return objects.values.sorted()
    }

    private func linkState(_ link: JSON) -> String {
        ["flags", "mtu", "operstate", "address", "master"].compactMap { link[$0]?.plain }.joined(separator: " ")
    }

    /// The same, of what `ip` shows.
    private func kernelState(_ box: Sandbox, _ names: [String]) throws -> [String] {
        try ([nil] + names).flatMap { name -> [String] in
            let output = try box.shell("ip \(name.map { "-n \($0)" } ?? "") -j addr").output
            return try JSON(output).elements.flatMap { link -> [String] in
                let place = "\(name ?? "-") \(link["ifindex"]?.plain ?? "")"
                let device = link["ifname"]?.plain ?? ""
                return ["\(place) \(device) \(linkState(link))"]
                    + (link["addr_info"]?.elements ?? []).map {
                        "\(place) \($0["local"]?.plain ?? "")/\($0["prefixlen"]?.plain ?? "") \(device) "
                    }
            }
        }.sorted()
    }

    @Test("each kind of object is told of as it comes, changes and goes")
    func kinds() throws {
        let box = try Sandbox()
        try box.shell("ip link set lo up")
        let monitor = try Monitor(box, "all")
        try box.shell(
            """
            ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
            ip addr add 10.1.0.1/24 dev v0; ip addr change 10.1.0.1/24 dev v0 preferred_lft 100 valid_lft 200
            ip route add 10.9.0.0/24 via 10.1.0.2; ip route replace 10.9.0.0/24 via 10.1.0.3
            ip rule add from 192.0.2.1 table 100; ip rule del from 192.0.2.1
            ip neigh add 10.1.0.2 lladdr 02:00:00:00:00:01 dev v0; ip neigh del 10.1.0.2 dev v0
            ip netns add red; ip netns set red 7
            ip route del 10.9.0.0/24; ip addr del 10.1.0.1/24 dev v0; ip link set v0 mtu 1400; ip link del v0
            """)
        let events = try monitor.end()
        #expect(
            summary(events, ["address"]).filter { $0.contains("10.1.0.1") } == [
                "add address 10.1.0.1", "change address 10.1.0.1", "delete address 10.1.0.1",
            ])
        #expect(
            summary(events, ["route"]).filter { $0.contains("10.9.0.0") } == [
                "add route 10.9.0.0/24", "change route 10.9.0.0/24", "delete route 10.9.0.0/24",
            ])
        #expect(summary(events, ["rule"]) == ["add rule 32765", "delete rule 32765"])
        #expect(
            summary(events, ["neighbor"]).filter { $0.contains("10.1.0.2") } == [
                "add neighbor 10.1.0.2", "change neighbor 10.1.0.2", "delete neighbor 10.1.0.2",
            ])
        #expect(summary(events, ["nsid"]) == ["add nsid 7"])
        let links = summary(events, ["link"])
        #expect(links.first == "add link v1" && links.last == "delete link v1")
        #expect(links.contains("change link v0") && links.contains("delete link v0"))
        #expect(try state(events) == kernelState(box, []))
    }

    @Test("IPv4 routes that go with their link are told of, though the kernel tells nothing")
    func lostRoutes() throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 type veth peer name v1; ip addr add 10.1.0.1/24 dev v0; ip link set v0 up")
        try box.shell("ip link set v1 up; ip route add 10.9.0.0/24 via 10.1.0.2")
        let monitor = try Monitor(box, "route link")
        try box.shell("ip link set v0 down")
        let events = try monitor.end()
        #expect(summary(events, ["route"]).contains("delete route 10.9.0.0/24"))
        #expect(summary(events, ["address"]) == [])
    }

    @Test("a port that leaves its bridge is a link that changes")
    func bridgePort() throws {
        let box = try Sandbox()
        try box.shell("ip link add br0 type bridge; ip link add v0 type veth peer name v1; ip link set v0 master br0")
        let monitor = try Monitor(box, "link")
        try box.shell("ip link set v0 nomaster")
        let events = try monitor.end()
        #expect(Set(summary(events, ["link"])) == ["change link v0", "change link br0"])
        #expect(try state(events) == kernelState(box, []))
    }

    @Test("namespaces are followed by name as they come, go and come again")
    func names() throws {
        let box = try Sandbox()
        try box.shell("ip netns add red; ip netns add green")
        let monitor = try Monitor(box, "link address -n red -n green")
        try box.shell(
            """
            ip netns add blue; ip -n blue link add b0 type bridge
            ip -n green link add g0 type bridge; netns delete green
            netns add green --no-loopback
            """)
        let events = try monitor.end(["red", "green"])
        #expect(
            summary(events, ["netns", "link"]).filter { !$0.contains("change link") } == [
                "add link green g0", "delete link green g0", "delete netns green", "add netns green",
                "add link green lo",
            ])
        #expect(Set(events.compactMap { $0["netns"]?.text }) == ["red", "green"])
    }

    @Test("a namespace that is followed ends when its name goes", arguments: ["netns delete red", "ip netns del red"])
    func deletion(_ command: String) throws {
        let box = try Sandbox()
        try box.shell("netns add red; netns set red 7; ip link add v0 type veth peer name v1 netns red")
        let monitor = try Monitor(box, "all --all-namespaces")
        let start = ContinuousClock.now
        try box.shell(command)
        // What 'netns delete' waits for at most is 2 s.
        #expect(ContinuousClock.now - start < .seconds(1.9))
        #expect(try waitUntil(timeout: .seconds(5)) { try box.netns("list-id --json").output == "[]\n" })
        #expect(try waitUntil(timeout: .seconds(5)) { try box.shell("ip -br link").output.contains("v0") == false })
        let events = try monitor.end()
        #expect(summary(events, ["netns"]) == ["delete netns red"])
        #expect(summary(events, ["nsid", "link"]).suffix(2).sorted() == ["delete link v0", "delete nsid 7"])
    }

    @Test("200 namespaces made, wired and deleted at full speed", .timeLimit(.minutes(5)))
    func fullSpeed() throws {
        let box = try Sandbox()
        try box.shell("ip link set lo up; netns add first; netns delete first")
        let names = (1...200).map { "n\($0)" }
        let monitor = try Monitor(box, "all --all-namespaces")
        try box.shell(
            """
            netns add \(names.joined(separator: " "))
            for i in $(seq 200); do echo "link add v$i up type veth peer name e0 netns n$i"; done | ip -batch -
            for i in $(seq 200); do
                printf 'addr add 10.0.0.2/24 dev e0\\nlink set e0 up\\nroute add default via 10.0.0.1\\n' | ip -n n$i -batch -
            done
            """, timeout: .seconds(120))
        // Until IPv6 has found its addresses to be unique, `ip` shows some that the kernel has not told of.
        try box.shell("sleep 2.5")
        let kernel = try kernelState(box, names)
        try box.shell("ip link add halfway type bridge")
        // Events of two namespaces have no order among themselves: what was made must be told before it goes.
        #expect(try monitor.process.waitForOutput(timeout: .seconds(60)) { $0.contains("\"ifname\":\"halfway\"") })
        try box.shell(
            "netns delete \(names.joined(separator: " ")) > /dev/null",
            timeout: .seconds(120))
        let events = try monitor.end()
        let told = summary(events, ["netns"])
        #expect(told.filter { $0.hasPrefix("add") }.sorted() == names.map { "add netns \($0)" }.sorted())
        #expect(told.filter { $0.hasPrefix("delete") }.sorted() == names.map { "delete netns \($0)" }.sorted())
        #expect(try state(events) == kernelState(box, []))
        #expect(state(Array(events.prefix { $0["ifname"]?.text != "halfway" })) == kernel)
        guard !events.contains(where: { $0["event"]?.text == "overflow" }) else { return }
        // Each link that was there, and each address of it.
        let lines = summary(events, ["link", "address"])
        for name in names {
            let number = name.dropFirst()
            for line in [
                "link \(name) e0", "address \(name) 10.0.0.2", "link v\(number)",
            ] {
                #expect(lines.filter { $0 == "add \(line)" }.count == 1, "\(line)")
                #expect(lines.filter { $0 == "delete \(line)" }.count == 1, "\(line)")
            }
        }
    }

    @Test("lost events are told, and the state is right afterwards", .timeLimit(.minutes(5)))
    func overflow() throws {
        let box = try Sandbox()
        try box.shell("netns add red; ip -n red link add b0 type bridge; ip -n red link set b0 up")
        let monitor = try Monitor(box, "link address --all-namespaces")
        monitor.process.signal(19)
        try box.shell(
            """
            {
                for i in $(seq 250); do echo "addr add 10.0.0.$i/32 dev b0"; done
                for i in $(seq 10000); do printf 'link set b0 mtu 1400\\nlink set b0 mtu 1300\\n'; done
                for i in $(seq 200); do echo "addr del 10.0.0.$i/32 dev b0"; done
                for i in $(seq 100); do echo "addr add 10.0.1.$i/32 dev b0"; done
            } | ip -n red -batch -
            """, timeout: .seconds(240))
        monitor.process.signal(18)
        let events = try monitor.end([nil, "red"])
        #expect(events.contains { $0["event"]?.text == "overflow" && $0["netns"]?.text == "red" })
        #expect(try state(events) == kernelState(box, ["red"]))
    }

    @Test("text has a line for each event, behind the name of its namespace")
    func text() throws {
        let box = try Sandbox()
        try box.shell("ip netns add red")
        let process = try box.start(["netns", "monitor", "link", "address", "--all-namespaces", "--snapshot"])
        #expect(try process.waitForOutput { $0.contains("[netns red][LINK]Present 1: lo") })
        try box.shell("ip -n red addr add 10.0.0.1/24 dev lo; ip -n red addr del 10.0.0.1/24 dev lo; netns delete red")
        #expect(try process.waitForOutput { $0.contains("[netns red][NETNS]Deleted red\n") })
        process.signal(15)
        let lines = try process.wait(timeout: .seconds(10)).lines
        let line = "1: lo    inet 10.0.0.1/24 scope global lo\\       valid_lft forever preferred_lft forever"
        #expect(
            lines.filter { $0.contains("10.0.0.1") } == [
                "[netns red][ADDR]\(line)", "[netns red][ADDR]Deleted \(line)",
            ])
        #expect(lines.allSatisfy { $0.hasPrefix("[netns red][") || $0.hasPrefix("[LINK]Present 1: lo") })
    }

    @Test("with --timestamp each line begins with the time")
    func timestamp() throws {
        let box = try Sandbox()
        for line in ["monitor --snapshot --timestamp", "monitor all --snapshot --timestamp --all-namespaces"] {
            let process = try box.start(["netns"] + line.split(separator: " ").map(String.init))
            try box.shell("sleep 0.3; ip netns add red")
            #expect(try process.waitForOutput { $0.hasSuffix("red\n") || $0.contains("[NETNS]red") })
            process.signal(15)
            for line in try process.wait(timeout: .seconds(10)).lines {
                #expect(line.wholeMatch(of: /\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\] .*/) != nil, "\(line)")
            }
            try box.shell("ip netns del red")
        }
    }

    @Test("it ends quietly when nobody reads")
    func end() throws {
        let box = try Sandbox()
        let unread = try box.shell("{ netns monitor all; echo \"status $?\" >&2; } | true", timeout: .seconds(10))
        #expect(unread.errors == "status 0\n")
    }

    @Test("a process's namespace is followed, and that of a file; ids are told with their names")
    func otherNamespaces() throws {
        let box = try Sandbox()
        try box.shell("netns add red blue; ln -s /run/netns/red /run/file")
        let monitor = try Monitor(box, "link nsid -n pid:\(box.keeper) -n /run/file")
        try box.shell(
            """
            ip netns set blue 7
            ip -n red link add v0 type veth peer name v1
            ip -n red link del v0
            """)
        let place = "pid:\(box.keeper)"
        #expect(try monitor.process.waitForOutput { $0.contains("\"nsid\":7") })
        let events = try monitor.end([place, "/run/file"], marking: [nil, "red"])
        let told = events.filter { $0["ifname"]?.text == "v0" }
        #expect(told.map { $0["netns"]?.text } == Array(repeating: "/run/file", count: told.count) && !told.isEmpty)
        let id = try #require(events.first { $0["nsid"]?.text == "7" || $0["nsid"] == .number("7") })
        #expect(id["netns"]?.text == place && id["name"]?.text == "blue")
    }

    @Test("what can't be meant is refused")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        try box.expect([
            Refusal("monitor lnk", 2, "there is no object 'lnk'; hint: did you mean 'link'?"),
            Refusal("monitor -n red", 2, "what to follow in the namespaces is not said"),
            Refusal("monitor all -n red --all-namespaces", 2, "exclude each other"),
            Refusal("monitor all -n pid:0", 2, "belongs the decimal number of a process"),
            Refusal("monitor all -n /none/there", 1, "'/none/there'"),
            Refusal("monitor all -n green", 1, "there is no namespace 'green' (ENOENT)"),
        ])
    }
}

extension JSON {
    /// A value as text: a list as its elements.
    fileprivate var plain: String {
        switch self {
        case .string(let text), .number(let text): text
        case .array(let elements): elements.map(\.plain).joined(separator: ",")
        default: ""
        }
    }
}
