// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension SizeTable {
    /// The words behind `stab`.
    static let words = WordTable<SizeTable>([
        Word("overhead") { words, table throws(CommandFailure) in table.overhead = try words.signedNumber() },
        Word("linklayer") { words, table throws(CommandFailure) in table.linkLayer = try words.linkLayer() },
        Word("mpu") { words, table throws(CommandFailure) in table.minimumPacket = try words.number() },
        Word("mtu") { words, table throws(CommandFailure) in table.mtu = try words.number(1...UInt32.max >> 1) },
        Word("tsize") { words, table throws(CommandFailure) in
            table.entryCount = try words.number(1...SizeTable.maximumEntryCount)
        },
    ])

    /// Reads the words up to the first that is none of them.
    static func read(_ words: inout WordParser) throws(CommandFailure) -> SizeTable {
        var table = SizeTable()
        let outer = words.beginScope()
        while try Self.words.read(&words, into: &table) {}
        words.endScope(outer)
        guard table != SizeTable() else { throw words.usage("'stab' lacks its words, such as 'overhead BYTES'") }
        return table
    }

    func writeMembers(into json: inout JSONWriter) {
        if linkLayer != .unaware { json.member("linklayer", linkLayer.name) }
        if overhead != 0 { json.member("overhead", overhead) }
        if minimumPacket > 0 { json.member("mpu", minimumPacket) }
        if mtu > 0 { json.member("mtu", mtu) }
        if entryCount > 0 { json.member("tsize", entryCount) }
    }

    /// One line, with its end.
    var text: String {
        " " + (linkLayer != .unaware ? "linklayer \(linkLayer.name) " : "")
            + (overhead != 0 ? "overhead \(overhead) " : "")
            + (minimumPacket > 0 ? "mpu \(minimumPacket) " : "") + (mtu > 0 ? "mtu \(mtu) " : "")
            + (entryCount > 0 ? "tsize \(entryCount) " : "") + "\n"
    }
}
