// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import RouteNetlink

/// Which class it is, by the words in front of its kind.
struct ClassWords {
    var device: String?
    var parent: TrafficHandle?
    var handle: TrafficHandle?

    static let table = WordTable<ClassWords>([
        Word("dev") { words, target throws(CommandFailure) in target.device = try words.deviceName() },
        Word("classid") { words, target throws(CommandFailure) in
            let handle = try words.handle()
            guard handle.major != 0, handle.minor != 0, handle != .root else {
                throw words.badValue("'\(handle)' is not the handle of a class, such as '1:10'")
            }
            target.handle = handle
        },
        Word("root") { words, target throws(CommandFailure) in try words.place(.root, in: &target.parent) },
        Word("parent") { words, target throws(CommandFailure) in try words.place(try words.handle(), in: &target.parent)
        },
    ])
}

/// Makes, changes or deletes a class.
struct ClassEdit: SharingOperation {
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
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addTrafficClass(spec, displayName: device)
            case .replace: try socket.replaceTrafficClass(spec, displayName: device)
            case .change: try socket.changeTrafficClass(spec, displayName: device)
            case .delete: try socket.deleteTrafficClass(spec, displayName: device)
            }
        }
    }

    /// The device, and the class but for the device's number: all that the words say.
    func draft() throws(CommandFailure) -> (device: String, TrafficClassSpec) {
        var parser = WordParser(words, verb: "class \(verb.rawValue)")
        var target = ClassWords()
        while try ClassWords.table.read(&parser, into: &target) {}
        var spec = TrafficClassSpec(index: 0, parent: target.parent, handle: target.handle)
        if let kind = parser.next {
            guard kind == HTBOptions.kind else {
                throw parser.usage(
                    "classes of \(quoted(kind)) can't be made here: only those of 'htb'",
                    hint: suggestion(for: kind, among: ClassWords.table.names + [HTBOptions.kind]))
            }
            _ = parser.take()
            if verb == .delete {
                try parser.expectEnd()
            } else {
                let outer = parser.beginScope()
                var htb = HTBClassWords()
                try HTBClassWords.table.readAll(&parser, into: &htb)
                spec.htb = try htb.htbClass(parser)
                parser.endScope(outer)
            }
        } else if verb != .delete {
            throw parser.usage("the kind is missing", hint: "for example 'htb rate 1mbit'")
        }
        guard let device = target.device else { throw parser.usage("the device is missing: 'dev DEVICE'") }
        switch verb {
        case .add, .replace:
            guard spec.parent != nil else { throw parser.usage("the place is missing: 'parent HANDLE'") }
        case .change, .delete:
            guard spec.handle != nil else { throw parser.usage("the class is missing: 'classid HANDLE'") }
        }
        return (device, spec)
    }
}
