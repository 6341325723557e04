// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// What hangs below what in a tree of namespaces.
enum NamespaceRelation: String, CaseIterable, Sendable {
    /// The processes: a namespace hangs below one whose lowest process is an ancestor of its own.
    case process
    /// The owning user namespaces.
    case owner
    /// The parents, which namespaces of processes and of users have.
    case parent
}

/// Namespaces as they hang below each other.
struct NamespaceTree {
    /// The namespaces, by inode.
    let namespaces: [ScannedNamespace]
    /// Those that hang below no other, as positions.
    private(set) var roots: [Int] = []
    /// What hangs below each.
    private(set) var children: [Int: [Int]] = [:]
    /// Whether anything hangs below anything, as far as was asked.
    let isDrawn: Bool

    /// - Parameters:
    ///   - relation: nil lets nothing hang.
    ///   - scan: where relations go on over namespaces that are not shown.
    init(of namespaces: [ScannedNamespace], by relation: NamespaceRelation?, in scan: NamespaceScan) {
        self.namespaces = namespaces
        isDrawn = relation != nil
        let positions = Dictionary(
            namespaces.enumerated().map { ($1.inode, $0) }, uniquingKeysWith: { first, _ in first })
        var ancestry = Ancestry(of: namespaces)
        for position in namespaces.indices {
            let above: Int? =
                switch relation {
                case nil: nil
                case .process: ancestry.parent(of: position)
                case .owner: nearest(above: namespaces[position], \.owner, positions, scan)
                case .parent: nearest(above: namespaces[position], \.parent, positions, scan)
                }
            if let above { children[above, default: []].append(position) } else { roots.append(position) }
        }
    }

    /// All positions from top to bottom, each with what is drawn before it.
    var lines: [(position: Int, drawing: String)] {
        var lines: [(position: Int, drawing: String)] = []
        func add(_ position: Int, _ drawing: String, _ below: String) {
            lines.append((position, drawing))
            let children = children[position] ?? []
            for (index, child) in children.enumerated() {
                let isLast = index == children.count - 1
                add(child, below + (isLast ? "└─" : "├─"), below + (isLast ? "  " : "│ "))
            }
        }
        for root in roots { add(root, "", "") }
        return lines
    }
}

private func nearest(
    above namespace: ScannedNamespace, _ relation: KeyPath<ScannedNamespace, UInt64?>, _ positions: [UInt64: Int],
    _ scan: NamespaceScan
) -> Int? {
    var next = namespace[keyPath: relation]
    // There are at most 32 levels. Source: user_namespaces(7), pid_namespaces(7).
    for _ in 0..<64 {
        guard let inode = next else { return nil }
        if let position = positions[inode] { return position }
        next = scan[inode]?[keyPath: relation]
    }
    return nil
}

/// Finds the namespace of the nearest ancestor of a namespace's lowest process.
private struct Ancestry {
    private let namespaces: [ScannedNamespace]
    private var positions: [Int32: [Int]] = [:]
    private var parents: [Int32: Int32] = [:]

    init(of namespaces: [ScannedNamespace]) {
        self.namespaces = namespaces
        for (position, namespace) in namespaces.enumerated() {
            guard let process = namespace.lowestProcess else { continue }
            positions[process.processID, default: []].append(position)
            parents[process.processID] = process.parent
        }
    }

    /// Of several that the ancestor is in, the one next above in the list, as with lsns(8).
    mutating func parent(of position: Int) -> Int? {
        var next = namespaces[position].lowestProcess?.parent ?? 0
        // A number that was used again meanwhile could lead around in a circle.
        for _ in 0..<4096 where next > 0 {
            if let found = positions[next] { return found.last { $0 < position } ?? found.first }
            if parents[next] == nil { parents[next] = (try? ProcessTable())?.parent(of: next) ?? 0 }
            next = parents[next] ?? 0
        }
        return nil
    }
}
