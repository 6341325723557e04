// SPDX-License-Identifier: Apache-2.0

/// What programs keep at objects of the kernel's: attributes of one byte for the type and one for the length.
///
/// Source: libnftnl/udata.h; the types are those that nft(8) reads.
enum UserData {
    /// The longest comment: with its NUL 128 bytes, `NFTNL_UDATA_COMMENT_MAXLEN`.
    static let maximumCommentBytes = 127

    /// The bytes of a comment.
    static func comment(_ text: String, type: UInt8 = 0) -> [UInt8] {
        attribute(type, Array(text.utf8) + [0])
    }

    static func attribute(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [type, UInt8(truncatingIfNeeded: payload.count)] + payload
    }

    /// The comment in user data; nil when there is none.
    static func comment(in bytes: [UInt8], type: UInt8 = 0) -> String? {
        var rest = bytes[...]
        while rest.count >= 2 {
            let (number, length) = (rest[rest.startIndex], Int(rest[rest.startIndex + 1]))
            rest = rest.dropFirst(2)
            guard rest.count >= length else { return nil }
            if number == type { return String(decoding: rest.prefix(length).prefix { $0 != 0 }, as: UTF8.self) }
            rest = rest.dropFirst(length)
        }
        return nil
    }
}
