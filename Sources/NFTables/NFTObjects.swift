// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import CNftnl
internal import Netlink
internal import SystemPackage

// The owners of libnftnl's objects. Each is freed with what it holds.
//
// A value that has a `deinit` can't be half-made: each is first an object without anything, then described.

/// libnftnl had no memory for an object.
private func exhausted(_ operation: String) -> NetlinkError { .socket(operation: operation, .noMemory) }

/// Attributes of the named enumerations.
private func number<Attribute: RawRepresentable>(_ attribute: Attribute) -> UInt16
where Attribute.RawValue: BinaryInteger { UInt16(truncatingIfNeeded: attribute.rawValue) }

/// Attributes of those without a name.
private func number(_ attribute: some BinaryInteger) -> UInt16 { UInt16(truncatingIfNeeded: attribute) }

/// What libnftnl could not copy for want of memory.
private func check(_ result: Int32, _ operation: String) throws(NetlinkError) {
    if result < 0 { throw exhausted(operation) }
}

/// `struct nftnl_table`
struct TableObject: ~Copyable {
    private let pointer: OpaquePointer

    init(for operation: String) throws(NetlinkError) {
        guard let pointer = nftnl_table_alloc() else { throw exhausted(operation) }
        self.pointer = pointer
    }

    func describe(_ table: Table, for operation: String) throws(NetlinkError) {
        try check(nftnl_table_set_str(pointer, number(NFTNL_TABLE_NAME), table.reference.name), operation)
        if let comment = table.comment {
            let data = UserData.comment(comment)
            try check(
                nftnl_table_set_data(pointer, number(NFTNL_TABLE_USERDATA), data, UInt32(data.count)), operation)
        }
    }

    deinit { nftnl_table_free(pointer) }

    func write(to header: UnsafeMutablePointer<nlmsghdr>) { nftnl_table_nlmsg_build_payload(header, pointer) }
}

/// `struct nftnl_chain`
struct ChainObject: ~Copyable {
    private let pointer: OpaquePointer

    init(for operation: String) throws(NetlinkError) {
        guard let pointer = nftnl_chain_alloc() else { throw exhausted(operation) }
        self.pointer = pointer
    }

    func describe(_ chain: Chain, in table: TableReference, for operation: String) throws(NetlinkError) {
        try check(nftnl_chain_set_str(pointer, number(NFTNL_CHAIN_TABLE), table.name), operation)
        try check(nftnl_chain_set_str(pointer, number(NFTNL_CHAIN_NAME), chain.name), operation)
        guard let base = chain.base else { return }
        try check(nftnl_chain_set_str(pointer, number(NFTNL_CHAIN_TYPE), base.kind.rawValue), operation)
        nftnl_chain_set_u32(pointer, number(NFTNL_CHAIN_HOOKNUM), base.hook.rawValue)
        nftnl_chain_set_s32(pointer, number(NFTNL_CHAIN_PRIO), base.priority)
        nftnl_chain_set_u32(pointer, number(NFTNL_CHAIN_POLICY), base.policy.rawValue)
    }

    deinit { nftnl_chain_free(pointer) }

    func write(to header: UnsafeMutablePointer<nlmsghdr>) { nftnl_chain_nlmsg_build_payload(header, pointer) }
}

/// `struct nftnl_rule`
struct RuleObject: ~Copyable {
    private let pointer: OpaquePointer

    init(for operation: String) throws(NetlinkError) {
        guard let pointer = nftnl_rule_alloc() else { throw exhausted(operation) }
        self.pointer = pointer
    }

    func describe(_ rule: ChainRule, in table: TableReference, for operation: String) throws(NetlinkError) {
        try check(nftnl_rule_set_str(pointer, number(NFTNL_RULE_TABLE), table.name), operation)
        try check(nftnl_rule_set_str(pointer, number(NFTNL_RULE_CHAIN), rule.chain), operation)
        if let comment = rule.comment {
            let data = UserData.comment(comment)
            try check(nftnl_rule_set_data(pointer, number(NFTNL_RULE_USERDATA), data, UInt32(data.count)), operation)
        }
        for expression in rule.expressions {
            let object = try ExpressionObject(named: expression.name, for: operation)
            try object.describe(expression, for: operation)
            // The rule owns it from here.
            nftnl_rule_add_expr(pointer, object.release())
        }
    }

    deinit { nftnl_rule_free(pointer) }

    func write(to header: UnsafeMutablePointer<nlmsghdr>) { nftnl_rule_nlmsg_build_payload(header, pointer) }
}

/// `struct nftnl_expr`
struct ExpressionObject: ~Copyable {
    private let pointer: OpaquePointer

    init(named name: String, for operation: String) throws(NetlinkError) {
        guard let pointer = nftnl_expr_alloc(name) else { throw exhausted(operation) }
        self.pointer = pointer
    }

    deinit { nftnl_expr_free(pointer) }

    consuming func release() -> OpaquePointer {
        let pointer = pointer
        discard self
        return pointer
    }

