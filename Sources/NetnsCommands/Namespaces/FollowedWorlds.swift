// SPDX-License-Identifier: Apache-2.0

internal import NetworkNamespaces
internal import RouteNetlink

/// The links of each namespace that is followed, as far as its events have told them.
struct FollowedWorlds {
    private var worlds: [NamespaceSelector?: LinkWorld] = [:]

    /// The links of a namespace; nil is the caller's own.
    subscript(namespace: NamespaceSelector?) -> LinkWorld { worlds[namespace] ?? LinkWorld() }

    /// Notes the links of all events before the first is told: one may be told of before another that it refers to.
    mutating func note(_ events: [ConfigurationEvent]) {
        for event in events where event.kind != .delete {
            if case .object(.link(let link)) = event.subject {
                worlds[event.namespace, default: LinkWorld()].note([link])
            }
        }
    }

    /// Forgets what has gone, once that is told.
    mutating func forget(_ event: ConfigurationEvent) {
        guard event.kind == .delete else { return }
        switch event.subject {
        case .object(.link(let link)): worlds[event.namespace]?.forget(link.index)
        case .name: worlds[event.namespace] = nil
        default: break
        }
    }
}
