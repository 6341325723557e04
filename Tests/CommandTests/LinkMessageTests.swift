// SPDX-License-Identifier: Apache-2.0

import Addressing
import CMnl
@testable import NetnsCommands
import Netlink
import RouteNetlink
import Testing

private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The attributes with what is in them, whatever the order of the outer ones; whether a nest is flagged as one makes no
/// difference.
private func attributes(_ payload: [UInt8], in nest: [UInt16] = []) throws -> [String] {
    let nests: [[UInt16]] = [[18], [22], [22, 1], [22, 1, 12], [55]]
    var attributes: [String] = []
    try Attributes<LinkScope>(payload.span.bytes).forEach { number, payload throws(any Error) in
        let path = nest + [number]
        let content = nests.contains(path) ? "\(try content(payload.bytes, path))" : hexadecimal(payload.bytes)
        attributes.append("\(number): \(content)")
    }
    return nest.isEmpty ? attributes.sorted() : attributes
}

private func content(_ payload: [UInt8], _ path: [UInt16]) throws -> [String] { try attributes(payload, in: path) }

/// A report of the link v0, an Ethernet device, with these attributes.
private func report(_ hexadecimal: String) -> [UInt8] {
    let header: [UInt8] = [0, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    return header + [7, 0, 3, 0] + Array("v0\0\0".utf8) + bytes(hexadecimal)
}

/// The link of such a report.
private func decoded(_ hexadecimal: String) throws -> Link {
    let message = report(hexadecimal)
    return try Link(decoding: message.span.bytes)
}

private func json(_ link: Link, _ listing: LinkListing = .link, statistics: Int = 0) throws -> JSON {
    var writer = JSONWriter()
    writer.object { $0.members(of: link, listing, LinkWorld(), statistics: statistics) }
    return try JSON(String(decoding: writer.bytes, as: UTF8.self))
}

private func text(_ link: Link, _ detail: ListingDetail, _ listing: LinkListing = .link) -> [String] {
    var writer = TextWriter()
    writer.link(link, listing, LinkWorld(), detail)
    return String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}

@Suite("Messages of links")
struct LinkMessageTests {
    @Test("a change is what ip sends for the same words", arguments: LinkCaptures.changes.indices)
    func changes(_ index: Int) throws {
        let (words, expected) = LinkCaptures.changes[index]
        var parser = WordParser(words.split(separator: " ").map(String.init), verb: "link set")
        let link = try LinkWords(&parser, for: .set)
        var spec = link.spec
        spec.virtualFunctions = link.virtualFunctions.map { $0.completed(by: []) }
        let message = spec.changeRequest(index: 5, displayName: "d0").bytes
        #expect(try attributes(Array(message[32...])) == attributes(bytes(expected)), "\(words)")
    }

    @Test("several virtual functions go in one list, and several reasons in one mask")
    func several() throws {
        var parser = WordParser(
            "vf 1 trust on protodown_reason 3 on vf 2 trust off protodown_reason 9 off".split(separator: " ").map(
                String.init), verb: "link set")
        let link = try LinkWords(&parser, for: .set)
        var spec = link.spec
        spec.virtualFunctions = link.virtualFunctions.map { $0.completed(by: []) }
        let expected = """
            24001600 10000100 0c000900 01000000 01000000 10000100 0c000900 02000000 00000000 \
            14003700 08000100 08020000 08000200 08000000
            """
        let message = spec.changeRequest(index: 5, displayName: "d0").bytes
        #expect(try attributes(Array(message[32...])) == attributes(bytes(expected)))
    }

    @Test("of a limit that is not given the present one is kept")
    func rates() throws {
        var present = VirtualFunction(number: 2)
        present.rates = VirtualFunction.Rates(minimum: 10, maximum: 90)
        for (words, rates) in [
            ("2 max_tx_rate 80", VirtualFunction.Rates(minimum: 10, maximum: 80)),
            ("2 min_tx_rate 20", VirtualFunction.Rates(minimum: 20, maximum: 90)),
        ] {
            var parser = WordParser(words.split(separator: " ").map(String.init), verb: "link set")
            let function = try VirtualFunctionWords(&parser)
            #expect(function.needsPresentRates)
            #expect(function.completed(by: [VirtualFunction(number: 1), present]).rates == rates)
        }
    }

    @Test("a link on one of another namespace, and one of a parent device, are asked for as ip does it")
    func creation() throws {
        var spec = LinkSpec(name: try InterfaceName(parsing: "m0"))
        (spec.kindName, spec.link, spec.linkNamespaceID) = ("macvlan", 7, 5)
        #expect(
            try attributes(Array(spec.addRequest().bytes[32...])) == attributes(bytes(LinkCaptures.lowerElsewhere)))
        var parser = WordParser(["m0", "parentdev", "pci0", "type", "dummy"], verb: "link add")
        spec = try LinkWords(&parser, for: .add).spec
        spec.name = try InterfaceName(parsing: "m0")
        #expect(try attributes(Array(spec.addRequest().bytes[32...])) == attributes(bytes(LinkCaptures.parentDevice)))
    }

    @Test("virtual functions are read, and shown as ip shows them")
    func virtualFunctions() throws {
        let link = try decoded(LinkCaptures.virtualFunctions)
        #expect(link.virtualFunctions.map(\.number) == [0, 1, 2])
        #expect(link.virtualFunctions[1].vlans == [VirtualFunction.VLAN(id: 5, priority: 3, etherType: 0x88a8)])
        #expect(
            link.virtualFunctions[2].checksSpoofing == nil && link.virtualFunctions[2].nodeGUID == 0x11_2233_4455_6677)
        let wanted = try JSON(LinkCaptures.virtualFunctionsJSON)
        #expect(try json(link, statistics: 1)["vfinfo_list"] == wanted)
        #expect(try json(link)["vfinfo_list"]?.elements[2]["stats"] == nil)
        #expect(try json(link, .address)["vfinfo_list"] == nil)
        #expect(try json(link)["parentbus"] == .string("pci"))
        #expect(text(link, ListingDetail(statistics: 1)).suffix(7) == LinkCaptures.virtualFunctionsText[...])
        #expect(text(link, ListingDetail()).suffix(3) == LinkCaptures.virtualFunctionsText[..<3])
    }

    @Test("XDP programs are read, and shown as ip shows them", arguments: LinkCaptures.programs.indices)
    func programs(_ index: Int) throws {
        let (attributes, members, word, lines) = LinkCaptures.programs[index]
        let link = try decoded(attributes)
        #expect(try json(link)["xdp"] == JSON(members))
        let shown = text(link, ListingDetail())
        #expect(shown.first?.contains("> \(word) ") == true)
        #expect(shown.suffix(lines.count) == lines[...])
        let beside = text(link, ListingDetail(), .address)
        #expect(beside.first?.contains(link.xdp?.program == nil ? "> \(word) " : "> \(word)/id:4000000003 ") == true)
        #expect(!beside.contains { $0.contains("prog/") })
    }

    @Test("what is said of hardware and events is shown as ip shows it")
    func hardware() throws {
        let link = try decoded(LinkCaptures.hardware)
        let shown = try json(link)
        #expect(shown["phys_port_name"] == .string("p0") && shown["phys_port_id"] == .string("0011223344"))
        #expect(shown["phys_switch_id"] == .string("aabbcc") && shown["event"] == .string("BONDING FAILOVER"))
        let lines = text(link, ListingDetail(details: true)).joined(separator: "\n")
        #expect(lines.contains("portname p0 portid 0011223344 switchid aabbcc "))
        #expect(lines.contains(" event BONDING FAILOVER "))
    }

    @Test("a damaged report throws or parses")
    func mutations() {
        for attributes in [LinkCaptures.virtualFunctions, LinkCaptures.hardware]
            + LinkCaptures.programs.map(\.attributes)
        {
            let message = report(attributes)
            for position in message.indices {
                _ = try? Link(decoding: message.span.extracting(first: position).bytes)
                for change: UInt8 in [0x01, 0x02, 0x04, 0x80, 0xff] {
                    var copy = message
                    copy[position] ^= change
                    _ = try? Link(decoding: copy.span.bytes)
                }
            }
        }
    }

    @Test(
        "a wrong word is a usage error that names it",
        arguments: [
            ("vf", "'vf' lacks its number"),
            ("vf 1", "there is nothing to change of the virtual function 1"),
            ("vf 1 frob", "unknown word 'frob' of a virtual function"),
            ("vf 1 trust on vf 1 trust off", "the virtual function 1 is given twice"),
            ("vf 1 vlan 4096", "bad value of 'vlan': '4096' is not a decimal number from 0 to 4095"),
            ("vf 1 vlan 5 qos 8", "bad value of 'qos': '8' is not a decimal number from 0 to 7"),
            ("vf 1 vlan 0 qos 3", "a VLAN of 0 is none, and takes no 'qos'"),
            ("vf 1 vlan 5 proto ipv4", "bad value of 'proto': 'ipv4' is not '802.1Q' or '802.1ad'"),
            ("vf 1 state up", "bad value of 'state': 'up' is not 'auto', 'enable' or 'disable'"),
            ("vf 1 node_guid 00:11", "bad value of 'node_guid': '00:11' has 2 bytes, not 8"),
            ("protodown_reason 32 on", "bad value of 'protodown_reason': '32' is no reason: a number from 0 to 31"),
            ("protodown_reason 3 on protodown_reason 3 off", "one of the reasons is given twice"),
            ("vrf v0 master v1", "'master' and 'vrf' exclude each other"),
            ("vrf v0 nomaster", "'master' and 'nomaster' exclude each other"),
        ])
    func wrong(words: String, message: String) {
        var parser = WordParser(words.split(separator: " ").map(String.init), verb: "link set")
        do {
            _ = try LinkWords(&parser, for: .set)
            Issue.record("'\(words)' was taken")
        } catch {
            #expect(error.message.hasPrefix("link set: \(message)"), "\(error.message)")
            #expect(error.status == 2)
        }
    }
}
