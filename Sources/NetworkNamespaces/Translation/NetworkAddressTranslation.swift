// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem
public import NFTables
internal import Netlink
internal import SystemPackage

/// Network address translation of one namespace, by the table `inet netns`, in which no other program's rules are.
///
/// Whose a translation is stands in the comment of its element, so that it can be taken away whatever else is lost.
/// The first one makes the table and switches forwarding on; what was before stands in the table's comment, and is put
/// back with the last one, when the table goes. A change is carried out whole or not at all, and does nothing where
/// all is as wanted. Needs `CAP_NET_ADMIN` over the namespace, and to switch forwarding `CAP_SYS_ADMIN`.
///
/// After a removal, closing this takes an RCU grace period: keep it until what else there is to delete is deleted.
public struct NetworkAddressTranslation: ~Copyable {
    private var socket: NFTablesSocket
    private let namespace: NetworkNamespace
    /// How often a change is tried when others' changes come between.
    private static let attempts = 20

    /// Opens the conversation with a namespace.
    public static func open(
        in namespace: borrowing NetworkNamespace
    ) throws(TranslationError) -> NetworkAddressTranslation {
        let socket: NFTablesSocket
        do throws(NetlinkError) { socket = try .open(in: namespace.descriptor) } catch { throw .unreadable(error) }
        return try NetworkAddressTranslation(socket)
    }

    /// Takes over a conversation.
    public init(_ socket: consuming NFTablesSocket) throws(TranslationError) {
        namespace = try Self.namespace(of: socket)
        self.socket = socket
    }

    private static func namespace(of socket: borrowing NFTablesSocket) throws(TranslationError) -> NetworkNamespace {
        let descriptor: OwnedDescriptor
        do throws(NetlinkError) { descriptor = try socket.socket.openNamespace() } catch { throw .unreadable(error) }
        do throws(NamespaceError) { return try NetworkNamespace(descriptor, shownAs: "namespace") } catch {
            throw .namespace(error)
        }
    }

    // MARK: What there is

    /// All translations of the namespace, whosever they are. Those whose rules are not whole any more, or whose
    /// family is not passed on, are left out: they do nothing, and `add` mends them.
    public mutating func effectiveTranslations() throws(TranslationError) -> [Translation] {
        let state: TranslationState
        do throws(NetlinkError) { state = try socket.translationState(listsPorts: true) } catch {
            // Without nf_tables there are none.
            if isMissing(error.errno) { return [] }
            throw .unreadable(error)
        }
        var families: Set<AddressFamily> = []
        if !state.translations.isEmpty {
            do throws(SysctlError) {
                for family in AddressFamily.allCases where try Forwarding.isOn(family, in: namespace) {
                    families.insert(family)
                }
            } catch { throw .forwarding(error) }
        }
        return state.translations.filter { state.isWhole($0) && families.contains($0.family) }
    }

    /// All translations of the namespace, whosever they are, and also where their rules are not whole any more.
    public mutating func translations() throws(TranslationError) -> [Translation] {
        do throws(NetlinkError) { return try socket.translationState(listsPorts: true).translations } catch {
            if isMissing(error.errno) { return [] }
            throw .unreadable(error)
        }
    }

    // MARK: Changes

    /// Keeps others of this program from changing the same namespace at the same time, so that they need not try
    /// again, and switch forwarding in turn. Somebody who holds it for long keeps nobody waiting: a change that
    /// another came before is refused by the kernel.
    private func lock() -> FileLock? {
        try? FileLock(exclusiveOn: "/proc/self/fd/\(namespace.descriptor.rawValue)", timeLimit: .seconds(2))
    }

    /// Masquerades what a network sends out. One owner's networks and another's don't overlap.
    ///
    /// - Parameter device: the one that leads to the network.
    public mutating func masquerade(
        _ subnet: IPPrefix, by device: InterfaceName, owner: String
    ) throws(TranslationError) {
        try add([Translation(.masquerade(subnet, by: device), owner: owner)])
    }

