// SPDX-License-Identifier: Apache-2.0

import KernelGates
import Testing

/// Labs whose links hold and lose packets: what ping(8) and tc(8) say of that.
@Suite(
    .enabled(if: LabSandbox.isAvailable, "no namespaces, or no /etc/netns"),
    .enabled(if: isInstalled("tc"), "tc is not installed"),
    .enabled(if: kernelHas(queueingDiscipline: "netem"), "this kernel has no netem"))
struct LabImpairmentTests {
    private static let links = """
        lab: test
        nodes: [a, b, c]
        links:
          - a -- b: {ipv4: 10.1.0.0/30, impair: {delay: 100ms, reverse: {delay: 60ms}}}
          - a -- c: {ipv4: 10.2.0.0/30}
        """

    /// What ping(8) counts and measures, in milliseconds.
    private struct Echoes {
        var sent = 0, received = 0
        var times: [Double] = []

        init(_ text: String) {
            for line in text.split(separator: "\n") {
                if let time = line.split(separator: " ").first(where: { $0.hasPrefix("time=") }) {
                    times.append(Double(time.dropFirst("time=".count)) ?? .nan)
                }
                let words = line.split { " ,".contains($0) }
                if let place = words.firstIndex(of: "transmitted"), place >= 2 { sent = Int(words[place - 2]) ?? 0 }
                if let place = words.firstIndex(of: "received"), place >= 1 { received = Int(words[place - 1]) ?? 0 }
            }
        }
    }

    /// Echoes from the node `a`, after one by which the neighbour is known.
    private func ping(_ lab: LabSandbox, _ target: String, count: Int) throws -> Echoes {
        #expect(try lab.reaches("test-a", target))
        return Echoes(
            try lab.box.shell("ip netns exec test-a ping -c \(count) -i 0.02 -W 5 \(target)", mayFail: true).output)
    }

    /// What tc(8) tells of the qdisc at a device's root.
    private func discipline(_ lab: LabSandbox, _ node: String, _ device: String) throws -> JSON? {
        try JSON(lab.box.shell("tc -n test-\(node) -j -s qdisc show dev \(device)").output).elements.first
    }

    private func drops(_ lab: LabSandbox, _ node: String, _ device: String) throws -> Int {
        guard case .number(let digits)? = try discipline(lab, node, device)?["drops"] else { return -1 }
        return Int(digits) ?? -1
    }

    private func delay(_ lab: LabSandbox, _ node: String, _ device: String) throws -> JSON? {
        try discipline(lab, node, device)?["options"]?["delay"]?["delay"]
    }

    private func check(_ line: String, _ lab: LabSandbox, location: SourceLocation = #_sourceLocation) throws {
        let result = try lab.lab(line)
        #expect(result == CommandResult(status: 0, output: "", errors: ""), "lab \(line)", sourceLocation: location)
    }

