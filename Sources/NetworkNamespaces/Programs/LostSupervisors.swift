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
        return ProcessStatus.all().compactMap { status in
            guard !status.isZombie, let line = try? readFile("/proc/\(status.processID)/cmdline") else { return nil }
            let words = line.split(separator: 0)
            guard words.count > 2, words[1].elementsEqual(ProgramSupervisor.word.utf8),
                words[2].starts(with: "\(directory)/".utf8)
            else { return nil }
            let path = String(decoding: words[2], as: UTF8.self)
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
        guard let supervisor = process.open() else { return }
        do throws(Errno) {
            for number in [SignalNumber.terminate, SignalNumber.kill] {
                try supervisor.send(signal: number)
                if try supervisor.waitForEnd(timeout: ProgramSupervisor.patience + .seconds(5)) { return }
            }
        } catch {
            if error == .noSuchProcess { return }
            throw ProgramError("cannot end process \(process.processID), which looks after it: \(error.sentence)")
        }
        throw ProgramError("process \(process.processID), which looks after it, does not end")
    }
}
