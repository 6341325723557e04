// SPDX-License-Identifier: Apache-2.0

import KernelGates
@testable import NetnsCommands
import RouteNetlink
import Testing

/// `netns impair`.
@Suite(.enabled(if: Sandbox.isAvailable), .enabled(if: isInstalled("tc"), "tc is not installed"))
struct ImpairTests {
    private static let setup = """
        netns add red blue; ip link add v0 type veth peer name eth0 netns red; ip link add br0 type bridge
        """

    private static func root(_ box: Sandbox, _ command: String) throws -> JSON? {
        try JSON(try box.shell("\(command) -j -d qdisc show").output).elements.first {
            ["v0", "eth0"].contains($0["dev"]?.text) && $0["root"] == .bool(true)
        }
    }

    private func check(_ line: String, in box: Sandbox) throws {
        #expect(try box.netns(line) == CommandResult(status: 0, output: "", errors: ""), "netns \(line)")
    }

    @Test(
        "a rate alone is had in both directions, replaced, shown and taken away",
        .enabled(if: kernelHas(queueingDiscipline: "tbf"), "this kernel has no tbf"), arguments: ["eth0 -n red", "v0"])
    func rate(_ device: String) throws {
        let box = try Sandbox()
        try box.shell(Self.setup)
        #expect(try box.netns("impair \(device)").output.hasSuffix(": not impaired\n"))
        #expect(try box.netns("impair \(device) --json").output == "[]\n")
        for rate in ["10Mbit", "10Mbit", "20Mbit"] {
            try check("impair \(device) --rate \(rate) --both-directions", in: box)
        }
        for command in ["tc", "tc -n red"] {
            let root = try Self.root(box, command)
            #expect(root?["handle"] == .string("6e65:"), "\(command)")
            let options = root?["options"]
            let found = options?["rate"].flatMap { $0["rate"] ?? $0 }
            #expect(found == .number("2500000"), "\(command)")
        }
        #expect(try box.netns("impair \(device)").output.contains("rate 20Mbit"))
        #expect(try JSON(try box.netns("impair \(device) -j").output).elements.first?["options"] != nil)
        for _ in 0..<2 { try check("impair \(device) --clear --both-directions", in: box) }
        for command in ["tc", "tc -n red"] { #expect(try Self.root(box, command)?["handle"] != .string("6e65:")) }
    }

    @Test("netem is set whole", .enabled(if: kernelHas(queueingDiscipline: "netem"), "this kernel has no netem"))
    func netem() throws {
        let box = try Sandbox()
        try box.shell(Self.setup)
        try check("impair v0 --delay 20ms --jitter 2ms --loss 1% --duplicate 2% --corrupt 3% --rate 1gbit", in: box)
        let first = try Self.root(box, "tc")?["options"]
        #expect(first?["delay"]?["delay"] == .number("0.02") && first?["delay"]?["jitter"] == .number("0.002"))
        #expect(first?["loss-random"]?["loss"] == .number("0.01") && first?["rate"]?["rate"] == .number("125000000"))
        #expect(first?["corrupt"]?["corrupt"] == .number("0.03"))
        try check("impair v0 --delay 5ms", in: box)
        let second = try Self.root(box, "tc")?["options"]
        #expect(second?["delay"]?["delay"] == .number("0.005") && second?["delay"]?["jitter"] == .number("0"))
        for key in ["loss-random", "duplicate", "corrupt", "rate", "reorder"] { #expect(second?[key] == nil, "\(key)") }
        #expect(try box.netns("impair v0").output == "v0: limit 1000 delay 5ms\n")
    }

    @Test("what another has set is left alone")
    func others() throws {
        let box = try Sandbox()
        try box.shell("\(Self.setup); tc qdisc add dev v0 root handle 5: pfifo")
        try check("impair v0 --clear", in: box)
        #expect(try Self.root(box, "tc")?["kind"] == .string("pfifo"))
        try box.expect([
            Refusal(
                "impair v0 --rate 1mbit", 1, "cannot impair 'v0': it has the qdisc 'pfifo' '5:'; hint: 'netns qdisc"),
            Refusal("impair eth0 -n red --rate 1mbit --both-directions", 1, "cannot impair 'v0': it has the qdisc"),
        ])
        #expect(try Self.root(box, "tc -n red")?["handle"] != .string("6e65:"))
    }

    @Test("what can't be is refused")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell(Self.setup)
        try box.expect([
            Refusal("impair v9 --rate 1mbit", 1, "cannot find device 'v9'"),
            Refusal("impair v0 --delay fast", 2, "impair: bad value of '--delay': 'fast' is not a time"),
            Refusal("impair v0 --loss 101%", 2, "bad value of '--loss': '101%' is not a percentage"),
            Refusal("impair v0 --rate 0", 2, "bad value of '--rate': nothing could be sent at all"),
            Refusal("impair v0 --limit 0", 2, "bad value of '--limit'"),
            Refusal("impair v0 --jitter 1ms", 2, "impair: '--jitter' needs '--delay'"),
            Refusal("impair v0 --reorder 1%", 2, "impair: '--reorder' needs '--delay'"),
            Refusal("impair v0 --clear --delay 1ms", 2, "'--clear' and '--delay' exclude each other"),
            Refusal("impair v0 --both-directions", 2, "'--both-directions' says not what to do"),
        ])
        guard !kernelHas(queueingDiscipline: "netem") else { return }
        try box.expect([
            Refusal(
                "impair v0 --delay 1ms", 1,
                "hint: this kernel has no netem (module sch_netem, CONFIG_NET_SCH_NETEM), without which only '--rate'"),
            Refusal("impair v0 --rate 1mbit --delay 1ms --both-directions", 1, "this kernel has no netem"),
        ])
    }
}

/// `netns impair --both-directions` for what is not a veth: what comes in goes through an ifb.
@Suite(
    .enabled(if: Sandbox.isAvailable), .enabled(if: isInstalled("tc"), "tc is not installed"),
    .enabled(if: kernelHas(queueingDiscipline: "tbf"), "this kernel has no tbf"),
    .enabled(if: kernelHas(linkKind: "ifb"), "this kernel has no ifb"),
    .enabled(if: kernelRedirectsIngress, "this kernel has no filter that redirects"))
struct IngressImpairmentTests {
    /// A bridge, its port, and a host behind that.
    private static let setup = """
        netns add red; ip link add br0 index 77 up type bridge; ip address add 10.0.0.1/24 dev br0
        ip link add v0 up master br0 type veth peer name eth0 netns red
        ip -n red address add 10.0.0.2/24 dev eth0; ip -n red link set eth0 up
        """
    private static let look = """
        tc -j qdisc show; tc -j filter show dev br0 ingress; ip -j link show | jq -c 'map([.ifname, .altnames])'
        """

