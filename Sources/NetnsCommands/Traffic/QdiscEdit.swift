// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// Where a queueing discipline stands, by the words in front of its kind.
struct QdiscWords {
    var device: String?
    var parent: TrafficHandle?
    var handle: TrafficHandle?
    var showsInvisible = false
    var sizeTable: SizeTable?
    var ingressBlock: UInt32?
    var egressBlock: UInt32?

    static let table = WordTable<QdiscWords>(
        [
            Word("dev") { words, target throws(CommandFailure) in target.device = try words.deviceName() },
            Word("handle") { words, target throws(CommandFailure) in target.handle = try words.majorHandle() },
            Word("stab") { words, target throws(CommandFailure) in target.sizeTable = try SizeTable.read(&words) },
            Word("ingress_block") { words, target throws(CommandFailure) in
                target.ingressBlock = try words.number(1...UInt32.max)
            },
            Word("egress_block") { words, target throws(CommandFailure) in
                target.egressBlock = try words.number(1...UInt32.max)
            },
        ] + placeWords)

    static let showTable = WordTable<QdiscWords>(
        [
            Word("dev") { words, target throws(CommandFailure) in target.device = try words.deviceName() },
            Word("handle") { words, target throws(CommandFailure) in target.handle = try words.majorHandle() },
            Word("ingress", "clsact") { words, target throws(CommandFailure) in
                try words.place(.ingress, in: &target.parent)
            },
            Word("invisible") { _, target throws(CommandFailure) in target.showsInvisible = true },
        ] + placeWords)

    private static var placeWords: [Word<QdiscWords>] {
        [
            Word("root") { words, target throws(CommandFailure) in try words.place(.root, in: &target.parent) },
            Word("parent") { words, target throws(CommandFailure) in
                try words.place(try words.handle(), in: &target.parent)
            },
        ]
    }
}

/// Gives a device a queueing discipline, changes one or takes it away.
struct QdiscEdit: SharingOperation {
    var verb: TrafficVerb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        let (device, draft) = try draft()
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        var spec = draft
        spec.index = try session.index(of: device)
        let kind = spec.kind
        try session.change(explaining: { Self.explained($0, kind) }) { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addQueueingDiscipline(spec, displayName: device)
            case .replace: try socket.replaceQueueingDiscipline(spec, displayName: device)
            case .change: try socket.changeQueueingDiscipline(spec, displayName: device)
            case .delete: try socket.deleteQueueingDiscipline(spec, displayName: device)
            }
        }
    }

    /// The device, and the discipline but for the device's number: all that the words say.
    func draft() throws(CommandFailure) -> (device: String, QueueingDisciplineSpec) {
        var parser = WordParser(words, verb: "qdisc \(verb.rawValue)")
        var target = QdiscWords()
        while try QdiscWords.table.read(&parser, into: &target) {}
        var spec = QueueingDisciplineSpec(index: 0)
        if let kind = parser.take() {
            if ["ingress", "clsact"].contains(kind) {
                guard target.parent ?? .ingress == .ingress else {
                    throw parser.usage("'\(kind)' has a place of its own, without 'root' and 'parent'")
                }
                (target.parent, target.handle) = (.ingress, TrafficHandle(0xffff))
            }
            // IFNAMSIZ of linux/if.h, which counts the NUL, holds for kinds too.
            guard (1...15).contains(kind.utf8.count) else {
                throw parser.usage("\(quoted(kind)) can't be a kind of qdisc: it has 1 to 15 bytes")
            }
            if verb == .delete {
                try parser.expectEnd()
                spec.kindName = kind
            } else {
                spec.options = try readQdiscOptions(kind, &parser)
                spec.kindName = kind
            }
        } else if verb != .delete {
            throw parser.usage("the kind is missing", hint: "for example 'netem delay 20ms' or 'tbf'")
        }
        (spec.parent, spec.handle) = (target.parent, target.handle)
        spec.sizeTable = target.sizeTable
        (spec.ingressBlock, spec.egressBlock) = (target.ingressBlock, target.egressBlock)
        guard let device = target.device else {
            throw parser.usage("the device is missing: 'dev DEVICE'", hint: misplacedWordHint(spec.kindName))
        }
        guard spec.parent != nil || spec.handle != nil && verb == .change else {
            throw parser.usage("the place is missing: 'root' or 'parent HANDLE'")
        }
        return (device, spec)
    }

    /// A word that was taken for the kind may be one that is misspelt.
    private func misplacedWordHint(_ kind: String?) -> String? {
        kind.flatMap { qdiscKinds.contains($0) ? nil : suggestion(for: $0, among: QdiscWords.table.names) }
    }

    /// Says what is wrong where the kernel does not.
    private static func explained(_ failure: CommandFailure, _ kind: String?) -> CommandFailure {
        var failure = failure
        switch failure.errno {
        case .noSuchFileOrDirectory:
            if let kind, !qdiscKinds.contains(kind) {
                failure.hint = suggestion(for: kind, among: qdiscKinds)
            }
        case .fileExists: failure.hint = "'netns qdisc replace' takes its place"
        default: break
        }
        return failure
    }
}
