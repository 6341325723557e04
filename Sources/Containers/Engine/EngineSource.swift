// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LinuxSystem
internal import SystemPackage

/// An engine that is asked over its socket: docker, or podman, which understands the same questions.
///
/// Source: Docker Engine API, `ContainerInspect` and `ContainerList`. The questions are as old as the API, and are
/// asked without a version, so that every engine answers.
struct EngineSource: ContainerSource {
    let runtime: ContainerRuntime
    private let endpoint: ContainerPlaces.Endpoint

    init(_ runtime: ContainerRuntime, _ endpoint: ContainerPlaces.Endpoint) {
        (self.runtime, self.endpoint) = (runtime, endpoint)
    }

    var place: String {
        switch endpoint {
        case .socket(let path): path.text
        case .elsewhere(_, let value): value
        }
    }

    var isPresent: Bool {
        guard case .socket(let path) = endpoint else { return true }
        return (try? FileStatus(of: path)) != nil
    }

    private func connect() throws(ContainerFault) -> EngineConnection {
        switch endpoint {
        case .socket(let path):
            do throws(EngineConnection.Failure) { return try EngineConnection(path) } catch {
                throw fault(error.reason)
            }
        case .elsewhere(let variable, _):
            throw fault("\(variable) does not name a socket of this machine (unix://PATH)")
        }
    }

    // MARK: Questions

    func containers(named name: String, scope: String?) throws(ContainerFault) -> [Container] {
        let connection = try connect()
        guard let first = try inspect(name, connection) else { return [] }
        // A number that was told may have passed to another before it was looked at, but not when it is told again.
        guard first.process != nil, let second = try inspect(name, connection) else { return [first] }
        return [second]
    }

    func runningContainers() throws(ContainerFault) -> [Container] {
        let connection = try connect()
        let (status, document) = try ask("/containers/json", connection)
        guard status == 200 else { throw refusal(status, document) }
        var containers: [Container] = []
        for entry in document.elements {
            // One that has ended meanwhile is not there any more.
            guard let id = entry["Id"]?.text, let container = try inspect(id, connection) else { continue }
            if container.process != nil { containers.append(container) }
        }
        return containers
    }

    private func inspect(
        _ name: String, _ connection: borrowing EngineConnection
    ) throws(ContainerFault) -> Container? {
        let (status, document) = try ask("/containers/\(name)/json", connection)
        if status == 404 { return nil }
        guard status == 200 else { throw refusal(status, document) }
        guard let id = document["Id"]?.text, let state = document["State"] else {
            throw fault("it tells nothing of the container")
        }
        let number = state["Pid"]?.integer(as: Int32.self) ?? 0
        let name = document["Name"]?.text.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        return Container(
            runtime, id: id, name: name, state: state["Status"]?.text == "paused" ? .paused : .running,
            process: runningProcess(number))
    }

    private func ask(
        _ target: String, _ connection: borrowing EngineConnection
    ) throws(ContainerFault) -> (status: Int, document: JSON) {
        let answer: EngineConnection.Answer
        do throws(EngineConnection.Failure) { answer = try connection.get(target) } catch {
            throw fault(error.reason)
        }
        do throws(JSONError) { return (answer.status, try JSON(parsing: answer.body)) } catch {
            guard answer.status == 200 else { return (answer.status, .null) }
            throw fault("its answer is not JSON: \(error)")
        }
    }

    private func refusal(_ status: Int, _ document: JSON) -> ContainerFault {
        fault("it answers \(status)\(document["message"]?.text.map { ": \($0)" } ?? "")")
    }
}
