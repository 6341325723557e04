// SPDX-License-Identifier: Apache-2.0

import KernelGates
import Testing

/// Qdiscs and classes in a kernel, beside tc(8).
@Suite(
    "Traffic control in a kernel", .enabled(if: Sandbox.isAvailable),
    .enabled(if: isInstalled("tc"), "tc is not installed"))
struct TrafficKernelTests {
    /// Down, so that nothing is sent and counted meanwhile.
    private static let pair = "ip link add v0 type veth peer name v1"

    /// Lines that `tc` and `netns` take alike, by the kind that the kernel needs for them.
    private static let lines: [(kind: String, line: String)] = [
        ("pfifo", "qdisc add dev v0 root handle 1: pfifo limit 100"),
        ("pfifo", "qdisc change dev v0 root handle 1: pfifo limit 50"),
        ("bfifo", "qdisc replace dev v0 root handle 2: bfifo limit 10k"),
        ("bfifo", "qdisc delete dev v0 root"),
        ("pfifo_fast", "qdisc add dev v0 root handle 3: pfifo_fast"),
        ("tbf", "qdisc replace dev v1 root handle 1: tbf rate 1mbit burst 10kb latency 70ms"),
        ("tbf", "qdisc replace dev v1 root handle 1: tbf rate 40gbit burst 1mb limit 50k overhead 4 mpu 64"),
        ("tbf", "qdisc replace dev v1 root handle 2: tbf rate 1mbit burst 10kb latency 70ms peakrate 2mbit mtu 1540"),
        ("htb", "qdisc replace dev v0 root handle 1: htb default 10 r2q 20"),
        ("htb", "class add dev v0 parent 1: classid 1:1 htb rate 10mbit"),
        ("htb", "class add dev v0 parent 1:1 classid 1:10 htb rate 1mbit ceil 2mbit burst 15k cburst 16k prio 3"),
        ("htb", "class add dev v0 parent 1:1 classid 1:11 htb rate 10mbit ceil 40gbit quantum 3000"),
        ("htb", "class replace dev v0 parent 1:1 classid 1:11 htb rate 20mbit linklayer atm overhead 10"),
        ("htb", "qdisc add dev v0 parent 1:10 handle 20: pfifo limit 5"),
        ("htb", "class delete dev v0 classid 1:11"),
        ("clsact", "qdisc add dev v0 clsact"),
        ("clsact", "qdisc delete dev v0 clsact"),
        ("ingress", "qdisc add dev v0 ingress"),
        ("netem", "qdisc replace dev v1 root handle 5: netem delay 20ms 2ms 25% loss 1% duplicate 2% corrupt 3%"),
        // A netem that duplicates suffers no other beside it, from Linux 6.1.140 on.
        ("netem", "qdisc delete dev v1 root"),
        ("netem", "qdisc replace dev v1 root handle 6: netem loss gemodel 1% 10% 70% 0.1% rate 40gbit"),
        ("fq", "qdisc replace dev v1 root handle 7: fq limit 5000 nopacing maxrate 1gbit"),
        ("fq_codel", "qdisc replace dev v1 root handle 8: fq_codel limit 1000 target 5ms noecn"),
        ("cake", "qdisc replace dev v1 root handle 9: cake bandwidth 20mbit besteffort nat ethernet"),
        ("prio", "qdisc replace dev v1 root handle 10: prio bands 4"),
        ("pfifo", "qdisc replace dev v1 root handle 11: stab overhead 18 mpu 64 linklayer ethernet pfifo limit 10"),
        ("tbf", "qdisc replace dev v1 root handle 12: stab overhead 4 tbf rate 1mbit burst 10kb latency 70ms"),
        ("pfifo", "qdisc replace dev v1 root handle 15: stab overhead -4 mpu 64 pfifo limit 10"),
        ("cake", "qdisc replace dev v1 root handle 16: cake bandwidth 20mbit overhead -20"),
        ("codel", "qdisc replace dev v1 root handle 13: codel limit 100 target 4ms interval 50ms ecn ce_threshold 3ms"),
        ("sfq", "qdisc replace dev v1 root handle 14: sfq perturb 10 quantum 3000 limit 100 divisor 512"),
        ("ingress", "qdisc add dev v1 ingress_block 22 ingress"),
        ("ingress", "qdisc delete dev v1 ingress"),
        ("clsact", "qdisc add dev v1 ingress_block 22 egress_block 23 clsact"),
    ]

