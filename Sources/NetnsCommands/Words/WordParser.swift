// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem

/// Reads the words behind a verb in the grammar of ip(8): a word, the values that belong to it, the next word.
///
/// Every complaint is a usage error that names the word and, where one is near, the word that was meant.
struct WordParser {
    /// The verb as errors call it: `link add`.
    let verb: String
    private let words: [String]
    private var position = 0
    /// The word whose values are being read.
    private(set) var current = ""
    /// The words met so far in this scope, by their first name.
    private var met: [String] = []

    init(_ words: [String], verb: String) {
        self.words = words
        self.verb = verb
    }

    // MARK: Words

    /// Whether all has been read.
    var isAtEnd: Bool { position == words.count }

    /// The word that comes next, without taking it.
    var next: String? { isAtEnd ? nil : words[position] }

    /// The word after the next one.
    var second: String? { position + 1 < words.count ? words[position + 1] : nil }

    /// Takes the next word, whatever it is.
    mutating func take() -> String? {
        guard let word = next else { return nil }
        position += 1
        return word
    }

    /// Takes the next word if it is this one; values that follow are its own then.
    mutating func take(_ word: String) -> Bool {
        guard next == word else { return false }
        position += 1
        current = word
        return true
    }

    /// Takes the next word as the one that values belong to, and refuses it a second time.
    ///
    /// - Parameter name: what the word is called when it has several names.
    mutating func begin(_ name: String, mayRepeat: Bool = false) throws(CommandFailure) {
        guard let word = take() else { return }
        current = word
        guard !met.contains(name) || mayRepeat else { throw usage("'\(name)' is given twice") }
        met.append(name)
    }

    /// Whether any word but these has been met.
    func hasMet(anyBut names: String...) -> Bool { !met.allSatisfy(names.contains) }

    /// Starts a part of the line, such as `nexthop`, in which words may stand again.
    ///
    /// - Returns: what `restore` takes at the part's end.
    mutating func beginScope() -> [String] {
        defer { met = [] }
        return met
    }

    /// Ends what `beginScope` began.
    mutating func endScope(_ outer: [String]) { met = outer }

    /// Refuses what is left.
    func expectEnd() throws(CommandFailure) {
        if let word = next { throw usage("unexpected \(quoted(word))") }
    }

    // MARK: Complaints

    /// A usage error that names the verb: `link add: 'mtu' is given twice`.
    func usage(_ message: String, hint: String? = nil) -> CommandFailure {
        .usage("\(verb): \(message)", hint: hint)
    }

    /// The next word is none of the known ones.
    ///
    /// - Parameter earlier: a word before it that was taken for a name, and may be the one that is misspelt.
    func unknownWord(among known: some Sequence<String>, after earlier: String? = nil) -> CommandFailure {
        let word = next ?? ""
        var hint = suggestion(for: word, among: known)
        if hint == nil, let earlier, let meant = nearest(to: earlier, among: known) {
            hint = "did you mean '\(meant)' by \(quoted(earlier))?"
        }
        return usage("unknown word \(quoted(word))", hint: hint)
    }

    /// The value of the current word is wrong.
    func badValue(_ reason: String, hint: String? = nil) -> CommandFailure {
        usage("bad value of '\(current)': \(reason)", hint: hint)
    }

    // MARK: Values

    /// The current word's value.
    mutating func value(_ description: String = "value") throws(CommandFailure) -> String {
        guard let value = take() else {
            throw usage("'\(current)' lacks its \(description == current ? "value" : description)")
        }
        return value
    }

    /// The current word's value: what can be the name or the alternative name of a device.
    mutating func deviceName() throws(CommandFailure) -> String {
        let name = try value("device")
        try check(deviceName: name)
        return name
    }

    /// Refuses what can't be the name or the alternative name of any device.
    func check(deviceName name: String) throws(CommandFailure) {
        do throws(CommandFailure) { try checkDeviceName(name) } catch { throw usage(error.message) }
    }

    /// A decimal number. Other tools take hexadecimal and octal as well, so that 010 is 8 to them; here it is refused.
    mutating func number<Number: FixedWidthInteger>(
        _ range: ClosedRange<Number> = Number.min...Number.max
    ) throws(CommandFailure) -> Number {
        let text = try value("number")
        guard let number = decimal(text, as: Number.self), range.contains(number) else {
            throw badValue("\(quoted(text)) is not a decimal number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `on` or `off`.
    mutating func isOn() throws(CommandFailure) -> Bool {
        try choice([("on", true), ("off", false)])
    }

    /// One of several words.
    mutating func choice<Value>(_ choices: [(name: String, value: Value)]) throws(CommandFailure) -> Value {
        let text = try value()
        if let choice = choices.first(where: { $0.name == text }) { return choice.value }
        let names = choices.map(\.name)
        throw badValue(
            "\(quoted(text)) is not \(alternatives(names))", hint: suggestion(for: text, among: names))
    }

    /// A value that is read by a type of `Addressing`.
    mutating func parsed<Value>(
        _ description: String = "value", _ read: (String) throws(AddressingError) -> Value
    ) throws(CommandFailure) -> Value {
        let text = try value(description)
        do throws(AddressingError) { return try read(text) } catch { throw badValue("\(error)") }
    }

    /// The name of a device that is to be made.
    mutating func newName() throws(CommandFailure) -> InterfaceName {
        try parsed("name") { text throws(AddressingError) in try InterfaceName(parsing: text) }
    }

    /// A hardware address.
    mutating func linkLayerAddress() throws(CommandFailure) -> LinkLayerAddress {
        try parsed("address") { text throws(AddressingError) in try LinkLayerAddress(parsing: text) }
    }

    /// An IP address of either family.
    mutating func address() throws(CommandFailure) -> IPAddress {
        try parsed("address") { text throws(AddressingError) in try IPAddress(parsing: text) }
    }

    /// An IP address with its prefix length; a bare address is a host's.
    mutating func prefix() throws(CommandFailure) -> IPPrefix {
        try parsed("prefix") { text throws(AddressingError) in try IPPrefix(parsing: text, bareAddress: .host) }
    }
}

/// The number that the text spells in decimal digits; nil for a sign, a leading zero, blanks or another base.
func decimal<Number: FixedWidthInteger>(_ text: some StringProtocol, as type: Number.Type = Number.self) -> Number? {
    let digits = text.utf8
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }), digits.count == 1 || digits.first != 0x30
    else { return nil }
    return Number(text)
}

/// `'a', 'b' or 'c'`
func alternatives(_ names: [String]) -> String {
    let quoted = names.map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return "\(quoted.dropLast().joined(separator: ", ")) or \(last)"
}
