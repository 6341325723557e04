// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LinuxSystem
internal import SystemPackage

/// The store that podman and CRI-O share the form of: `RUNROOT/DRIVER-containers/ID/userdata` with the number of the
/// first process, the same below the graph root with what lasts, and beside those a list with the names.
///
/// Source: containers-storage.conf(5), podman-run(1) on `--pidfile`.
struct PodmanStoreReader {
    /// One container.
    struct Entry {
        var id: String
        var name: String?
        var configuration: OCIConfiguration
        var process: ProcessIdentity?
    }

    let store: ContainerPlaces.PodmanStore

    func entries(of source: some ContainerDirectory) throws(ContainerFault) -> [Entry] {
        var entries: [Entry] = []
        for driver in try source.entries(of: store.runRoot) where driver.name.hasSuffix("-containers") {
            let directory = store.runRoot.appending(name: driver.bytes)
            let lasting = store.graphRoot.appending(name: driver.bytes)
            let names = names(in: lasting)
            for container in try source.entries(of: directory) where container.isDirectory {
                let places = [directory, lasting].map { $0.appending(name: container.bytes).appending("userdata") }
                let configurations = places.lazy.compactMap { OCIConfiguration(at: $0.appending("config.json")) }
                guard let configuration = configurations.first else { continue }
                let process = process(inFile: places[0].appending("pidfile")).flatMap {
                    configuration.isPlausible($0) ? $0 : nil
                }
                entries.append(
                    Entry(
                        id: container.name, name: names[container.name], configuration: configuration,
                        process: process))
            }
        }
        return entries
    }

    /// Names by id. Those of containers that are removed when they end stand in a list of their own.
    private func names(in directory: FilePath) -> [String: String] {
        var names: [String: String] = [:]
        for list in ["containers.json", "volatile-containers.json"] {
            guard let bytes = try? readFile(directory.appending(list)), let document = try? JSON(parsing: bytes) else {
                continue
            }
            for entry in document.elements {
                guard let id = entry["id"]?.text, let name = entry["names"]?.elements.first?.text else { continue }
                names[id] = name
            }
        }
        return names
    }
}

/// The note of CRI-O on what a container is: of a pod, or the pod itself.
private let kindOfCRIO = "io.kubernetes.cri-o.ContainerType"

/// Podman's containers, without podman.
struct PodmanStoreSource: ContainerDirectory {
    let runtime = ContainerRuntime.podman
    private let reader: PodmanStoreReader

    init(_ store: ContainerPlaces.PodmanStore) { reader = PodmanStoreReader(store: store) }

    var path: FilePath { reader.store.runRoot }

    func containers() throws(ContainerFault) -> [Container] {
        try reader.entries(of: self).compactMap { entry in
            guard entry.configuration.annotation(kindOfCRIO) == nil else { return nil }
            return Container(runtime, id: entry.id, name: entry.name, process: entry.process)
        }
    }
}

/// The pods of Kubernetes that CRI-O runs. Source: its annotations `io.kubernetes.cri-o.…`.
///
/// A pod need not have a process of its own: any of its containers has its namespace.
struct CRIOPodSource: ContainerDirectory {
    let runtime = ContainerRuntime.cri
    private let reader: PodmanStoreReader

    init(_ store: ContainerPlaces.PodmanStore) { reader = PodmanStoreReader(store: store) }

    var path: FilePath { reader.store.runRoot }

    func containers() throws(ContainerFault) -> [Container] {
        let entries = try reader.entries(of: self)
        var processes: [String: ProcessIdentity] = [:]
        for entry in entries {
            guard let pod = entry.configuration.annotation("io.kubernetes.cri-o.SandboxID") else { continue }
            processes[pod] = processes[pod] ?? entry.process
        }
        return entries.compactMap { entry in
            let configuration = entry.configuration
            guard configuration.annotation(kindOfCRIO) == "sandbox" else { return nil }
            return Container(
                runtime, id: entry.id, name: configuration.annotation("io.kubernetes.pod.name"),
                scope: configuration.annotation("io.kubernetes.pod.namespace"),
                process: entry.process ?? processes[entry.id])
        }
    }
}