    private func check(_ line: String, in box: Sandbox) throws {
        #expect(try box.netns(line) == CommandResult(status: 0, output: "", errors: ""), "netns \(line)")
    }

    // Not by `expect`, which compares addresses as well: those of IPv6 are tentative for a while.
    private func refuse(_ line: String, _ complaint: String, in box: Sandbox) throws {
        let result = try box.netns(line)
        #expect(result.status == 1 && result.output.isEmpty && result.errors.contains(complaint), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    private func roots(_ box: Sandbox) throws -> [String: JSON] {
        var roots: [String: JSON] = [:]
        for qdisc in try JSON(try box.shell("tc -j -s qdisc show").output).elements where qdisc["root"] != nil {
            roots[qdisc["dev"]?.text ?? ""] = qdisc
        }
        return roots
    }

    @Test("both directions are impaired, again, one of them only, and not at all")
    func life() throws {
        let box = try Sandbox()
        try box.shell(Self.setup)
        let before = try box.shell(Self.look).output
        for rate in ["10Mbit", "10Mbit", "20Mbit"] { try check("impair br0 --rate \(rate) --both-directions", in: box) }
        let roots = try roots(box)
        for device in ["br0", "ifb-77"] {
            #expect(roots[device]?["handle"] == .string("6e65:"), "\(device)")
            let rate = roots[device]?["options"]?["rate"]
            #expect(rate.flatMap { $0["rate"] ?? $0 } == .number("2500000"), "\(device)")
        }
        #expect(try box.shell("tc filter show dev br0 ingress").output.contains("Egress Redirect to device ifb-77"))
        #expect(try box.shell("ip -j link show dev netns-impair-77").output.contains("ifb-77"))
        let shown = try box.netns("impair br0").output
        #expect(shown.hasPrefix("br0: ") && shown.contains("\nbr0 ingress, by ifb-77: "))
        let json = try JSON(try box.netns("impair br0 --json").output).elements
        #expect(json.map { $0["direction"]?.text } == ["egress", "ingress"])
        #expect(json.last?["ifb"] == .string("ifb-77") && json.last?["options"] != nil)

        try check("impair br0 --rate 1mbit", in: box)
        #expect(try self.roots(box)["ifb-77"] == nil)
        #expect(try !box.shell("tc qdisc show dev br0").output.contains("ingress"))
        try check("impair br0 --rate 1mbit --both-directions", in: box)
        for _ in 0..<2 {
            try check("impair br0 --clear", in: box)
            #expect(try box.shell(Self.look).output == before)
        }
    }

