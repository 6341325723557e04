// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
public import SystemPackage

/// Where runtimes tell of their containers: the sockets that they listen at, and the directories with their state.
public struct ContainerPlaces: Sendable {
    /// Where an engine listens.
    public enum Endpoint: Hashable, Sendable {
        /// A socket of this machine.
        case socket(FilePath)
        /// Anything else that `DOCKER_HOST` and `CONTAINER_HOST` may name: the variable and its value. No namespace can
        /// be reached that way.
        case elsewhere(variable: String, value: String)
    }

    /// What podman keeps on disk, for when it does not listen.
    public struct PodmanStore: Hashable, Sendable {
        /// What lasts until reboot, `runroot` of containers-storage.conf(5), and what lasts longer, its `graphroot`.
        public var runRoot: FilePath, graphRoot: FilePath
        /// A store.
        public init(runRoot: FilePath, graphRoot: FilePath) { (self.runRoot, self.graphRoot) = (runRoot, graphRoot) }
    }

    /// Where docker listens.
    public var docker: [Endpoint] = []
    /// Where podman listens.
    public var podman: [Endpoint] = []
    /// The stores of podman and CRI-O.
    public var podmanStores: [PodmanStore] = []
    /// The `state` directories of containerd's config.toml(5).
    public var containerd: [FilePath] = []
    /// The `--root` directories of runc(8) and of crun(1).
    public var runc: [FilePath] = [], crun: [FilePath] = []
    /// Where systemd-machined keeps what is registered with it.
    public var machines: [FilePath] = []
    /// Where LXC's control groups are found, at the top or further down.
    public var controlGroups: [FilePath] = []

    /// No places.
    public init() {}

    /// Those of the machine and those of the calling user, as the environment says.
    ///
    /// `DOCKER_HOST` and `CONTAINER_HOST` take the place of the usual sockets. What runs without root is below
    /// `XDG_RUNTIME_DIR`, which counts only where it is the caller's own: what others write there is not believed.
    ///
    /// - Parameter variable: a variable of the environment.
    public static func ofCaller(
        variable: (String) -> String? = { environmentVariable($0) }
    ) -> ContainerPlaces {
        var places = ContainerPlaces()
        let user = EffectiveIdentity.current.userID
        let own = variable("XDG_RUNTIME_DIR").map { FilePath($0) }.flatMap { path in
            (try? FileStatus(of: path))?.owner == user ? path : nil
        }
        places.docker = endpoints("DOCKER_HOST", variable, own?.appending("docker.sock"), "/run/docker.sock")
        places.podman = endpoints(
            "CONTAINER_HOST", variable, own?.appending("podman/podman.sock"), "/run/podman/podman.sock")
        places.podmanStores = [
            PodmanStore(runRoot: "/run/containers/storage", graphRoot: "/var/lib/containers/storage")
        ]
        places.containerd = ["/run/containerd", "/run/k3s/containerd", "/run/docker/containerd/daemon"]
        places.runc = ["/run/runc"]
        places.crun = ["/run/crun"]
        if let own {
            if let data = variable("XDG_DATA_HOME") ?? variable("HOME").map({ "\($0)/.local/share" }) {
                places.podmanStores.append(
                    PodmanStore(
                        runRoot: own.appending("containers"), graphRoot: FilePath(data).appending("containers/storage"))
                )
            }
            places.runc.append(own.appending("runc"))
            places.crun.append(own.appending("crun"))
        }
        places.machines = ["/run/systemd/machines"]
        // Version 2 is mounted at the top, or beside those of version 1, of which any does.
        places.controlGroups = ["", "/unified", "/systemd", "/devices", "/pids"].map { FilePath("/sys/fs/cgroup\($0)") }
        if user != 0 {
            places.controlGroups.append(FilePath("/sys/fs/cgroup/user.slice/user-\(user).slice"))
        }
        return places
    }

    private static func endpoints(
        _ name: String, _ variable: (String) -> String?, _ own: FilePath?, _ common: FilePath
    ) -> [Endpoint] {
        guard let value = variable(name), !value.isEmpty else {
            return [own, common].compactMap(\.self).map { .socket($0) }
        }
        guard value.hasPrefix("unix://"), value.utf8.count > 7 else {
            return [.elsewhere(variable: name, value: value)]
        }
        return [.socket(FilePath(String(value.dropFirst(7))))]
    }

    // MARK: Sources

    func sources(of runtime: ContainerRuntime) -> [any ContainerSource] {
        switch runtime {
        case .docker: docker.map { EngineSource(.docker, $0) }
        case .podman: podman.map { EngineSource(.podman, $0) } + podmanStores.map { PodmanStoreSource($0) }
        case .cri: containerd.map { PodSource(state: $0) } + podmanStores.map { CRIOPodSource($0) }
        case .containerd: containerd.map { ContainerdSource(state: $0) }
        case .runc: runc.map { OCIRuntimeSource(.runc, $0) }
        case .crun: crun.map { OCIRuntimeSource(.crun, $0) }
        case .nspawn: machines.map { MachineSource($0) }
        case .lxc: controlGroups.map { LXCSource($0) }
        }
    }
}
