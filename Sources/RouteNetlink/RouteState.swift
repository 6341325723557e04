// SPDX-License-Identifier: Apache-2.0

public import Addressing

/// What became of an object.
public struct RouteChange: Sendable {
    /// What became of it.
    public enum Kind: String, Sendable {
        case add, change, delete
    }

    /// What became of it.
    public var kind: Kind
    /// The object as it is now, or was last.
    public var object: RouteObject
}

/// The objects of one namespace, as far as events and dumps have told of them.
///
/// Events alone say neither whether an object is new nor what was lost between them: this knows what was told before.
public struct RouteState: Sendable {
    private typealias Table = [RouteObjectPlace: [RouteObject]]
    private var tables: [RouteObject.Kind: Table] = [:]

    /// Nothing is known.
    public init() {}

    /// The link with this number.
    public func link(_ index: Int32) -> Link? {
        guard case .link(let link) = tables[.link]?[.link(index)]?.first else { return nil }
        return link
    }

    /// Takes in an event.
    ///
    /// - Parameter isOld: whether the event may be older than what is known, or follow others that were lost: it comes
    ///   from a queue that was filling while a dump was read, or that has overflowed.
    /// - Returns: what it means; nil when it tells nothing new.
    public mutating func apply(_ event: RouteEvent, isOld: Bool = false) -> RouteChange? {
        let object = event.object
        return event.isDeletion
            ? tables[object.kind, default: [:]].remove(object, isOld: isOld)
            : tables[object.kind, default: [:]].set(object, replaces: event.isReplacement, isOld: isOld)
    }

    /// Takes in all objects of a kind, and finds what has changed.
    ///
    /// - Parameter family: the family whose objects they are; nil for all.
    /// - Returns: what has gone, then what has come or changed, in the order of `objects`.
    public mutating func update(
        _ kind: RouteObject.Kind, family: AddressFamily? = nil, to objects: [RouteObject]
    ) -> [RouteChange] {
        let known = tables[kind] ?? [:]
        var table = family == nil ? [:] : known.filter { $0.value.first?.family != family }
        var changes: [RouteChange] = []
        for object in objects {
            table[object.place, default: []].append(object)
            guard let old = known[object.place]?.first(where: object.isSame) else {
                changes.append(RouteChange(kind: .add, object: object))
                continue
            }
            if !object.hasContents(of: old) { changes.append(RouteChange(kind: .change, object: object)) }
        }
        let gone = known.flatMap { place, olds in
            olds.filter { old in !(table[place]?.contains(where: old.isSame) ?? false) }
        }
        tables[kind] = table
        return gone.map { RouteChange(kind: .delete, object: $0) } + changes
    }
}

extension [RouteObjectPlace: [RouteObject]] {
    fileprivate mutating func set(_ object: RouteObject, replaces: Bool, isOld: Bool) -> RouteChange? {
        var objects = self[object.place] ?? []
        defer { self[object.place] = objects }
        // The first one is the one that the kernel replaces.
        let position = objects.firstIndex(where: object.isSame) ?? (replaces ? objects.indices.first : nil)
        guard let position else {
            objects.append(object)
            return RouteChange(kind: .add, object: object)
        }
        defer { objects[position] = object }
        return isOld && object.hasContents(of: objects[position]) ? nil : RouteChange(kind: .change, object: object)
    }

    fileprivate mutating func remove(_ object: RouteObject, isOld: Bool) -> RouteChange? {
        var objects = self[object.place] ?? []
        guard let position = objects.firstIndex(where: object.isSame) else {
            return isOld ? nil : RouteChange(kind: .delete, object: object)
        }
        if let rest = objects[position].without(object) {
            objects[position] = rest
        } else {
            objects.remove(at: position)
        }
        self[object.place] = objects.isEmpty ? nil : objects
        return RouteChange(kind: .delete, object: object)
    }
}

extension RouteObject {
    /// What is left of a route when one of its next hops goes; nil when nothing is.
    fileprivate func without(_ gone: RouteObject) -> RouteObject? {
        guard case .route(var route) = self, case .route(let gone) = gone, gone.nextHops.isEmpty else { return nil }
        route.nextHops.removeAll { $0.gateway == gone.gateway && $0.outputInterface == gone.outputInterface }
        return route.nextHops.isEmpty ? nil : .route(route)
    }
}
