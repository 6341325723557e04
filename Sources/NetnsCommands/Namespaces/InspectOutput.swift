// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import NetworkNamespaces

extension NamespaceInspection {
    /// The namespaces in lines, with lsns's columns and the owner's.
    func table(_ tree: NamespaceTree) -> Table {
        let hasNames = tree.namespaces.contains { $0.kind == .network }
        let columns =
            ["NS", "TYPE", "NPROCS", "PID", "USER", "OWNER"] + (hasNames ? ["NETNSID", "NAME"] : []) + ["COMMAND"]
        var table = Table(columns: columns, rightAligned: hasNames ? [0, 2, 3, 6] : [0, 2, 3])
        var users = UserNames()
        for (position, drawing) in tree.lines {
            let namespace = tree.namespaces[position]
            let process = namespace.lowestProcess
            var row = [
                "\(namespace.inode)", namespace.kind.rawValue, "\(namespace.processes.count)",
                process.map { "\($0.processID)" } ?? "-", process.map { escaped(users.name(of: $0.user)) } ?? "-",
                namespace.ownerUser.map { escaped(users.name(of: $0)) } ?? "-",
            ]
            if hasNames {
                row.append(namespace.kind == .network ? namespace.namespaceID.map(String.init) ?? "unassigned" : "")
                row.append(namespace.names.map { escaped($0.description) }.joined(separator: ","))
            }
            table.add(row + [drawing + (process.map { escaped($0.command) } ?? "(held by \(namespace.holdersText))")])
        }
        return table
    }

    /// The namespaces as JSON, with the keys and values of lsns(8) and a few more behind them.
    func write(
        _ positions: [Int], of tree: NamespaceTree, withProcesses: Bool, to json: inout JSONWriter,
        _ users: inout UserNames
    ) {
        for position in positions {
            json.beginObject()
            tree.namespaces[position].write(to: &json, &users)
            if withProcesses {
                json.key("processes")
                json.array { json in
                    for process in tree.namespaces[position].processes { json.value(process) }
                }
            }
            if let children = tree.children[position] {
                json.key("children")
                json.beginArray()
                write(children, of: tree, withProcesses: withProcesses, to: &json, &users)
                json.endArray()
            }
            json.endObject()
        }
    }
}

extension ScannedNamespace {
    /// What keeps it alive where no process does.
    fileprivate var holdersText: String {
        if !otherHolders.isEmpty { return escaped(summary(of: otherHolders)) }
        if let mount = foreignMounts.first {
            return "the mount on \(quoted(escaped(mount.path))) that process \(mount.process) sees"
        }
        guard let first = dependents.first else { return "something out of sight" }
        return "namespace \(first)" + (dependents.count > 1 ? " and \(dependents.count - 1) more" : "")
    }

    /// A path at which it can be opened now.
    private var path: String? {
        if let process = processes.first { return "/proc/\(process)/ns/\(kind.rawValue)" }
        if let mount = mounts.first { return mount }
        for holder in otherHolders {
            switch holder {
            case .thread(let process, let thread): return "/proc/\(process)/task/\(thread)/ns/\(kind.rawValue)"
            case .descriptor(let process, let number): return "/proc/\(process)/fd/\(number)"
            case .process, .mount, .name: continue
            }
        }
        return foreignMounts.first.map { "/proc/\($0.process)/root\($0.path)" }
    }

    fileprivate func write(to json: inout JSONWriter, _ users: inout UserNames) {
        json.member("ns", inode)
        json.member("type", kind.rawValue)
        json.memberOrNull("path", path)
        json.member("nprocs", processes.count)
        json.memberOrNull("pid", lowestProcess?.processID)
        json.memberOrNull("ppid", lowestProcess?.parent)
        json.memberOrNull("command", lowestProcess?.command)
        json.memberOrNull("uid", lowestProcess?.user)
        json.memberOrNull("user", lowestProcess.map { users.name(of: $0.user) })
        // A text, as lsns has it.
        json.memberOrNull("netnsid", kind == .network ? namespaceID.map(String.init) ?? "unassigned" : nil)
        json.memberOrNull("nsfs", mounts.isEmpty ? nil : mounts.joined(separator: "\n"))
        json.member("pns", parent ?? 0)
        json.member("ons", owner ?? 0)
        json.memberOrNull("owner", ownerUser)
        if kind == .network { json.member("names", names.map(\.description)) }
        json.member(
            "holders",
            array: { json in
                for holder in otherHolders { json.object { holder.write(to: &$0, withKind: true) } }
                for mount in foreignMounts {
                    json.object { json in
                        json.member("kind", "mount")
                        json.member("path", mount.path)
                        json.member("viewer", mount.process)
                    }
                }
                for dependent in dependents where processes.isEmpty && otherHolders.isEmpty {
                    json.object { json in
                        json.member("kind", "namespace")
                        json.member("ns", dependent)
                    }
                }
            })
    }
}

extension JSONWriter {
    fileprivate mutating func memberOrNull(_ name: String, _ text: String?) {
        if let text { member(name, text) } else { null(name) }
    }

    fileprivate mutating func memberOrNull(_ name: String, _ number: (some BinaryInteger)?) {
        if let number { member(name, number) } else { null(name) }
    }
}
