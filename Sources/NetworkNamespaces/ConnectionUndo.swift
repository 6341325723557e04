// SPDX-License-Identifier: Apache-2.0

internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// How to take back what was done for a connection, the last first.
struct ConnectionUndo {
    enum Action {
        /// A bridge that was made; it stays when others have joined it meanwhile.
        case bridge(Int32)
        /// The host end of a pair that was made.
        case pair(Int32)
        /// Any other request, in the bridge's or the interface's namespace.
        case outside(ErasedRequest), inside(ErasedRequest)
    }

    private var actions: [Action] = []

    /// Whether the pair is this run's.
    var hasPair: Bool { actions.contains { if case .pair = $0 { true } else { false } } }

    /// Whether the bridge is.
    var hasBridge: Bool { actions.contains { if case .bridge = $0 { true } else { false } } }

    mutating func note(_ action: Action) { actions.append(action) }

    /// Takes everything back.
    ///
    /// - Returns: what could not be, apart from what has gone by itself.
    mutating func run(_ outside: inout RouteSocket, _ inside: inout RouteSocket) -> [NamespaceError] {
        var failures: [NamespaceError] = []
        while let action = actions.popLast() {
            do throws(NetlinkError) {
                switch action {
                case .pair(let index): try outside.delete(.index(index))
                case .bridge(let index):
                    if try outside.links(LinkFilter(master: index)).isEmpty { try outside.delete(.index(index)) }
                case .outside(let request): try outside.perform([request])
                case .inside(let request): try inside.perform([request])
                }
            } catch {
                if !Self.meansGone(error.errno) { failures.append(.netlink(error)) }
            }
        }
        return failures
    }

    /// No such device, address or route.
    private static func meansGone(_ errno: Errno?) -> Bool {
        errno == .operationNotSupportedByDevice || errno == .addressNotAvailable || errno == .noSuchProcess
    }
}
