// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// An option of a command that takes its line as nsenter(1) and unshare(1) do.
struct WorldOption {
    /// Whether a value belongs to it.
    enum Value {
        case none, required, optional
        /// To the name alone; the letter has none.
        case optionalToName
    }

    var letter: Character?
    var name: String
    var value = Value.none

    init(_ letter: Character?, _ name: String, _ value: Value = .none) {
        (self.letter, self.name, self.value) = (letter, name, value)
    }
}

/// A command line in the manner of getopt_long(3): letters may stand together, names may be cut short, the value of an
/// option that needs none stands in its own word, and the first word that is no option begins the program.
struct WorldLine {
    /// The options in order, by their names, with their values.
    private(set) var options: [(name: String, value: String?)] = []
    /// The program and its arguments.
    private(set) var words: [String] = []

    /// - Throws: a complaint in the words of getopt_long(3).
    init(_ arguments: [String], _ known: [WorldOption]) throws(WorldComplaint) {
        var rest = arguments[...]
        while let word = rest.first, word.hasPrefix("-"), word != "-" {
            rest = rest.dropFirst()
            if word == "--" { break }
            if word.hasPrefix("--") {
                try readName(word.dropFirst(2), &rest, known)
            } else {
                try readLetters(word.dropFirst(), &rest, known)
            }
        }
        words = Array(rest)
    }

    private mutating func readName(
        _ word: Substring, _ rest: inout ArraySlice<String>, _ known: [WorldOption]
    ) throws(WorldComplaint) {
        let name = word.prefix { $0 != "=" }
        let given = name.endIndex == word.endIndex ? nil : String(word[word.index(after: name.endIndex)...])
        let candidates = known.filter { $0.name == name }
        let matches = candidates.isEmpty ? known.filter { $0.name.hasPrefix(name) } : candidates
        guard let option = matches.first else { throw WorldComplaint("unrecognized option '--\(name)'") }
        guard matches.count == 1 else {
            let list = matches.map { " '--\($0.name)'" }.joined()
            throw WorldComplaint("option '--\(name)' is ambiguous; possibilities:\(list)")
        }
        switch option.value {
        case .none where given != nil: throw WorldComplaint("option '--\(option.name)' doesn't allow an argument")
        case .required where given == nil:
            guard let value = rest.popFirst() else {
                throw WorldComplaint("option '--\(option.name)' requires an argument")
            }
            options.append((option.name, value))
        default: options.append((option.name, given))
        }
    }

    private mutating func readLetters(
        _ word: Substring, _ rest: inout ArraySlice<String>, _ known: [WorldOption]
    ) throws(WorldComplaint) {
        var letters = word
        while let letter = letters.popFirst() {
            guard let option = known.first(where: { $0.letter == letter }) else {
                throw WorldComplaint("invalid option -- '\(letter)'")
            }
            if option.value == .none || option.value == .optionalToName {
                options.append((option.name, nil))
                continue
            }
            var value = letters.isEmpty ? nil : String(letters)
            if option.value == .required, value == nil {
                value = rest.popFirst()
                if value == nil { throw WorldComplaint("option requires an argument -- '\(letter)'") }
            }
            options.append((option.name, value))
            return
        }
    }
}

/// What is wrong with a command line.
struct WorldComplaint: Error {
    var message: String
    /// Whether the line as such can't be read, so that the help is what helps.
    var isAboutSyntax = true

    init(_ message: String) { self.message = message }

    /// A value that can't be.
    static func value(_ message: String) -> WorldComplaint {
        var complaint = WorldComplaint(message)
        complaint.isAboutSyntax = false
        return complaint
    }
}

/// As whom the program is run, for the help of both verbs.
struct WorldCredentialOptions: ParsableArguments {
    @Option(
        name: [.customShort("S"), .customLong("setuid")], help: ArgumentHelp("Run as this user.", valueName: "user"))
    var setuid: String?
    @Option(
        name: [.customShort("G"), .customLong("setgid")], help: ArgumentHelp("Run as this group.", valueName: "group"))
    var setgid: String?
}
