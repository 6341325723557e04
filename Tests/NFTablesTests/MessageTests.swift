// SPDX-License-Identifier: Apache-2.0

import MessageMutation
import NFTables
import Netlink
import Testing

private let table = TableReference(.inet, "netns")

/// The messages of a transaction behind their `nlmsghdr`.
private func payloads(_ changes: [TableChange]) throws -> [[UInt8]] {
    var transaction = TableTransaction(table)
    transaction.changes = changes
    return try transaction.requests().map { Array($0.request.bytes.dropFirst(16)) }
}

private func captured(_ hex: String) -> [UInt8] { Array([UInt8](hex: hex).dropFirst(16)) }

private func decodedElements(in payload: [UInt8]) throws -> [SetElement] { try SetElement.decode(payload.span.bytes) }

/// The attributes of a message, without those of these numbers.
private func attributes(_ payload: [UInt8], without left: Set<UInt16> = []) throws -> [UInt16: [UInt8]] {
    var found: [UInt16: [UInt8]] = [:]
    let bytes = payload.span.bytes.extracting(droppingFirst: 4)
    try Attributes<Never>(bytes).forEach { (number, payload) throws(MalformedReply) in
        if !left.contains(number) { found[number] = payload.bytes }
    }
    return found
}

@Suite struct MessageTests {
    @Test("tables, chains and sets are made as nft makes them")
    func made() throws {
        let own = try payloads([
            .addTable(comment: "forwarding4=0 forwarding6=1"),
            .addChain(Chain("postrouting", base: ChainBase(.nat, .postrouting, priority: ChainBase.sourceNAT))),
            .addChain(Chain("publish")), .addSet(NamedSet("masquerade4", key: [.ipv4Address], isInterval: true)),
            .addSet(NamedSet("inside4", key: [.ipv4Address, .interfaceName], isInterval: true)),
            .addSet(
                NamedSet("ports4", key: [.layer4Protocol, .port], content: .values([.ipv4Address, .port]))),
            .addSet(
                NamedSet(
                    "address-ports6", key: [.ipv6Address, .layer4Protocol, .port],
                    content: .values([.ipv6Address, .port]))),
        ])
        // Left out: NFTA_TABLE_FLAGS that are 0; NFTA_SET_ID, which counts within a transaction; what nft keeps of the
        // types of parts for itself.
        let left: [Set<UInt16>] = [[2], [], [], [10], [10, 13], [10, 13], [10, 13]]
        for (number, hex) in Captures.made.enumerated() {
            #expect(
                try attributes(own[number], without: left[number])
                    == attributes(captured(hex), without: left[number]), "\(number)")
        }
    }

    @Test("what is deleted is named as nft names it")
    func deleted() throws {
        let own = try payloads([
            .deleteRules(chain: "hairpin"), .deleteChain("hairpin"), .deleteSet("ports6"), .deleteTable,
        ])
        #expect(own == Captures.deleted.map(captured))
    }

    @Test("elements are as those of nft, with the ends of ranges")
    func elements() throws {
        let own = try payloads([
            .addElements(
                SetElement.range(prefix: [10, 16, 0, 0], length: 24, comment: "lab:x/lan"), set: "masquerade4",
                mustBeNew: true),
            .addElements(
                [SetElement(key: [[6], [0x1f, 0x90]], value: [[10, 0, 0, 2], [0, 80]], comment: "web eth0")],
                set: "ports4", mustBeNew: true),
        ])
        let (range, port) = (captured(Captures.elements[0]), captured(Captures.elements[2]))
        // nft says that nothing is from 0 on as well, and the number of the set within the transaction.
        #expect(
            try decodedElements(in: own[0])
                == decodedElements(in: range).filter { $0.key != [0, 0, 0, 0] })
        let inside = SetElement.range(
            prefix: [10, 16, 0, 0], length: 24, and: [Array("br0".utf8) + [UInt8](repeating: 0, count: 13)],
            comment: "lab:x/lan")
        let pair = try payloads([.addElements([inside], set: "inside4", mustBeNew: true)])[0]
        #expect(try attributes(pair) == attributes(captured(Captures.elements[1]), without: [4]))
        #expect(try decodedElements(in: pair) == [inside])
        #expect(try attributes(own[1]) == attributes(port, without: [4]))
    }

    @Test("elements are read as they are written")
    func readElements() throws {
        let elements = try decodedElements(in: captured(Captures.elements[3]))
        let host: [UInt8] = [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
        let target: [UInt8] = [0xfd] + [UInt8](repeating: 0, count: 14) + [2]
        #expect(
            elements == [SetElement(key: [host, [17], [0, 53]], value: [target, [0x14, 0xe9]], comment: "web eth0")])
    }

    @Test("verdicts of maps go and come")
    func verdicts() throws {
        let element = SetElement(key: [10, 0, 0, 0], content: .verdict(.jump("web")))
        let bytes = try payloads([.addElements([element], set: "who", mustBeNew: false)])[0]
        #expect(try decodedElements(in: bytes) == [element])
    }

    @Test("tables and chains are read as they are written")
    func read() throws {
        let (first, second) = (captured(Captures.made[0]), captured(Captures.made[1]))
        let made = try Table(decodingTable: first.span.bytes)
        #expect(made == Table(table, comment: "forwarding4=0 forwarding6=1"))
        let (name, chain) = try Chain.decode(second.span.bytes)
        #expect(name == "netns")
        #expect(
            chain == Chain("postrouting", base: ChainBase(.nat, .postrouting, priority: 100, policy: .accept)))
    }

    @Test("no reply makes a reader leave its bytes")
    func mutated() {
        for hex in Captures.made + Captures.elements {
            mutate(captured(hex)) { bytes in
                _ = try? Table(decodingTable: bytes)
                _ = try? Chain.decode(bytes)
                _ = try? SetElement.decode(bytes).prefixes
            }
        }
    }

    @Test("what the kernel would cut off, or libnftnl write past its end, is refused")
    func limits() {
        let long = String(repeating: "x", count: 256)
        let refused: [TableChange] = [
            .addTable(comment: String(repeating: "c", count: 128)), .addChain(Chain(long)), .deleteSet(""),
            .addRule(ChainRule(chain: "a", Array(repeating: .counter, count: 65))),
            .addRule(ChainRule(chain: "a", [.compare(.first, .equal, Array(repeating: 0, count: 65))])),
            .addRule(ChainRule(chain: "a", [.verdict(.jump(long))])),
            .addElements([SetElement(key: Array(repeating: 0, count: 65))], set: "s", mustBeNew: true),
            .addElements([SetElement(key: [1], comment: long)], set: "s", mustBeNew: true),
        ]
        for change in refused {
            #expect(throws: NetlinkError.self, "\(change)") { try payloads([change]) }
        }
    }

    @Test("many elements take several messages, all of one change")
    func many() throws {
        var transaction = TableTransaction(table)
        let elements = (0..<200).map {
            SetElement(key: [[6], [UInt8($0), 1]], comment: String(repeating: "c", count: 127))
        }
        transaction.changes = [.addElements(elements, set: "s", mustBeNew: true)]
        let requests = try transaction.requests()
        #expect(requests.map(\.change) == [0, 0, 0, 0])
        let read = try requests.flatMap { try decodedElements(in: Array($0.request.bytes.dropFirst(16))) }
        #expect(read == elements)
    }
}