    @Test("packets in both directions pass the qdiscs, and wait there")
    func packets() throws {
        let box = try Sandbox()
        try box.shell(Self.setup)
        // netem holds each packet for as long as it takes at the rate, a token bucket those that are too many.
        let isNetem = kernelHas(queueingDiscipline: "netem")
        try check("impair br0 --rate \(isNetem ? "400kbit" : "4mbit") --both-directions", in: box)
        let summary = try box.shell("ip netns exec red ping -q -c 12 -l 12 -W 10 -s 1400 10.0.0.1").lines.last ?? ""
        if isNetem {
            // Twice 1428 bytes and more: rtt min/avg/max/mdev = 57.5/…
            let shortest = summary.split(separator: "=").last?.split(separator: "/").first.flatMap {
                Double($0.drop { $0 == " " })
            }
            #expect(shortest ?? 0 > 57, "\(summary)")
        }
        let roots = try roots(box)
        // Held back on their way in, the packets are answered at the rate that nothing need wait for on its way out.
        for (device, counter, least) in [
            ("ifb-77", "bytes", 12 * 1400), ("ifb-77", "overlimits", isNetem ? 0 : 1), ("br0", "bytes", 12 * 1400),
        ] {
            guard case .number(let value)? = roots[device]?[counter] else {
                Issue.record("\(device) has no \(counter)")
                continue
            }
            #expect((Int(value) ?? 0) >= least, "\(device) \(counter): \(value)")
        }
    }

    @Test("what others have is left alone, and nothing is left of what failed")
    func others() throws {
        let box = try Sandbox()
        try box.shell(Self.setup)
        for (others, complaint) in [
            (
                "tc qdisc add dev br0 clsact",
                "cannot impair 'br0': it has the qdisc 'clsact' 'ffff:'; hint: 'netns qdisc"
            ),
            ("tc qdisc del dev br0 clsact; ip link add ifb-77 type ifb", "cannot impair what comes in to 'br0': "),
        ] {
            try box.shell(others)
            let before = try box.shell(Self.look).output
            try refuse("impair br0 --rate 1mbit --both-directions", complaint, in: box)
            #expect(try box.shell(Self.look).output == before)
            try check("impair br0 --clear", in: box)
            #expect(try box.shell(Self.look).output == before)
        }
        try box.shell("ip link delete ifb-77; netns impair br0 --rate 2mbit")
        let before = try box.shell(Self.look).output
        try box.shell("ip link add ifb-77 type ifb")
        try refuse("impair br0 --rate 1mbit --both-directions", "'netns link delete ifb-77'", in: box)
        // What there was of this command's own is there again.
        try box.shell("ip link delete ifb-77")
        #expect(try box.shell(Self.look).output == before)
    }

    @Test("filters that were added by others since stay")
    func filters() throws {
        let box = try Sandbox()
        try box.shell(
            """
            \(Self.setup); netns impair br0 --rate 1mbit --both-directions
            tc filter add dev br0 parent ffff: protocol ip prio 9 u32 match u32 1 1 action mirred egress mirror dev v0
            netns impair br0 --clear
            """)
        let filters = try box.shell("tc filter show dev br0 ingress").output
        #expect(filters.contains("Egress Mirror to device v0") && !filters.contains("ifb-77"))
        #expect(try !box.shell("ip -br link").output.contains("ifb-77"))
    }
}