    @Test("tc and netns do the same, and show the same")
    func comparison() throws {
        let (left, right) = (try Sandbox(), try Sandbox())
        for box in [left, right] { try box.shell(Self.pair) }
        for (kind, line) in Self.lines where kernelHas(queueingDiscipline: kind) {
            try left.shell("tc \(line)")
            let result = try right.netns(line)
            #expect(result == CommandResult(status: 0, output: "", errors: ""), "netns \(line)")
            let look = "tc -j -d qdisc show; tc -d class show dev v0"
            #expect(try left.shell(look).output == right.shell(look).output, "netns \(line)")
            for words in ["qdisc show", "qdisc show dev v0", "qdisc show dev v1"] {
                let wanted = try JSON(try right.shell("tc -j -d \(words)").output)
                let found = try JSON(try right.netns("\(words) --json").output)
                #expect(wanted.missing(from: found) == [], "netns \(line); netns \(words)")
                let counted = try JSON(try right.shell("tc -j -d -s \(words)").output)
                let foundCounted = try JSON(try right.netns("\(words) --json -s").output)
                #expect(counted.missing(from: foundCounted) == [], "netns \(line); netns \(words) -s")
            }
            let text = try right.shell("tc -d class show dev v0").output
            #expect(try right.netns("class show dev v0 --details").output == text)
        }
    }

    @Test("what is shown can be chosen", .enabled(if: kernelHas(queueingDiscipline: "htb"), "this kernel has no htb"))
    func selection() throws {
        let box = try Sandbox()
        try box.shell(
            """
            \(Self.pair); netns add red
            tc qdisc add dev v0 root handle 1: htb; tc class add dev v0 parent 1: classid 1:1 htb rate 1mbit
            tc class add dev v0 parent 1:1 classid 1:2 htb rate 1mbit; tc qdisc add dev v0 parent 1:2 handle 2: pfifo
            tc qdisc add dev v0 ingress
            """)
        func names(_ line: String) throws -> [String] {
            try JSON(try box.netns("\(line) --json").output).elements.compactMap { ($0["kind"] ?? $0["handle"])?.text }
        }
        #expect(try names("qdisc show v0") == ["htb", "pfifo", "ingress"])
        #expect(try names("qdisc show v0 root") == ["htb"])
        #expect(try names("qdisc show v0 ingress") == ["ingress"])
        #expect(try names("qdisc show v0 parent 1:2") == ["pfifo"])
        #expect(try names("qdisc show handle 2:") == ["pfifo"])
        #expect(try names("qdisc show -n red") == ["noqueue"])
        #expect(try names("class show v0").sorted() == ["1:1", "1:2"])
        #expect(try names("class show v0 root") == ["1:1"])
        #expect(try names("class show v0 parent 1:1") == ["1:2"])
        #expect(try names("class show v0 classid 1:2") == ["1:2"])
        let all = try JSON(try box.netns("qdisc show --all-namespaces --json").output).elements
        #expect(all.contains { $0["netns"]?.text == "red" && $0["dev"]?.text == "lo" })
    }

