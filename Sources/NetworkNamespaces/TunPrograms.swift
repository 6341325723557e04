// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// A process that has a device of /dev/net/tun open.
public struct TunProgram: Equatable, Sendable {
    /// The process, and the name of its program as /proc has it; empty when it has just ended.
    public var process: Int32, name: String
    /// The device. The kernel tells no namespace: of several devices of one name it may be any.
    public var device: String
}

/// The processes that have devices of /dev/net/tun open, in the order of their numbers; one for each device.
///
/// Processes that the caller may not look into (ptrace access) are passed over, as ip(8) does. Source:
/// proc_pid_fdinfo(5), `iff:`.
public func tunPrograms() -> [TunProgram] {
    var programs: [TunProgram] = []
    for process in processIDs() {
        var devices: [String] = []
        for descriptor in numericEntries("/proc/\(process)/fd") {
            guard (try? readSymbolicLink("/proc/\(process)/fd/\(descriptor)"))?.hasSuffix("/net/tun") == true,
                let device = tunDevice(ofDescriptor: descriptor, of: process)
            else { continue }
            // One with several queues is open several times.
            if !devices.contains(device) { devices.append(device) }
        }
        guard !devices.isEmpty else { continue }
        let name = ((try? readFile("/proc/\(process)/comm")) ?? []).prefix { $0 != UInt8(ascii: "\n") }
        for device in devices {
            programs.append(TunProgram(process: process, name: String(decoding: name, as: UTF8.self), device: device))
        }
    }
    return programs
}

/// The device of an open /dev/net/tun; nil for one that has none yet.
private func tunDevice(ofDescriptor descriptor: Int32, of process: Int32) -> String? {
    guard let contents = try? readFile("/proc/\(process)/fdinfo/\(descriptor)") else { return nil }
    for line in contents.split(separator: UInt8(ascii: "\n")) where line.starts(with: "iff:".utf8) {
        let name = line.dropFirst("iff:".utf8.count).drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
    return nil
}
