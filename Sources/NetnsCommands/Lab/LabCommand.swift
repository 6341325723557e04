// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import SystemPackage

/// `netns lab`.
struct LabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Bring networks up from a file, change them, look at them, and take them down.",
        discussion: """
            A lab is a file, or the name of one that is up. See netns-lab(5) for the file.

            EXAMPLES
              netns lab up triangle.lab.yaml
              netns lab exec triangle h1 -- ping -c1 h2
              netns lab down triangle
            """,
        subcommands: [
            LabCaptureCommand.self,
            LabCheckCommand.self,
            LabDoctorCommand.self,
            LabDownCommand.self,
            LabEventsCommand.self,
            LabExecCommand.self,
            LabExportCommand.self,
            LabFailCommand.self,
            LabGraphCommand.self,
            LabHealCommand.self,
            LabImpairCommand.self,
            LabImportCommand.self,
            LabListCommand.self,
            LabLogsCommand.self,
            LabPlanCommand.self,
            LabRunCommand.self,
            LabShellCommand.self,
            LabStatusCommand.self,
            LabUpCommand.self,
            LabValidateCommand.self,
        ])
}

/// The exit statuses of `netns lab` besides those of all verbs.
enum LabExitStatus {
    /// The file is wrong.
    static let badFile: Int32 = 2
    /// There are differences.
    static let differs: Int32 = 3
    /// A check failed.
    static let checkFailed: Int32 = 4
}

/// The lab that a command is about.
struct LabArguments: ParsableArguments {
    @Option(
        name: [.customLong("set")],
        help: ArgumentHelp("Set a variable of the file; may be given several times.", valueName: "name=value"))
    var variables: [String] = []

    @Argument(
        help: ArgumentHelp("A lab file, or the name of a lab that is up.", valueName: "lab"),
        completion: .file(extensions: ["yaml", "yml"]))
    var lab: String

    /// The values of `--set`.
    func values() throws(CommandFailure) -> [String: String] {
        var values: [String: String] = [:]
        for variable in variables {
            guard let sign = variable.firstIndex(of: "="), sign > variable.startIndex else {
                throw .usage("'\(escaped(variable))' is not of the form NAME=VALUE")
            }
            values[String(variable[..<sign])] = String(variable[variable.index(after: sign)...])
        }
        return values
    }

    /// Whether the word is a file's: whatever is no lab's name, and what is there as a file.
    var isFile: Bool {
        lab == "-" || lab.contains("/") || lab.hasSuffix(".yaml") || lab.hasSuffix(".yml")
            || (try? FileStatus(of: lab))?.isDirectory == false
    }

    /// The lab as its file says, with the numbers that an earlier run chose.
    ///
    /// Where it is rootless this process is in its namespaces from here on.
    ///
    /// - Parameters:
    ///   - forgets: whether numbers are chosen anew.
    ///   - entry: what is wanted of the namespaces.
    /// - Throws: `ExitCode` 2 after all mistakes were shown.
    func document(
        forgets: Bool = false, entry: LabEntry = .existing, json: JSONWriter? = nil
    ) throws -> LabDocument {
        try enter(entry)
        let records = records(entry)
        let document: LabDocument
        if isFile {
            document = LabDocument(
                path: lab, variables: try values(),
                remembered: { name in forgets ? LabMemory() : records.read(name)?.memory ?? LabMemory() })
        } else {
            document = try record(in: records).document
        }
        try show(document.diagnostics, of: document, json)
        return document
    }

    /// The record of the lab of that name.
    func record(in records: LabRecords) throws(CommandFailure) -> LabRecord {
        if let record = records.read(lab) { return record }
        throw noSuchLab()
    }

    /// What is said of a name that no lab has.
    func noSuchLab() -> CommandFailure {
        let known = Array(Set(LabRecords.system.names() + LabHolders.own.all().map(\.lab))).sorted()
        return CommandFailure(
            "there is no lab '\(escaped(lab))'",
            hint: suggestion(for: lab, among: known)
                ?? (known.isEmpty
                    ? "none is up; 'netns lab up FILE' brings one up"
                    : "these are up: \(known.joined(separator: ", "))"))
    }

    /// Shows mistakes; throws `ExitCode` 2 when one of them is an error.
    func show(_ diagnostics: Diagnostics, of document: LabDocument, _ json: JSONWriter?) throws {
        if var json {
            if diagnostics.hasErrors {
                json.diagnostics(diagnostics, document.source)
                try json.flush()
                throw ExitCode(LabExitStatus.badFile)
            }
            return
        }
        let text = diagnostics.text(in: document.source)
        if !text.isEmpty { try? writeAll(Array(text.utf8), to: 2) }
        if diagnostics.hasErrors { throw ExitCode(LabExitStatus.badFile) }
    }
}

extension JSONWriter {
    /// The mistakes as an array, for editors.
    mutating func diagnostics(_ diagnostics: Diagnostics, _ source: SourceText) {
        func place(_ span: SourceSpan, _ json: inout JSONWriter) {
            json.member("file", source.files.indices.contains(span.file) ? source.files[span.file].path : nil)
            json.member("line", span.line)
            json.member("column", span.column)
            json.member("length", span.length)
        }
        beginArray()
        for diagnostic in diagnostics.sorted {
            object { json in
                if let span = diagnostic.span { place(span, &json) }
                json.member("severity", diagnostic.severity.rawValue)
                json.member("code", diagnostic.code.rawValue)
                json.member("message", diagnostic.message)
                json.member("hint", diagnostic.hint)
                guard !diagnostic.notes.isEmpty else { return }
                json.member(
                    "notes",
                    array: { json in
                        for note in diagnostic.notes {
                            json.object { json in
                                place(note.span, &json)
                                json.member("message", note.message)
                            }
                        }
                    })
            }
        }
        endArray()
    }
}

/// What to do about a refusal to a rootless lab.
private func rootlessHint(_ errno: Errno?) -> String? {
    guard LabHolders.isInside else { return nil }
    return switch errno {
    case .notPermitted, .permissionDenied:
        "a rootless lab has no right to what is outside of it; see ROOTLESS LABS in netns-lab(8)"
    case .operationNotSupportedByDevice, .noSuchAddressOrDevice: "the devices of the machine are not in a rootless lab"
    default: nil
    }
}

extension LabDocument {
    /// A failure traced back to the line that asked for what failed.
    func commandFailure(_ failure: LabFailure) -> CommandFailure {
        var message = failure.description
        if let change = failure.change, let span = lab?.span(of: change), source.files.indices.contains(span.file) {
            message = "\(source.files[span.file].path):\(span.line):\(span.column): \(message)"
        }
        if !failure.leftOver.isEmpty {
            message += "; this could not be taken back: \(failure.leftOver.joined(separator: "; "))"
        }
        return CommandFailure(
            message, hint: failure.hint ?? rootlessHint(failure.errno) ?? privilegeHint(failure.errno))
    }
}
