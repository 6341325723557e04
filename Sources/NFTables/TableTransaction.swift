// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import CNftnl
public import Netlink

/// One change of a table.
public enum TableChange: Hashable, Sendable {
    /// The table is made; one that is there stays as it is.
    case addTable(comment: String?)
    /// The table goes with all that is in it.
    case deleteTable
    /// A chain is made; one that is there stays.
    case addChain(Chain)
    /// A chain without rules goes.
    case deleteChain(String)
    /// A rule is put at the end of its chain.
    case addRule(ChainRule)
    /// All rules of a chain go.
    case deleteRules(chain: String)
    /// A set is made; one of the same types that is there stays.
    case addSet(NamedSet)
    /// A set that no rule looks into goes with its elements.
    case deleteSet(String)
    /// Elements are added; those that are there are refused, if they must be new, and stay otherwise.
    case addElements([SetElement], set: String, mustBeNew: Bool)
    /// Elements go.
    case deleteElements([SetElement], set: String)
}

/// Changes of a table, of which the kernel carries out all or none.
public struct TableTransaction: Sendable {
    /// The table.
    public let table: TableReference
    /// In order.
    public var changes: [TableChange] = []

    /// An empty transaction.
    public init(_ table: TableReference) { self.table = table }

    /// The requests, each with the number of the change that it is of.
    ///
    /// - Throws: `.meaningless` for what is longer than the kernel takes.
    public func requests() throws(NetlinkError) -> [(change: Int, request: ErasedRequest)] {
        var requests: [(change: Int, request: ErasedRequest)] = []
        for (number, change) in changes.enumerated() {
            try check(change)
            for request in try self.requests(for: change, number) { requests.append((number, request)) }
        }
        return requests
    }

    /// The most elements in one message: with the longest keys and comments they take 40 KiB.
    static let elementsInMessage = 64

    private func requests(for change: TableChange, _ number: Int) throws(NetlinkError) -> [ErasedRequest] {
        let operation = change.operation(in: table)
        let create = RequestFlags.create
        switch change {
        case .addTable(let comment):
            let object = try TableObject(for: operation)
            try object.describe(Table(table, comment: comment), for: operation)
            return [request(NFT_MSG_NEWTABLE, create, operation) { object.write(to: $0) }]
        case .deleteTable:
            let object = try TableObject(for: operation)
            try object.describe(Table(table), for: operation)
            return [request(NFT_MSG_DELTABLE, [], operation) { object.write(to: $0) }]
        case .addChain(let chain):
            let object = try ChainObject(for: operation)
            try object.describe(chain, in: table, for: operation)
            return [request(NFT_MSG_NEWCHAIN, create, operation) { object.write(to: $0) }]
        case .deleteChain(let name):
            let object = try ChainObject(for: operation)
            try object.describe(Chain(name), in: table, for: operation)
            return [request(NFT_MSG_DELCHAIN, [], operation) { object.write(to: $0) }]
        case .addRule(let rule):
            let object = try RuleObject(for: operation)
            try object.describe(rule, in: table, for: operation)
            return [request(NFT_MSG_NEWRULE, [.create, .append], operation) { object.write(to: $0) }]
        case .deleteRules(let chain):
            let object = try RuleObject(for: operation)
            try object.describe(ChainRule(chain: chain, []), in: table, for: operation)
            return [request(NFT_MSG_DELRULE, [], operation) { object.write(to: $0) }]
        case .addSet(let set):
            let object = try SetObject(for: operation)
            try object.describe(set, id: UInt32(number + 1), in: table, for: operation)
            return [request(NFT_MSG_NEWSET, create, operation) { object.write(to: $0) }]
        case .deleteSet(let name):
            let object = try SetObject(for: operation)
            try object.name(name, in: table, for: operation)
            return [request(NFT_MSG_DELSET, [], operation) { object.write(to: $0) }]
        case .addElements(let elements, let set, let mustBeNew):
            let flags: RequestFlags = mustBeNew ? [.create, .exclusive] : .create
            return try requests(for: elements, set, NFT_MSG_NEWSETELEM, flags, operation)
        case .deleteElements(let elements, let set):
            return try requests(for: elements, set, NFT_MSG_DELSETELEM, [], operation)
        }
    }

    private func requests(
        for elements: [SetElement], _ set: String, _ type: nf_tables_msg_types, _ flags: RequestFlags,
        _ operation: String
    ) throws(NetlinkError) -> [ErasedRequest] {
        var requests: [ErasedRequest] = []
        for start in stride(from: 0, to: elements.count, by: Self.elementsInMessage) {
            let object = try SetObject(for: operation)
            try object.name(set, in: table, for: operation)
            for element in elements[start..<min(start + Self.elementsInMessage, elements.count)] {
                try object.add(element, for: operation)
            }
            requests.append(request(type, flags, operation) { object.writeElements(to: $0) })
        }
        return requests
    }

