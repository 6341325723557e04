// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// What the checks look at. `Setup()` is a machine in order; tests change what they are about.
struct Setup {
    var directory = Directory()
    var names: [Name] = []
    /// Names of namespaces in which lo is down.
    var namesWithLoopbackDown: [NamespaceName] = []
    /// Ports of bridges that were made for a name which is gone.
    var namelessPorts: [RecordedPort] = []
    /// The mounts as this process sees them.
    var mounts: [MountEntry] = []
    /// The mounts as PID 1 sees them; nil when they can't be read.
    var mountsOfInit: [MountEntry]?
    var privileges = Privileges()
    /// Who holds the directory's lock for long; nil when nobody does, empty when it is not known who.
    var lockHolders: [ProcessReference]?
    var configuration = Configuration()
    var kernel = Kernel()

    /// The directory of names.
    struct Directory {
        enum Kind: Equatable {
            case missing
            case directory
            case link(target: String)
            case other
        }

        /// Its path as people know it, and without symbolic links.
        var path = "/run/netns", resolvedPath: FilePath = "/run/netns"
        var kind = Kind.directory
        var owner: UInt32 = 0
        /// The permission bits.
        var mode: UInt32 = 0o755
    }

    /// One file of the directory.
    struct Name {
        var name: NamespaceName
        var condition: NameCondition
        /// A process that sees a namespace mounted on it, for one that is stale here.
        var isNamespaceFor: ProcessReference?
    }

    /// What the process may do.
    struct Privileges {
        var userID: UInt32 = 0
        /// Bit n is capability n. Source: capabilities(7).
        var effectiveCapabilities: UInt64 = .max
        var isInInitialUserNamespace = true
        /// What kind of container this is, as far as it tells.
        var container: String?
    }

    /// /etc/netns and name resolution.
    struct Configuration {
        struct Directory {
            var name: String
            var entries: [Entry]
            /// The sources of host names in its nsswitch.conf; nil without one.
            var hostSources: [String]?
        }

        struct Entry {
            var name: String
            /// Whether /etc has a file of that name.
            var hasTarget = true
        }

        var path = "/etc/netns"
        var directories: [Directory] = []
        /// Where /etc/resolv.conf points; nil when it is a plain file.
        var resolverLink: String?
        /// The sources of host names in /etc/nsswitch.conf. Source: nsswitch.conf(5).
        var hostSources: [String] = ["files", "dns"]
        var runsResolved = false
        var runsNSCD = false
    }

    /// Limits and features.
    struct Kernel {
        /// `user.max_net_namespaces`.
        var namespaceLimit: Int?
        /// How many network namespaces are in sight.
        var namespacesInUse = 1
        /// `net.core.rmem_max`.
        var receiveBufferLimit: Int?
        var missingFeatures: [KernelFeature] = []
        /// Whether `net.bridge.bridge-nf-call-iptables` is on.
        var filtersBridges = false
        var forwardPolicy = ForwardPolicy.accept
    }
}

/// What becomes of forwarded IPv4 packets that no rule is about.
public enum ForwardPolicy: Sendable {
    /// They go on.
    case accept
    /// They go no further: dockerd sets this.
    case drop
    /// The rules can't be read.
    case unknown
}
