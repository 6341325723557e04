// SPDX-License-Identifier: Apache-2.0

import Testing

/// Whether the readers take what the fuzzer found: inputs that reach code which no message of the other tests does, and
/// those that once made a reader fail.
@Suite struct CorpusTests {
    @Test(arguments: corpus.indices) func inputIsReadOrNot(_ index: Int) {
        let bytes = datagram(corpus[index])
        read(bytes)
        // And cut off anywhere.
        for length in bytes.indices { read(Array(bytes[..<length])) }
    }

    private func read(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { #expect(readDatagram($0.baseAddress, $0.count) == 0) }
    }

    private func datagram(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
