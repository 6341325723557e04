// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

/// What the words of `netns tuntap` say.
struct TuntapWords {
    /// The device, or the name of the one to be made.
    private(set) var device: String?
    /// What it is made with.
    private(set) var options = TunOptions()

    /// Reads all words.
    init(_ words: inout WordParser, _ table: WordTable<TuntapWords>) throws(CommandFailure) {
        while let word = words.next {
            if try table.read(&words, into: &self) { continue }
            guard device == nil else { throw words.unknownWord(among: table.names, after: device) }
            _ = words.take()
            try noteDevice(word, words)
        }
    }

    private mutating func noteDevice(_ name: String, _ words: WordParser) throws(CommandFailure) {
        guard device == nil else { throw words.usage("the device is given twice") }
        try words.check(deviceName: name)
        device = name
    }

    /// The name of a device to be made; without one the kernel counts up `tun` or `tap`.
    func nameToMake(_ words: WordParser) throws(CommandFailure) -> InterfaceName {
        let name = device ?? (options.mode == .tap ? "tap%d" : "tun%d")
        do throws(AddressingError) { return try InterfaceName(parsing: name) } catch { throw words.usage("\(error)") }
    }

    private static let selection: [Word<TuntapWords>] = [
        Word("dev", "name") { words, target throws(CommandFailure) in
            try target.noteDevice(try words.value("device"), words)
        },
        Word("mode") { words, target throws(CommandFailure) in
            target.options.mode = try words.choice([("tun", .tun), ("tap", .tap)])
        },
    ]

    /// The words of `show` and `delete`.
    static let selectionTable = WordTable(selection)

    /// The words of `add`: what a tun takes as any link does.
    static let table = WordTable(
        selection
            + TunOptions.fields.compactMap(\.word).filter { $0.names != ["mode"] }.map { word in
                word.lifted { target, body throws(CommandFailure) in
                    var kind = KindWords(target.options)
                    try body(&kind)
                    target.options = kind.options
                }
            })
}
