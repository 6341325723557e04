// SPDX-License-Identifier: Apache-2.0

/// A place in one of the files that a lab is read from.
public struct SourceSpan: Hashable, Sendable {
    /// Which of the files of a `SourceText`.
    public var file: Int
    /// From 1.
    public var line: Int
    /// In characters, from 1.
    public var column: Int
    /// In characters; what goes on over further lines is cut off at the end of the first.
    public var length: Int

    /// A place.
    public init(file: Int = 0, line: Int, column: Int, length: Int) {
        (self.file, self.line, self.column, self.length) = (file, line, column, length)
    }

    /// The part of it that begins `offset` characters on.
    func part(at offset: Int, length: Int) -> SourceSpan {
        SourceSpan(file: file, line: line, column: column + offset, length: max(length, 1))
    }
}

extension SourceSpan: Comparable {
    /// In the order of reading.
    public static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column, left.length) < (right.file, right.line, right.column, right.length)
    }
}

/// The files that a lab is read from: the one that was named, then those that it includes.
public struct SourceText: Sendable {
    /// One file.
    public struct File: Sendable {
        /// As the caller, or the including file, names it.
        public let path: String
        /// Its lines without their ends.
        public let lines: [Substring]
    }

    /// In the order in which they were read.
    public private(set) var files: [File] = []

    /// No file yet.
    public init() {}

    /// Adds a file.
    ///
    /// - Returns: its number in a `SourceSpan`.
    public mutating func add(path: String, _ text: String) -> Int {
        files.append(File(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
        return files.count - 1
    }

    /// The line of a place; nil when there is none.
    public func line(of span: SourceSpan) -> Substring? {
        guard files.indices.contains(span.file), files[span.file].lines.indices.contains(span.line - 1) else {
            return nil
        }
        let line = files[span.file].lines[span.line - 1]
        return line.hasSuffix("\r") ? line.dropLast() : line
    }
}
