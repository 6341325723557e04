// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
internal import SystemPackage

/// A supervisor whose record is lost: its command line says where that was.
public struct LostSupervisor: Sendable {
    /// The path of the record.
    public var path: String
    /// The process.
    public var process: ProcessIdentity

    /// The supervisors whose records were below a directory, and are there no more.
    ///
    /// One that sees another directory at that path, in another mount namespace, has its record there.
    public static func all(below directory: String) -> [LostSupervisor] {
        var place = FilePath(directory)
        while (try? FileStatus(of: place.string)) == nil, place.removeLastComponent() {}
        guard let own = identity(of: place.string) else { return [] }
        return ProcessStatus.all(startedWith: ProgramSupervisor.word).compactMap { status, words in
            guard !status.isZombie, let path = words.first, path.hasPrefix("\(directory)/") else { return nil }
            guard ProgramRecord(path: path).state == nil,
                identity(of: "/proc/\(status.processID)/root\(place.string)") == own
            else { return nil }
            return LostSupervisor(
                path: path, process: ProcessIdentity(processID: status.processID, startTime: status.startTime))
        }
    }

    private static func identity(of path: String) -> [UInt64]? {
        (try? FileStatus(of: path)).map { [$0.device, $0.inode] }
    }

    /// Ends it, and its program with it.
    ///
    /// - Throws: `ProgramError` when it may not be ended, or does not heed `SIGKILL`.
    public func end() throws(ProgramError) {
        guard try ProgramSupervisor.end(process) else {
            throw ProgramError("process \(process.processID), which looks after it, does not end")
        }
    }
}
