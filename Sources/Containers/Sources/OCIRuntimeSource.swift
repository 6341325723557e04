// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LinuxSystem
internal import SystemPackage

/// The `--root` directory of runc or crun: a directory for each container, with its state.
///
/// Source: runc's `libcontainer/State` (`state.json`), crun's `libcrun_container_status_t` (`status`). Both note when
/// the process was started, so that its number can't pass to another unnoticed.
struct OCIRuntimeSource: ContainerDirectory {
    let runtime: ContainerRuntime
    let path: FilePath

    init(_ runtime: ContainerRuntime, _ path: FilePath) { (self.runtime, self.path) = (runtime, path) }

    func containers() throws(ContainerFault) -> [Container] {
        try entries(of: path).filter(\.isDirectory).compactMap { container(in: $0) }
    }

    private func container(in entry: DirectoryEntry) -> Container? {
        let directory = path.appending(name: entry.bytes)
        let isRunc = runtime == .runc
        guard let bytes = try? readFile(directory.appending(isRunc ? "state.json" : "status")),
            let state = try? JSON(parsing: bytes)
        else { return nil }
        let number = state[isRunc ? "init_process_pid" : "pid"]?.integer(as: Int32.self) ?? 0
        var process = runningProcess(number)
        let startTime = state[isRunc ? "init_process_start" : "process-start-time"]?.integer(as: UInt64.self) ?? 0
        if startTime != 0, process?.startTime != startTime { process = nil }
        return Container(runtime, id: state["id"]?.text ?? entry.name, process: process)
    }
}
