// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import NetworkNamespaces

/// Networks whose addresses the machine translates: elements of the table `inet netns`, known by their comments.
extension LabSite {
    /// `lab:NAME/SEGMENT`
    private func owner(of segment: String) -> String { "lab:\(lab)/\(segment)" }

    /// Reads what the machine translates for the lab. What is wanted and does not work counts as missing.
    func readMasquerades(
        _ state: inout NodeState, _ session: NodeSession, _ desired: NodeState?
    ) throws(TranslationError) {
        guard session.name == LabState.host else { return }
        let start = owner(of: "")
        let (all, effective) = try session.withTranslation { (translation) throws(TranslationError) in
            let all = try translation.translations().filter { $0.owner.hasPrefix(start) }
            return (all, all.isEmpty ? [] : Set(try translation.effectiveTranslations()))
        }
        for one in all {
            guard case .masquerade(let subnet, by: let device) = one.kind else { continue }
            let masquerade = MasqueradeState(
                subnet, by: device, segment: String(one.owner.dropFirst(start.count)))
            if desired?.masquerades.contains(masquerade) == true, !effective.contains(one) { continue }
            state.masquerades.insert(masquerade)
        }
    }

    /// Sets up and removes what a node translates, all at once or nothing.
    func carryOutMasquerades(_ changes: [LabChange], of node: String) throws(LabFailure) {
        var (added, removed): ([Translation], [Translation]) = ([], [])
        for change in changes {
            switch change {
            case .addMasquerade(_, let masquerade): added.append(translation(masquerade))
            case .deleteMasquerade(_, let masquerade): removed.append(translation(masquerade))
            default: continue
            }
        }
        guard let session = try session(node) else { return }
        do throws(TranslationError) {
            try session.withTranslation { (translation) throws(TranslationError) in
                try translation.remove(removed)
                try translation.add(added)
            }
        } catch {
            let change = changes.first { change in
                switch (change, error) {
                case (.addMasquerade(_, let masquerade), .taken(let refused, by: _)),
                    (.addMasquerade(_, let masquerade), .refused(let refused?, _)):
                    translation(masquerade) == refused
                default: false
                }
            }
            throw LabFailure((change ?? changes[0]).title, error, change: change ?? changes[0])
        }
    }

    private func translation(_ masquerade: MasqueradeState) -> Translation {
        Translation(.masquerade(masquerade.subnet, by: masquerade.device), owner: owner(of: masquerade.segment))
    }
}
