// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import NFTables
internal import Netlink
internal import SystemPackage

/// What the table `inet netns` holds at one time.
struct TranslationState {
    /// When that was.
    var generation: UInt32 = 0
    /// Whether there is a table.
    var isThere = false
    /// What was before the table.
    var record = Forwarding.Record()
    /// Its chains.
    var chains: [String: Chain] = [:]
    /// The names of its sets.
    var sets: Set<String> = []
    /// What is masqueraded, by whom.
    var masqueraded: [Translation] = []
    /// The networks of published ports.
    var publishedNetworks: Set<IPPrefix> = []
    /// What is published, by whom; where it was asked for.
    var ports: [Translation] = []

    /// All that is known.
    var translations: [Translation] { masqueraded + ports }
}

extension NFTablesSocket {
    /// - Parameter listsPorts: whether the published ports are read as well.
    mutating func translationState(listsPorts: Bool) throws(NetlinkError) -> TranslationState {
        var state = TranslationState()
        // What is read afterwards is of this generation or a later one: a change made in between is noticed.
        state.generation = try generation()
        let reference = TranslationTable.reference
        guard let table = try table(reference) else { return state }
        state.isThere = true
        state.record = Forwarding.Record(table.comment ?? "")
        for chain in try chains(of: reference) { state.chains[chain.name] = chain }
        state.sets = Set(try setNames(of: reference))
        for family in AddressFamily.allCases {
            let name = TranslationTable.inside(family).name
            let inside = state.sets.contains(name) ? try elements(of: name, in: reference) : []
            for (subnet, owner) in try prefixes(of: TranslationTable.masqueraded(family), state) {
                let device = inside.lazy.compactMap { TranslationTable.device($0, of: subnet) }.first
                state.masqueraded.append(Translation(.masquerade(subnet, by: device), owner: owner))
            }
            for (network, _) in try prefixes(of: TranslationTable.published(family), state) {
                state.publishedNetworks.insert(network)
            }
            guard listsPorts else { continue }
            for (set, hasAddress) in [
                (TranslationTable.ports(family), false), (TranslationTable.addressPorts(family), true),
            ] where state.sets.contains(set.name) {
                for element in try elements(of: set.name, in: reference) {
                    guard var port = TranslationTable.port(element, family, hasAddress: hasAddress) else { continue }
                    if let network = state.publishedNetworks.first(where: { $0.contains(port.target) }) {
                        port.network = network
                    }
                    state.ports.append(Translation(.publication(port), owner: element.comment ?? ""))
                }
            }
        }
        return state
    }

    private mutating func prefixes(
        of set: NamedSet, _ state: TranslationState
    ) throws(NetlinkError) -> [(IPPrefix, String)] {
        guard state.sets.contains(set.name) else { return [] }
        return try elements(of: set.name, in: TranslationTable.reference).prefixes.compactMap { element in
            IPAddress(bytes: element.prefix).flatMap { IPPrefix($0, length: element.length) }.map {
                ($0, element.comment ?? "")
            }
        }
    }
}

extension TranslationState {
    /// Whether the rules of a translation are all there.
    func isWhole(_ translation: Translation) -> Bool {
        switch translation.kind {
        case .masquerade: isWhole(TranslationTable.masquerading)
        case .publication: isWhole(TranslationTable.publishing)
        }
    }

    private func isWhole(_ part: TranslationTable.Part) -> Bool {
        part.sets.allSatisfy { sets.contains($0.name) }
            && part.chains.allSatisfy { chains[$0.chain.name]?.useCount == $0.useCount }
    }

    // MARK: Adding

    /// What adds translations.
    struct Addition {
        var transaction = TableTransaction(TranslationTable.reference)
        /// The translation that each change is about, where it is about one.
        var subjects: [Int: Translation] = [:]
    }

    /// - Parameter record: what there is before there is a table.
    /// - Throws: `.taken` for what is known to be in the way.
    func addition(
        of new: [Translation], _ record: Forwarding.Record
    ) throws(TranslationError) -> Addition {
        var addition = Addition()
        if !isThere { addition.transaction.changes.append(.addTable(comment: record.text)) }
        let kinds = Set(new.map { if case .masquerade = $0.kind { 0 } else { 1 } })
        if kinds.contains(0) { mend(TranslationTable.masquerading, &addition.transaction) }
        if kinds.contains(1) { mend(TranslationTable.publishing, &addition.transaction) }
        var (known, networks) = (translations, publishedNetworks)
        for translation in new where !known.contains(where: { $0.isSame(as: translation) }) {
            if let other = known.first(where: { $0.isInTheWay(of: translation) }) {
                throw .taken(translation, by: other)
            }
            known.append(translation)
            addition.add(translation, &networks)
        }
        return addition
    }