    /// Publishes a port.
    ///
    /// For connections from the machine itself to 127.0.0.1 the device that leads to the target needs the parameter
    /// `route_localnet`, and for those of the target to itself the bridge's port hairpin mode.
    public mutating func publish(_ port: PublishedPort, owner: String) throws(TranslationError) {
        try add([Translation(.publication(port), owner: owner)])
    }

    /// Sets up translations, all or none. What is there already for the same owner stays.
    ///
    /// - Throws: `.taken` where another is in the way.
    public mutating func add(_ translations: [Translation]) throws(TranslationError) {
        guard !translations.isEmpty else { return }
        let lock = lock()
        defer { withExtendedLifetime(lock) {} }
        // Published ports are not looked at beforehand, for there may be many: the kernel says which is taken.
        var listsPorts = false
        for _ in 0..<Self.attempts {
            let state: TranslationState
            do throws(NetlinkError) { state = try socket.translationState(listsPorts: listsPorts) } catch {
                throw .unreadable(error)
            }
            let record: Forwarding.Record
            do throws(SysctlError) {
                record = state.isThere ? Forwarding.Record() : try Forwarding.record(of: namespace)
            } catch { throw .forwarding(error) }
            let addition = try state.addition(of: translations, record)
            do throws(TableTransactionError) {
                try socket.commit(addition.transaction, generation: state.generation)
            } catch {
                switch error {
                case .outdated: continue
                case .refused(let refusals):
                    if !listsPorts, refusals.contains(where: { $0.error.errno == .fileExists }) {
                        listsPorts = true
                        continue
                    }
                    throw .refused(refusals.first.flatMap { addition.subjects[$0.change] }, error)
                case .netlink: throw .refused(nil, error)
                }
            }
            do throws(SysctlError) {
                for family in Set(translations.map(\.family)) { try Forwarding.switchOn(family, in: namespace) }
            } catch { throw .forwarding(error) }
            return
        }
        throw .interfered
    }

    /// Removes translations that are there, all or none; the others are gone already.
    public mutating func remove(_ translations: [Translation]) throws(TranslationError) {
        let unwanted = Set(translations)
        try removeAll { unwanted.contains($0) || unwanted.contains($0.withoutNetwork) }
    }

    /// Removes all translations of an owner.
    public mutating func removeAll(of owner: String) throws(TranslationError) {
        try removeAll { $0.owner == owner }
    }

    /// Removes all translations that fulfil a condition, all or none.
    public mutating func removeAll(where isUnwanted: (Translation) -> Bool) throws(TranslationError) {
        let lock = lock()
        defer { withExtendedLifetime(lock) {} }
        var wasRestored = false
        for _ in 0..<Self.attempts {
            let state: TranslationState
            do throws(NetlinkError) { state = try socket.translationState(listsPorts: true) } catch {
                if isMissing(error.errno) { return }
                throw .unreadable(error)
            }
            guard let removal = state.removal(where: isUnwanted) else { return }
            do throws(SysctlError) {
                // While the table is there, what was before is known, also after an interruption.
                if removal.isLast { try Forwarding.restore(state.record, in: namespace) }
                if wasRestored, !removal.isLast {
                    for family in Set(state.translations.map(\.family)) {
                        try Forwarding.switchOn(family, in: namespace)
                    }
                }
                wasRestored = removal.isLast
            } catch { throw .forwarding(error) }
            do throws(TableTransactionError) {
                try socket.commit(removal.transaction, generation: state.generation)
                return
            } catch { if error != .outdated { throw .refused(nil, error) } }
        }
        throw .interfered
    }
}

extension Translation {
    /// The same as it is listed where the network is not known.
    fileprivate var withoutNetwork: Translation {
        guard case .publication(var port) = kind else { return self }
        port.network = IPPrefix(host: port.target)
        return Translation(.publication(port), owner: owner)
    }
}