    private borrowing func set(_ attribute: some BinaryInteger, _ value: UInt32) {
        nftnl_expr_set_u32(pointer, number(attribute), value)
    }

    private borrowing func set(_ attribute: some BinaryInteger, _ register: Register) {
        nftnl_expr_set_u32(pointer, number(attribute), register.rawValue)
    }

    private borrowing func set(
        _ attribute: some BinaryInteger, _ bytes: [UInt8], _ operation: String
    ) throws(NetlinkError) {
        try check(nftnl_expr_set(pointer, number(attribute), bytes, UInt32(bytes.count)), operation)
    }

    private borrowing func set(
        _ attribute: some BinaryInteger, _ text: String, _ operation: String
    ) throws(NetlinkError) {
        try check(nftnl_expr_set_str(pointer, number(attribute), text), operation)
    }

    borrowing func describe(_ expression: Expression, for operation: String) throws(NetlinkError) {
        switch expression {
        case .payload(let base, let offset, let length, let register):
            set(NFTNL_EXPR_PAYLOAD_DREG, register)
            set(NFTNL_EXPR_PAYLOAD_BASE, base.rawValue)
            set(NFTNL_EXPR_PAYLOAD_OFFSET, offset)
            set(NFTNL_EXPR_PAYLOAD_LEN, length)
        case .meta(let key, let register):
            set(NFTNL_EXPR_META_DREG, register)
            set(NFTNL_EXPR_META_KEY, key.rawValue)
        case .connection(let key, let register):
            set(NFTNL_EXPR_CT_DREG, register)
            set(NFTNL_EXPR_CT_KEY, key.rawValue)
        case .route(let result, let subject, let register):
            set(NFTNL_EXPR_FIB_DREG, register)
            set(NFTNL_EXPR_FIB_RESULT, result.rawValue)
            set(NFTNL_EXPR_FIB_FLAGS, subject.rawValue)
        case .compare(let register, let comparison, let bytes):
            set(NFTNL_EXPR_CMP_SREG, register)
            set(NFTNL_EXPR_CMP_OP, comparison.rawValue)
            try set(NFTNL_EXPR_CMP_DATA, bytes, operation)
        case .bitwise(let source, let target, let mask, let flipped):
            set(NFTNL_EXPR_BITWISE_SREG, source)
            set(NFTNL_EXPR_BITWISE_DREG, target)
            set(NFTNL_EXPR_BITWISE_LEN, UInt32(mask.count))
            try set(NFTNL_EXPR_BITWISE_MASK, mask, operation)
            try set(NFTNL_EXPR_BITWISE_XOR, flipped, operation)
        case .contained(let register, let name, let isInverted):
            set(NFTNL_EXPR_LOOKUP_SREG, register)
            try set(NFTNL_EXPR_LOOKUP_SET, name, operation)
            if isInverted { set(NFTNL_EXPR_LOOKUP_FLAGS, 1) }
        case .mapped(let source, let name, let target):
            set(NFTNL_EXPR_LOOKUP_SREG, source)
            set(NFTNL_EXPR_LOOKUP_DREG, target)
            try set(NFTNL_EXPR_LOOKUP_SET, name, operation)
        case .verdictMapped(let source, let name):
            set(NFTNL_EXPR_LOOKUP_SREG, source)
            set(NFTNL_EXPR_LOOKUP_DREG, Register.verdict)
            try set(NFTNL_EXPR_LOOKUP_SET, name, operation)
        case .immediate(let bytes, let register):
            set(NFTNL_EXPR_IMM_DREG, register)
            try set(NFTNL_EXPR_IMM_DATA, bytes, operation)
        case .verdict(let verdict):
            set(NFTNL_EXPR_IMM_DREG, Register.verdict)
            set(NFTNL_EXPR_IMM_VERDICT, UInt32(bitPattern: verdict.code))
            if let chain = verdict.chain { try set(NFTNL_EXPR_IMM_CHAIN, chain, operation) }
        case .counter, .masquerade: break
        case .destinationNAT(let family, let address, let port):
            set(NFTNL_EXPR_NAT_TYPE, 1)
            translate(family, address, port)
        case .sourceNAT(let family, let address, let port):
            set(NFTNL_EXPR_NAT_TYPE, 0)
            translate(family, address, port)
        }
    }

    private borrowing func translate(_ family: TableFamily, _ address: Register, _ port: Register?) {
        set(NFTNL_EXPR_NAT_FAMILY, UInt32(family.rawValue))
        set(NFTNL_EXPR_NAT_REG_ADDR_MIN, address)
        if let port { set(NFTNL_EXPR_NAT_REG_PROTO_MIN, port) }
    }
}

extension Expression {
    /// The kernel's name of the expression.
    fileprivate var name: String {
        switch self {
        case .payload: "payload"
        case .meta: "meta"
        case .connection: "ct"
        case .route: "fib"
        case .compare: "cmp"
        case .bitwise: "bitwise"
        case .contained, .mapped, .verdictMapped: "lookup"
        case .immediate, .verdict: "immediate"
        case .counter: "counter"
        case .masquerade: "masq"
        case .destinationNAT, .sourceNAT: "nat"
        }
    }
}

