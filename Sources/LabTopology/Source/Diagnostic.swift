// SPDX-License-Identifier: Apache-2.0

/// One mistake of a lab file.
public struct Diagnostic: Error, Hashable, Sendable {
    /// A second place that belongs to it.
    public struct Note: Hashable, Sendable {
        /// Where.
        public var span: SourceSpan
        /// What is there.
        public var message: String
        /// A note.
        public init(_ message: String, at span: SourceSpan) { (self.message, self.span) = (message, span) }
    }

    /// How bad it is.
    public enum Severity: String, Sendable {
        /// Nothing is done.
        case error
        /// It is told, and no more.
        case warning
    }

    /// How bad it is.
    public var severity = Severity.error
    /// The kind of mistake, which stays the same from release to release.
    public var code: DiagnosticCode
    /// What is wrong.
    public var message: String
    /// Where; nil for what is missing altogether.
    public var span: SourceSpan?
    /// What to do about it.
    public var hint: String?
    /// Further places.
    public var notes: [Note] = []

    /// A mistake.
    public init(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan?, hint: String? = nil, notes: [Note] = []
    ) {
        (self.code, self.message, self.span, self.hint, self.notes) = (code, message, span, hint, notes)
    }
}

/// The kinds of mistake, as netns-lab(5) explains them.
public enum DiagnosticCode: String, Sendable, CaseIterable {
    case syntax
    case duplicateKey = "duplicate-key"
    case unknownKey = "unknown-key"
    case unknownName = "unknown-name"
    case missingKey = "missing-key"
    case wrongType = "wrong-type"
    case badValue = "bad-value"
    case badUnit = "bad-unit"
    case badName = "bad-name"
    case nameTooLong = "name-too-long"
    case badSelector = "bad-selector"
    case ambiguousPattern = "ambiguous-pattern"
    case unevenBlocks = "uneven-blocks"
    case duplicateNode = "duplicate-node"
    case duplicateSegment = "duplicate-segment"
    case portTaken = "port-taken"
    case selfLink = "self-link"
    case tooManyPorts = "too-many-ports"
    case overlappingSubnets = "overlapping-subnets"
    case addressTaken = "address-taken"
    case addressOutside = "address-outside"
    case poolExhausted = "pool-exhausted"
    case notMember = "not-a-member"
    case twoDefaults = "two-default-gateways"
    case mtuTooLarge = "mtu-too-large"
    case unknownVariable = "unknown-variable"
    case include
    case missingKernelFeature = "missing-kernel-feature"
    case notOurs = "not-ours"
    case unsupported
    case kernel
}

/// Gathers mistakes, so that all of them are reported at once.
public struct Diagnostics: Sendable {
    /// In the order in which they were found, each once.
    public private(set) var all: [Diagnostic] = []
    private var met: Set<Diagnostic> = []

    /// None yet.
    public init() {}

    /// Whether anything forbids going on.
    public var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// In the order of the file.
    public var sorted: [Diagnostic] {
        all.enumerated().sorted { left, right in
            guard let first = left.element.span, let second = right.element.span else {
                return left.element.span == nil && right.element.span != nil
                    || (left.element.span == nil) == (right.element.span == nil) && left.offset < right.offset
            }
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    /// Adds one, unless the same is there: settings of a group are read for each of its nodes.
    public mutating func add(_ diagnostic: Diagnostic) {
        if met.insert(diagnostic).inserted { all.append(diagnostic) }
    }

    /// Adds an error.
    public mutating func error(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan?, hint: String? = nil,
        notes: [Diagnostic.Note] = []
    ) {
        add(Diagnostic(code, message, at: span, hint: hint, notes: notes))
    }

    /// Adds a warning.
    public mutating func warning(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan?, hint: String? = nil
    ) {
        var diagnostic = Diagnostic(code, message, at: span, hint: hint)
        diagnostic.severity = .warning
        add(diagnostic)
    }
}
