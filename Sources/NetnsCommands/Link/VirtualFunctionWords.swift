// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// What the words behind `vf NUMBER` say of a virtual function.
struct VirtualFunctionWords {
    /// What is to be changed; its `rates` stand below.
    private(set) var function: VirtualFunction
    /// The limits, of which one alone may be given.
    private var minimumRate: UInt32?, maximumRate: UInt32?

    /// Reads the number and the words up to the first that is none of these.
    init(_ words: inout WordParser) throws(CommandFailure) {
        function = VirtualFunction(number: try words.number(0...UInt32(Int32.max)))
        let outer = words.beginScope()
        while try Self.table.read(&words, into: &self) {}
        guard words.hasMet() else {
            if let next = words.next { throw words.usage("unknown word \(quoted(next)) of a virtual function") }
            throw words.usage("there is nothing to change of the virtual function \(function.number)")
        }
        words.endScope(outer)
    }

    static let table = WordTable<VirtualFunctionWords>([
        Word("mac") { words, target throws(CommandFailure) in target.function.address = try words.linkLayerAddress() },
        Word("vlan") { words, target throws(CommandFailure) in
            var tag = VirtualFunction.VLAN(id: try words.number(0...4095))
            if words.take("qos") { tag.priority = try words.number(0...7) }
            if words.take("proto") || words.take("protocol") {
                tag.etherType = try words.choice([("802.1Q", 0x8100), ("802.1ad", 0x88a8)])
            }
            if tag.id == 0, tag.priority != 0 { throw words.usage("a VLAN of 0 is none, and takes no 'qos'") }
            target.function.vlan = tag
        },
        Word("rate") { words, target throws(CommandFailure) in target.function.transmitRate = try words.number() },
        Word("max_tx_rate") { words, target throws(CommandFailure) in target.maximumRate = try words.number() },
        Word("min_tx_rate") { words, target throws(CommandFailure) in target.minimumRate = try words.number() },
        Word("spoofchk") { words, target throws(CommandFailure) in
            target.function.checksSpoofing = try words.isOn()
        },
        Word("query_rss") { words, target throws(CommandFailure) in target.function.allowsRSSQuery = try words.isOn() },
        Word("trust") { words, target throws(CommandFailure) in target.function.isTrusted = try words.isOn() },
        Word("state") { words, target throws(CommandFailure) in
            target.function.linkState = try words.choice(VirtualFunction.LinkState.named)
        },
        Word("node_guid") { words, target throws(CommandFailure) in target.function.nodeGUID = try words.guid() },
        Word("port_guid") { words, target throws(CommandFailure) in target.function.portGUID = try words.guid() },
    ])

    /// Whether the present limits must be known, since the kernel takes both at once.
    var needsPresentRates: Bool { (minimumRate == nil) != (maximumRate == nil) }

    /// The change with both limits.
    ///
    /// - Parameter present: the functions of the card as they are.
    func completed(by present: [VirtualFunction]) -> VirtualFunction {
        var function = function
        guard minimumRate != nil || maximumRate != nil else { return function }
        let rates = present.first { $0.number == function.number }?.rates
        function.rates = VirtualFunction.Rates(
            minimum: minimumRate ?? rates?.minimum ?? 0, maximum: maximumRate ?? rates?.maximum ?? 0)
        return function
    }
}

extension [VirtualFunctionWords] {
    /// The changes as they are sent.
    func resolved(of present: Link, _ session: inout RouteSession) throws(CommandFailure) -> [VirtualFunction] {
        var functions: [VirtualFunction] = []
        if contains(where: \.needsPresentRates) {
            let index = present.index
            let link = try session.ask { (socket) throws(NetlinkError) in
                try socket.link(.index(index), virtualFunctions: true)
            }
            functions = link?.virtualFunctions ?? []
        }
        return map { $0.completed(by: functions) }
    }
}

extension WordParser {
    /// Eight bytes, as InfiniBand's devices have for a name: `00:11:22:33:44:55:66:77`.
    fileprivate mutating func guid() throws(CommandFailure) -> UInt64 {
        let address = try linkLayerAddress()
        guard address.count == 8 else { throw badValue("'\(address)' has \(address.count) bytes, not 8") }
        return address.bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
