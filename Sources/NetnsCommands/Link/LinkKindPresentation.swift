// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// Options that the command can take words for and show. A new kind is a conformance in a file of
/// its own here, and an entry in the table below.
protocol LinkKindPresentation: LinkKindOptions {
    /// Options of which nothing is said yet.
    init()

    /// The options in ip(8)'s order; a kind without any shows nothing but its name.
    static var fields: [OptionField<Self>] { get }
}

/// The kinds of links, by the kernel's name.
let linkKindPresentations: [String: any LinkKindPresentation.Type] = [
    BridgeOptions.kind: BridgeOptions.self,
    VethOptions.kind: VethOptions.self,
]

/// The kinds of masters that keep options for each port, by the kernel's name.
let portKindPresentations: [String: any LinkKindPresentation.Type] = [
    BridgePortOptions.kind: BridgePortOptions.self
]

// MARK: Words

/// Reads what stands behind `type KIND`, up to the end; nil for a kind that is not known here.
func readLinkKind(_ kind: String, _ words: inout WordParser) throws(CommandFailure) -> (any PendingKindOptions)? {
    try linkKindPresentations[kind]?.read(&words)
}

/// Reads what stands behind `type MASTERKIND_slave`, up to the end.
func readPortKind(_ kind: String, _ words: inout WordParser) throws(CommandFailure) -> any PendingKindOptions {
    guard let presentation = portKindPresentations[kind] else {
        throw words.badValue(
            "\(quoted(kind + "_slave")) is no kind of port",
            hint: suggestion(for: kind, among: portKindPresentations.keys.sorted()))
    }
    return try presentation.read(&words)
}

extension LinkKindPresentation {
    /// Reads all words that are left as options of this kind.
    static func read(_ words: inout WordParser) throws(CommandFailure) -> any PendingKindOptions {
        let table = WordTable(fields.compactMap(\.word))
        var target = KindWords(Self())
        let outer = words.beginScope()
        while !words.isAtEnd {
            guard try table.read(&words, into: &target) else { throw words.unknownWord(among: table.names) }
        }
        words.endScope(outer)
        return target
    }
}

// MARK: JSON and text

extension Link {
    /// Writes the members of `linkinfo`: `info_kind`, `info_data`, `info_slave_kind` and `info_slave_data`.
    func writeKind(into json: inout JSONWriter, deviceName: DeviceNames) {
        json.member("info_kind", kind)
        writeOptions("info_data", options, into: &json, deviceName)
        json.member("info_slave_kind", portKind)
        writeOptions("info_slave_data", portOptions, into: &json, deviceName)
    }

    private func writeOptions(
        _ key: String, _ options: (any LinkKindOptions)?, into json: inout JSONWriter, _ deviceName: DeviceNames
    ) {
        guard let options = options as? any LinkKindPresentation, options.hasFields else { return }
        json.member(key, object: { options.writeFields(into: &$0, deviceName: deviceName) })
    }

    /// What `ip -d link show` says of the kind, on lines of their own that begin with a line feed;
    /// empty for a link without a kind. Each word is followed by a blank.
    func kindText(deviceName: DeviceNames) -> String {
        var text = ""
        if let kind { text += "\n    \(escaped(kind)) " + optionsText(options, deviceName) }
        if let portKind { text += "\n    \(escaped(portKind))_slave " + optionsText(portOptions, deviceName) }
        return text
    }

    private func optionsText(_ options: (any LinkKindOptions)?, _ deviceName: DeviceNames) -> String {
        (options as? any LinkKindPresentation)?.fieldsText(deviceName: deviceName) ?? ""
    }
}

extension LinkKindPresentation {
    fileprivate var hasFields: Bool { !Self.fields.isEmpty }

    /// Writes the members of the kind's object.
    func writeFields(into json: inout JSONWriter, deviceName: DeviceNames) {
        for field in Self.fields { field.writeJSON(self, &json, deviceName) }
    }

    /// `label value ` for each option that the kernel sent.
    func fieldsText(deviceName: DeviceNames) -> String {
        var text = ""
        for field in Self.fields { field.writeText(self, &text, deviceName) }
        return text
    }
}
