// SPDX-License-Identifier: Apache-2.0

public import SystemPackage
internal import CLinux
internal import Glibc

// File names and the words of a command line are bytes to the kernel. Nearly all are UTF-8 and stand for
// themselves as text. What is no UTF-8 is written `\xff`, and `\\xff` is what really holds these four characters:
// backslashes in front of such an escape, or of its look-alike, are doubled, all others are left as they are.
// So different bytes are different texts, and the way back finds the same bytes.

extension String {
    /// The text of bytes, in which those that are no UTF-8 are written `\xff`.
    public init(escaping bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(backslash) else {
            self = escapedText(bytes)
            return
        }
        self = text
    }
}

extension [UInt8] {
    /// The bytes that a text stands for, with the escapes of `String(escaping:)` undone.
    public init(unescaping text: String) {
        self = Array(text.utf8)
        guard contains(backslash) else { return }
        var rest = self[...]
        self = []
        while !rest.isEmpty {
            let backslashes = rest.prefix { $0 == backslash }.count
            rest = rest.dropFirst(backslashes)
            if let byte = escapedByte(rest), backslashes > 0 {
                append(contentsOf: repeatElement(backslash, count: backslashes / 2))
                if backslashes % 2 == 1 {
                    append(byte)
                    rest = rest.dropFirst(3)
                }
            } else {
                append(contentsOf: repeatElement(backslash, count: backslashes))
            }
            let plain = rest.prefix { $0 != backslash }
            append(contentsOf: plain)
            rest = rest.dropFirst(plain.count)
        }
    }
}

private let backslash = UInt8(ascii: "\\")

private func escapedText(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.first {
        let backslashes = rest.prefix { $0 == backslash }.count
        if backslashes > 0 {
            rest = rest.dropFirst(backslashes)
            let isDoubled = escapedByte(rest) != nil || !rest.isEmpty && characterLength(rest) == nil
            text += repeatElement(backslash, count: isDoubled ? 2 * backslashes : backslashes)
        } else if let length = characterLength(rest) {
            text += rest.prefix(length)
            rest = rest.dropFirst(length)
        } else {
            text += Array("\\x\(String(byte, radix: 16))".utf8)
            rest = rest.dropFirst()
        }
    }
    return String(decoding: text, as: UTF8.self)
}

/// The byte that `xff` at the beginning stands for behind a backslash, 0x80 at least; nil for anything else.
private func escapedByte(_ bytes: ArraySlice<UInt8>) -> UInt8? {
    guard bytes.count >= 3, bytes.first == UInt8(ascii: "x") else { return nil }
    let digits = String(decoding: bytes.dropFirst().prefix(2), as: UTF8.self)
    return UInt8(digits, radix: 16).flatMap { $0 >= 0x80 ? $0 : nil }
}

/// How many bytes the UTF-8 character at the beginning has; nil when there is none.
private func characterLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first else { return nil }
    if first < 0x80 { return 1 }
    return (2...4).first { length in
        bytes.count >= length && String(validating: bytes.prefix(length), as: UTF8.self) != nil
    }
}

// MARK: Paths

/// A path as system calls take it: text, or a `FilePath` where it may hold bytes that are no text.
public protocol SystemPath {
    /// Calls `body` with the path as a C string.
    func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result
}

extension String: SystemPath {
    /// Calls `body` with the UTF-8 of the text.
    public func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result { withCString(body) }
}

extension FilePath: SystemPath {
    /// Calls `body` with the bytes of the path.
    public func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withPlatformString(body)
    }

    /// Takes the bytes of a path, which hold no NUL.
    public init(bytes: [UInt8]) { self.init(platformString: bytes.map { CChar(bitPattern: $0) } + [0]) }

    /// The path of a file in this directory.
    ///
    /// - Parameter name: the file's own name.
    public func appending(name: [UInt8]) -> FilePath { FilePath(bytes: bytes + [UInt8(ascii: "/")] + name) }

    /// The path as it is shown: bytes that are no UTF-8 are written `\xff`, where `description` replaces them.
    public var text: String { String(escaping: bytes) }

    private var bytes: [UInt8] { withPlatformString { LinuxSystem.bytes(of: $0) } }
}

// MARK: The command line

/// The words of the process's command line, the program's own name apart.
///
/// Those that are UTF-8 are themselves; in others the bytes that are not are written `\xff`, where
/// `CommandLine.arguments` replaces them.
public func commandLineWords() -> [String] {
    (0..<Int(CommandLine.argc)).dropFirst().compactMap { CommandLine.unsafeArgv[$0].map { commandLineWord($0) } }
}

/// The name that the process was called by, without directories: that of a symbolic link, where it was one.
public func commandLineProgram() -> String {
    guard CommandLine.argc > 0, let word = CommandLine.unsafeArgv[0] else { return "" }
    return commandLineWord(word).split(separator: "/").last.map(String.init) ?? ""
}

/// The bytes of words of the process's command line, as they were typed: each is looked for behind the one before it, as
/// a word of its own or as the value of a `--option=`. A word that is not there is its own UTF-8.
///
/// Text alone does not tell a byte that is no UTF-8 from four characters that look like `\xff`.
public func commandLineBytes(of words: [String]) -> [[UInt8]] {
    var position = 1
    return words.map { word in
        for place in position..<max(position, Int(CommandLine.argc)) {
            guard let typed = CommandLine.unsafeArgv[place].map({ bytes(of: $0) }) else { break }
            let value = typed.starts(with: "--".utf8) ? typed.firstIndex(of: UInt8(ascii: "=")) : nil
            for bytes in [typed, value.map { Array(typed[($0 + 1)...]) }].compactMap(\.self)
            where (String(validating: bytes, as: UTF8.self) ?? escapedText(bytes)) == word {
                position = place + 1
                return bytes
            }
        }
        return Array(word.utf8)
    }
}

func commandLineWord(_ word: UnsafePointer<CChar>) -> String {
    String(validatingCString: word) ?? escapedText(bytes(of: word))
}

/// A word that was not typed but read, as text of the same form.
public func commandLineWord(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self) ?? escapedText(bytes)
}

private func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
    UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
}