    /// Makes what is missing of a part. Where somebody has taken rules away, or put some in, all are made anew.
    private func mend(_ part: TranslationTable.Part, _ transaction: inout TableTransaction) {
        for set in part.sets where !sets.contains(set.name) { transaction.changes.append(.addSet(set)) }
        if part.chains.allSatisfy({ chains[$0.chain.name]?.useCount == $0.useCount }) { return }
        // What leads to another chain goes before it, and comes after it.
        for layout in part.chains.reversed() where chains[layout.chain.name] != nil {
            transaction.changes.append(.deleteRules(chain: layout.chain.name))
        }
        for layout in part.chains {
            if chains[layout.chain.name] == nil { transaction.changes.append(.addChain(layout.chain)) }
            transaction.changes += layout.rules.map { .addRule($0) }
        }
    }

    // MARK: Removing

    /// What removes translations.
    struct Removal {
        var transaction = TableTransaction(TranslationTable.reference)
        /// Whether nothing is left, and the table goes.
        var isLast = false
    }

    /// nil when there is nothing to remove.
    func removal(where isUnwanted: (Translation) -> Bool) -> Removal? {
        let unwanted = translations.filter(isUnwanted)
        let wanted = translations.filter { !isUnwanted($0) }
        guard isThere, !unwanted.isEmpty || wanted.isEmpty else { return nil }
        var removal = Removal()
        if wanted.isEmpty {
            removal.isLast = true
            removal.transaction.changes = [.deleteTable]
            return removal
        }
        for translation in unwanted {
            switch translation.kind {
            case .masquerade(let subnet, by: let device):
                removal.transaction.changes.append(
                    .deleteElements(
                        subnet.elements(owner: nil), set: TranslationTable.masqueraded(subnet.family).name))
                guard let device else { continue }
                removal.transaction.changes.append(
                    .deleteElements(
                        [TranslationTable.element(subnet, by: device, owner: nil)],
                        set: TranslationTable.inside(subnet.family).name))
            case .publication(let port):
                var (set, element) = TranslationTable.element(port, owner: "")
                element.comment = nil
                removal.transaction.changes.append(.deleteElements([element], set: set))
            }
        }
        for network in publishedNetworks.sorted() where !wanted.contains(where: { $0.isPublished(in: network) }) {
            removal.transaction.changes.append(
                .deleteElements(network.elements(owner: nil), set: TranslationTable.published(network.family).name))
        }
        return removal
    }
}

extension TranslationState.Addition {
    fileprivate mutating func add(_ translation: Translation, _ networks: inout Set<IPPrefix>) {
        func add(_ elements: [SetElement], _ set: String) {
            subjects[transaction.changes.count] = translation
            transaction.changes.append(.addElements(elements, set: set, mustBeNew: true))
        }
        switch translation.kind {
        case .masquerade(let subnet, by: let device):
            add(subnet.elements(owner: translation.owner), TranslationTable.masqueraded(subnet.family).name)
            guard let device else { return }
            add(
                [TranslationTable.element(subnet, by: device, owner: translation.owner)],
                TranslationTable.inside(subnet.family).name)
        case .publication(let port):
            let (set, element) = TranslationTable.element(port, owner: translation.owner)
            add([element], set)
            // One that is in a larger one is looked up by that.
            guard !networks.contains(where: { $0.contains(port.network) }) else { return }
            networks.insert(port.network)
            add(port.network.elements(owner: nil), TranslationTable.published(port.network.family).name)
        }
    }
}

extension Translation {
    /// Whether it does the same for the same owner, whatever network a port is in.
    fileprivate func isSame(as other: Translation) -> Bool {
        guard owner == other.owner else { return false }
        switch (kind, other.kind) {
        case (.masquerade(let left, by: let near), .masquerade(let right, by: let far)):
            return left.network == right.network && near == far
        case (.publication(var left), .publication(let right)):
            left.network = right.network
            return left == right
        default: return false
        }
    }

    /// Whether there can't be both.
    fileprivate func isInTheWay(of other: Translation) -> Bool {
        switch (kind, other.kind) {
        case (.masquerade(let left, by: _), .masquerade(let right, by: _)): left.overlaps(right)
        case (.publication(let left), .publication(let right)):
            left.hostAddress == right.hostAddress && left.transport == right.transport
                && left.hostPort == right.hostPort && left.target.family == right.target.family
        default: false
        }
    }

    fileprivate func isPublished(in network: IPPrefix) -> Bool {
        if case .publication(let port) = kind { network.contains(port.target) } else { false }
    }
}
