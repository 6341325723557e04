// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: the same numbers in every run, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// The bytes that `text`, pairs of hexadecimal digits, stands for.
func bytes(hexadecimal text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while rest.count >= 2 {
        result.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
    }
    return result
}

/// What `append` writes, as text.
func written(_ append: (inout [UInt8]) -> Void) -> String {
    var buffer: [UInt8] = Array("before".utf8)
    append(&buffer)
    return String(decoding: buffer.dropFirst(6), as: UTF8.self)
}
