// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

/// Options that the command can take words for and show. A new kind is a conformance in a file of
/// its own here, a case of `emptyLinkOptions` and a name in `linkKinds`.
protocol LinkKindPresentation: LinkKindOptions {
    /// The options in ip(8)'s order; a kind without any shows nothing but its name.
    static var fields: [OptionField<Self>] { get }

    /// For a pair, what may stand between `peer` and the words of a link.
    static var peerWords: [Word<KindWords<Self>>] { get }

    /// Whether the kernel takes a change as the whole, so that the words are added to what the link has.
    static var isChangedAsWhole: Bool { get }

    /// These options with what ip(8) chooses for a new link of which it is told anything.
    var forCreation: Self { get }

    /// Checks and completes the options when all words have been read.
    mutating func conclude(creating: Bool, _ words: WordParser) throws(CommandFailure)
}

extension LinkKindPresentation {
    static var peerWords: [Word<KindWords<Self>>] { [] }
    static var isChangedAsWhole: Bool { false }
    var forCreation: Self { self }

    func conclude(creating: Bool, _ words: WordParser) throws(CommandFailure) {}
}

/// The kinds of links that are known here, by the kernel's names; the last ones have no options.
var linkKinds: [String] {
    [
        BridgeOptions.kind, VethOptions.kind, VlanOptions.kind, VxlanOptions.kind, MacvlanOptions.kind,
        MacvlanOptions.tapKind, IpvlanOptions.kind, IpvlanOptions.tapKind, VrfOptions.kind, NetkitOptions.kind,
        VxcanOptions.kind,
        BondOptions.kind, GREOptions.kind, GRETapOptions.kind,
        ERSPANOptions.kind, IP6GREOptions.kind, IP6GRETapOptions.kind, IP6ERSPANOptions.kind, IPIPOptions.kind,
        SITOptions.kind, IP6TunnelOptions.kind, VTIOptions.kind, VTI6Options.kind, XFRMOptions.kind,
        GeneveOptions.kind, AMTOptions.kind, BareUDPOptions.kind, HSROptions.kind, MACsecOptions.kind, TunOptions.kind,
        "dummy", "ifb", "nlmon", "vcan", "wireguard",
    ]
}

/// The kinds of masters that keep options for each port.
var portKinds: [String] { [BridgePortOptions.kind, VrfPortOptions.kind, BondPortOptions.kind] }

/// Options of a kind of links of which nothing is said yet; nil for a kind that has none or is not known here.
func emptyLinkOptions(of kind: String) -> (any LinkKindPresentation)? {
    switch kind {
    case BridgeOptions.kind: BridgeOptions()
    case VethOptions.kind: VethOptions(peer: nil)
    case VlanOptions.kind: VlanOptions()
    case VxlanOptions.kind: VxlanOptions()
    case MacvlanOptions.kind, MacvlanOptions.tapKind: MacvlanOptions(kind: kind)
    case IpvlanOptions.kind, IpvlanOptions.tapKind: IpvlanOptions(kind: kind)
    case VrfOptions.kind: VrfOptions()
    case NetkitOptions.kind: NetkitOptions()
    case VxcanOptions.kind: VxcanOptions(peer: nil)
    case BondOptions.kind: BondOptions()
    case GREOptions.kind: GREOptions()
    case GRETapOptions.kind: GRETapOptions()
    case ERSPANOptions.kind: ERSPANOptions()
    case IP6GREOptions.kind: IP6GREOptions()
    case IP6GRETapOptions.kind: IP6GRETapOptions()
    case IP6ERSPANOptions.kind: IP6ERSPANOptions()
    case IPIPOptions.kind: IPIPOptions()
    case SITOptions.kind: SITOptions()
    case IP6TunnelOptions.kind: IP6TunnelOptions()
    case VTIOptions.kind: VTIOptions()
    case VTI6Options.kind: VTI6Options()
    case XFRMOptions.kind: XFRMOptions()
    case GeneveOptions.kind: GeneveOptions()
    case AMTOptions.kind: AMTOptions()
    case BareUDPOptions.kind: BareUDPOptions()
    case HSROptions.kind: HSROptions()
    case MACsecOptions.kind: MACsecOptions()
    case TunOptions.kind: TunOptions()
    default: nil
    }
}

/// Options of a port of that kind of master.
func emptyPortOptions(of kind: String) -> (any LinkKindPresentation)? {
    switch kind {
    case BridgePortOptions.kind: BridgePortOptions()
    case VrfPortOptions.kind: VrfPortOptions()
    case BondPortOptions.kind: BondPortOptions()
    default: nil
    }
}

// MARK: Words

/// Reads what stands behind `type KIND`, up to the end or past `peer`; nil for a kind without options.
func readLinkKind(
    _ kind: String, _ words: inout WordParser, creating: Bool = true
) throws(CommandFailure) -> (any PendingKindOptions)? {
    try emptyLinkOptions(of: kind)?.completed(by: &words, creating: creating)
}

