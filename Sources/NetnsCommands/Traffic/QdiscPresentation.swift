// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

/// A kind of queueing discipline that the command can show. A new kind is a conformance in a file of its own here and
/// a case of `shownOptions`.
protocol QdiscShowing: QueueingDisciplineOptions {
    /// Writes the members of `options`, those of `tc -j -d`.
    func writeMembers(into json: inout JSONWriter)

    /// `word value ` for each option.
    func text(details: Bool) -> String
}

/// A kind for which the command takes words as well: also a case of `qdiscPresentation` and a name in `qdiscKinds`.
protocol QdiscPresentation: QdiscShowing {
    /// Every word of the kind.
    static var wordNames: [String] { get }

    /// Reads all words that are left.
    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> Self
}

/// The kinds that are known here; the last ones have no options.
var qdiscKinds: [String] {
    [
        NetemOptions.kind, TBFOptions.kind, HTBOptions.kind, FQOptions.kind, FQCoDelOptions.kind, CakeOptions.kind,
        CoDelOptions.kind, SFQOptions.kind, "pfifo", "bfifo", PriorityOptions.kind, PriorityOptions.fastKind, "ingress",
        "clsact", "noqueue", "mq", "drr", "qfq",
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
    case CoDelOptions.kind: CoDelOptions.self
    case SFQOptions.kind: SFQOptions.self
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
    /// The options, where they can be shown. One by one: a cast to a protocol makes the runtime look for conformances.
    private var shownOptions: (any QdiscShowing)? {
        switch options {
        case let options as NetemOptions: options
        case let options as TBFOptions: options
        case let options as HTBOptions: options
        case let options as FQOptions: options
        case let options as FQCoDelOptions: options
        case let options as CoDelOptions: options
        case let options as CakeOptions: options
        case let options as FIFOOptions: options
        case let options as PriorityOptions: options
        case let options as SFQOptions: options
        case let options as REDOptions: options
        case let options as HFSCOptions: options
        case let options as MQPrioOptions: options
        default: nil
        }
    }

    /// Writes the members of `options`.
    func writeOptions(into json: inout JSONWriter) { shownOptions?.writeMembers(into: &json) }

    /// The options in text, with a blank behind each.
    func optionsText(details: Bool) -> String { shownOptions?.text(details: details) ?? "" }
}
