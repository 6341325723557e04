// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// What rows are written with: text or JSON.
protocol RowWriter {
    /// What has not been written out yet.
    var bytes: [UInt8] { get }
    /// Writes out what there is once it is worth a system call.
    mutating func flushIfFull() throws(Errno)
}

extension JSONWriter: RowWriter {}
extension TextWriter: RowWriter {}

/// Rows that are written out while the kernel still sends more of them.
///
/// When a table changes while it is read, the kernel says so and it is read again. Rows that are
/// still in the buffer are forgotten then; where some have been written out, as many are passed
/// over, and the user is told that they may not be of one time.
// The type itself demands nothing of its writer: the runtime would search for the conformance at each start.
struct StreamedRows<Writer> {
    var writer: Writer
    /// Why output failed; everything after that is passed over.
    fileprivate(set) var failure: Errno?
    /// What is to be told at the end.
    private(set) var complaints: [CommandFailure] = []

    private var beginning: Writer
    private var place = ""
    fileprivate var isWrittenOut = false
    private var isRepeated = false
    fileprivate var written = 0
    fileprivate var passedOver = 0

    init(_ writer: Writer) {
        self.writer = writer
        beginning = writer
    }

    /// A table begins.
    mutating func begin(place: String) {
        self.place = place
        beginning = writer
        (isWrittenOut, isRepeated, written, passedOver) = (false, false, 0, 0)
    }

    /// The same table begins once more.
    mutating func restart() {
        guard isWrittenOut else {
            writer = beginning
            written = 0
            return
        }
        if !isRepeated {
            complaints.append(
                CommandFailure("the table\(place) changed while it was read: what is shown may not be of one time"))
        }
        isRepeated = true
        passedOver = written
    }

}

extension StreamedRows where Writer: RowWriter {
    /// Writes one row.
    mutating func add(_ row: (inout Writer) -> Void) {
        guard failure == nil else { return }
        guard passedOver == 0 else {
            passedOver -= 1
            return
        }
        row(&writer)
        written += 1
        let count = writer.bytes.count
        do throws(Errno) { try writer.flushIfFull() } catch { failure = error }
        if writer.bytes.count < count { isWrittenOut = true }
    }
}
