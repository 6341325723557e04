// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

/// A kind of queueing discipline that the command can take words for and show. A new kind is a conformance in a
/// file of its own here, a case of `qdiscPresentation` and a name in `qdiscKinds`.
protocol QdiscPresentation: QueueingDisciplineOptions {
    /// Every word of the kind.
    static var wordNames: [String] { get }

    /// Reads all words that are left.
    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> Self

    /// Writes the members of `options`, those of `tc -j -d`.
    func writeMembers(into json: inout JSONWriter)

    /// `word value ` for each option.
    func text(details: Bool) -> String
}

/// The kinds that are known here; the last ones have no options.
var qdiscKinds: [String] {
    [
        NetemOptions.kind, TBFOptions.kind, HTBOptions.kind, FQOptions.kind, FQCoDelOptions.kind, CakeOptions.kind,
        "pfifo", "bfifo", PriorityOptions.kind, PriorityOptions.fastKind, "ingress", "clsact", "noqueue",
    ]
}

/// What takes words for the kind and shows it; nil for a kind that has no options or is not known here.
func qdiscPresentation(of kind: String) -> (any QdiscPresentation.Type)? {
    switch kind {
    case NetemOptions.kind: NetemOptions.self
    case TBFOptions.kind: TBFOptions.self
    case HTBOptions.kind: HTBOptions.self
    case FQOptions.kind: FQOptions.self
    case FQCoDelOptions.kind: FQCoDelOptions.self
    case CakeOptions.kind: CakeOptions.self
    case "pfifo", "bfifo": FIFOOptions.self
    case PriorityOptions.kind: PriorityOptions.self
    default: nil
    }
}

/// Reads what stands behind the kind, up to the end; nil for a kind without options.
func readQdiscOptions(
    _ kind: String, _ words: inout WordParser
) throws(CommandFailure) -> (any QueueingDisciplineOptions)? {
    let outer = words.beginScope()
    defer { words.endScope(outer) }
    if let presentation = qdiscPresentation(of: kind) { return try presentation.read(kind: kind, &words) }
    if let word = words.next {
        throw words.usage(
            qdiscKinds.contains(kind)
                ? "'\(kind)' takes no options: unexpected \(quoted(word))"
                : "the options of the kind \(quoted(kind)) are not known: unexpected \(quoted(word))",
            hint: suggestion(for: kind, among: qdiscKinds))
    }
    return nil
}

extension WordTable {
    /// Reads all words that are left.
    func readAll(_ words: inout WordParser, into target: inout Target) throws(CommandFailure) {
        while !words.isAtEnd {
            guard try read(&words, into: &target) else { throw words.unknownWord(among: names) }
        }
    }
}

extension QueueingDiscipline {
    /// Writes the members of `options`.
    func writeOptions(into json: inout JSONWriter) {
        switch options {
        case let options as NetemOptions: options.writeMembers(into: &json)
        case let options as TBFOptions: options.writeMembers(into: &json)
        case let options as HTBOptions: options.writeMembers(into: &json)
        case let options as FQOptions: options.writeMembers(into: &json)
        case let options as FQCoDelOptions: options.writeMembers(into: &json)
        case let options as CakeOptions: options.writeMembers(into: &json)
        case let options as FIFOOptions: options.writeMembers(into: &json)
        case let options as PriorityOptions: options.writeMembers(into: &json)
        default: break
        }
    }

    /// The options in text, with a blank behind each.
    func optionsText(details: Bool) -> String {
        switch options {
        case let options as NetemOptions: options.text(details: details)
        case let options as TBFOptions: options.text(details: details)
        case let options as HTBOptions: options.text(details: details)
        case let options as FQOptions: options.text(details: details)
        case let options as FQCoDelOptions: options.text(details: details)
        case let options as CakeOptions: options.text(details: details)
        case let options as FIFOOptions: options.text(details: details)
        case let options as PriorityOptions: options.text(details: details)
        default: ""
        }
    }
}
