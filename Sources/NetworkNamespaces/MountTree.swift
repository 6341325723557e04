// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// A file as its file system knows it, whatever mount it is seen through: the same one in two
/// mount namespaces is the same place.
struct MountPlace: Hashable {
    /// The file system, `major:minor`.
    var device: String
    /// The path inside the file system.
    var path: FilePath

    /// A file in the directory that is at this place.
    func appending(_ name: NamespaceName) -> MountPlace {
        MountPlace(device: device, path: path.appending(name: name.bytes))
    }
}

/// A mount table, read as paths are resolved: mounts that others hide are not found by path.
///
/// Source: proc_pid_mountinfo(5). Paths are absolute and hold no symbolic links.
struct MountTree {
    let entries: [MountEntry]
    private var byNumber: [Int: MountEntry] = [:]
    private var covers: [Cover: MountEntry] = [:]

    /// A mount sits on a path of another one.
    private struct Cover: Hashable {
        var parent: Int
        var path: FilePath
    }

    init(_ entries: [MountEntry]) {
        self.entries = entries
        for entry in entries {
            byNumber[entry.id] = entry
            covers[Cover(parent: entry.parent, path: entry.target)] = entry
        }
    }

    /// The mount that a path leads to; nil when the table does not tell.
    func mount(for path: FilePath) -> MountEntry? {
        // The root's own parent is out of sight, or itself.
        var mount = entries.first { $0.target == "/" && ($0.parent == $0.id || byNumber[$0.parent] == nil) }
        var prefix: FilePath = "/"
        mount = mount.map { top(of: $0, at: "/") }
        for component in path.components {
            prefix.append(component)
            if let lower = mount ?? entries.first(where: { $0.target == prefix }) { mount = top(of: lower, at: prefix) }
        }
        return mount
    }

    /// The mounts that are stacked on a path seen through `base`, the lowest first.
    func stack(on path: FilePath, over base: MountEntry) -> [MountEntry] {
        var stack: [MountEntry] = []
        var parent = base.id
        while let next = covers[Cover(parent: parent, path: path)], next.id != parent, stack.count < entries.count {
            stack.append(next)
            parent = next.id
        }
        return stack
    }

    private func top(of mount: MountEntry, at path: FilePath) -> MountEntry {
        stack(on: path, over: mount).last ?? mount
    }

    /// The place that a path leads to.
    func place(of path: FilePath) -> MountPlace? {
        mount(for: path).map { place(of: path, in: $0) }
    }

    /// The place that a mount covers; nil when the mount that it sits on is out of sight.
    func placeCovered(by entry: MountEntry) -> MountPlace? {
        guard let parent = byNumber[entry.parent], parent.id != entry.id else { return nil }
        return place(of: entry.target, in: parent)
    }

    private func place(of path: FilePath, in mount: MountEntry) -> MountPlace {
        let inside = path.components.dropFirst(mount.target.components.count)
        return MountPlace(device: mount.device, path: mount.root.appending(inside))
    }

    /// The mounts that share their events with `mount`, itself among them.
    func peers(of mount: MountEntry) -> [MountEntry] {
        guard let group = mount.peerGroup else { return [mount] }
        return entries.filter { $0.peerGroup == group }
    }

    /// The mounts that sit directly on `mount`.
    func children(of mount: MountEntry) -> [MountEntry] {
        entries.filter { $0.parent == mount.id && $0.id != mount.id }
    }
}
