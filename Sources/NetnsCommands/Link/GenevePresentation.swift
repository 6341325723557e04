// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import RouteNetlink

extension GeneveOptions: LinkKindPresentation {
    static let fields = endFields + headerFields + transportFields

    var forCreation: GeneveOptions {
        var options = self
        (options.timeToLive, options.typeOfService, options.flowLabel) = (0, 0, 0)
        return options
    }

    func conclude(creating: Bool, _ words: WordParser) throws(CommandFailure) {
        guard creating else { return }
        guard identifier != nil else { throw words.usage("'id' is missing: the number of the virtual network") }
    }

    private static let endFields: [OptionField<GeneveOptions>] = [
        OptionField(
            word: Word("external") { _, target in
                target.options.isExternal = true
                if target.options.identifier == nil { target.options.identifier = 0 }
            },
            writeJSON: { options, json, _ in if options.isExternal { json.member("external", true) } },
            writeText: { options, text, _ in if options.isExternal { text += "external " } }),
        .command("noexternal") { $0.isExternal = false },
        OptionField(
            word: Word("id", "vni") { words, target throws(CommandFailure) in
                target.options.identifier = try words.number(0...0xff_ffff)
            },
            writeJSON: { options, json, _ in json.member("id", options.identifier) },
            writeText: { options, text, _ in if let identifier = options.identifier { text += "id \(identifier) " } }),
        OptionField(
            word: Word("remote") { words, target throws(CommandFailure) in
                let address = try words.address()
                guard !address.isUnspecified, !address.isMulticast else {
                    throw words.badValue("the other end has one address, which '\(address)' is not")
                }
                target.options.remote = address
            },
            writeJSON: { options, json, _ in
                guard let remote = options.remote, !remote.isUnspecified else { return }
                json.member(remote.family == .ipv4 ? "remote" : "remote6", remote.description)
            },
            writeText: { options, text, _ in
                if let remote = options.remote, !remote.isUnspecified { text += "remote \(remote) " }
            }),
    ]

    private static let headerFields: [OptionField<GeneveOptions>] = [
        OptionField(
            word: Word("ttl", "hoplimit") { words, target throws(CommandFailure) in
                switch words.next {
                case "inherit":
                    _ = words.take()
                    target.options.inheritsTimeToLive = true
                case "auto":
                    _ = words.take()
                    target.options.timeToLive = 0
                default: target.options.timeToLive = try words.number()
                }
            },
            writeJSON: { options, json, _ in
                if options.inheritsTimeToLive != true { json.member("ttl", options.timeToLive) }
            },
            writeText: { options, text, _ in
                if options.inheritsTimeToLive == true {
                    text += "ttl inherit "
                } else if let lifetime = options.timeToLive {
                    text += "ttl \(lifetime == 0 ? "auto" : String(lifetime)) "
                }
            }),
        OptionField("tos", aliases: ["dsfield"], \.typeOfService, .typeOfService, where: { $0 != 0 }),
        OptionField(
            word: Word("df") { words, target throws(CommandFailure) in
                target.options.dontFragment = try words.choice([
                    ("unset", .unset), ("set", .set), ("inherit", .inherit),
                ])
            },
            writeJSON: { options, json, _ in json.member("df", options.dontFragmentName) },
            writeText: { options, text, _ in
                if let name = options.dontFragmentName, name != "unset" { text += "df \(name) " }
            }),
        OptionField(
            word: Word("flowlabel") { words, target throws(CommandFailure) in
                target.options.flowLabel = try words.flowLabel()
            },
            writeJSON: { options, json, _ in
                if let label = options.flowLabel, label != 0 { json.member("label", "0x" + String(label, radix: 16)) }
            },
            writeText: { options, text, _ in
                if let label = options.flowLabel, label != 0 { text += "flowlabel 0x\(String(label, radix: 16)) " }
            }),
    ]

    private var dontFragmentName: String? {
        switch dontFragment {
        case .unset: "unset"
        case .set: "set"
        case .inherit: "inherit"
        default: nil
        }
    }

    private static let transportFields: [OptionField<GeneveOptions>] =
        [
            OptionField("port", label: "dstport", \.destinationPort, .number),
            OptionField(
                word: Word("port", "srcport") { words, target throws(CommandFailure) in
                    let low: UInt16 = try words.number()
                    target.options.sourcePorts = low...(try words.number(low...UInt16.max))
                },
                writeJSON: { options, json, _ in
                    guard let ports = options.sourcePorts else { return }
                    json.member(
                        "port_range",
                        object: { json in
                            json.member("low", ports.lowerBound)
                            json.member("high", ports.upperBound)
                        })
                },
                writeText: { options, text, _ in
                    if let ports = options.sourcePorts { text += "port \(ports.lowerBound) \(ports.upperBound) " }
                }),
        ] + flag("udpcsum", "udp_csum", \.checksum)
        + flag("udp6zerocsumtx", "udp_zero_csum6_tx", \.sendsZeroChecksum6)
        + flag("udp6zerocsumrx", "udp_zero_csum6_rx", \.acceptsZeroChecksum6)
        + [
            OptionField(
                word: Word("innerprotoinherit") { _, target in target.options.inheritsInnerProtocol = true },
                writeJSON: { options, json, _ in
                    if options.inheritsInnerProtocol { json.member("inner_proto_inherit", true) }
                },
                writeText: { options, text, _ in if options.inheritsInnerProtocol { text += "innerprotoinherit " } })
        ]

    /// A word, and the same with `no` in front.
    private static func flag(
        _ word: String, _ key: String, _ field: OptionPath<GeneveOptions, Bool>
    ) -> [OptionField<GeneveOptions>] {
        [
            OptionField(
                word: Word(word) { _, target in target.options[keyPath: field] = true },
                writeJSON: { options, json, _ in json.member(key, options[keyPath: field]) },
                writeText: { options, text, _ in
                    if let isSet = options[keyPath: field] { text += "\(isSet ? "" : "no")\(word) " }
                }),
            .command("no" + word) { $0[keyPath: field] = false },
        ]
    }
}