@Suite struct RangeTests {
    @Test(
        "a prefix has a begin and an end, unless it reaches to the end of all",
        arguments: [
            ([10, 16, 0, 0], 24, [10, 16, 0, 0], [10, 16, 1, 0]),
            ([10, 255, 255, 0], 24, [10, 255, 255, 0], [11, 0, 0, 0]),
            ([10, 0, 0, 1], 32, [10, 0, 0, 1], [10, 0, 0, 2]), ([10, 1, 2, 3], 8, [10, 0, 0, 0], [11, 0, 0, 0]),
            ([240, 0, 0, 0], 4, [240, 0, 0, 0], nil), ([0, 0, 0, 0], 0, [0, 0, 0, 0], nil),
            ([255, 255, 255, 255], 32, [255, 255, 255, 255], nil),
        ] as [([UInt8], Int, [UInt8], [UInt8]?)])
    func range(_ prefix: [UInt8], _ length: Int, _ first: [UInt8], _ end: [UInt8]?) {
        let elements = SetElement.range(prefix: prefix, length: length, comment: "c")
        #expect(elements.first?.key == first)
        #expect(elements.count == (end == nil ? 1 : 2))
        #expect(elements.last?.key == (end ?? first))
        let read = elements.shuffled().prefixes
        #expect(read.count == 1)
        #expect(read.first?.prefix == first && read.first?.length == length && read.first?.comment == "c")
    }

    @Test("neighbours are told apart")
    func neighbours() {
        let elements =
            SetElement.range(prefix: [10, 0, 0, 0], length: 24, comment: "a")
            + SetElement.range(prefix: [10, 0, 1, 0], length: 24, comment: "b")
            + SetElement.range(prefix: [192, 0, 0, 0], length: 2, comment: "c")
        #expect(elements.shuffled().prefixes.map(\.comment) == ["a", "b", "c"])
        #expect(elements.shuffled().prefixes.map(\.length) == [24, 24, 2])
    }
}