    /// Has libnftnl write a message.
    private func request(
        _ type: nf_tables_msg_types, _ flags: RequestFlags, _ operation: String,
        _ write: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) -> ErasedRequest {
        // libnftnl puts without looking at the room; `check` has made sure that there is enough. Zeros, for libmnl
        // 1.0.4 leaves the padding as it was.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 8)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        guard let start = buffer.baseAddress,
            let header = nftnl_nlmsg_build_hdr(
                start.assumingMemoryBound(to: CChar.self), UInt16(type.rawValue), UInt16(table.family.rawValue),
                flags.rawValue, 0)
        else { return ErasedRequest(message: UnsafeRawBufferPointer(start: nil, count: 0), operation: operation) }
        write(header)
        let message = UnsafeRawBufferPointer(rebasing: buffer.prefix(Int(header.pointee.nlmsg_len)))
        let bytes = Array(message)
        return ErasedRequest(message: message, operation: operation) { attributePath(in: bytes, at: $0) }
    }

    // MARK: Limits

    private func check(_ change: TableChange) throws(NetlinkError) {
        let operation = change.operation(in: table)
        func check(name: String) throws(NetlinkError) {
            guard !name.isEmpty, name.utf8.count < 256, !name.utf8.contains(0) else {
                throw .meaningless(operation: operation, reason: "a name has from 1 to 255 bytes")
            }
        }
        func check(comment: String?) throws(NetlinkError) {
            guard (comment?.utf8.count ?? 0) <= UserData.maximumCommentBytes else {
                throw .meaningless(
                    operation: operation, reason: "a comment has \(UserData.maximumCommentBytes) bytes at most")
            }
        }
        func check(value: [UInt8]) throws(NetlinkError) {
            // `NFT_DATA_VALUE_MAXLEN`
            guard value.count <= 64 else { throw .meaningless(operation: operation, reason: "a value is too long") }
        }
        try check(name: table.name)
        switch change {
        case .addTable(let comment): try check(comment: comment)
        case .deleteTable: break
        case .addChain(let chain): try check(name: chain.name)
        case .deleteChain(let name), .deleteRules(let name), .deleteSet(let name): try check(name: name)
        case .addRule(let rule):
            try check(name: rule.chain)
            try check(comment: rule.comment)
            guard rule.expressions.count <= 64 else {
                throw .meaningless(operation: operation, reason: "a rule has 64 expressions at most")
            }
            for expression in rule.expressions {
                for name in expression.names { try check(name: name) }
                for value in expression.values { try check(value: value) }
            }
        case .addSet(let set):
            try check(name: set.name)
            guard (1...5).contains(set.key.count) else {
                throw .meaningless(operation: operation, reason: "a key has from 1 to 5 parts")
            }
        case .addElements(let elements, let set, _), .deleteElements(let elements, let set):
            try check(name: set)
            for element in elements {
                try check(value: element.key)
                if let last = element.lastKey { try check(value: last) }
                try check(comment: element.comment)
                switch element.content {
                case .value(let bytes)?: try check(value: bytes)
                case .verdict(let verdict)?: if let chain = verdict.chain { try check(name: chain) }
                case nil: break
                }
            }
        }
    }
}

extension TableChange {
    /// What it does, as a verb phrase.
    func operation(in table: TableReference) -> String {
        switch self {
        case .addTable: "add table '\(table)'"
        case .deleteTable: "delete table '\(table)'"
        case .addChain(let chain): "add chain '\(chain.name)' to table '\(table)'"
        case .deleteChain(let name): "delete chain '\(name)' of table '\(table)'"
        case .addRule(let rule): "add a rule to chain '\(rule.chain)' of table '\(table)'"
        case .deleteRules(let chain): "delete the rules of chain '\(chain)' of table '\(table)'"
        case .addSet(let set): "add set '\(set.name)' to table '\(table)'"
        case .deleteSet(let name): "delete set '\(name)' of table '\(table)'"
        case .addElements(_, let set, _): "add elements to set '\(set)' of table '\(table)'"
        case .deleteElements(_, let set): "delete elements of set '\(set)' of table '\(table)'"
        }
    }
}

extension Expression {
    /// The names in it.
    fileprivate var names: [String] {
        switch self {
        case .contained(_, let name, _), .mapped(_, let name, _), .verdictMapped(_, let name): [name]
        case .verdict(let verdict): verdict.chain.map { [$0] } ?? []
        default: []
        }
    }

    /// The bytes in it.
    fileprivate var values: [[UInt8]] {
        switch self {
        case .compare(_, _, let bytes), .immediate(let bytes, _): [bytes]
        case .bitwise(_, _, let mask, let flipped): [mask, flipped]
        default: []
        }
    }
}
