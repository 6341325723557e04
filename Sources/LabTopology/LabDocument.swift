// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Synchronization
internal import SystemPackage

/// A lab file that was read: the lab, what it shall be on the machine, and all mistakes that were found.
public struct LabDocument: Sendable {
    /// The files.
    public private(set) var source = SourceText()
    /// The mistakes.
    public private(set) var diagnostics = Diagnostics()
    /// The lab; nil where nothing can be made of the file. It is to be used only without errors.
    public private(set) var lab: Lab?
    /// What was chosen, to be remembered for the next run.
    public private(set) var memory = LabMemory()

    /// Reads a lab file. Nothing is thrown: all mistakes are in `diagnostics`.
    ///
    /// - Parameters:
    ///   - variables: values that go before those of `vars`.
    ///   - remembered: what an earlier run chose, for the lab of a name.
    ///   - reader: reads the text of a path.
    public init(
        path: String, variables: [String: String] = [:], remembered: (String) -> LabMemory = { _ in LabMemory() },
        reader: SourceReader = readSourceFile
    ) {
        guard
            let file = LabFile.read(
                path: path, variables: variables, reader: reader, into: &source, &diagnostics)
        else { return }
        var expansion = LabExpansion(file)
        let lab = expansion.run(&diagnostics)
        self.lab = lab
        // Numbers for what is not right would bring up mistakes that nobody made.
        guard !diagnostics.hasErrors else { return }
        var assignment = AddressAssignment(lab, remembered: remembered(lab.name))
        assignment.run(segmentsComeFirst: file.segmentsComeFirst, &diagnostics)
        self.lab = assignment.lab
        memory = assignment.memory
        LabChecks(assignment.lab).run(&diagnostics)
    }

    /// The name of the lab of a file, whatever mistakes there are else; nil when it has none.
    public static func name(path: String, variables: [String: String], reader: SourceReader = readSourceFile) -> String?
    {
        var source = SourceText()
        var diagnostics = Diagnostics()
        let file = LabFile.read(path: path, variables: variables, reader: reader, into: &source, &diagnostics)
        return file.flatMap {
            nameFlaw($0.name.value, maximumCount: LabFile.maximumNameLength) == nil ? $0.name.value : nil
        }
    }

    /// Adds a mistake.
    mutating func report(_ diagnostic: Diagnostic) { diagnostics.add(diagnostic) }

    /// What the lab shall be on the machine; nil when there are errors.
    public var desired: LabState? {
        guard let lab, !diagnostics.hasErrors else { return nil }
        return LabState(of: lab)
    }
}

/// Reads a file; `-` is standard input.
///
/// - Throws: `Errno`, or a sentence for what is no text or too large.
public func readSourceFile(_ path: String) throws -> String {
    let bytes = path == "-" ? try readStandardInput() : try readFile(path)
    guard bytes.count <= maximumSourceBytes else { throw LabFailure("cannot read it", reason: "it is too large") }
    return String(decoding: bytes, as: UTF8.self)
}

private let maximumSourceBytes = 64 << 20

/// Read once: a lab's name is asked for before the lab.
private let standardInput = Mutex<[UInt8]?>(nil)

private func readStandardInput() throws(Errno) -> [UInt8] {
    try standardInput.withLock { bytes throws(Errno) in
        if let bytes { return bytes }
        let read = try readAll(0, atMost: maximumSourceBytes + 1)
        bytes = read
        return read
    }
}
