// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Hexadecimal digits; blanks between them are left out.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
