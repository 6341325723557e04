// SPDX-License-Identifier: Apache-2.0

internal import CNftnl
public import Netlink
internal import SystemPackage

/// What is there.
extension NFTablesSocket {
    /// The table; nil when there is none.
    public mutating func table(_ reference: TableReference) throws(NetlinkError) -> Table? {
        let request = Request<TableScope>(
            messageType(NFT_MSG_GETTABLE), header: NetfilterHeader(family: reference.family.rawValue),
            operation: "look at table '\(reference)'")
        request.attributes.put(.name, reference.name)
        do throws(NetlinkError) {
            return try socket.get(request) { (_, payload) throws(MalformedReply) in
                try Table(decodingTable: payload)
            } ?? nil
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    /// All tables of the families that are known here.
    public mutating func tables() throws(NetlinkError) -> [Table] {
        let request = Request<TableScope>(
            messageType(NFT_MSG_GETTABLE), header: NetfilterHeader(family: 0), operation: "list tables")
        return try list(request) { (payload, tables) throws(MalformedReply) in
            if let table = try Table(decodingTable: payload) { tables.append(table) }
        }
    }

    /// The chains of a table.
    public mutating func chains(of table: TableReference) throws(NetlinkError) -> [Chain] {
        let request = Request<ChainScope>(
            messageType(NFT_MSG_GETCHAIN), header: NetfilterHeader(family: table.family.rawValue),
            operation: "list the chains of table '\(table)'")
        return try list(request) { (payload, chains) throws(MalformedReply) in
            let (name, chain) = try Chain.decode(payload)
            if name == table.name { chains.append(chain) }
        }
    }

    /// The names of the sets and maps of a table.
    public mutating func setNames(of table: TableReference) throws(NetlinkError) -> [String] {
        let request = Request<SetScope>(
            messageType(NFT_MSG_GETSET), header: NetfilterHeader(family: table.family.rawValue),
            operation: "list the sets of table '\(table)'")
        request.attributes.put(.table, table.name)
        return try list(request) { (payload, names) throws(MalformedReply) in
            if let name = try attributes(payload, SetScope.self).value(.name) { names.append(name) }
        }
    }

    /// The elements of a set or map.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is no such set.
    public mutating func elements(
        of set: String, in table: TableReference
    ) throws(NetlinkError) -> [SetElement] {
        let request = Request<ElementListScope>(
            messageType(NFT_MSG_GETSETELEM), header: NetfilterHeader(family: table.family.rawValue),
            operation: "list the elements of set '\(set)' of table '\(table)'")
        request.attributes.put(.table, table.name)
        request.attributes.put(.set, set)
        return try list(request) { (payload, elements) throws(MalformedReply) in
            elements += try SetElement.decode(payload)
        }
    }

    /// What a dump tells, from the beginning where it was interrupted.
    private mutating func list<Scope, Element>(
        _ request: Request<Scope>, _ take: (RawSpan, inout [Element]) throws(MalformedReply) -> Void
    ) throws(NetlinkError) -> [Element] {
        var elements: [Element] = []
        try socket.dump(request, restart: { elements.removeAll() }) { (_, payload) throws(MalformedReply) in
            try take(payload, &elements)
        }
        return elements
    }
}

extension Table {
    /// Reads `NFT_MSG_NEWTABLE`: what follows its `nlmsghdr`. nil for a family that is not known here.
    public init?(decodingTable payload: RawSpan) throws(MalformedReply) {
        guard payload.byteCount >= 4, let family: UInt8 = payload.integer(at: 0) else {
            throw MalformedReply("a table is too short")
        }
        let attributes = try attributes(payload, TableScope.self)
        guard let name = try attributes.value(.name) else { throw MalformedReply("a table has no name") }
        guard let family = TableFamily(rawValue: family) else { return nil }
        self.init(
            TableReference(family, name), comment: try attributes.value(.userData).flatMap { UserData.comment(in: $0) })
    }
}

extension Chain {
    /// Reads `NFT_MSG_NEWCHAIN`: what follows its `nlmsghdr`.
    public static func decode(_ payload: RawSpan) throws(MalformedReply) -> (table: String, chain: Chain) {
        let attributes = try attributes(payload, ChainScope.self)
        guard let table = try attributes.value(.table), let name = try attributes.value(.name) else {
            throw MalformedReply("a chain has no name or no table")
        }
        var chain = Chain(name)
        chain.useCount = try attributes.value(.use)?.value ?? 0
        if let hook = try attributes.nested(.hook), let number = try hook.value(.number)?.value,
            let priority = try hook.value(.priority)?.value, let kind = try attributes.value(.kind),
            let known = ChainBase.Hook(rawValue: number), let kind = ChainBase.Kind(rawValue: kind)
        {
            let policy = try attributes.value(.policy).flatMap { ChainBase.Policy(rawValue: $0.value) }
            chain.base = ChainBase(
                kind, known, priority: Int32(bitPattern: priority), policy: policy ?? .accept)
        }
        return (table, chain)
    }
}

extension SetElement {
    /// Reads `NFT_MSG_NEWSETELEM`: what follows its `nlmsghdr`.
    public static func decode(_ payload: RawSpan) throws(MalformedReply) -> [SetElement] {
        guard let list = try attributes(payload, ElementListScope.self).nested(.elements) else { return [] }
        var elements: [SetElement] = []
        try list.forEach { (_, bytes) throws(MalformedReply) in
            let attributes = try Attributes<ElementScope>(bytes)
            // Where the key is left out it is the one for all others, and no key.
            guard let key = try attributes.nested(.key)?.value(.value) else { return }
            var element = SetElement(key: key)
            element.lastKey = try attributes.nested(.lastKey)?.value(.value)
            element.isRangeEnd = (try attributes.value(.flags)?.value ?? 0) & 1 != 0
            element.comment = try attributes.value(.userData).flatMap { UserData.comment(in: $0) }
            if let data = try attributes.nested(.data) {
                if let bytes = try data.value(.value) {
                    element.content = .value(bytes)
                } else if let verdict = try data.nested(.verdict), let code = try verdict.value(.code)?.value {
                    element.content = Verdict(code: Int32(bitPattern: code), chain: try verdict.value(.chain))
                        .map { .verdict($0) }
                }
            }
            elements.append(element)
        }
        return elements
    }
}

/// Attributes of a table, `NFTA_TABLE_…`.
enum TableScope {}
/// Attributes of a chain, `NFTA_CHAIN_…`.
enum ChainScope {}
/// Attributes of what makes a chain a base chain, `NFTA_HOOK_…`.
enum HookScope {}
/// Attributes of a set, `NFTA_SET_…`.
enum SetScope {}
/// Attributes of elements of one set, `NFTA_SET_ELEM_LIST_…`.
enum ElementListScope {}
/// The elements in a row.
enum ElementsScope {}
/// Attributes of one element, `NFTA_SET_ELEM_…`.
enum ElementScope {}
/// Attributes of a value, `NFTA_DATA_…`.
enum DataScope {}
/// Attributes of a verdict, `NFTA_VERDICT_…`.
enum VerdictScope {}

extension AttributeKey where Scope == TableScope, Value == String {
    fileprivate static var name: Self { Self(1, "NFTA_TABLE_NAME") }
}
extension AttributeKey where Scope == TableScope, Value == [UInt8] {
    fileprivate static var userData: Self { Self(6, "NFTA_TABLE_USERDATA") }
}
extension AttributeKey where Scope == ChainScope, Value == String {
    fileprivate static var table: Self { Self(1, "NFTA_CHAIN_TABLE") }
    fileprivate static var name: Self { Self(3, "NFTA_CHAIN_NAME") }
    fileprivate static var kind: Self { Self(7, "NFTA_CHAIN_TYPE") }
}
extension AttributeKey where Scope == ChainScope, Value == Nest<HookScope> {
    fileprivate static var hook: Self { Self(4, "NFTA_CHAIN_HOOK") }
}
extension AttributeKey where Scope == ChainScope, Value == NetworkOrder<UInt32> {
    fileprivate static var policy: Self { Self(5, "NFTA_CHAIN_POLICY") }
    fileprivate static var use: Self { Self(6, "NFTA_CHAIN_USE") }
}
extension AttributeKey where Scope == HookScope, Value == NetworkOrder<UInt32> {
    fileprivate static var number: Self { Self(1, "NFTA_HOOK_HOOKNUM") }
    fileprivate static var priority: Self { Self(2, "NFTA_HOOK_PRIORITY") }
}
extension AttributeKey where Scope == SetScope, Value == String {
    fileprivate static var table: Self { Self(1, "NFTA_SET_TABLE") }
    fileprivate static var name: Self { Self(2, "NFTA_SET_NAME") }
}
extension AttributeKey where Scope == ElementListScope, Value == String {
    fileprivate static var table: Self { Self(1, "NFTA_SET_ELEM_LIST_TABLE") }
    fileprivate static var set: Self { Self(2, "NFTA_SET_ELEM_LIST_SET") }
}
extension AttributeKey where Scope == ElementListScope, Value == Nest<ElementsScope> {
    fileprivate static var elements: Self { Self(3, "NFTA_SET_ELEM_LIST_ELEMENTS") }
}
extension AttributeKey where Scope == ElementScope, Value == Nest<DataScope> {
    fileprivate static var key: Self { Self(1, "NFTA_SET_ELEM_KEY") }
    fileprivate static var data: Self { Self(2, "NFTA_SET_ELEM_DATA") }
    fileprivate static var lastKey: Self { Self(10, "NFTA_SET_ELEM_KEY_END") }
}
extension AttributeKey where Scope == ElementScope, Value == NetworkOrder<UInt32> {
    fileprivate static var flags: Self { Self(3, "NFTA_SET_ELEM_FLAGS") }
}
extension AttributeKey where Scope == ElementScope, Value == [UInt8] {
    fileprivate static var userData: Self { Self(6, "NFTA_SET_ELEM_USERDATA") }
}
extension AttributeKey where Scope == DataScope, Value == [UInt8] {
    fileprivate static var value: Self { Self(1, "NFTA_DATA_VALUE") }
}
extension AttributeKey where Scope == DataScope, Value == Nest<VerdictScope> {
    fileprivate static var verdict: Self { Self(2, "NFTA_DATA_VERDICT") }
}
extension AttributeKey where Scope == VerdictScope, Value == NetworkOrder<UInt32> {
    fileprivate static var code: Self { Self(1, "NFTA_VERDICT_CODE") }
}
extension AttributeKey where Scope == VerdictScope, Value == String {
    fileprivate static var chain: Self { Self(2, "NFTA_VERDICT_CHAIN") }
}
