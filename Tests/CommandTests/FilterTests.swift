// SPDX-License-Identifier: Apache-2.0

import KernelGates
@testable import NetnsCommands
import RouteNetlink
import Testing

/// What tc(8) of iproute2 6.1 shows of reports.
struct FilterReport: Sendable, CustomTestStringConvertible {
    /// The kind, the handle, and `TCA_OPTIONS` in hexadecimal.
    let kind: String, handle: UInt32, options: String
    /// The object under `options`; and the lines, those of tc joined where it breaks the first one.
    let json: String, text: String

    var testDescription: String { "\(kind) \(options)" }

    /// A report of a filter with the preference 49152 for all protocols, at the place of what comes in.
    var message: [UInt8] {
        func attribute(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
            let length = payload.count + 4
            return [UInt8(length & 0xff), UInt8(length >> 8), number, 0] + payload
                + Array(repeating: 0, count: -length & 3)
        }
        let digits = options.compactMap(\.hexDigitValue)
        let payload = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        let handle = (0..<4).map { UInt8(truncatingIfNeeded: self.handle >> (8 * $0)) }
        let header = [0, 0, 0, 0, 3, 0, 0, 0] + handle + [0xf2, 0xff, 0xff, 0xff, 0, 3, 0, 0xc0]
        return header + attribute(1, Array("\(kind)\0".utf8)) + attribute(11, [0, 0, 0, 0]) + attribute(2, payload)
    }
}

/// `mirred egress redirect dev if4` as the first action, and how it is shown.
private let redirection = """
    34000100 0b0001006d69727265640000 24000280 20000200 05000000000000000400000001000000010000000100000004000000
    """
private let redirectionJSON = """
    "actions":[{"order":1,"kind":"mirred","mirred_action":"redirect","direction":"egress","to_dev":"if4",\
    "control_action":{"type":"stolen"},"index":5,"ref":1,"bind":1}]
    """
private let redirectionText =
    "\taction order 1: mirred (Egress Redirect to device if4) stolen\n\tindex 5 ref 1 bind 1\n\n"

