// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Who a program runs as in the namespaces that were entered or made.
public struct ProgramCredentials: Hashable, Sendable {
    /// The user and the group; nil leaves them. A group takes the supplementary groups away.
    public var user: UInt32?, group: UInt32?
    /// Whether the program keeps the capabilities that a user namespace has given.
    public var keepsCapabilities = false
    /// Whether the supplementary groups are gone already, where there was more power to take them away.
    public var groupsAreDropped = false

    /// As the caller.
    public init() {}

    /// Takes the supplementary groups away before a user namespace is entered that may not permit it.
    public mutating func dropGroupsBefore() { groupsAreDropped = (try? dropGroups()) != nil }

    /// Changes the calling thread.
    public func apply() throws(WorldError) {
        if let group {
            do throws(Errno) { try dropGroups() } catch {
                guard groupsAreDropped else { throw refusal(error) }
            }
            try attempting("become the group \(group)", takes: "CAP_SETGID") { () throws(Errno) in
                try becomeGroup(group)
            }
        }
        if keepsCapabilities, user != nil {
            try attempting("keep capabilities") { () throws(Errno) in try keepCapabilitiesAsOtherUser() }
        }
        if let user {
            try attempting("become the user \(user)", takes: "CAP_SETUID") { () throws(Errno) in
                try becomeUser(user)
            }
        }
        if keepsCapabilities {
            try attempting("keep capabilities") { () throws(Errno) in try keepCapabilities() }
        }
    }

    private func refusal(_ error: Errno) -> WorldError {
        let isDenied = (try? readFile("/proc/self/setgroups")) == Array("deny\n".utf8)
        return WorldError(
            "drop the supplementary groups", error,
            hint: isDenied
                ? "/proc/self/setgroups is 'deny' in this user namespace: --preserve-credentials"
                : error == .notPermitted ? "it takes CAP_SETGID" : nil)
    }
}
