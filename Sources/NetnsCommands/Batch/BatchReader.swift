// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// One command line of a batch.
struct BatchLine: Equatable {
    /// Where it begins, counted from 1.
    var number: Int
    var words: [String]
    /// Whether a word holds bytes that are no UTF-8, which are written `\xff`.
    var holdsOtherBytes = false
}

/// Takes command lines from text as it comes.
///
/// Words are parted by blanks; quotes, single or double, keep blanks in a word; `\` takes the next
/// character as it is, and at the end of a line joins it with the next; `#` in front of a word begins
/// a comment.
struct BatchReader {
    /// A quote is not closed.
    struct Failure: Error, Equatable {
        /// The line where it is.
        var number: Int
    }

    private var bytes: [UInt8] = []
    private var position = 0
    private var number = 1

    /// Adds text behind what has not been read yet.
    mutating func append(_ more: [UInt8]) {
        bytes.removeFirst(position)
        position = 0
        bytes += more
    }

    /// The next line that holds words; nil when there is no whole one.
    ///
    /// - Parameter isLast: whether no more text follows, so that a line needs no end.
    mutating func next(isLast: Bool) throws(Failure) -> BatchLine? {
        while let end = lineEnd(isLast: isLast) {
            let text = bytes[position..<end]
            let first = number
            position = min(end + 1, bytes.count)
            number += 1 + text.count { $0 == UInt8(ascii: "\n") }
            guard let words = split(text) else { throw Failure(number: first) }
            guard !words.isEmpty else { continue }
            return BatchLine(
                number: first, words: words, holdsOtherBytes: String(validating: text, as: UTF8.self) == nil)
        }
        return nil
    }

    /// Where the line ends that begins at `position`: at a line feed without `\` in front of it.
    private func lineEnd(isLast: Bool) -> Int? {
        guard position < bytes.count else { return nil }
        var place = position
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return place < bytes.count ? place : isLast ? bytes.count : nil
    }

    /// The words of a line; nil when a quote is not closed.
    private func split(_ text: ArraySlice<UInt8>) -> [String]? {
        var words: [String] = []
        var word: [UInt8] = []
        // An empty word is one as well, between quotes.
        var isInWord = false
        var quote: UInt8?
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                guard let next = rest.popFirst(), next != UInt8(ascii: "\n") else { continue }
                word.append(next)
                isInWord = true
            } else if byte == quote {
                quote = nil
            } else if quote != nil {
                word.append(byte)
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
                isInWord = true
            } else if byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte) {
                if isInWord { words.append(commandLineWord(word)) }
                word.removeAll(keepingCapacity: true)
                isInWord = false
            } else if byte == UInt8(ascii: "#"), !isInWord {
                break
            } else {
                word.append(byte)
                isInWord = true
            }
        }
        guard quote == nil else { return nil }
        if isInWord { words.append(commandLineWord(word)) }
        return words
    }
}