let filterReports: [FilterReport] = [
    FilterReport(
        kind: "matchall", handle: 1, options: "38000200 \(redirection) 08000300 08000000",
        json: #"{"handle":1,"not_in_hw":true,\#(redirectionJSON)}"#,
        text: "handle 0x1 not_in_hw \n\(redirectionText)"),
    FilterReport(
        kind: "matchall", handle: 17, options: "08000100 02000100 08000300 04000000",
        json: #"{"handle":17,"flowid":"1:2","in_hw":true}"#, text: "handle 0x11 flowid 1:2 in_hw \n"),
    FilterReport(kind: "matchall", handle: 0, options: "", json: "{}", text: "\n"),
    FilterReport(
        kind: "flower", handle: 1, options: "08000100 02000100 38000300 \(redirection) 08001600 04000000",
        json: #"{"handle":1,"classid":"1:2","in_hw":true,\#(redirectionJSON)}"#,
        text: "handle 0x1 classid 1:2 in_hw \n\(redirectionText)"),
    FilterReport(
        kind: "basic", handle: 1, options: "08000100 02000100 38000300 \(redirection)",
        json: #"{"handle":"1","flowid":"1:2",\#(redirectionJSON)}"#,
        text: "handle 0x1 flowid 1:2 \n\(redirectionText)"),
    FilterReport(
        kind: "bpf", handle: 2,
        options: """
            08000300 02000100 06000400 0100 0000 0c000500 06000000ffffffff 08000900 09000000 09000700 70726f67 00 000000 \
            08000800 01000000
            """,
        json: #"""
            {"handle":"0x2","flowid":"1:2","bpf_name":"prog","direct-action":true,"skip_hw":true,"not_in_hw":true,\#
            "bytecode":{"length":1,"insns":[{"code":6,"jt":0,"jf":0,"k":4294967295}]}}
            """#,
        text: "handle 0x2 flowid 1:2 prog direct-action skip_hw not_in_hw bytecode '1,6 0 0 4294967295'\n"),
    FilterReport(
        kind: "u32", handle: 0x8000_1801,
        options: """
            08000100 02000100 08000200 00000080 38000700 \(redirection) 34000500 01000200 0000 0000 0000 0000 00000000 \
            ff000000 0a000000 10000000 00000000 00ff0000 00010000 14000000 00000000 08000b00 08000000
            """,
        // The list is deliberate: tc repeats "match".
        json: #"""
            {"fh":"800:1:801","order":2049,"key_ht":"800","bkt":"0","flowid":"1:2","not_in_hw":true,\#
            "match":[{"value":"a000000","mask":"ff000000","offmask":"","off":16},\#
            {"value":"10000","mask":"ff0000","offmask":"","off":20}],\#(redirectionJSON)}
            """#,
        text: "fh 800:1:801 order 2049 key ht 800 bkt 0 *flowid 1:2 not_in_hw \n"
            + "  match 0a000000/ff000000 at 16\n  match 00010000/00ff0000 at 20\n\(redirectionText)"),
    FilterReport(
        kind: "u32", handle: 0x8000_0000, options: "08000400 01000000", json: #"{"fh":"800:","ht_divisor":1}"#,
        text: "fh 800: ht divisor 1 \n"),
    FilterReport(
        kind: "cgroup", handle: 1, options: "", json: #"{"handle":"0x1"}"#, text: "handle 0x1 \n"),
]

@Suite("Filters on the command line")
struct FilterTests {
    private static let selection: FilterSelection = {
        var selection = FilterSelection()
        selection.parent = .ingressFilters
        return selection
    }()

    @Test("JSON and text are tc's", arguments: filterReports)
    func shown(_ report: FilterReport) throws {
        let filter = try TrafficFilter(decoding: report.message.span.bytes)
        var json = JSONWriter()
        json.object { filter.writeMembers(into: &$0, Self.selection, LinkWorld()) }
        let head = #"{"protocol":"all","pref":49152,"kind":"\#(report.kind)","chain":0,"options":"#
        #expect(
            try JSON(String(decoding: json.bytes, as: UTF8.self)) == JSON("\(head)\(report.json)}"))
        let line = "filter protocol all pref 49152 \(report.kind) chain 0 "
        #expect(filter.text(Self.selection, LinkWorld()) == line + report.text)
    }

    @Test("a damaged report throws or parses", arguments: filterReports)
    func damaged(_ report: FilterReport) {
        let message = report.message
        for place in message.indices {
            _ = try? TrafficFilter(decoding: message.span.extracting(first: place).bytes)
            for change: UInt8 in [0x01, 0x02, 0x04, 0x80, 0xff] {
                var copy = message
                copy[place] ^= change
                _ = try? TrafficFilter(decoding: copy.span.bytes)
            }
        }
    }
}

@Suite(
    "Filters in a kernel", .enabled(if: Sandbox.isAvailable), .enabled(if: isInstalled("tc"), "tc is not installed"))
struct FilterKernelTests {
    @Test(
        "are shown as tc shows them", .enabled(if: kernelRedirectsIngress, "this kernel has no filter that redirects"))
    func comparison() throws {
        let box = try Sandbox()
        try box.shell(
            """
            ip link add v0 type veth peer v1; tc qdisc add dev v0 clsact
            tc filter add dev v0 ingress protocol ip pref 7 u32 match ip dst 10.0.0.0/8 action mirred egress mirror dev v1
            # Kernels lack some of these.
            tc filter add dev v0 ingress matchall action mirred egress redirect dev v1 || :
            tc filter add dev v0 ingress bpf bytecode '1,6 0 0 4294967295' flowid 1:1 || :
            tc filter add dev v0 egress protocol ip pref 8 flower dst_ip 10.0.0.1 action drop || :
            tc filter add dev v0 egress protocol all pref 9 u32 match u32 0 0 flowid 1:2
            tc qdisc add dev v1 root handle 1: htb && \\
                tc filter add dev v1 parent 1: protocol all pref 5 u32 match u32 0 0 flowid 1:2 || :
            """)
        for words in [
            "dev v0 ingress", "dev v0 egress", "dev v0 parent ffff:fff2", "dev v0", "dev v0 root", "dev v1",
            "dev v1 parent 1:", "dev v0 ingress pref 7", "dev v0 ingress protocol ip", "dev v0 ingress chain 3",
            "dev v0 ingress chain 0",
        ] {
            let wanted = try JSON(box.shell("tc -j filter show \(words)").output)
            let shown = try JSON(box.netns("-j filter show \(words)").output)
            #expect(shown.elements.count == wanted.elements.count, "\(words)")
            for (theirs, ours) in zip(wanted.elements, shown.elements) {
                for key in ["parent", "protocol", "pref", "kind", "chain"] {
                    #expect(theirs[key] == ours[key], "\(words)")
                }
                // What flower matches and what other actions do is left out.
                guard theirs["kind"] != .string("flower") else { continue }
                #expect(JSON.array([theirs]).missing(from: .array([ours])) == [], "\(words)")
            }
        }
        #expect(
            try box.netns("filter show dev v0 ingress pref 7").output
                == box.shell("tc filter show dev v0 ingress pref 7").output)
    }

    @Test("what 'impair --both-directions' makes is seen", .enabled(if: kernelRedirectsIngress, "no filter redirects"))
    func impaired() throws {
        try requireKernel(linkKind: "ifb")
        let box = try Sandbox()
        try box.shell("ip link add b0 type bridge; netns impair b0 --rate 1mbit --both-directions")
        let filters = try JSON(box.netns("-j filter show b0 ingress").output)
        let actions = filters.elements.compactMap { $0["options"]?["actions"]?.elements.first }
        #expect(actions.first?["mirred_action"] == .string("redirect"))
    }

    @Test("bad words are refused")
    func refusals() throws {
        let box = try Sandbox()
        try box.expect([
            Refusal("filter show", 2, "the device is missing: 'dev DEVICE'"),
            Refusal("filter show dev none", 1, "cannot find device 'none'"),
            Refusal("filter show dev lo ingress egress", 2, "the place is given twice"),
            Refusal("filter show dev lo protocol ipp", 2, "'ipp' is neither a protocol nor its number"),
            Refusal("filter add dev lo", 2, "there is no verb 'add' of 'netns filter'"),
        ])
    }
}
