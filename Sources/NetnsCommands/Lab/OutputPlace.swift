// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// A file to be written, in the directory that its path means now: in the namespaces of a rootless lab it may mean
/// another one.
struct OutputPlace: ~Copyable {
    private let directory: OwnedDescriptor
    private let name: String

    /// Takes hold of the directory.
    init(_ path: String) throws(CommandFailure) {
        let end = path.lastIndex(of: "/")
        do throws(Errno) {
            directory = try OwnedDescriptor(opening: end.map { String(path[...$0]) } ?? ".", flags: pathOnly)
        } catch { throw CommandFailure("cannot write '\(escaped(path))': \(error.sentence)") }
        name = String(path[(end.map(path.index(after:)) ?? path.startIndex)...])
    }

    /// A path that leads there as long as this value lives.
    var path: String { "\(directory.procPath)/\(name)" }
}
