// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import LabTopology
import Testing

@Suite("Lab files that are written")
struct DraftTests {
    @Test(
        "Any text is read as it was written",
        arguments: [
            "", "a", "true", "No", "null", "~", "1", "-", "- a", "a: b", "#x", "a #b", "{a}", "[", "a,b", "'", "\"",
            "\\",
            "line\nline\n", "\ttab", "nul\u{1}", "ä→", "10.0.0.1/24", "fd00::1/64", "*x", "&x", "%x", "!x", "a:",
        ])
    func quoting(text: String) throws {
        var diagnostics = Diagnostics()
        let value = DraftValue.map([
            DraftValue.Entry(key: text.isEmpty ? "empty" : text, value: .list([.text(text), .map([])]))
        ])
        let entry = DraftValue.Entry(key: "k", value: value)
        for written in [entry.block(indent: 0), "k: \(value.flow)\n"] {
            let node = try #require(YAMLReader.read(written, file: 0, &diagnostics))
            let inner = try #require(node["k"]?.entries?.first)
            #expect(inner.key.text == (text.isEmpty ? "empty" : text))
            #expect(inner.value.values?.first?.text == text)
            #expect(inner.value.values?.first?.bool == nil)
        }
        #expect(diagnostics.all.isEmpty)
    }

    @Test("Quantities are read back as they were")
    func quantities() throws {
        for (impairment, text) in [
            ("{delay: 1500us, loss: 0.1%}", "{delay: 1500us, loss: 0.1%}"),
            ("{rate: 10mbit}", "{rate: 10mbit}"),
            ("{delay: 2s, jitter: 7ns, rate: 1kbit, limit: 5}", "{delay: 2s, jitter: 7ns, rate: 1kbit, limit: 5}"),
            ("{forward: {delay: 1ms}}", "{forward: {delay: 1ms}}"),
        ] {
            let lab = try #require(
                document("lab: x\nnodes: [a, b]\nlinks:\n  - a -- b: {impair: \(impairment)}\n").lab)
            let setting = try #require(lab.links[0].settings.impairment)
            #expect(DraftValue.impairment(setting.forward, setting.reverse)?.flow == text)
        }
        #expect(DraftValue.impairment(nil, LinkImpairment()) == nil)
    }

    @Test("Routes have hops with an interface each, and a source")
    func routes() throws {
        let text = """
            lab: x
            nodes:
              a:
                routes:
                  - {to: default, hops: [{via: 10.0.0.1, dev: eth1}, {via: 10.0.0.1, dev: eth0}], src: 10.9.9.9}
            """
        let document = document(text)
        #expect(document.diagnostics.all.isEmpty)
        let route = try #require(document.desired?.nodes["a"]?.routes.first)
        #expect(route.hops.map { $0.device?.description } == ["eth0", "eth1"])
        #expect(route.source == IPAddress("10.9.9.9"))
        #expect(
            DraftValue.map(route.draft).flow
                == "{to: default, hops: [{via: 10.0.0.1, dev: eth0}, {via: 10.0.0.1, dev: eth1}], src: 10.9.9.9}")
        for (part, code) in [
            ("{to: default, hops: []}", DiagnosticCode.missingKey), ("{to: 10.0.0.0/8, hops: [{}]}", .missingKey),
            ("{to: 10.0.0.0/8, via: 10.1.1.1, hops: [{dev: eth0}]}", .badValue),
            ("{to: 10.0.0.0/8, dev: eth0, src: 'fd00::1'}", .badValue),
        ] {
            let found = LabTopologyTests.document("lab: x\nnodes: {a: {routes: [\(part)]}}").diagnostics.all
            #expect(found.contains { $0.code == code }, "\(part)")
        }
    }

    @Test("Nodes that nothing joins may have the same address, others not")
    func islands() {
        func codes(_ links: String) -> [DiagnosticCode] {
            document(
                """
                lab: x
                nodes:
                  a: {interfaces: {eth0: {ipv4: 10.0.0.1/24, ipv6: "fe80::1/64"}}}
                  b: {interfaces: {eth0: {ipv4: 10.0.0.1/24, ipv6: "fe80::1/64"}}}
                  c:
                  d:
                links: \(links)
                """
            ).diagnostics.all.map(\.code)
        }
        #expect(codes("['a:eth0 -- c', 'b:eth0 -- d']").isEmpty)
        #expect(codes("['a:eth0 -- c', 'b:eth0 -- c']") == [.addressTaken])
    }

    @Test("A gateway that another route leads to comes after it")
    func order() throws {
        let desired = try #require(
            document(
                "lab: x\nnodes:\n  a:\n    routes: [{to: default, via: 10.9.0.1}, {to: 10.9.0.1/32, dev: lo}]\n"
            ).desired)
        let routes = LabPlan(from: LabState(), to: desired).changes.compactMap {
            if case .addRoute(_, let route) = $0 { route.destination.description } else { nil }
        }
        #expect(routes == ["10.9.0.1/32", "0.0.0.0/0"])
    }

    @Test("Parameters of a device are set when the device is there")
    func parameters() throws {
        let desired = try #require(
            document(
                """
                lab: x
                nodes:
                  a: {sysctls: {net.ipv4.conf.eth0.rp_filter: 2, net.ipv4.conf.all.rp_filter: 1}}
                  b:
                links: [a -- b]
                """
            ).desired)
        let changes = LabPlan(from: LabState(), to: desired).changes
        let all = try #require(changes.firstIndex { $0.title.contains("conf.all") })
        let own = try #require(changes.firstIndex { $0.title.contains("conf.eth0") })
        let link = try #require(changes.firstIndex { if case .addLink = $0 { true } else { false } })
        #expect(all < link && link < own)
    }
}
