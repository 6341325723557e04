// SPDX-License-Identifier: Apache-2.0

import Containers
import Glibc
import LinuxSystem
import SystemPackage
import TestFiles
import Testing

private let id = String(repeating: "ab", count: 32)

/// The files that runtimes leave, with this process in the part of a container's.
@Suite("Containers that files tell of")
struct StateFileTests {
    private let directory: TemporaryDirectory
    private var places = ContainerPlaces()
    private let own = getpid()

    init() throws { directory = try TemporaryDirectory() }

    private func path(_ name: String) -> FilePath { FilePath("\(directory.path)/\(name)") }

    private func find(_ text: String) throws -> Container {
        guard let reference = try ContainerReference(parsing: text) else { throw Errno.invalidArgument }
        return try ContainerSearch(places: places).container(reference)
    }

    private func startTime() throws -> UInt64 { try #require(ProcessIdentity(of: own)).startTime }

    @Test mutating func runc() throws {
        places.runc = [path("runc")]
        try makeFile(
            "runc/web/state.json", in: directory,
            #"{"id":"web","init_process_pid":\#(own),"init_process_start":\#(try startTime())}"#)
        try makeFile(
            "runc/old/state.json", in: directory, #"{"id":"old","init_process_pid":\#(own),"init_process_start":1}"#)
        try makeFile("runc/half/state.json", in: directory, #"{"id":"#)
        #expect(try find("runc:web").process?.processID == own)
        // The number has passed to another.
        #expect(try find("runc:old").state == .stopped)
        #expect(throws: ContainerError.self) { try find("runc:half") }
        #expect(throws: ContainerError.self) { try find("runc:we") }
        #expect(ContainerSearch(places: places).running().containers.map(\.id) == ["web"])
    }

    @Test mutating func crun() throws {
        places.crun = [path("crun")]
        try makeFile(
            "crun/web/status", in: directory, #"{"pid":\#(own),"process-start-time":\#(try startTime()),"bundle":"/b"}"#
        )
        try makeFile("crun/old/status", in: directory, #"{"pid":\#(own),"process-start-time":1}"#)
        #expect(try find("crun:web").process?.processID == own)
        #expect(try find("crun:old").process == nil)
    }

    @Test mutating func containerd() throws {
        places.containerd = [path("containerd")]
        let tasks = "containerd/io.containerd.runtime.v2.task"
        try makeFile("\(tasks)/default/web/init.pid", in: directory, "\(own)")
        try makeFile("\(tasks)/default/web/config.json", in: directory, "{}")
        try makeFile("\(tasks)/other/web/init.pid", in: directory, "\(own)\n")
        try makeFile("\(tasks)/other/web/config.json", in: directory, "{}")
        try makeFile("\(tasks)/default/\(id)/init.pid", in: directory, "\(own)")
        try makeFile(
            "\(tasks)/default/\(id)/config.json", in: directory, #"{"annotations":{"nerdctl/name":"named"}}"#)
        #expect(try find("containerd:default/web").scope == "default")
        #expect(try find("containerd:other/web").scope == "other")
        #expect(try find("containerd:named").id == id)
        #expect(try find("containerd:abab").id == id)
        #expect(throws: ContainerError.self) { try find("containerd:third/web") }
    }

    @Test mutating func namesakes() throws {
        places.containerd = [path("containerd")]
        let tasks = "containerd/io.containerd.runtime.v2.task"
        for namespace in ["a", "b"] {
            try makeFile("\(tasks)/\(namespace)/web/config.json", in: directory, "{}")
            // Of processes that have ended: which they were does not tell them apart.
            try makeFile("\(tasks)/\(namespace)/web/init.pid", in: directory, "2147483647")
        }
        let error = #expect(throws: ContainerError.self) { try find("containerd:web") }
        #expect(error.map { "\($0)" } == "'containerd:web' could be 'containerd:a/web' or 'containerd:b/web'")
    }

    /// A number that has passed to a process in another control group, or another namespace, than the container's.
    @Test(arguments: [
        #"{"linux":{"cgroupsPath":"/docker/4f4f4f4f"}}"#, #"{"linux":{"cgroupsPath":"system.slice:libpod:4f4f4f4f"}}"#,
    ])
    mutating func successors(configuration: String) throws {
        places.containerd = [path("containerd")]
        let task = "containerd/io.containerd.runtime.v2.task/default/web"
        try makeFile("\(task)/init.pid", in: directory, "\(own)")
        try makeFile("\(task)/config.json", in: directory, configuration)
        #expect(try find("containerd:web").state == .stopped)
    }

    @Test mutating func namespaceMadeBeforehand() throws {
        places.containerd = [path("containerd")]
        let task = "containerd/io.containerd.runtime.v2.task/default/web"
        try makeFile("\(task)/init.pid", in: directory, "\(own)")
        try makeFile(
            "\(task)/config.json", in: directory,
            #"{"linux":{"cgroupsPath":"/x/y","namespaces":[{"type":"pid"},{"type":"network","path":"/proc/self/ns/net"}]}}"#
        )
        #expect(try find("containerd:web").state == .running)
    }

    @Test mutating func podsOfContainerd() throws {
        places.containerd = [path("containerd")]
        let tasks = "containerd/io.containerd.runtime.v2.task/k8s.io"
        try makeFile("\(tasks)/\(id)/init.pid", in: directory, "\(own)")
        try makeFile(
            "\(tasks)/\(id)/config.json", in: directory,
            """
            {"annotations":{"io.kubernetes.cri.container-type":"sandbox","io.kubernetes.cri.sandbox-name":"dns",
            "io.kubernetes.cri.sandbox-namespace":"kube-system"}}
            """)
        try makeFile("\(tasks)/c1/init.pid", in: directory, "1")
        try makeFile(
            "\(tasks)/c1/config.json", in: directory,
            #"{"annotations":{"io.kubernetes.cri.container-type":"container","io.kubernetes.cri.sandbox-name":"dns"}}"#)
        #expect(try find("cri:dns").id == id)
        #expect(try find("cri:kube-system/dns").process?.processID == own)
        #expect(throws: ContainerError.self) { try find("cri:default/dns") }
        // The pod is not told again as containerd's.
        let all = ContainerSearch(places: places).running().containers.map { "\($0.reference)" }
        #expect(all == ["cri:kube-system/dns", "containerd:k8s.io/c1"])
    }

    @Test mutating func podman() throws {
        places.podmanStores = [.init(runRoot: path("run"), graphRoot: path("lib"))]
        try makeFile("run/overlay-containers/\(id)/userdata/pidfile", in: directory, "\(own)")
        try makeFile("lib/overlay-containers/\(id)/userdata/config.json", in: directory, "{}")
        try makeFile("lib/overlay-containers/containers.json", in: directory, #"[{"id":"\#(id)","names":["web"]}]"#)
        #expect(try find("podman:web").process?.processID == own)
        #expect(try find("podman:ababab").name == "web")
        #expect(throws: ContainerError.self) { try find("cri:web") }
    }

    @Test mutating func podsOfCRIO() throws {
        places.podmanStores = [.init(runRoot: path("run"), graphRoot: path("lib"))]
        let pod = "run/overlay-containers/pod/userdata"
        try makeFile(
            "\(pod)/config.json", in: directory,
            """
            {"annotations":{"io.kubernetes.cri-o.ContainerType":"sandbox","io.kubernetes.cri-o.SandboxID":"pod",
            "io.kubernetes.pod.name":"dns","io.kubernetes.pod.namespace":"kube-system"}}
            """)
        try makeFile("run/overlay-containers/c1/userdata/pidfile", in: directory, "\(own)")
        try makeFile(
            "run/overlay-containers/c1/userdata/config.json", in: directory,
            """
            {"annotations":{"io.kubernetes.cri-o.ContainerType":"container","io.kubernetes.cri-o.SandboxID":"pod"}}
            """)
        // The pod has no process of its own, its container has.
        #expect(try find("cri:kube-system/dns").process?.processID == own)
        #expect(throws: ContainerError.self) { try find("podman:c1") }
    }

    @Test mutating func machines() throws {
        places.machines = [path("machines")]
        try makeFile(
            "machines/web", in: directory,
            "# This is private data. Do not parse.\nNAME=\"w\\\"eb\"\nCLASS=container\nSERVICE=systemd-nspawn\nLEADER=\(own)\n"
        )
        try makeFile("machines/vm", in: directory, "NAME=vm\nCLASS=vm\nLEADER=\(own)\n")
        try makeFile("machines/plain", in: directory, "NAME=plain\nCLASS=container\nLEADER=\(own)\n")
        try systemCall { symlink("plain", "\(directory.path)/machines/unit:x.service") }
        #expect(try find("nspawn:plain").process?.processID == own)
        #expect(throws: ContainerError.self) { try find("nspawn:vm") }
        #expect(throws: ContainerError.self) { try find("nspawn:unit:x.service") }
    }

    @Test(
        .enabled(
            if: succeeds(["unshare", "-Urpf", "true"]),
            "PID namespaces cannot be made here: run scripts/test"))
    mutating func lxc() throws {
        places.controlGroups = [path("none"), path("cgroup")]
        let holder = try StartedProgram(["unshare", "-Urpf", "--kill-child", "sleep", "600"])
        let first = try holder.child()
        try makeFile("cgroup/lxc.payload.web/cgroup.procs", in: directory, "")
        try makeFile("cgroup/lxc.payload.web/init.scope/cgroup.procs", in: directory, "\(own)\n\(first)\n")
        try makeFile("cgroup/lxc/old/cgroup.procs", in: directory, "\(first)\n")
        try makeFile("cgroup/lxc.payload.gone/cgroup.procs", in: directory, "")
        try makeFile("cgroup/lxc.monitor.web/cgroup.procs", in: directory, "\(own)\n")
        #expect(try find("lxc:web").process?.processID == first)
        #expect(try find("lxc:old").process?.processID == first)
        #expect(throws: ContainerError.self) { try find("lxc:gone") }
    }
}

@Suite("Names by themselves")
struct SearchTests {
    private let directory: TemporaryDirectory
    private var places = ContainerPlaces()

    init() throws {
        directory = try TemporaryDirectory()
        places.runc = [FilePath("\(directory.path)/runc")]
        places.crun = [FilePath("\(directory.path)/crun")]
    }

    private func search(_ name: String) throws -> Container {
        try ContainerSearch(places: places).container(ContainerReference(nil, name))
    }

    @Test func oneRuntimeKnowsIt() throws {
        try makeFile("runc/web/state.json", in: directory, #"{"id":"web","init_process_pid":\#(getpid())}"#)
        #expect(try search("web").runtime == .runc)
    }

    @Test func whatOneRunsWithAnotherIsOne() throws {
        try makeFile("runc/web/state.json", in: directory, #"{"id":"web","init_process_pid":\#(getpid())}"#)
        try makeFile("crun/web/status", in: directory, #"{"pid":\#(getpid())}"#)
        #expect(try search("web").runtime == .runc)
    }

    @Test func severalKnowIt() throws {
        try makeFile("runc/web/state.json", in: directory, #"{"id":"web","init_process_pid":\#(getpid())}"#)
        try makeFile("crun/web/status", in: directory, #"{"pid":\#(getppid())}"#)
        let error = #expect(throws: ContainerError.self) { try search("web") }
        #expect(error.map { "\($0)" } == "'web' could be 'runc:web' or 'crun:web'")
    }

    @Test func nobodyKnowsIt() throws {
        try makeFile("runc/web/state.json", in: directory, #"{"id":"web","init_process_pid":\#(getpid())}"#)
        let error = #expect(throws: ContainerError.self) { try search("db") }
        #expect(error.map { "\($0)" } == "there is no container 'db'")
        #expect(error?.hint == "looked at '\(directory.path)/runc'")
        #expect(throws: ContainerError.self) { try search("../web") }
    }

    @Test func signsOfRuntimes() throws {
        #expect(!ContainerSearch(places: places).hasRuntimes)
        try makeFile("crun/web/status", in: directory, #"{"pid":\#(getpid())}"#)
        #expect(ContainerSearch(places: places).hasRuntimes)
    }
}
