// SPDX-License-Identifier: Apache-2.0

import ContainerFakes
import Containers
import Glibc
import LinuxSystem
import NetworkNamespaces
import SystemPackage
import TestFiles
import Testing

private let id = String(repeating: "4f", count: 32)

/// What an engine tells of a container of a process.
func inspection(_ name: String, id: String = id, process: Int32 = getpid(), status: String = "running") -> String {
    """
    {"Id":"\(id)","Name":"/\(name)","State":{"Status":"\(status)","Running":true,"Pid":\(process)},
    "NetworkSettings":{"SandboxKey":"/var/run/docker/netns/4f"}}
    """
}

@Suite("Engines that are asked over a socket")
struct EngineTests {
    /// Looks for a container while an engine answers.
    private func find(
        _ reference: ContainerReference, closes: Bool = false, answer: @escaping @Sendable (String) -> [UInt8]?
    ) throws -> Container {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/engine.sock"
        return try EngineServer.run(at: path, closes: closes, answer: answer) {
            var places = ContainerPlaces()
            places.docker = [.socket(FilePath(path))]
            return try ContainerSearch(places: places).container(reference)
        }
    }

    private func fault(closes: Bool = false, answer: @escaping @Sendable (String) -> [UInt8]?) -> String {
        do {
            return "found \(try find(ContainerReference(.docker, "web"), closes: closes, answer: answer))"
        } catch let error as ContainerError {
            guard case .notFound(_, _, let faults) = error else { return "\(error)" }
            return faults.map(\.reason).joined(separator: ", ")
        } catch { return "\(error)" }
    }

    @Test func byName() throws {
        let container = try find(ContainerReference(.docker, "web")) { target in
            target == "/containers/web/json" ? EngineServer.answer("200 OK", inspection("web")) : nil
        }
        #expect(container.id == id)
        #expect(container.name == "web")
        #expect(container.state == .running)
        #expect(container.process == ProcessIdentity(of: getpid()))
        #expect("\(container.reference)" == "docker:web")
        #expect(try container.openNamespace().identity == NetworkNamespace.current().identity)
    }

    @Test(arguments: [1, 7, 4096])
    func inPieces(size: Int) throws {
        let container = try find(ContainerReference(.docker, "web")) { _ in
            EngineServer.answer("200 OK", inspection("web"), chunksOf: size)
        }
        #expect(container.name == "web")
    }

    @Test func untilTheConnectionEnds() throws {
        let stopped = try find(ContainerReference(.docker, "web"), closes: true) { _ in
            Array("HTTP/1.1 200 OK\r\n\r\n\(inspection("web", process: 0, status: "exited"))".utf8)
        }
        #expect(stopped.state == .stopped)
    }

    @Test func stoppedAndPaused() throws {
        let stopped = try find(ContainerReference(.docker, "web")) { _ in
            EngineServer.answer("200 OK", inspection("web", process: 0, status: "exited"))
        }
        #expect(stopped.process == nil)
        #expect(stopped.state == .stopped)
        #expect(throws: ContainerError.notRunning(ContainerReference(.docker, "web"))) {
            _ = try stopped.openNamespace()
        }
        let paused = try find(ContainerReference(.docker, "web")) { _ in
            EngineServer.answer("200 OK", inspection("web", status: "paused"))
        }
        #expect(paused.state == .paused)
    }

    @Test func notThere() throws {
        let directory = try TemporaryDirectory()
        var places = ContainerPlaces()
        let path = "\(directory.path)/none.sock"
        places.docker = [.socket(FilePath(path))]
        #expect(throws: ContainerError.noRuntime(.docker, places: [path])) {
            try ContainerSearch(places: places).container(ContainerReference(.docker, "web"))
        }
        #expect(fault { _ in EngineServer.answer("404 Not Found", #"{"message":"No such container: web"}"#) } == "")
    }

    @Test func strangeAnswers() throws {
        let refused = fault { _ in EngineServer.answer("500 Internal Server Error", #"{"message":"no space"}"#) }
        #expect(refused == "it answers 500: no space")
        #expect(fault { _ in EngineServer.answer("503 Service Unavailable", "busy") } == "it answers 503")
        #expect(fault { _ in EngineServer.answer("200 OK", "[1") }.hasPrefix("its answer is not JSON: it ends"))
        #expect(fault { _ in EngineServer.answer("200 OK", "{}") } == "it tells nothing of the container")
        #expect(fault { _ in Array("SSH-2.0-OpenSSH_9.2\r\n".utf8) }.hasPrefix("its answer is not HTTP"))
        #expect(fault { _ in nil } == "it has closed the connection without an answer")
        let cut = fault(closes: true) { _ in Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".utf8) }
        #expect(cut == "it has closed the connection without an answer" || cut.hasPrefix("its answer is not HTTP"))
    }

    @Test func nobodyListens() throws {
        let directory = try TemporaryDirectory()
        try makeFile("docker.sock", in: directory, "")
        var places = ContainerPlaces()
        places.docker = [.socket(FilePath("\(directory.path)/docker.sock"))]
        let error = #expect(throws: ContainerError.self) {
            try ContainerSearch(places: places).container(ContainerReference(.docker, "web"))
        }
        #expect(
            error.map { "\($0)" }
                == "there is no container 'docker:web'; cannot ask docker at '\(directory.path)/docker.sock': "
                + "Connection refused (ECONNREFUSED)")
    }

    @Test func otherMachines() throws {
        let places = ContainerPlaces.ofCaller { $0 == "DOCKER_HOST" ? "tcp://10.0.0.1:2376" : nil }
        let error = #expect(throws: ContainerError.self) {
            try ContainerSearch(places: places).container(ContainerReference(.docker, "web"))
        }
        #expect(error.map { "\($0)" }?.contains("DOCKER_HOST does not name a socket of this machine") ?? false)
    }

    @Test func variables() throws {
        let directory = try TemporaryDirectory()
        let variables = ["XDG_RUNTIME_DIR": directory.path, "HOME": "/home/me", "CONTAINER_HOST": "unix:///run/p.sock"]
        let places = ContainerPlaces.ofCaller { variables[$0] }
        #expect(places.docker == [.socket(FilePath("\(directory.path)/docker.sock")), .socket("/run/docker.sock")])
        #expect(places.podman == [.socket("/run/p.sock")])
        #expect(places.crun.last?.string == "\(directory.path)/crun")
        #expect(places.podmanStores.last?.graphRoot == "/home/me/.local/share/containers/storage")
        // The directory of somebody else is not believed.
        #expect(ContainerPlaces.ofCaller { $0 == "XDG_RUNTIME_DIR" ? "/proc/1/does-not-exist" : nil }.crun.count == 1)
    }

    @Test func all() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/engine.sock"
        let running = try EngineServer.run(
            at: path,
            answer: { target in
                switch target {
                case "/containers/json": EngineServer.answer("200 OK", #"[{"Id":"aa"},{"Id":"bb"},{"Id":"cc"}]"#)
                case "/containers/aa/json": EngineServer.answer("200 OK", inspection("web", id: "aa"))
                // It ended between the questions, as the third was removed.
                case "/containers/bb/json": EngineServer.answer("200 OK", inspection("db", id: "bb", process: 0))
                default: EngineServer.answer("404 Not Found", "{}")
                }
            },
            {
                var places = ContainerPlaces()
                places.docker = [.socket(FilePath(path))]
                return ContainerSearch(places: places).running()
            })
        #expect(running.containers.map(\.name) == ["web"])
        #expect(running.faults.isEmpty)
    }
}