    @Test("a delay is that of each direction, and jitter makes it vary both ways")
    func delayAndJitter() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes: [a, b, c]
            links:
              - a -- b: {ipv4: 10.1.0.0/30, impair: {delay: 100ms, reverse: {delay: 60ms}}}
              - a -- c: {ipv4: 10.2.0.0/30, impair: {rtt: 400ms, jitter: 150ms}}
            """)
        try lab.up()
        #expect(try delay(lab, "a", "eth0") == .number("0.1"))
        #expect(try delay(lab, "b", "eth0") == .number("0.06"))
        let even = try ping(lab, "b", count: 10)
        #expect(even.received == 10)
        // The kernel's clock and ping's differ by less than that.
        #expect(even.times.allSatisfy { $0 > 159 }, "\(even.times)")

        let varied = try discipline(lab, "a", "eth1")?["options"]?["delay"]
        #expect(varied?["delay"] == .number("0.2") && varied?["jitter"] == .number("0.15"))
        let uneven = try ping(lab, "c", count: 40)
        #expect(uneven.received == 40)
        // Anything from 100 to 700 ms: that all forty lie on one side of the middle happens once in 10^11 runs.
        #expect(uneven.times.allSatisfy { $0 > 99 }, "\(uneven.times)")
        #expect(uneven.times.contains { $0 < 400 } && uneven.times.contains { $0 > 400 }, "\(uneven.times)")
        #expect(try lab.lab("up /run/lab/test.lab.yaml").output == "test: nothing to do\n")
    }

    @Test("a loss is what does not arrive, and what the qdisc has dropped")
    func loss() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes: [a, b, c]
            links:
              - a -- b: {ipv4: 10.1.0.0/30, impair: {forward: {loss: 30%}}}
              - a -- c: {ipv4: 10.2.0.0/30, impair: {reverse: {loss: 100%}}}
            """)
        try lab.up()
        #expect(try lab.reaches("test-a", "b"))
        // Else a question for the address may be lost, and packets with it that never came to the qdisc.
        try lab.box.shell(
            "ip -n test-a neighbor change 10.1.0.2 dev eth0 nud permanent")
        let before = try drops(lab, "a", "eth0")
        let echoes = try ping(lab, "b", count: 400)
        // 280 of 400 arrive, give or take 9; ten times that never happens.
        #expect(echoes.sent == 400 && (190...370).contains(echoes.received), "\(echoes)")
        #expect(try drops(lab, "a", "eth0") - before >= 400 - echoes.received)
        #expect(try discipline(lab, "b", "eth0")?["kind"] != .string("netem"))

        #expect(try lab.box.shell("ip netns exec test-a ping -c 3 -i 0.1 -W 1 c", mayFail: true).status == 1)
        #expect(try drops(lab, "c", "eth0") > 0)
        #expect(try lab.lab("up /run/lab/test.lab.yaml").output == "test: nothing to do\n")
    }

    @Test("'lab impair' takes the place of what the file says until 'lab heal' or 'lab up'")
    func impair() throws {
        let lab = try LabSandbox()
        try lab.write(Self.links)
        try lab.up()
        for (target, device) in [("a -- b", "eth0"), ("c -- a", "eth1")] {
            let words = ["lab", "impair", "test", target]
            let before = try discipline(lab, "a", device)?["options"]
            for back in ["heal", "up"] {
                let result = try lab.box.run(["netns"] + words + ["delay=150ms", "duplicate=100%"])
                #expect(result == CommandResult(status: 0, output: "", errors: ""))
                #expect(try delay(lab, "a", device) == .number("0.15"))
                let echoes = try ping(lab, device == "eth0" ? "b" : "c", count: 5)
                #expect(echoes.received == 5 && echoes.times.allSatisfy { $0 > 299 }, "\(echoes)")
                #expect(try lab.lab("plan test").status == 3)
                // A rate alone is another kind of qdisc, and what was set before goes.
                let rate = try lab.box.run(["netns"] + words + ["rate=10mbit"])
                #expect(rate == CommandResult(status: 0, output: "", errors: ""))
                #expect(try discipline(lab, "a", device)?["kind"] == .string("tbf"))
                if back == "heal" {
                    let heal = try lab.box.run(["netns", "lab", "heal", "test", target])
                    #expect(heal == CommandResult(status: 0, output: "", errors: ""))
                } else {
                    #expect(try lab.lab("up /run/lab/test.lab.yaml").status == 0)
                }
                #expect(try discipline(lab, "a", device)?["options"] == before)
                #expect(try lab.lab("plan test").status == 0)
            }
        }
        let lost = try lab.box.run(["netns", "lab", "impair", "test", "a -- b", "loss=100%"])
        #expect(lost == CommandResult(status: 0, output: "", errors: ""))
        #expect(try lab.box.shell("ip netns exec test-a ping -c 2 -i 0.1 -W 1 b", mayFail: true).status == 1)
        #expect(try lab.lab("down test").status == 0)
    }

    @Test("jitter is even again after a distribution, whose table the kernel keeps")
    func distribution() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes: [a, b]
            links: [a -- b: {ipv4: 10.1.0.0/30, impair: {delay: 100ms, jitter: 50ms, limit: 2000}}]
            """)
        try lab.up()
        let normal = ["delay=100ms", "jitter=50ms", "distribution=normal", "limit=3000"]
        let result = try lab.box.run(["netns", "lab", "impair", "test", "a -- b"] + normal)
        #expect(result == CommandResult(status: 0, output: "", errors: ""))
        // Of the sums of two delays 8 in 100 are less than evenly they can be.
        #expect(try ping(lab, "b", count: 200).times.contains { $0 < 99 })
        let heal = try lab.box.run(["netns", "lab", "heal", "test", "a -- b"])
        #expect(heal == CommandResult(status: 0, output: "", errors: ""))
        let times = try ping(lab, "b", count: 200).times
        #expect(times.count == 200 && times.allSatisfy { $0 > 99 }, "\(times.min() ?? 0)")
    }

    @Test("a scenario impairs links at its times, and everything is as before when it has ended")
    func scenario() throws {
        let lab = try LabSandbox()
        let look = "tc -j qdisc show dev eth0"
        try lab.write(
            """
            \(Self.links)
            scenario:
              - {at: 0s, run: [sh, -c, "\(look) > /run/lab/0; ping -c 3 -i 0.1 -W 5 b > /run/lab/ping0"], on: a}
              - {at: 100ms, impair: a -- b, delay: 250ms, jitter: 10ms, for: 400ms}
              - {at: 200ms, run: [sh, -c, "\(look) > /run/lab/1; ping -c 3 -i 0.1 -W 5 b > /run/lab/ping1"], on: a}
              - {at: 300ms, impair: a -- b, loss: 100%, for: 100ms}
              - {at: 350ms, run: [sh, -c, "\(look) > /run/lab/2; ping -c 3 -i 0.1 -W 1 b > /run/lab/ping2"], on: a}
              - {at: 450ms, run: [sh, -c, "\(look) > /run/lab/3"], on: a}
              - {at: 600ms, impair: a -- c, rate: 1mbit}
              - {at: 700ms, fail: b, for: 100ms}
            """)
        try lab.up()
        let before = try lab.configuration()
        let run = try lab.lab("run test")
        #expect(run.status == 0 && run.errors == "", "\(run.errors)")
        #expect(
            run.lines.map { $0.drop { $0 == " " } } == [
                "0.0s  run on a", "0.1s  impair a -- b", "0.2s  run on a", "0.3s  impair a -- b", "0.3s  run on a",
                "0.4s  end of impair a -- b", "0.4s  run on a", "0.5s  end of impair a -- b", "0.6s  impair a -- c",
                "0.7s  fail b", "0.8s  end of fail b",
            ], "\(run.output)")

        func text(_ name: String) throws -> String { try lab.box.shell("cat /run/lab/\(name)").output }
        let delays = try (0..<4).map { try JSON(text("\($0)")).elements.first?["options"]?["delay"]?["delay"] }
        #expect(delays == [.number("0.1"), .number("0.25"), nil, .number("0.1")])
        #expect(try Echoes(text("ping0")).times.allSatisfy { $0 > 159 })
        let slow = try Echoes(text("ping1"))
        #expect(slow.received == 3 && slow.times.allSatisfy { $0 > 479 }, "\(slow)")
        let lost = try Echoes(text("ping2"))
        #expect(lost.sent == 3 && lost.received == 0, "\(lost)")

        #expect(try lab.configuration() == before)
        #expect(try lab.lab("plan test").status == 0)
        #expect(try lab.reaches("test-a", "b"))
    }
}

/// Labs where the kernel can't do what a scenario says.
@Suite(
    .enabled(if: LabSandbox.isAvailable, "no namespaces, or no /etc/netns"),
    .enabled(if: !kernelHas(queueingDiscipline: "netem"), "this kernel has netem"))
struct LabScenarioFailureTests {
    @Test("what has failed before an event that can't be is healed")
    func failure() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes: [a, b]
            links: [a -- b]
            scenario:
              - {at: 0s, fail: a}
              - {at: 10ms, impair: a -- b, delay: 10ms}
            """)
        try lab.up()
        let before = try lab.configuration()
        let run = try lab.lab("run test")
        #expect(run.status != 0 && run.errors.contains("netem"), "\(run.errors)")
        #expect(try lab.configuration() == before)
        #expect(try lab.reaches("test-a", "b"))
    }

    @Test("what a link was impaired by stays when the kernel refuses something else in its place")
    func refusal() throws {
        let lab = try LabSandbox()
        try lab.write(
            """
            lab: test
            nodes: [a, b]
            links: [a -- b: {impair: {rate: 10mbit}}]
            """)
        try lab.up()
        let script = "for n in a b; do tc -n test-$n qdisc show dev eth0; done"
        let before = try lab.box.shell(script).lines
        #expect(before.count == 2 && before.allSatisfy { $0.hasPrefix("qdisc tbf") })
        #expect(try lab.lab("impair test 'a -- b' delay=20ms").status != 0)
        #expect(try lab.box.shell(script).lines == before)
        #expect(try lab.box.netns("impair eth0 -n test-a --delay 20ms").status != 0)
        #expect(try lab.box.shell(script).lines == before)
        #expect(try lab.box.netns("lab plan test").status == 0)
    }
}
