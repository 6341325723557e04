// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

// The kernel looks a file below /proc/sys/net up among the parameters of the network namespace of the
// thread that opens it, whatever process or mount the path leads through (`net_ctl_header_lookup`).

/// Reads and sets parameters of the network namespace of the calling thread.
///
/// All keys are looked at before the first is set. A request for a directory reads all keys below it, in the
/// order of their names; those that can only be set, and those without a value, are passed over. To set one takes
/// `CAP_NET_ADMIN` over the namespace, or root, by the key.
///
/// - Parameter body: is told what was read or set, in order.
/// - Throws: `.refused` for a value that the kernel does not take: what came before it is set, what follows is not.
public func carryOut(
    _ requests: [SysctlRequest], _ body: (SysctlSetting) -> Void
) throws(SysctlError) {
    for request in requests { try check(request) }
    for request in requests {
        if let value = request.value {
            try set(request.key, to: value)
            body(SysctlSetting(key: request.key, value: value))
        } else {
            try read(request.key, body)
        }
    }
}

extension NetworkNamespace {
    /// Reads and sets parameters of this namespace, on a thread made for it.
    ///
    /// Needs `CAP_SYS_ADMIN` over the namespace, besides what the keys need.
    public borrowing func carryOut(
        _ requests: [SysctlRequest], _ body: (SysctlSetting) -> Void
    ) throws(SysctlError) {
        let descriptor = descriptor.rawValue
        try onDisposableThread { () throws(SysctlError) in
            do throws(Errno) { try enterNetworkNamespace(rawValue: descriptor) } catch {
                throw SysctlError.system(operation: "enter the network namespace", error)
            }
            try NetworkNamespaces.carryOut(requests, body)
        }
    }
}

/// Finds out whether the key is there and can be opened for what is asked.
private func check(_ request: SysctlRequest) throws(SysctlError) {
    let key = request.key
    guard let status = try? FileStatus(of: key.path) else { throw notFound(key) }
    if status.isDirectory {
        if request.value != nil { throw .isDirectory(key) }
        return
    }
    guard request.value != nil || status.mode & 0o444 != 0 else { throw .onlySettable(key) }
    guard request.value == nil || status.mode & 0o222 != 0 else { throw .onlyReadable(key) }
    do throws(Errno) {
        _ = try OwnedDescriptor(opening: key.path, flags: request.value == nil ? 0 : openForWriting)
    } catch { throw .refused(key, value: request.value, error) }
}

/// Finds the first part of the key that is not there.
private func notFound(_ key: SysctlKey) -> SysctlError {
    var present = SysctlKey(components: [])
    for component in key.components {
        let next = present.appending(component)
        guard (try? FileStatus(of: next.path)) != nil else {
            let known = ((try? directoryEntries(present.path)) ?? []).map { present.appending($0.name) }
            return .notFound(key, missing: next, known: known)
        }
        present = next
    }
    // It has come meanwhile, or /proc can't be looked at.
    return .notFound(key, missing: key, known: [])
}

private func set(_ key: SysctlKey, to value: String) throws(SysctlError) {
    // In one piece: each write(2) is a value of its own.
    do throws(Errno) { try writeText("\(value)\n", to: key.path) } catch { throw .refused(key, value: value, error) }
}

private func read(_ key: SysctlKey, _ body: (SysctlSetting) -> Void) throws(SysctlError) {
    do throws(Errno) {
        body(try value(of: key))
    } catch {
        guard error == .isDirectory else { throw .refused(key, value: nil, error) }
        do throws(Errno) { try readAll(below: key, body) } catch { throw .refused(key, value: nil, error) }
    }
}

private func readAll(below key: SysctlKey, _ body: (SysctlSetting) -> Void) throws(Errno) {
    let entries = try directoryEntries(key.path).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for entry in entries where !replacedNames.contains(entry.name) {
        let inner = key.appending(entry.name)
        do throws(Errno) {
            if entry.isDirectory { try readAll(below: inner, body) } else { body(try value(of: inner)) }
        } catch {
            switch error {
            // Only to be set, without a value yet (stable_secret), or gone with its device.
            case .permissionDenied, .notPermitted, .ioError, .noSuchFileOrDirectory: continue
            default: throw error
            }
        }
    }
}

/// What sysctl(8) leaves out of a listing, too: the forms in seconds of `base_reachable_time_ms` and `retrans_time_ms`.
private let replacedNames = ["base_reachable_time", "retrans_time"]

private func value(of key: SysctlKey) throws(Errno) -> SysctlSetting {
    var bytes = try readFile(key.path)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return SysctlSetting(key: key, value: String(decoding: bytes, as: UTF8.self))
}
