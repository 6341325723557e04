// SPDX-License-Identifier: Apache-2.0

/// Hands every beginning of `bytes`, and every copy with one bit or one byte changed, to `decode`, which may
/// throw or not but must return.
public func mutate(_ bytes: [UInt8], _ decode: (RawSpan) -> Void) {
    for length in 0...bytes.count { decode(bytes.span.extracting(first: length).bytes) }
    for position in bytes.indices {
        let original = bytes[position]
        for value in (0..<8).map({ original ^ 1 << UInt8($0) }) + [0, 1, 3, 4, 5, 7, 8, 9, 0x7f, 0x80, 0xff] {
            var changed = bytes
            changed[position] = value
            decode(changed.span.bytes)
        }
    }
}