/// `struct nftnl_set`, with its elements where it has some.
struct SetObject: ~Copyable {
    private let pointer: OpaquePointer

    init(for operation: String) throws(NetlinkError) {
        guard let pointer = nftnl_set_alloc() else { throw exhausted(operation) }
        self.pointer = pointer
    }

    /// Names the set, which is enough for one that is there.
    func name(_ name: String, in table: TableReference, for operation: String) throws(NetlinkError) {
        try check(nftnl_set_set_str(pointer, number(NFTNL_SET_TABLE), table.name), operation)
        try check(nftnl_set_set_str(pointer, number(NFTNL_SET_NAME), name), operation)
    }

    /// Describes a set to be made.
    ///
    /// - Parameter id: what it is called in the transaction.
    func describe(
        _ set: NamedSet, id: UInt32, in table: TableReference, for operation: String
    ) throws(NetlinkError) {
        try name(set.name, in: table, for: operation)
        let pointer = pointer
        func put(_ attribute: nftnl_set_attr, _ value: UInt32) { nftnl_set_set_u32(pointer, number(attribute), value) }
        put(NFTNL_SET_FLAGS, set.flags)
        put(NFTNL_SET_KEY_TYPE, set.key.number)
        put(NFTNL_SET_KEY_LEN, UInt32(set.key.byteCount))
        put(NFTNL_SET_ID, id)
        // What nft(8) reads values by: 1 is the machine's byte order, 2 the network's.
        func order(_ types: [ElementType]) -> [UInt8] {
            // Of several parts it knows by itself.
            types.count > 1 ? [0, 0, 0, 0] : [types.first?.isNetworkOrder == true ? 2 : 1, 0, 0, 0]
        }
        var data = UserData.attribute(0, order(set.key))
        switch set.content {
        case .values(let types)?:
            put(NFTNL_SET_DATA_TYPE, types.number)
            put(NFTNL_SET_DATA_LEN, UInt32(types.byteCount))
            data += UserData.attribute(1, order(types))
        case .verdicts?:
            put(NFTNL_SET_DATA_TYPE, 0xffff_ff00)
            put(NFTNL_SET_DATA_LEN, 16)
        case nil: break
        }
        try check(nftnl_set_set_data(pointer, number(NFTNL_SET_USERDATA), data, UInt32(data.count)), operation)
        if set.isInterval, set.key.count > 1 {
            let lengths = set.key.map { UInt8($0.byteCount) }
            try check(
                nftnl_set_set_data(pointer, number(NFTNL_SET_DESC_CONCAT), lengths, UInt32(lengths.count)), operation)
        }
    }

    deinit { nftnl_set_free(pointer) }

    func add(_ element: SetElement, for operation: String) throws(NetlinkError) {
        let object = try ElementObject(for: operation)
        try object.describe(element, for: operation)
        // The set owns it from here.
        nftnl_set_elem_add(pointer, object.release())
    }

    func write(to header: UnsafeMutablePointer<nlmsghdr>) { nftnl_set_nlmsg_build_payload(header, pointer) }

    func writeElements(to header: UnsafeMutablePointer<nlmsghdr>) {
        nftnl_set_elems_nlmsg_build_payload(header, pointer)
    }
}

/// `struct nftnl_set_elem`
struct ElementObject: ~Copyable {
    private let pointer: OpaquePointer

    init(for operation: String) throws(NetlinkError) {
        guard let pointer = nftnl_set_elem_alloc() else { throw exhausted(operation) }
        self.pointer = pointer
    }

    borrowing func describe(_ element: SetElement, for operation: String) throws(NetlinkError) {
        try set(NFTNL_SET_ELEM_KEY, element.key, operation)
        if let last = element.lastKey { try set(NFTNL_SET_ELEM_KEY_END, last, operation) }
        if element.isRangeEnd { nftnl_set_elem_set_u32(pointer, number(NFTNL_SET_ELEM_FLAGS), 1) }
        switch element.content {
        case .value(let bytes)?: try set(NFTNL_SET_ELEM_DATA, bytes, operation)
        case .verdict(let verdict)?:
            nftnl_set_elem_set_u32(pointer, number(NFTNL_SET_ELEM_VERDICT), UInt32(bitPattern: verdict.code))
            if let chain = verdict.chain {
                try check(nftnl_set_elem_set_str(pointer, number(NFTNL_SET_ELEM_CHAIN), chain), operation)
            }
        case nil: break
        }
        if let comment = element.comment { try set(NFTNL_SET_ELEM_USERDATA, UserData.comment(comment), operation) }
    }

    deinit { nftnl_set_elem_free(pointer) }

    consuming func release() -> OpaquePointer {
        let pointer = pointer
        discard self
        return pointer
    }

    private borrowing func set(
        _ attribute: some BinaryInteger, _ bytes: [UInt8], _ operation: String
    ) throws(NetlinkError) {
        try check(nftnl_set_elem_set(pointer, number(attribute), bytes, UInt32(bytes.count)), operation)
    }
}
