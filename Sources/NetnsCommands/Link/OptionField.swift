// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

/// How a device is called, by its index in the namespace that is shown.
typealias DeviceNames = (Int32) -> String

/// Where an option stands in a kind's options.
typealias OptionPath<Options, Value> = any WritableKeyPath<Options, Value?> & Sendable

/// One option of a kind of link: its word on the command line, its member in JSON, its place in text.
///
/// A kind is a list of these in the order in which ip(8) shows them.
struct OptionField<Options: LinkKindOptions>: Sendable {
    /// Reads the option; nil for what is only shown.
    let word: Word<KindWords<Options>>?
    /// Writes the member, if the kernel sent the option.
    let writeJSON: @Sendable (_ options: Options, _ json: inout JSONWriter, _ deviceName: DeviceNames) -> Void
    /// Appends `label value ` in the same case.
    let writeText: @Sendable (_ options: Options, _ text: inout String, _ deviceName: DeviceNames) -> Void
    /// The device whose name is shown, if it is one.
    let device: (@Sendable (_ options: Options) -> Int32?)?

    init(
        word: Word<KindWords<Options>>?,
        device: (@Sendable (Options) -> Int32?)? = nil,
        writeJSON: @escaping @Sendable (Options, inout JSONWriter, DeviceNames) -> Void = { _, _, _ in },
        writeText: @escaping @Sendable (Options, inout String, DeviceNames) -> Void = { _, _, _ in }
    ) {
        self.word = word
        self.writeJSON = writeJSON
        self.writeText = writeText
        self.device = device
    }

    /// An option of one value.
    ///
    /// - Parameters:
    ///   - key: the member's name in JSON.
    ///   - label: its word on the command line and in text; nil is the same as in JSON.
    ///   - aliases: further words on the command line.
    ///   - where: which values are shown; ip(8) leaves out those that it does not know of.
    init<Value>(
        _ key: String, label: String? = nil, aliases: [String] = [], _ field: OptionPath<Options, Value>,
        _ form: OptionForm<Value>, where isShown: @escaping @Sendable (Value) -> Bool = { _ in true }
    ) {
        let label = label ?? key
        self.init(
            word: form.read.map { read in
                Word(names: [label] + aliases) { words, target throws(CommandFailure) in
                    target.options[keyPath: field] = try read(&words)
                }
            },
            writeJSON: { options, json, _ in
                guard let value = options[keyPath: field], isShown(value) else { return }
                json.key(key)
                form.writeJSON(value, &json)
            },
            writeText: { options, text, _ in
                guard let value = options[keyPath: field], isShown(value) else { return }
                text += "\(label) \(form.text(value)) "
            })
    }

    /// What can be seen and not set.
    static func shown<Value>(
        _ key: String, label: String? = nil, _ field: OptionPath<Options, Value>,
        _ form: OptionForm<Value>
    ) -> Self {
        var form = form
        form.read = nil
        return Self(key, label: label, field, form)
    }

    /// Another word for an option, which text repeats under it and JSON does not.
    static func synonym<Value>(
        _ label: String, _ field: OptionPath<Options, Value>, _ form: OptionForm<Value>
    ) -> Self {
        let field = Self(label, field, form)
        return Self(word: field.word, writeText: field.writeText)
    }

    /// A word without a value.
    static func command(
        _ word: String, _ apply: @escaping @Sendable (inout Options) -> Void
    ) -> Self {
        Self(word: Word(word) { _, target throws(CommandFailure) in apply(&target.options) })
    }

    /// A device, by its name.
    ///
    /// - Parameter place: where the kernel looks its number up.
    static func device(
        _ key: String, label: String? = nil, _ field: OptionPath<Options, Int32>, in place: DevicePlace
    ) -> Self {
        let label = label ?? key
        return Self(
            word: Word(label) { words, target throws(CommandFailure) in
                target.devices.append((try words.value("device"), place, field))
            },
            device: { $0[keyPath: field] },
            writeJSON: { options, json, deviceName in
                if let index = options[keyPath: field] { json.member(key, deviceName(index)) }
            },
            writeText: { options, text, deviceName in
                if let index = options[keyPath: field] { text += "\(label) \(escaped(deviceName(index))) " }
            })
    }
}

/// In which namespace the kernel looks up a device that an option names by its number.
enum DevicePlace {
    /// Where the request is made.
    case request
    /// Where the link is, or is to be.
    case link
}

/// What the words say of a kind's options. Devices that they name are looked up later, once it is
/// known in which namespace.
struct KindWords<Options: LinkKindOptions>: Sendable {
    /// What needs no look-up.
    var options: Options
    /// The devices by name, and where their index goes.
    var devices: [(name: String, place: DevicePlace, field: OptionPath<Options, Int32>)] = []
    /// Whether `peer` has been read, so that the words of the other end follow.
    var hasPeer = false
    /// Reads the words again on top of a link's options, where a change must be the whole.
    var addToPresent: (@Sendable (any LinkKindOptions) throws(CommandFailure) -> KindWords<Options>)?

    init(_ options: Options) { self.options = options }
}

/// The words of any kind.
protocol PendingKindOptions: Sendable {
    /// Whether a device is named that is to be looked up where the link is.
    var namesDevicesBesideLink: Bool { get }

    /// Whether the words of the other end follow.
    var hasPeer: Bool { get }

    /// The same words on top of what the link has, for a kind that the kernel changes as a whole.
    func added(to present: any LinkKindOptions) throws(CommandFailure) -> any PendingKindOptions

    /// The options, with the devices looked up.
    func resolved(
        _ index: (_ name: String, _ place: DevicePlace) throws(CommandFailure) -> Int32
    ) throws(CommandFailure) -> any LinkKindOptions
}

extension KindWords: PendingKindOptions {
    var namesDevicesBesideLink: Bool { devices.contains { $0.place == .link } }

    func added(to present: any LinkKindOptions) throws(CommandFailure) -> any PendingKindOptions {
        try addToPresent?(present) ?? self
    }

    func resolved(
        _ index: (_ name: String, _ place: DevicePlace) throws(CommandFailure) -> Int32
    ) throws(CommandFailure) -> any LinkKindOptions {
        var options = options
        for (name, place, field) in devices { options[keyPath: field] = try index(name, place) }
        return options
    }
}
