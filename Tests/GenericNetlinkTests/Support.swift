// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Hexadecimal digits. Blanks between them, and whatever follows a `#` up to the line's end, are left out.
    init(hex: String) {
        let digits = hex.split(separator: "\n").flatMap { $0.prefix { $0 != "#" } }.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
