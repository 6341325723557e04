// SPDX-License-Identifier: Apache-2.0

/// One thing that was found out about a machine's set-up.
public struct Finding: Sendable, Equatable {
    /// How bad it is; the raw values are what `netns doctor` prints.
    public enum Severity: String, Sendable, Comparable, CaseIterable {
        /// As it should be.
        case ok
        /// Good to know; nothing to do.
        case note
        /// It works, and something will go wrong or surprise.
        case warning
        /// It does not work.
        case problem

        /// From `ok` to `problem`.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What was found.
    public var code: FindingCode
    /// How bad it is.
    public var severity: Severity
    /// What it is about: a path, a name, a setting.
    public var subject: String
    /// What is the matter, as a clause about the subject.
    public var what: String
    /// What to do about it: a command, or a clause. Nil when there is nothing to do.
    public var cure: String?

    init(_ severity: Severity, _ code: FindingCode, _ subject: String, _ what: String, cure: String? = nil) {
        self.severity = severity
        self.code = code
        self.subject = subject
        self.what = what
        self.cure = cure
    }
}

/// The kinds of findings. The raw values are stable: scripts may test for them.
public enum FindingCode: String, Sendable, CaseIterable {
    // MARK: The directory of names

    /// The directory is a shared mount of its own.
    case directoryOK = "directory-ok"
    /// There is no directory yet; the first `netns add` makes it.
    case directoryMissing = "directory-missing"
    /// Something that is no directory is in its place.
    case directoryForeign = "directory-foreign"
    /// It is a symbolic link, for example to the namespaces of a container runtime, whose names are
    /// then listed, and deleted, as one's own.
    case directoryLink = "directory-link"
    /// Others than root may write to it, and put their namespaces in the place of yours.
    case directoryWritable = "directory-writable"
    /// It is not a mount of its own, so that names may not reach other mount namespaces.
    case directoryNotMounted = "directory-not-mounted"
    /// It is a mount, but not a shared one: programs with a mount namespace of their own keep deleted
    /// namespaces alive, and never see new ones.
    case directoryNotShared = "directory-not-shared"
    /// It is mounted on itself more than once, so that every name is mounted as often.
    case doubleMount = "double-mount"
    /// It is in the peer group of the directory above, so that every name is mounted twice
    /// (iproute2 before 7.0 sets it up like that where /run is shared).
    case directoryPeer = "directory-peer"

    // MARK: The names

    /// Every name stands for a namespace.
    case namesOK = "names-ok"
    /// No namespace is mounted on the file of a name.
    case staleName = "stale-name"
    /// A name that is stale here is a namespace in another mount namespace.
    case nameElsewhere = "name-elsewhere"
    /// A symbolic link to nothing.
    case danglingLink = "dangling-link"
    /// A symbolic link to something that is no network namespace.
    case foreignLink = "foreign-link"
    /// A file or directory that is no name.
    case foreignFile = "foreign-file"
    /// A name that scripts will stumble over: blanks, control characters, a leading `-`, what shells expand.
    case unsafeName = "unsafe-name"
    /// Several mounts are stacked on a name; `ip netns delete` fails on it at first.
    case stackedName = "stacked-name"
    /// A second mount of a name is hidden below the directory's own mount.
    case nameMountedTwice = "name-mounted-twice"
    /// The loopback device is down in namespaces, as ip leaves it.
    case loopbackDown = "loopback-down"
    /// A port of a bridge was made by `connect` for a name that is gone, while its namespace lives on.
    case namelessPort = "nameless-port"

    // MARK: The surroundings

    /// The mount namespace is that of PID 1.
    case mountsOK = "mounts-ok"
    /// The mount namespace is not that of PID 1, and does no harm.
    case ownMounts = "own-mounts"
    /// Mounts arrive from PID 1's mount namespace and do not get back: a name that ip makes here is stale there.
    case slaveMounts = "slave-mounts"
    /// Mounts are exchanged in neither direction: each side sees the other's names as stale.
    case privateMounts = "private-mounts"
    /// The process may do all that netns does.
    case privilegesOK = "privileges-ok"
    /// An ordinary user runs this; not everything could be looked at.
    case noPrivileges = "no-privileges"
    /// Root lacks a capability that netns needs.
    case missingCapability = "missing-capability"
    /// This is a container.
    case container
    /// This is a user namespace: the host's devices are out of reach.
    case userNamespace = "user-namespace"
    /// Nobody holds the directory's lock.
    case lockOK = "lock-ok"
    /// A process holds the directory's lock for longer than a second; everybody waits for it.
    case lockHeld = "lock-held"

    // MARK: The files of /etc/netns

    /// Name resolution and the files of /etc/netns are in order.
    case configurationOK = "configuration-ok"
    /// /etc/netns holds files for a name that does not exist.
    case unusedConfiguration = "unused-configuration"
    /// A file of /etc/netns has no namesake in /etc to take the place of.
    case configurationWithoutTarget = "configuration-without-target"
    /// /etc/resolv.conf is a symbolic link into /run, where `ip netns exec` can lose its replacement.
    case resolverLink = "resolver-link"
    /// The C library asks systemd-resolved, which knows nothing of namespaces and of their resolv.conf.
    case nssResolve = "nss-resolve"
    /// The C library asks nscd, which answers from the host.
    case nscd

    // MARK: The kernel

    /// There is room for more namespaces.
    case limitsOK = "limits-ok"
    /// The kernel's limit of network namespaces is reached, or nearly.
    case namespaceLimit = "namespace-limit"
    /// Receive buffers are smaller than the kernel's default, so that events get lost.
    case receiveBuffer = "receive-buffer"
    /// The kernel has all that netns makes use of.
    case kernelOK = "kernel-ok"
    /// The kernel lacks something that netns does without.
    case kernelFeature = "kernel-feature"
    /// What crosses a bridge is filtered by the host's FORWARD rules, which drop by default.
    case bridgeFirewall = "bridge-firewall"
}
