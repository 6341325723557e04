// SPDX-License-Identifier: Apache-2.0

/// A name, or many that differ in a number: `h1`, `h1..1000`, `h001..100`, `pod{1..4}-leaf{1..8}`, `{left,right}-r1`.
///
/// Ranges are written without brackets, which would begin a list in YAML.
struct NamePattern {
    /// One of the names.
    struct Name: Equatable {
        var text: String
        /// The number in the name, the last one when there are more; its position where there is none.
        var number: Int
    }

    /// A lab of more would not be brought up on one machine.
    static let maximumCount = 100_000

    /// Where in the text what is wrong stands, in characters.
    struct Flaw: Error {
        var message: String
        var offset = 0
    }

    /// All the names, in order.
    static func expand(_ text: String) throws(Flaw) -> [Name] {
        var results = [Name(text: "", number: 0)]
        var hasNumber = false
        let characters = Array(text)
        var index = 0
        var literal = ""
        func multiply(_ choices: [(text: String, number: Int?)], at offset: Int) throws(Flaw) {
            guard results.count * choices.count <= maximumCount else {
                throw Flaw(message: "these are more than \(maximumCount) names", offset: offset)
            }
            results = results.flatMap { name in
                choices.map { Name(text: name.text + $0.text, number: $0.number ?? name.number) }
            }
            if choices.contains(where: { $0.number != nil }) { hasNumber = true }
        }
        while index < characters.count {
            if characters[index] == "{" {
                try multiply([(literal, nil)], at: index)
                literal = ""
                guard let end = characters[index...].firstIndex(of: "}") else {
                    throw Flaw(message: "'{' is not closed", offset: index)
                }
                try multiply(choices(String(characters[(index + 1)..<end]), at: index + 1), at: index)
                index = end + 1
            } else if let range = range(in: characters, at: index) {
                try multiply([(literal, nil)], at: index)
                literal = ""
                try multiply(numbers(range.first, range.last, at: index), at: index)
                index = range.end
            } else {
                guard characters[index] != "}" else { throw Flaw(message: "'}' closes nothing", offset: index) }
                literal.append(characters[index])
                index += 1
            }
        }
        try multiply([(literal, nil)], at: 0)
        if !hasNumber {
            for position in results.indices {
                let digits = String(results[position].text.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
                results[position].number = Int(digits) ?? position + 1
            }
        }
        return results
    }

    /// `1..1000` where digits begin and are not the rest of a longer number.
    private static func range(
        in characters: [Character], at start: Int
    ) -> (first: String, last: String, end: Int)? {
        func digits(from index: Int) -> String {
            String(characters[index...].prefix { $0.isASCII && $0.isNumber })
        }
        guard start == 0 || !(characters[start - 1].isASCII && characters[start - 1].isNumber) else { return nil }
        let first = digits(from: start)
        let dots = start + first.count
        guard !first.isEmpty, dots + 1 < characters.count, characters[dots] == ".", characters[dots + 1] == "." else {
            return nil
        }
        let last = digits(from: dots + 2)
        return last.isEmpty ? nil : (first, last, dots + 2 + last.count)
    }

    private static func choices(_ text: String, at offset: Int) throws(Flaw) -> [(text: String, number: Int?)] {
        let characters = Array(text)
        if let range = range(in: characters, at: 0), range.end == characters.count {
            return try numbers(range.first, range.last, at: offset)
        }
        guard text.contains(",") else {
            throw Flaw(message: "braces hold a range (1..4) or a choice (a,b)", offset: offset)
        }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { (String($0), Int($0)) }
    }

    private static func numbers(
        _ first: String, _ last: String, at offset: Int
    ) throws(Flaw) -> [(text: String, number: Int?)] {
        guard let low = Int(first), let high = Int(last), low <= high else {
            throw Flaw(
                message: "\(first)..\(last) is no range: it goes from the lower to the higher number", offset: offset)
        }
        guard high - low < maximumCount else {
            throw Flaw(message: "these are more than \(maximumCount) names", offset: offset)
        }
        let width = first.hasPrefix("0") && first.count > 1 ? first.count : 0
        return (low...high).map { number in
            let digits = String(number)
            return (String(repeating: "0", count: max(width - digits.count, 0)) + digits, number)
        }
    }
}
