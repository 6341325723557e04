// SPDX-License-Identifier: Apache-2.0

/// What runs containers. The order is that of what people deal with: what stands earlier uses what stands later.
public enum ContainerRuntime: String, Sendable, CaseIterable {
    case docker
    case podman
    /// The pods of Kubernetes, by the annotations that containerd and CRI-O give them.
    case cri
    case containerd
    case runc
    case crun
    /// systemd-nspawn, and what else is registered with systemd-machined as a container.
    case nspawn
    /// LXC, and Incus and LXD, which use its library.
    case lxc
}

/// Which container somebody means, as it is typed: `docker:web`, `containerd:default/web`.
public struct ContainerReference: Hashable, Sendable {
    /// Whose it is; nil is anybody's.
    public var runtime: ContainerRuntime?
    /// The namespace that containerd or Kubernetes keeps it in; nil is any.
    public var scope: String?
    /// Its name or id; an id may be cut short, as the runtime allows.
    public var name: String

    /// A reference.
    public init(_ runtime: ContainerRuntime?, _ name: String, scope: String? = nil) {
        (self.runtime, self.name, self.scope) = (runtime, name, scope)
    }

    /// Reads a word that begins with a runtime and a colon; nil for any other, which may be the plain name of anything.
    ///
    /// - Throws: `.invalidName` for a name that no container has.
    public init?(parsing text: String) throws(ContainerError) {
        guard let colon = text.firstIndex(of: ":"), let runtime = ContainerRuntime(rawValue: String(text[..<colon]))
        else { return nil }
        var name = String(text[text.index(after: colon)...])
        var scope: String?
        if runtime == .containerd || runtime == .cri, let slash = name.firstIndex(of: "/") {
            scope = String(name[..<slash])
            name = String(name[name.index(after: slash)...])
        }
        for part in [scope, name].compactMap(\.self) {
            guard Self.isName(part) else { throw .invalidName(text) }
        }
        self.init(runtime, name, scope: scope)
    }

    /// Whether some runtime would take it for a name: what a file could not be called, or a request line not hold, is
    /// none. Docker's are `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, and those of the others much alike.
    public static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && !text.hasPrefix(".") && !text.hasPrefix("-")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "_.-+@:".utf8.contains(byte)
                }
            }
    }
}

extension ContainerReference: CustomStringConvertible {
    /// The form that `init(parsing:)` takes.
    public var description: String {
        (runtime.map { "\($0.rawValue):" } ?? "") + (scope.map { "\($0)/" } ?? "") + name
    }
}
