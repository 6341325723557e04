// SPDX-License-Identifier: Apache-2.0

internal import Netlink

/// The attributes of a message by name, in as far as the kernel objects to them one by one.
private struct AttributeNames: Sendable {
    /// By number, from 1.
    var names: [StaticString]
    /// What is inside of those that are nests.
    var nests: [UInt16: AttributeNames] = [:]
    /// Whether the attributes are all alike, and told apart by their number in the row.
    var isList = false

    private static let value = AttributeNames(
        names: ["NFTA_DATA_VALUE", "NFTA_DATA_VERDICT"],
        nests: [2: AttributeNames(names: ["NFTA_VERDICT_CODE", "NFTA_VERDICT_CHAIN", "NFTA_VERDICT_CHAIN_ID"])])

    static let table = AttributeNames(names: [
        "NFTA_TABLE_NAME", "NFTA_TABLE_FLAGS", "NFTA_TABLE_USE", "NFTA_TABLE_HANDLE", "NFTA_TABLE_PAD",
        "NFTA_TABLE_USERDATA",
    ])
    static let chain = AttributeNames(
        names: [
            "NFTA_CHAIN_TABLE", "NFTA_CHAIN_HANDLE", "NFTA_CHAIN_NAME", "NFTA_CHAIN_HOOK", "NFTA_CHAIN_POLICY",
            "NFTA_CHAIN_USE", "NFTA_CHAIN_TYPE",
        ], nests: [4: AttributeNames(names: ["NFTA_HOOK_HOOKNUM", "NFTA_HOOK_PRIORITY", "NFTA_HOOK_DEV"])])
    static let rule = AttributeNames(
        names: [
            "NFTA_RULE_TABLE", "NFTA_RULE_CHAIN", "NFTA_RULE_HANDLE", "NFTA_RULE_EXPRESSIONS", "NFTA_RULE_COMPAT",
            "NFTA_RULE_POSITION", "NFTA_RULE_USERDATA",
        ],
        nests: [
            4: AttributeNames(
                names: ["expression"],
                nests: [1: AttributeNames(names: ["NFTA_EXPR_NAME", "NFTA_EXPR_DATA"])], isList: true)
        ])
    static let set = AttributeNames(names: [
        "NFTA_SET_TABLE", "NFTA_SET_NAME", "NFTA_SET_FLAGS", "NFTA_SET_KEY_TYPE", "NFTA_SET_KEY_LEN",
        "NFTA_SET_DATA_TYPE", "NFTA_SET_DATA_LEN", "NFTA_SET_POLICY", "NFTA_SET_DESC", "NFTA_SET_ID",
        "NFTA_SET_TIMEOUT", "NFTA_SET_GC_INTERVAL", "NFTA_SET_USERDATA",
    ])
    static let elements = AttributeNames(
        names: [
            "NFTA_SET_ELEM_LIST_TABLE", "NFTA_SET_ELEM_LIST_SET", "NFTA_SET_ELEM_LIST_ELEMENTS",
            "NFTA_SET_ELEM_LIST_SET_ID",
        ],
        nests: [
            3: AttributeNames(
                names: ["element"],
                nests: [
                    1: AttributeNames(
                        names: [
                            "NFTA_SET_ELEM_KEY", "NFTA_SET_ELEM_DATA", "NFTA_SET_ELEM_FLAGS", "NFTA_SET_ELEM_TIMEOUT",
                            "NFTA_SET_ELEM_EXPIRATION", "NFTA_SET_ELEM_USERDATA",
                        ], nests: [1: value, 2: value])
                ], isList: true)
        ])

    /// By the type of a message, `NFT_MSG_…`.
    static func of(message type: UInt8) -> AttributeNames? {
        switch type {
        case 0...2: table
        case 3...5: chain
        case 6...8: rule
        case 9...11: set
        case 12...14: elements
        default: nil
        }
    }
}

/// The path of names to the attribute of a message that holds the byte at `offset`, which the kernel objects to:
/// `element 3 NFTA_SET_ELEM_KEY`, counted from 1.
func attributePath(in message: [UInt8], at offset: Int) -> String? {
    let bytes = message.span.bytes
    guard let type: UInt16 = bytes.integer(at: 4), var names = AttributeNames.of(message: UInt8(type & 0xff)) else {
        return nil
    }
    var path: [String] = []
    // Behind `nlmsghdr` and `nfgenmsg`.
    var (start, end) = (20, message.count)
    while true {
        var (position, row, found) = (start, 0, false)
        while position + 4 <= end, let length: UInt16 = bytes.integer(at: position),
            let type: UInt16 = bytes.integer(at: position + 2), length >= 4, position + Int(length) <= end
        {
            row += 1
            if offset >= position, offset < position + Int(length) {
                let number = names.isList ? 1 : type & 0x3fff
                guard number >= 1, Int(number) <= names.names.count else { break }
                path.append("\(names.names[Int(number) - 1])" + (names.isList ? " \(row)" : ""))
                guard offset > position, let inner = names.nests[number] else { break }
                names = inner
                (start, end, found) = (position + 4, position + Int(length), true)
                break
            }
            position += (Int(length) + 3) & ~3
        }
        if !found { break }
    }
    // The nests above a row say no more than the message does.
    let row = path.firstIndex { $0.hasPrefix("element ") || $0.hasPrefix("expression ") }
    return path.isEmpty ? nil : path[(row ?? path.count - 1)...].joined(separator: " ")
}