/// Reads what stands behind `type MASTERKIND_slave`, up to the end.
func readPortKind(_ kind: String, _ words: inout WordParser) throws(CommandFailure) -> any PendingKindOptions {
    guard let options = emptyPortOptions(of: kind) else {
        throw words.badValue(
            "\(quoted(kind + "_slave")) is no kind of port", hint: suggestion(for: kind, among: portKinds))
    }
    return try options.completed(by: &words, creating: false)
}

extension LinkKindPresentation {
    /// Reads all words that are left as options of this kind; for a pair, up to the words of the other end.
    fileprivate func completed(
        by words: inout WordParser, creating: Bool
    ) throws(CommandFailure) -> any PendingKindOptions {
        let beginning = words
        // Without a word ip(8) leaves everything to the kernel, and so does this.
        var target = try (creating && !words.isAtEnd ? forCreation : self).read(&words, creating: creating)
        if Self.isChangedAsWhole, !creating {
            target.addToPresent = { (present) throws(CommandFailure) in
                var words = beginning
                return try (present as? Self ?? self).read(&words, creating: false)
            }
        }
        return target
    }

    private func read(_ words: inout WordParser, creating: Bool) throws(CommandFailure) -> KindWords<Self> {
        let table = WordTable(Self.fields.compactMap(\.word))
        var target = KindWords(self)
        let outer = words.beginScope()
        while !words.isAtEnd, !target.hasPeer {
            if try table.read(&words, into: &target) { continue }
            guard isPair, words.take("peer") else {
                throw words.unknownWord(among: table.names + (isPair ? ["peer"] : []))
            }
            target.hasPeer = true
        }
        if target.hasPeer {
            let table = WordTable(Self.peerWords)
            _ = words.beginScope()
            while try table.read(&words, into: &target) {}
        }
        words.endScope(outer)
        try target.options.conclude(creating: creating, words)
        return target
    }

    /// Whether links of the kind are made in pairs.
    var isPair: Bool {
        var spec = LinkSpec()
        spec.options = self
        return spec.isPair
    }
}

// MARK: JSON and text

extension Link {
    /// Writes the members of `linkinfo`: `info_kind`, `info_data`, `info_slave_kind` and `info_slave_data`.
    func writeKind(into json: inout JSONWriter, deviceName: DeviceNames) {
        json.member("info_kind", kind)
        writeOptions("info_data", options, kind.flatMap(emptyLinkOptions), into: &json, deviceName)
        json.member("info_slave_kind", portKind)
        writeOptions("info_slave_data", portOptions, portKind.flatMap(emptyPortOptions), into: &json, deviceName)
    }

    private func writeOptions(
        _ key: String, _ options: (any LinkKindOptions)?, _ presentation: (any LinkKindPresentation)?,
        into json: inout JSONWriter, _ deviceName: DeviceNames
    ) {
        guard let options, let presentation, presentation.hasFields else { return }
        json.member(key, object: { presentation.write(options, into: &$0, deviceName) })
    }

    /// The devices that options of the kind refer to by their numbers.
    var optionDevices: [Int32] {
        var devices: [Int32] = []
        if let kind, let options { devices += emptyLinkOptions(of: kind)?.devices(of: options) ?? [] }
        if let portKind, let portOptions { devices += emptyPortOptions(of: portKind)?.devices(of: portOptions) ?? [] }
        return devices
    }

    /// What `ip -d link show` says of the kind, on lines of their own that begin with a line feed;
    /// empty for a link without a kind. Each word is followed by a blank.
    func kindText(deviceName: DeviceNames) -> String {
        var text = ""
        if let kind {
            text += "\n    \(escaped(kind)) "
            if let options { text += emptyLinkOptions(of: kind)?.text(of: options, deviceName) ?? "" }
        }
        if let portKind {
            text += "\n    \(escaped(portKind))_slave "
            if let portOptions { text += emptyPortOptions(of: portKind)?.text(of: portOptions, deviceName) ?? "" }
        }
        return text
    }
}

extension LinkKindPresentation {
    fileprivate var hasFields: Bool { !Self.fields.isEmpty }

    /// The devices that are shown by their names.
    fileprivate func devices(of options: any LinkKindOptions) -> [Int32] {
        guard let options = options as? Self else { return [] }
        return Self.fields.compactMap { $0.device?(options) }
    }

    // The empty options stand for their type: a cast to a protocol would cost the runtime a search.

    fileprivate func write(
        _ options: any LinkKindOptions, into json: inout JSONWriter, _ deviceName: DeviceNames
    ) {
        (options as? Self)?.writeFields(into: &json, deviceName: deviceName)
    }

    fileprivate func text(of options: any LinkKindOptions, _ deviceName: DeviceNames) -> String {
        (options as? Self)?.fieldsText(deviceName: deviceName) ?? ""
    }

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
