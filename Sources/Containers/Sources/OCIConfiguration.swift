// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LinuxSystem
internal import SystemPackage

/// What the config.json of a bundle says of a container. Source: the OCI runtime specification, `config.md` and
/// `config-linux.md`.
struct OCIConfiguration {
    /// What the runtime above has noted.
    private let annotations: JSON?
    /// The control group: a path, or `slice:prefix:name` for systemd.
    private let controlGroup: String?
    /// The file of a network namespace that was made beforehand.
    private let networkNamespace: String?

    /// Reads a file; nil when it is not there, or is something else.
    init?(at path: FilePath) {
        guard let bytes = try? readFile(path), let document = try? JSON(parsing: bytes) else { return nil }
        self.init(document)
    }

    init(_ document: JSON) {
        annotations = document["annotations"]
        let linux = document["linux"]
        controlGroup = linux?["cgroupsPath"]?.text
        networkNamespace = linux?["namespaces"]?.elements.first { $0["type"]?.text == "network" }?["path"]?.text
    }

    func annotation(_ key: String) -> String? { annotations?[key]?.text }

    /// Whether a process of the number that is noted for the container is its process: the number may have passed to
    /// another when the container has ended and is still there.
    ///
    /// Told by the network namespace where it was made beforehand, else by the control group; where there is neither
    /// the number alone must do.
    func isPlausible(_ process: ProcessIdentity) -> Bool {
        if let networkNamespace, let expected = try? FileStatus(of: networkNamespace),
            let actual = try? FileStatus(of: "/proc/\(process.processID)/ns/net")
        {
            return (expected.device, expected.inode) == (actual.device, actual.inode)
        }
        guard let name = controlGroup?.split(whereSeparator: { $0 == "/" || $0 == ":" }).last,
            let groups = try? readFile("/proc/\(process.processID)/cgroup")
        else { return true }
        return String(decoding: groups, as: UTF8.self).contains(name)
    }
}

/// A process by the file in which its number stands; nil when it has ended or there is no such file.
func process(inFile path: FilePath) -> ProcessIdentity? {
    guard let bytes = try? readFile(path),
        let number = Int32(String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)), number > 0
    else { return nil }
    return runningProcess(number)
}

/// A process that is there and no zombie.
func runningProcess(_ number: Int32) -> ProcessIdentity? {
    guard number > 0, let identity = ProcessIdentity(of: number), identity.isRunning else { return nil }
    return identity
}
