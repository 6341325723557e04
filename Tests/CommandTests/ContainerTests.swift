// SPDX-License-Identifier: Apache-2.0

import ContainerFakes
import LinuxSystem
import SystemPackage
import TestFiles
import Testing

/// The command on containers: a process in a namespace of its own, and what a runtime would tell of it.
@Suite(.enabled(if: Sandbox.isAvailable, "namespaces cannot be made here: run scripts/test"))
struct ContainerTests {
    private let box: Sandbox
    private let container: ChildProcess
    private let process: Int32

    init() throws {
        box = try Sandbox()
        container = try box.start(["unshare", "-n", "sh", "-c", "ip link set lo up && echo $$ && exec sleep 600"])
        guard try container.waitForOutput({ $0.contains("\n") }),
            let process = Int32(try container.currentOutput().split(separator: "\n").first ?? "")
        else { throw SandboxFailure("the container does not start: \(try container.currentErrors())") }
        self.process = process
        try runc("web", process)
    }

    /// Leaves the state that runc would.
    private func runc(_ name: String, _ process: Int32) throws {
        let start = try #require(ProcessStatus(of: process)).startTime
        try box.shell(
            """
            mkdir -p /run/runc/\(name)
            echo '{"id":"\(name)","init_process_pid":\(process),"init_process_start":\(start)}' >/run/runc/\(name)/state.json
            """)
    }

    private var inode: UInt64 {
        get throws { try FileStatus(of: "/proc/\(process)/ns/net").inode }
    }

    @Test(arguments: ["runc:web", "web"])
    func everythingThatTakesANamespace(name: String) throws {
        let inode = try inode
        func output(_ line: String) throws -> String {
            let result = try box.netns(line)
            #expect(result.status == 0, "\(line): \(result.errors)")
            return result.output
        }
        #expect(try output("exec \(name) readlink /proc/self/ns/net") == "net:[\(inode)]\n")
        #expect(try output("link show -br -n \(name)").hasPrefix("lo "))
        #expect(try output("address show lo -br -n \(name)").contains("127.0.0.1/8"))
        #expect(try output("pids \(name)").contains("\(process)\n"))
        #expect(try output("pids --holders \(name)").contains("process \(process) sleep"))
        #expect(try output("sysctl -n \(name) net.ipv4.ip_forward").contains("0"))
        #expect(try output("inspect \(name == "web" ? "runc:web" : name)").contains("\(inode)"))
        _ = try output("attach red\(name.count) --container \(name)")
        #expect(try output("identify runc:web").contains("red\(name.count)\n"))
        #expect(try output("exec red\(name.count) readlink /proc/self/ns/net") == "net:[\(inode)]\n")
        _ = try output("link add veth1 type veth peer name eth1 netns \(name)")
        #expect(try output("link show eth1 -n \(name)").contains("eth1@if"))
    }

    @Test func attachByReference() throws {
        #expect(try box.netns("attach red runc:web --json").output.contains("\"pid\":\(process)"))
        #expect(try box.netns("exec red true").status == 0)
    }

    @Test func enteringAll() throws {
        let result = try box.run(["netns", "enter", "runc:web", "--", "readlink", "/proc/self/ns/net"])
        #expect(result.output == "net:[\(try inode)]\n", "\(result.errors)")
        let target = try box.run(["netns", "enter", "-t", "web", "-n", "--", "readlink", "/proc/self/ns/net"])
        #expect(target.output == "net:[\(try inode)]\n", "\(target.errors)")
    }

