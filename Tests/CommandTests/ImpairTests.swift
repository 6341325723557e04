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
            Refusal("impair br0 --rate 1mbit --both-directions", 1, "both directions of 'br0': it is not a veth"),
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
        try box.expect([Refusal("impair v0 --delay 1ms", 1, "hint: this kernel has no netem")])
    }
}
