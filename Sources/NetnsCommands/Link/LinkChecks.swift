// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import RouteNetlink

/// What the kernel refuses without saying why, so that it is said here.
extension LinkWords {
    /// Checks a link that is to be made, and its peer.
    func checkCreation(
        _ name: InterfaceName?, peerName: InterfaceName?, _ parser: WordParser
    ) throws(CommandFailure) {
        if peer.first?.spec.isUp == true, peerName == nil { throw parser.usage("a peer that is to be up needs a name") }
        guard targetNamespaceID == nil || namespace == nil else {
            throw parser.usage("'netns' and 'target-nsid' exclude each other")
        }
        if let peer = peer.first {
            // What the kernel would pass over.
            guard peer.lowerNamespace == nil, peer.lower == nil, peer.targetNamespaceID == nil else {
                throw parser.usage("a peer takes no 'link', 'link-netns', 'link-netnsid' or 'target-nsid'")
            }
        }
        if let peer = peer.first, let name, name == peerName, !name.isTemplate, namespace == peer.namespace,
            targetNamespaceID == nil
        {
            throw parser.usage("a link and its peer in the same namespace can't both be called '\(name)'")
        }
        for end in [self] + peer {
            try end.checkHardwareAddress(kind: spec.kind, parser)
            if spec.kind == VethOptions.kind, let mtu = end.spec.mtu, !VethOptions.mtuRange.contains(mtu) {
                let range = VethOptions.mtuRange
                throw parser.usage("the MTU of a veth is from \(range.lowerBound) to \(range.upperBound), not \(mtu)")
            }
        }
    }

    private func checkHardwareAddress(kind: String?, _ parser: WordParser) throws(CommandFailure) {
        guard kind == VethOptions.kind || kind == BridgeOptions.kind, let address = spec.address else { return }
        guard let address = MACAddress(address) else {
            throw parser.usage("the hardware address '\(address)' has \(address.count) bytes, not 6")
        }
        guard address.isAssignable else {
            let flaw = address == .zero ? "zero" : "a group's"
            throw parser.usage("no link can have the hardware address '\(address)': it is \(flaw)")
        }
    }

    /// Checks what is to be changed of a link that is there.
    func checkChange(of present: Link, _ session: borrowing RouteSession, _ parser: WordParser) throws(CommandFailure) {
        if let address = spec.address, let old = present.address, address.count != old.count {
            throw parser.usage(
                "the hardware address '\(address)' has \(address.count) bytes, that of '\(present.name)' has "
                    + "\(old.count)")
        }
        if let kind = spec.kind, kind != present.kind {
            throw present.refusal(
                to: "change", session,
                "it is of kind \(quoted(present.kind ?? present.hardwareTypeName)), not \(quoted(kind))")
        }
        // A port that it becomes by the same request counts as well.
        if let portKind, portKind != present.portKind, master == nil {
            throw present.refusal(to: "change", session, "it is no port of a \(portKind)")
        }
    }
}

/// Hints at what a refusal is about, only where it is certain.
extension LinkWords {
    /// The kind that was probably meant, when the kernel has none of that name.
    var unknownKindHint: String? {
        guard let kind = spec.kind, !linkKinds.contains(kind) else { return nil }
        return suggestion(for: kind, among: linkKinds)
    }

    /// That the device which was to be the master can't be one.
    func masterHint(_ session: inout RouteSession) -> String? {
        guard let master, let device = try? session.device(master) else { return nil }
        // Hardware and the plain kinds take no ports; of others one can't be sure.
        return [nil, VethOptions.kind].contains(device.kind) ? "'\(device.name)' takes no ports" : nil
    }

    /// That the link below is missing.
    var lowerHint: String? {
        let kinds = ["ipvlan", "ipvtap", "macsec", "macvlan", "macvtap", "vlan"]
        guard let kind = spec.kind, lower == nil, kinds.contains(kind) else { return nil }
        return "a \(kind) stands on another link: 'link DEVICE'"
    }
}

extension Link {
    /// `cannot change link 'v0' in namespace 'red': …`
    func refusal(to verb: String, _ session: borrowing RouteSession, _ reason: String) -> CommandFailure {
        CommandFailure("cannot \(verb) link \(quoted(name.description))\(session.place): \(reason)")
    }
}