    @Test func wiring() throws {
        try box.shell(
            """
            netns connect runc:web br0 --create --bridge-address 10.9.0.1/24 --address 10.9.0.2/24 --gateway 10.9.0.1
            ping -c1 -W5 10.9.0.2
            netns connect web br0 -i eth1 --address 10.9.0.3/24
            """)
        let listed = try JSON(try box.netns("list --containers --json").output)
        let entry = try #require(listed.elements.first)
        #expect(listed.elements.count == 1)
        #expect(entry["container"]?.text == "runc:web")
        #expect(entry["pid"] == .number("\(process)"))
        #expect(entry["inode"] == .number("\(try inode)"))
        #expect(entry["addresses"]?.elements.compactMap(\.text) == ["10.9.0.2/24", "10.9.0.3/24"])
        let interfaces = try #require(entry["interfaces"]?.elements)
        #expect(interfaces.compactMap { $0["name"]?.text }.sorted() == ["eth0", "eth1"])
        #expect(interfaces.compactMap { $0["bridge"]?.text } == ["br0", "br0"])
        let host = interfaces.first { $0["name"]?.text == "eth0" }?["host_interface"]?.text ?? ""
        #expect(host.hasPrefix("ve-web-"))
        #expect(try box.shell("ip -j link show \(host)").output.contains("netns: runc:web eth0 br0"))
        #expect(try box.netns("list --containers").output.contains("eth0@\(host):br0"))
        // A container is no name that has gone.
        #expect(!(try box.netns("doctor").output.contains("runc:web")))
        try box.shell("netns disconnect runc:web br0 && netns disconnect web br0 -i eth1 --remove-bridge")
        #expect(try box.shell("ip -o link show").lines.count == 1)
    }

    @Test func aNameBelowRunComesFirst() throws {
        try box.shell("netns add web && ip -n web link add only type bridge")
        #expect(try box.netns("link show only -n web").status == 0)
        #expect(try box.netns("link show only -n runc:web").status == 1)
    }

    @Test func ended() throws {
        try box.shell("kill -9 \(process)")
        _ = try container.wait()
        let refusal = try box.netns("exec runc:web true")
        #expect(refusal.status == 125)
        #expect(refusal.errors == "netns: container 'runc:web' is not running\n")
        #expect(try box.netns("list --containers --json").output == "[]\n")
    }

    @Test func severalAreCalledSo() throws {
        try box.shell("mkdir -p /run/crun/web && echo '{\"pid\":\(box.keeper)}' >/run/crun/web/status")
        let refusal = try box.netns("link show -n web")
        #expect(refusal.status == 1)
        #expect(refusal.errors == "netns: 'web' could be 'runc:web' or 'crun:web'\n")
    }

    @Test func nobodyIsCalledSo() throws {
        let refusal = try box.netns("link show -n nosuch")
        #expect(refusal.status == 1)
        #expect(
            refusal.errors
                == "netns: there is no namespace 'nosuch' (ENOENT); "
                + "hint: no container is called so: looked at '/run/runc'\n")
    }

    /// Over a socket, as docker and podman are asked.
    @Test(arguments: ["docker", "podman"])
    func engines(runtime: String) throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/engine.sock"
        // This thread waits meanwhile.
        nonisolated(unsafe) let box = box
        let process = process
        let id = String(repeating: "4f", count: 32)
        let results = try EngineServer.run(
            at: path,
            answer: { target in
                switch target {
                case "/containers/json": EngineServer.answer("200 OK", #"[{"Id":"\#(id)"}]"#)
                case "/containers/db/json", "/containers/\(id)/json", "/containers/4f4f/json":
                    EngineServer.answer(
                        "200 OK",
                        #"{"Id":"\#(id)","Name":"/db","State":{"Status":"running","Pid":\#(process)}}"#, chunksOf: 11)
                default: EngineServer.answer("404 Not Found", #"{"message":"No such container"}"#)
                }
            },
            {
                let variable = runtime == "docker" ? "DOCKER_HOST" : "CONTAINER_HOST"
                return try [
                    "exec \(runtime):db readlink /proc/self/ns/net", "exec \(runtime):4f4f readlink /proc/self/ns/net",
                    "exec db readlink /proc/self/ns/net", "exec \(runtime):nosuch true", "list --containers",
                    "---completion exec -- positional@0 2 0 netns exec \(runtime):",
                ].map { line in
                    try box.run(
                        ["netns"] + line.split(separator: " ").map(String.init),
                        environment: [variable: "unix://\(path)"])
                }
            })
        for result in results[0...2] { #expect(result.output == "net:[\(try inode)]\n", "\(result.errors)") }
        #expect(results[3].status == 125)
        #expect(results[3].errors.hasPrefix("netns: there is no container '\(runtime):nosuch'; hint: looked at "))
        // One container, whoever has a hand in it.
        #expect(results[4].lines.count == 2)
        #expect(results[4].lines.last?.hasPrefix("\(runtime):db") ?? false, "\(results[4])")
    }
}
