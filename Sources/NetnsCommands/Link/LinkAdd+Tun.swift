// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import NetworkNamespaces
internal import RouteNetlink
internal import SystemPackage

extension LinkAdd {
    /// Makes a device of /dev/net/tun, for netlink makes none; what the words say beside the kind is a change of it.
    func addTun(_ link: LinkWords, _ name: InterfaceName?, _ parser: WordParser) throws {
        guard let name, !name.isTemplate else { throw parser.usage("a tun needs a name of its own") }
        guard link.lower == nil, link.spec.index == nil, link.spec.transmitQueues == nil, link.spec.receiveQueues == nil
        else { throw parser.usage("a tun takes no 'link', 'index', 'numtxqueues' or 'numrxqueues'") }
        guard link.lowerNamespace == nil, link.targetNamespaceID == nil, link.spec.parentDeviceName == nil else {
            throw parser.usage("a tun takes no 'link-netns', 'link-netnsid', 'target-nsid' or 'parentdev'")
        }
        let pending = try link.kindOptions?.resolved { (name, _) throws(CommandFailure) in
            throw CommandFailure("cannot find device \(quoted(name))")
        }
        guard let options = pending as? TunOptions, options.mode != nil else {
            throw parser.usage("'mode' is missing: 'tun' for IP packets, 'tap' for Ethernet frames")
        }

        var rest = link
        (rest.spec.kindName, rest.kindOptions, rest.namespace) = (nil, nil, nil)
        var session = try link.openDestination(otherwise: namespace)
        let request = try LinkRequest(rest, peerName: nil, &session)
        let operation = "add link '\(name)'\(session.place)"
        guard !session.hasDevice(.name("\(name)")) else {
            throw CommandFailure(.kernel(KernelError(operation, .fileExists)))
        }
        try inDestination(of: link) { (descriptor) throws(CommandFailure) in
            do throws(Errno) {
                try makeTunDevice(
                    "\(name)", options.deviceFlags, owner: options.owner, group: options.group, in: descriptor)
            } catch { throw CommandFailure(.kernel(KernelError(operation, error))) }
        }
        guard parser.hasMet(anyBut: "dev", "name", "netns", "type") else { return }
        do throws(CommandFailure) {
            let index = try session.index(of: "\(name)")
            try session.ask { (socket) throws(NetlinkError) in
                try socket.change(index: index, displayName: "\(name)", request.spec)
            }
        } catch {
            // All or nothing.
            try? session.ask { (socket) throws(NetlinkError) in try socket.delete(.name("\(name)")) }
            throw error
        }
    }

    /// Hands over the namespace in which the link is to be; nil is the caller's own.
    private func inDestination(
        of link: LinkWords, _ body: (_ descriptor: Int32?) throws(CommandFailure) -> Void
    ) throws {
        if let word = link.namespace {
            let held = try HeldNamespace(word: word)
            try body(held.descriptor)
            withExtendedLifetime(held) {}
        } else if let word = namespace {
            let opened = try namespaceSelector(word).open()
            try body(opened.descriptor.rawValue)
        } else {
            try body(nil)
        }
    }
}
