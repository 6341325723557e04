// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink

/// Gives a device an address, changes one or takes it away.
struct AddressEdit: SharingOperation {
    enum Verb: String { case add, replace, change, delete }

    var verb: Verb
    /// The namespace by name; nil is the caller's own.
    var namespace: String?
    var words: [String]
    var sockets: SharedSockets?

    func run() throws {
        var parser = WordParser(words, verb: "address \(verb.rawValue)")
        let words = try AddressWords(&parser)
        let device = words.device
        // Everything but the device's number is known and checked before the kernel is asked.
        var address = try words.address(parser, isDeletion: verb == .delete)
        var session = try RouteSession(namespace: namespace, sockets: sockets)
        address.index = try session.index(of: device)
        try session.change { (socket) throws(NetlinkError) in
            switch verb {
            case .add: try socket.addAddress(address, displayName: device)
            case .replace: try socket.replaceAddress(address, displayName: device)
            case .change: try socket.changeAddress(address, displayName: device)
            case .delete:
                let anyLength = !words.hasLength && address.family == .ipv4 && address.peer == nil
                try socket.deleteAddress(address, displayName: device, anyLength: anyLength)
            }
        }
    }
}
