// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// A hierarchy of control groups in which LXC's containers have theirs: `lxc.payload.NAME`, or `lxc/NAME` before LXC 4.
///
/// Source: lxc.container.conf(5), `lxc.cgroup.dir`. The first process is the one that is number 1 inside.
struct LXCSource: ContainerDirectory {
    let runtime = ContainerRuntime.lxc
    let path: FilePath

    private static let prefix = "lxc.payload."
    /// How far below the top an ordinary user's are: `user@1000.service/app.slice/run-1.scope`.
    private static let maximumDepth = 4

    init(_ path: FilePath) { self.path = path }

    var place: String { path.appending(Self.prefix + "*").text }

    /// The hierarchy is there in any case.
    var isPresent: Bool { (try? containers())?.isEmpty == false }

    func containers() throws(ContainerFault) -> [Container] {
        var containers: [Container] = []
        try search(
            path, depth: path.lastComponent?.string.hasPrefix("user-") == true ? Self.maximumDepth : 0, &containers)
        return containers
    }

    private func search(
        _ directory: FilePath, depth: Int, _ containers: inout [Container]
    ) throws(ContainerFault) {
        for entry in try entries(of: directory) where entry.isDirectory {
            let group = directory.appending(name: entry.bytes)
            if entry.name.hasPrefix(Self.prefix) {
                add(String(entry.name.dropFirst(Self.prefix.count)), group, &containers)
            } else if entry.name == "lxc" {
                for entry in try entries(of: group) where entry.isDirectory {
                    add(entry.name, group.appending(name: entry.bytes), &containers)
                }
            } else if depth > 0 {
                try search(group, depth: depth - 1, &containers)
            }
        }
    }

    /// A group without processes is left over from one that has ended.
    private func add(_ name: String, _ group: FilePath, _ containers: inout [Container]) {
        guard let process = firstProcess(in: group, depth: 3) else { return }
        containers.append(Container(runtime, id: name, process: process))
    }

    /// systemd inside moves itself into a group further down.
    private func firstProcess(in group: FilePath, depth: Int) -> ProcessIdentity? {
        let list = String(decoding: (try? readFile(group.appending("cgroup.procs"))) ?? [], as: UTF8.self)
        for line in list.split(separator: "\n") {
            guard let number = Int32(line), let process = runningProcess(number), isFirstInside(number) else {
                continue
            }
            return process
        }
        guard depth > 0 else { return nil }
        for entry in (try? directoryEntries(group)) ?? [] where entry.isDirectory {
            if let process = firstProcess(in: group.appending(name: entry.bytes), depth: depth - 1) { return process }
        }
        return nil
    }

    /// Source: proc_pid_status(5): `NSpid`, the numbers from the outermost PID namespace to the process's own.
    private func isFirstInside(_ process: Int32) -> Bool {
        guard let bytes = try? readFile("/proc/\(process)/status") else { return false }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("NSpid:") }) else { return false }
        let numbers = line.split(whereSeparator: \.isWhitespace).dropFirst()
        return numbers.count > 1 && numbers.last == "1"
    }
}
