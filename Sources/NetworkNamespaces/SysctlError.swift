// SPDX-License-Identifier: Apache-2.0

internal import Addressing
public import LinuxSystem
public import SystemPackage

/// Why a network parameter was not read or set.
public enum SysctlError: Error, Equatable, Sendable {
    /// A text that can't be the key of a network parameter.
    case invalidKey(String, reason: String)
    /// The namespace has no such key; `known` are the keys beside the first part that it has not.
    case notFound(SysctlKey, missing: SysctlKey, known: [SysctlKey])
    /// A value was given for a key that only others are below.
    case isDirectory(SysctlKey)
    /// The kernel lets nobody read the key.
    case onlySettable(SysctlKey)
    /// The kernel lets nobody set the key.
    case onlyReadable(SysctlKey)
    /// The key was not read, or not set.
    case refused(SysctlKey, value: String?, Errno)
    /// Anything else; the operation is a verb phrase.
    case system(operation: String, Errno)

    /// The error number, where the failure has one.
    public var errno: Errno? {
        switch self {
        case .invalidKey: nil
        case .notFound: .noSuchFileOrDirectory
        case .isDirectory: .isDirectory
        case .onlySettable, .onlyReadable: .permissionDenied
        case .refused(_, _, let errno), .system(_, let errno): errno
        }
    }
}

extension SysctlError: ThreadRefusal {
    /// The namespace is entered on a thread of its own.
    public init(threadRefusal reason: Errno) { self = .system(operation: "start a thread", reason) }
}

extension SysctlError: CustomStringConvertible {
    /// One sentence without a full stop.
    public var description: String { sentence(place: "") }

    /// The same with the place, such as ` in namespace 'red'`, behind what was to be done.
    package func sentence(place: String) -> String {
        switch self {
        case .invalidKey(let text, let reason): "\(quoted(text)) is no key of a network namespace: \(reason)"
        case .notFound(let key, _, _): "there is no key \(quoted(key.description))\(place) (ENOENT)"
        case .isDirectory(let key):
            "cannot set \(quoted(key.description))\(place): only keys below it have a value (EISDIR)"
        case .onlySettable(let key): "cannot read \(quoted(key.description))\(place): it can only be set (EACCES)"
        case .onlyReadable(let key): "cannot set \(quoted(key.description))\(place): it can only be read (EACCES)"
        case .refused(let key, nil, let errno): "cannot read \(quoted(key.description))\(place): \(errno.sentence)"
        case .refused(let key, let value?, let errno):
            "cannot set \(quoted(key.description)) to \(quoted(value))\(place): \(errno.sentence)"
        case .system(let operation, let errno): "cannot \(operation)\(place): \(errno.sentence)"
        }
    }
}
