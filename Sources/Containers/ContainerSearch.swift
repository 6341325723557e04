// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// Finds containers by what they are called, whoever runs them.
///
/// Nothing is asked but what leads to the name: a runtime that is named alone, all for a name by itself. What one
/// runtime runs with the help of another, as docker does with containerd and runc, is one container.
public struct ContainerSearch: Sendable {
    private let places: ContainerPlaces

    /// Searches what the caller can see, or other places.
    public init(places: ContainerPlaces = .ofCaller()) { self.places = places }

    /// Finds one container.
    ///
    /// A name by itself must be that of a container; behind a runtime the beginning of an id does too, as the runtime
    /// has it.
    ///
    /// - Throws: `.noRuntime`, `.notFound`, `.ambiguous`. One that is not running is found.
    public func container(_ reference: ContainerReference) throws(ContainerError) -> Container {
        let runtimes = reference.runtime.map { [$0] } ?? ContainerRuntime.allCases
        let sources = runtimes.flatMap(places.sources)
        let present = sources.filter(\.isPresent)
        if let runtime = reference.runtime, present.isEmpty {
            throw .noRuntime(runtime, places: sources.map(\.place))
        }
        var matches: [Container] = []
        var faults: [ContainerFault] = []
        for source in present where ContainerReference.isName(reference.name) {
            do throws(ContainerFault) {
                matches += try source.containers(named: reference.name, scope: reference.scope)
            } catch { faults.append(error) }
        }
        if reference.runtime == nil {
            // The beginning of an id is too easily the beginning of something else.
            matches.removeAll { $0.name != reference.name && $0.id != reference.name }
        }
        matches = distinct(matches)
        guard matches.count <= 1 else { throw .ambiguous(reference, unequivocal(matches)) }
        guard let match = matches.first else {
            throw .notFound(reference, lookedAt: present.map(\.place), faults: faults)
        }
        return match
    }

    /// Every container that runs, in the order of the runtimes, then by name.
    ///
    /// - Returns: the containers, and the places that could not be asked.
    ///
    /// - Parameter runtimes: whose; each is asked.
    public func running(
        by runtimes: [ContainerRuntime] = ContainerRuntime.allCases
    ) -> (containers: [Container], faults: [ContainerFault]) {
        var containers: [Container] = []
        var faults: [ContainerFault] = []
        for source in runtimes.flatMap(places.sources) where source.isPresent {
            do throws(ContainerFault) {
                containers += try source.runningContainers().sorted {
                    ($0.scope ?? "", $0.name, $0.id) < ($1.scope ?? "", $1.name, $1.id)
                }
            } catch { faults.append(error) }
        }
        return (distinct(containers), faults)
    }

    /// Whether there is a sign of any runtime on the machine.
    public var hasRuntimes: Bool {
        ContainerRuntime.allCases.contains { places.sources(of: $0).contains(where: \.isPresent) }
    }

    /// One of those that are the same: the first, which is what people know it as.
    private func distinct(_ containers: [Container]) -> [Container] {
        var processes: Set<ProcessIdentity> = []
        // Such as runtimes draw are the same with all that have a hand in it; other ids are what people have typed.
        var ids: Set<String> = []
        return containers.filter { container in
            let isNewProcess = container.process.map { processes.insert($0).inserted } ?? true
            let isNewID = container.id.utf8.count < 32 || ids.insert(container.id).inserted
            return isNewProcess && isNewID
        }
    }

    /// References that tell containers apart: by their ids where their names do not.
    private func unequivocal(_ containers: [Container]) -> [ContainerReference] {
        containers.map { container in
            let namesakes = containers.filter { $0.reference == container.reference }
            guard namesakes.count > 1 else { return container.reference }
            return ContainerReference(container.runtime, container.id, scope: container.scope)
        }
    }
}
