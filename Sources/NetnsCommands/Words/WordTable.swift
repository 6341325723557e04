// SPDX-License-Identifier: Apache-2.0

/// One word of a verb's grammar, under all its names, and what it does to the value that is being described.
struct Word<Target>: Sendable {
    let names: [String]
    let mayRepeat: Bool
    let apply: @Sendable (_ words: inout WordParser, _ target: inout Target) throws(CommandFailure) -> Void

    /// - Parameters:
    ///   - names: the word and its synonyms; complaints use the first.
    ///   - apply: reads the word's values and notes them.
    init(
        _ names: String..., mayRepeat: Bool = false,
        apply: @escaping @Sendable (_ words: inout WordParser, _ target: inout Target) throws(CommandFailure) -> Void
    ) {
        self.names = names
        self.mayRepeat = mayRepeat
        self.apply = apply
    }

    /// The same with the names in a list, which is not empty.
    init(
        names: [String], mayRepeat: Bool = false,
        apply: @escaping @Sendable (_ words: inout WordParser, _ target: inout Target) throws(CommandFailure) -> Void
    ) {
        self.names = names
        self.mayRepeat = mayRepeat
        self.apply = apply
    }

    /// The same word for a value of which `Target` is a part.
    ///
    /// - Parameter part: hands the part over to be changed.
    func lifted<Whole>(
        _ part:
            @escaping @Sendable (
                inout Whole, (inout Target) throws(CommandFailure) -> Void
            ) throws(CommandFailure) -> Void
    ) -> Word<Whole> {
        let apply = apply
        return Word<Whole>(names: names, mayRepeat: mayRepeat) { words, whole throws(CommandFailure) in
            try part(&whole) { (target) throws(CommandFailure) in try apply(&words, &target) }
        }
    }
}

/// The words of a verb: one list serves to read them and to say which one was meant.
struct WordTable<Target>: Sendable {
    private let entries: [Word<Target>]

    init(_ entries: [Word<Target>]) { self.entries = entries }

    /// Every name of every word, in the order of the list.
    var names: [String] { entries.flatMap(\.names) }

    /// Whether the word is one of these.
    func contains(_ word: String) -> Bool { entry(word) != nil }

    /// Reads the next word and its values if it is one of these; false leaves it where it is.
    func read(_ words: inout WordParser, into target: inout Target) throws(CommandFailure) -> Bool {
        guard let next = words.next, let entry = entry(next) else { return false }
        try words.begin(entry.names[0], mayRepeat: entry.mayRepeat)
        try entry.apply(&words, &target)
        return true
    }

    // A line has few words: looking through the list takes less time than making a dictionary of it.
    private func entry(_ name: String) -> Word<Target>? { entries.first { $0.names.contains(name) } }
}
