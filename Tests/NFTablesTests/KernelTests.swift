// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
import NFTables
import Netlink
import SystemPackage
import Testing

/// Whether this process may change rules in a namespace of its own.
private let canChangeRules: Bool = {
    guard let namespace = try? makeNetworkNamespace(), var socket = try? NFTablesSocket.open(in: namespace) else {
        return false
    }
    var transaction = TableTransaction(TableReference(.inet, "probe"))
    transaction.changes = [.addTable(comment: nil)]
    return (try? socket.commit(transaction)) != nil
}()

@Suite(
    "nf_tables in a kernel",
    .enabled(if: canChangeRules, "no network namespace with nf_tables can be made here: run scripts/test"))
struct KernelTests {
    private let table = TableReference(.inet, "test")

    private func transaction(_ changes: [TableChange]) -> TableTransaction {
        var transaction = TableTransaction(table)
        transaction.changes = changes
        return transaction
    }

    /// A conversation with a namespace of its own, in which there are a table, a chain and two sets.
    private func socket() throws -> NFTablesSocket {
        var socket = try NFTablesSocket.open(in: try makeNetworkNamespace())
        try socket.commit(
            transaction([
                .addTable(comment: "who"), .addChain(Chain("to")),
                .addChain(Chain("from", base: ChainBase(.filter, .forward, priority: -5, policy: .drop))),
                .addSet(NamedSet("ranges", key: [.ipv4Address], isInterval: true)),
                .addSet(NamedSet("verdicts", key: [.mark], content: .verdicts)),
                .addSet(NamedSet("pairs", key: [.ipv4Address, .port], isInterval: true)),
            ]))
        return socket
    }

    @Test("what was made is read")
    func made() throws {
        var socket = try socket()
        #expect(try socket.table(table) == Table(table, comment: "who"))
        #expect(try socket.table(TableReference(.ipv4, "test")) == nil)
        #expect(try socket.tables() == [Table(table, comment: "who")])
        #expect(
            try socket.chains(of: table) == [
                Chain("to"), Chain("from", base: ChainBase(.filter, .forward, priority: -5, policy: .drop)),
            ])
        #expect(Set(try socket.setNames(of: table)) == ["ranges", "verdicts", "pairs"])
        let mark = SetElement(key: [1, 0, 0, 0], content: .verdict(.goto("to")), comment: "m")
        let range = SetElement.range(prefix: [10, 0, 0, 0], length: 8, comment: "r")
        try socket.commit(
            transaction([
                .addElements([mark], set: "verdicts", mustBeNew: true),
                .addElements(range, set: "ranges", mustBeNew: true),
                .addRule(
                    ChainRule(chain: "from", [.meta(.mark, into: .first), .verdictMapped(.first, in: "verdicts")])),
            ]))
        #expect(try socket.elements(of: "verdicts", in: table) == [mark])
        #expect(Set(try socket.elements(of: "ranges", in: table)) == Set(range))
        #expect(try socket.chains(of: table).map(\.useCount) == [1, 1])
        try socket.commit(transaction([.deleteTable]))
        #expect(try socket.tables() == [])
    }

    @Test("of a transaction that fails nothing is done, and every refusal is told by its change")
    func atomic() throws {
        var socket = try socket()
        let first = SetElement.range(prefix: [10, 0, 0, 0], length: 24)
        let error = #expect(throws: TableTransactionError.self) {
            try socket.commit(
                transaction([
                    .addChain(Chain("new")), .addElements(first, set: "ranges", mustBeNew: true),
                    .addElements(first, set: "nowhere", mustBeNew: true),
                    .addRule(ChainRule(chain: "to", [.counter, .verdict(.jump("away"))])),
                ]))
        }
        guard case .refused(let refusals)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusals.map(\.change) == [2, 3])
        #expect(refusals.map(\.error.errno) == [.noSuchFileOrDirectory, .noSuchFileOrDirectory])
        #expect(refusals[0].error.operation == "add elements to set 'nowhere' of table 'inet test'")
        #expect(refusals[0].error.attribute == "NFTA_SET_ELEM_LIST_SET")
        #expect(refusals[1].error.attribute?.hasPrefix("expression 2") == true, "\(refusals[1])")
        #expect(try socket.elements(of: "ranges", in: table) == [])
        #expect(try socket.chains(of: table).map(\.name) == ["to", "from"])
    }

    @Test("an element that is there is told by its place")
    func taken() throws {
        var socket = try socket()
        let elements = [1, 2, 3].map { SetElement(key: [$0, 0, 0, 0], content: .verdict(.accept)) }
        try socket.commit(transaction([.addElements([elements[1]], set: "verdicts", mustBeNew: true)]))
        try socket.commit(transaction([.addElements([elements[1]], set: "verdicts", mustBeNew: false)]))
        let error = #expect(throws: TableTransactionError.self) {
            try socket.commit(transaction([.addElements(elements, set: "verdicts", mustBeNew: true)]))
        }
        #expect(error?.errno == .fileExists)
        #expect(
            error?.description
                == "cannot add elements to set 'verdicts' of table 'inet test': File exists (EEXIST at element 2)")
    }

    @Test("a transaction for rules that were changed meanwhile is not carried out")
    func outdated() throws {
        var socket = try socket()
        let generation = try socket.generation()
        try socket.commit(transaction([.addChain(Chain("others"))]))
        #expect(throws: TableTransactionError.outdated) {
            try socket.commit(transaction([.deleteTable]), generation: generation)
        }
        try socket.commit(transaction([.deleteTable]), generation: try socket.generation())
        #expect(try socket.tables() == [])
    }

    @Test("a thousand elements go in one transaction")
    func many() throws {
        var socket = try socket()
        let elements = (0..<1000).map {
            SetElement(
                key: [UInt8($0 & 255), UInt8($0 >> 8), 1, 1], content: .verdict(.accept), comment: "number \($0)")
        }
        try socket.commit(transaction([.addElements(elements, set: "verdicts", mustBeNew: true)]))
        #expect(Set(try socket.elements(of: "verdicts", in: table)) == Set(elements))
        // Also when each is refused, which takes an answer each.
        let again = transaction(elements.map { .addElements([$0], set: "verdicts", mustBeNew: true) })
        let error = #expect(throws: TableTransactionError.self) { try socket.commit(again) }
        #expect(error?.errno == .fileExists || error?.errno == .noBufferSpace, "\(String(describing: error))")
    }
}
