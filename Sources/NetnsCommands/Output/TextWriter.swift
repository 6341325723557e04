// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Collects text in one buffer and writes it in few system calls.
///
/// A table of any size needs no more memory than the buffer when the caller says `flushIfFull`
/// between its rows.
struct TextWriter {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(4096) }

    mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func write(_ texts: [String], separator: String) {
        for (position, text) in texts.enumerated() {
            if position > 0 { write(separator) }
            write(text)
        }
    }

    mutating func write(_ number: some FixedWidthInteger) { bytes.append(contentsOf: String(number).utf8) }

    /// The text with control characters escaped: whatever another tool has put into the kernel
    /// stays on its line and does nothing to the terminal.
    mutating func write(escaping text: String) { write(escaped(text)) }

    /// Text on the left of a column.
    mutating func write(_ text: String, paddedTo width: Int) {
        write(text)
        pad(width - text.utf8.count)
    }

    /// A text on the right of a column.
    mutating func write(_ text: String, alignedTo width: Int) {
        pad(width - text.utf8.count)
        write(text)
    }

    private mutating func pad(_ count: Int) {
        if count > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count)) }
    }

    /// Makes one line of those from `start` on, as ip(8) does under '-oneline': all line ends but the last are '\'.
    mutating func joinLines(from start: Int) {
        for position in bytes.indices.dropFirst(start).dropLast() where bytes[position] == UInt8(ascii: "\n") {
            bytes[position] = UInt8(ascii: "\\")
        }
    }

    /// Writes what there is to standard output.
    mutating func flush() throws(Errno) {
        guard !bytes.isEmpty else { return }
        let ready = bytes
        bytes.removeAll(keepingCapacity: true)
        try writeAll(ready, to: 1)
    }

    /// Writes what there is once it is worth a system call.
    mutating func flushIfFull() throws(Errno) {
        if bytes.count >= 1 << 16 { try flush() }
    }
}