    @Test("what is wrong is refused, with the reason")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell(Self.pair)
        try box.expect([
            Refusal("qdisc add root netem", 2, "qdisc add: the device is missing: 'dev DEVICE'"),
            Refusal("qdisc add dev v0 netem", 2, "the place is missing: 'root' or 'parent HANDLE'"),
            Refusal("qdisc add dev v0 root", 2, "the kind is missing"),
            Refusal("qdisc add dev v0 root parent 1:1 pfifo", 2, "the place is given twice"),
            Refusal("qdisc add dev v0 root ingress", 2, "'ingress' has a place of its own"),
            Refusal("qdisc add dev v0 root handle 1:1 pfifo", 2, "'1:1' is not the handle of a qdisc"),
            Refusal("qdisc add dev v0 root handle 12345: pfifo", 2, "'12345:' is not the handle of a qdisc"),
            Refusal("qdisc add dev v0 parent x pfifo", 2, "'x' is not a handle such as '1:' or '1:10'"),
            Refusal("qdisc add dev v0 root pfifo limit", 2, "'limit' lacks its number"),
            Refusal("qdisc add dev v0 root pfifo limit 1k", 2, "'1k' is not a decimal number"),
            Refusal("qdisc add dev v0 root bfifo limit 1x", 2, "'1x' is not a size"),
            Refusal("qdisc add dev v0 root pfifo limit 1 limit 2", 2, "'limit' is given twice"),
            Refusal("qdisc add dev v0 root pfifo limt 1", 2, "unknown word 'limt'; hint: did you mean 'limit'?"),
            Refusal("qdisc add dev v0 root noqueue limit 1", 2, "'noqueue' takes no options"),
            Refusal("qdisc add dev v0 root nosuch limit 1", 2, "the options of the kind 'nosuch' are not known"),
            Refusal("qdisc add dev v0 root nosuch", 1, "kind is unknown (ENOENT)"),
            Refusal("qdisc add dev v0 root nettem", 1, "hint: did you mean 'netem'?"),
            Refusal("qdisc add dev v0 root netem delay fast", 2, "'fast' is not a time such as '20ms'"),
            Refusal("qdisc add dev v0 root netem loss 101%", 2, "'101%' is not a percentage"),
            Refusal("qdisc add dev v0 root netem reorder 5%", 2, "'reorder' needs 'delay'"),
            Refusal("qdisc add dev v0 root netem gap 5", 2, "'gap' needs 'reorder'"),
            Refusal("qdisc add dev v0 root netem loss 0% ecn", 2, "'ecn' needs 'loss'"),
            Refusal(
                "qdisc add dev v0 root netem delay 1ms distribution normal", 2, "'distribution' needs a delay that"),
            Refusal("qdisc add dev v0 root netem delay 1ms 1ms distribution nrmal", 2, "did you mean 'normal'?"),
            Refusal("qdisc add dev v0 root netem rate 10%", 2, "'10%' is not a rate such as '10mbit'"),
            Refusal("qdisc add dev v0 root tbf burst 10k limit 20k", 2, "tbf needs 'rate RATE'"),
            Refusal("qdisc add dev v0 root tbf rate 1mbit limit 20k", 2, "tbf needs 'burst BYTES'"),
            Refusal("qdisc add dev v0 root tbf rate 1mbit burst 10k", 2, "tbf needs 'limit BYTES' or 'latency TIME'"),
            Refusal(
                "qdisc add dev v0 root tbf rate 1mbit burst 10k limit 1 latency 1s", 2,
                "'limit' and 'latency' exclude each other"),
            Refusal(
                "qdisc add dev v0 root tbf rate 1mbit burst 10k limit 1 peakrate 2mbit", 2, "'peakrate' needs 'mtu"),
            Refusal("qdisc add dev v0 root tbf rate 1mbit burst 10k/3 limit 1", 2, "'3' is not a power of 2"),
            Refusal("qdisc add dev v0 root htb default x", 2, "'x' is not the minor number of a class"),
            Refusal("qdisc add dev v0 root fq maxrate 40gbit", 2, "it is more than 34 Gbit a second"),
            Refusal("qdisc add dev v0 root fq pacing nopacing", 2, "'nopacing' contradicts a word before it"),
            Refusal("qdisc add dev v0 root cake nat nonat", 2, "'nonat' contradicts a word before it"),
            Refusal("qdisc add dev v0 root prio bands 3 priomap 3", 2, "'priomap' names the band 3, and there are 3"),
            Refusal("qdisc add dev v0 root stab pfifo", 2, "'stab' lacks its words, such as 'overhead BYTES'"),
            Refusal("qdisc add dev v0 root stab overhead 1 overhead 2 pfifo", 2, "'overhead' is given twice"),
            Refusal("qdisc add dev v0 root stab tsize 16385 pfifo", 2, "bad value of 'tsize'"),
            Refusal("qdisc add dev v0 ingress_block 0 ingress", 2, "bad value of 'ingress_block'"),
            Refusal("qdisc add dev v0 root fq bands 4", 2, "fq has 3 bands"),
            Refusal("qdisc add dev v0 root fq priomap 1 2 3", 2, "'3' is not a decimal number from 0 to 2"),
            Refusal("qdisc add dev v0 root fq weights 1 2", 2, "'weights' lacks its number"),
            Refusal("qdisc add dev v0 root sfq divisor 3", 2, "'3' is not a power of 2"),
            Refusal("qdisc add dev v0 root codel ecn noecn", 2, "'noecn' contradicts a word before it"),
            Refusal("qdisc delete dev v0", 2, "the place is missing"),
            Refusal("qdisc delete dev v0 root", 1, "cannot delete qdisc at the root of 'v0': "),
            Refusal("qdisc change dev v0 root pfifo", 1, "cannot change qdisc 'pfifo' at the root of 'v0': "),
            Refusal("qdisc add dev v9 root pfifo", 1, "cannot find device 'v9'"),
            Refusal("qdisc add dev v0 parent 9:1 pfifo", 1, "cannot add qdisc 'pfifo' at '9:1' of 'v0': "),
            Refusal("qdisc show dev v0 v1", 2, "unknown word 'v1'"),
            Refusal("qdisc frob", 2, "there is no verb 'frob' of 'netns qdisc'"),
            Refusal("class add dev v0 parent 1: classid 1:1 drr", 2, "classes of 'drr' can't be made here"),
            Refusal("class add dev v0 parent 1: classid 1:1 htb", 2, "a class of htb needs 'rate RATE'"),
            Refusal("class add dev v0 parent 1: classid 1: htb rate 1mbit", 2, "'1:' is not the handle of a class"),
            Refusal("class add dev v0 classid 1:1 htb rate 1mbit", 2, "the place is missing: 'parent HANDLE'"),
            Refusal(
                "class add dev v0 parent 1: htb rate 2mbit ceil 1mbit", 2, "the ceiling 1Mbit is less than the rate"),
            Refusal("class add dev v0 parent 7: classid 7:1 htb rate 1mbit", 1, "cannot add class '7:1' of 'v0': "),
            Refusal("class delete dev v0", 2, "the class is missing: 'classid HANDLE'"),
            Refusal("class show", 2, "class show: the device is missing: 'dev DEVICE'"),
        ])
        try box.shell("tc qdisc add dev v0 root pfifo")
        try box.expect([
            Refusal("qdisc add dev v0 root pfifo", 1, "(EEXIST); hint: 'netns qdisc replace' takes its place")
        ])
    }
}
