// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// The directories in which containerd's shims keep what they run: `STATE/io.containerd.runtime.v2.task/NAMESPACE/ID`,
/// each with the number of the first process and the bundle's config.json.
///
/// They are readable without a conversation with containerd, and stay when it is restarted.
struct ContainerdTasks {
    /// One of them.
    struct Task {
        var namespace: String
        var id: String
        var configuration: OCIConfiguration
        var process: ProcessIdentity?
    }

    let state: FilePath

    var path: FilePath { state.appending("io.containerd.runtime.v2.task") }

    func tasks(of source: some ContainerDirectory) throws(ContainerFault) -> [Task] {
        var tasks: [Task] = []
        for namespace in try source.entries(of: path) where namespace.isDirectory {
            let directory = path.appending(name: namespace.bytes)
            for entry in try source.entries(of: directory) where entry.isDirectory {
                let bundle = directory.appending(name: entry.bytes)
                guard let configuration = OCIConfiguration(at: bundle.appending("config.json")) else { continue }
                // A task that has ended stays until somebody deletes it.
                let process = process(inFile: bundle.appending("init.pid")).flatMap {
                    configuration.isPlausible($0) ? $0 : nil
                }
                tasks.append(
                    Task(namespace: namespace.name, id: entry.name, configuration: configuration, process: process))
            }
        }
        return tasks
    }
}

/// What containerd runs, by namespace and id, or by the name that nerdctl gave.
struct ContainerdSource: ContainerDirectory {
    let runtime = ContainerRuntime.containerd
    private let tasks: ContainerdTasks

    init(state: FilePath) { tasks = ContainerdTasks(state: state) }

    var path: FilePath { tasks.path }

    func containers() throws(ContainerFault) -> [Container] {
        try tasks.tasks(of: self).map { task in
            Container(
                runtime, id: task.id, name: task.configuration.annotation("nerdctl/name"), scope: task.namespace,
                process: task.process)
        }
    }
}

/// The pods of Kubernetes that containerd runs. Source: the annotations `io.kubernetes.cri.…` of its CRI plugin.
struct PodSource: ContainerDirectory {
    let runtime = ContainerRuntime.cri
    private let tasks: ContainerdTasks

    init(state: FilePath) { tasks = ContainerdTasks(state: state) }

    var path: FilePath { tasks.path }

    func containers() throws(ContainerFault) -> [Container] {
        try tasks.tasks(of: self).compactMap { task in
            guard task.configuration.annotation("io.kubernetes.cri.container-type") == "sandbox" else { return nil }
            return Container(
                runtime, id: task.id, name: task.configuration.annotation("io.kubernetes.cri.sandbox-name"),
                scope: task.configuration.annotation("io.kubernetes.cri.sandbox-namespace"), process: task.process)
        }
    }
}
