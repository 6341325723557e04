// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import SystemPackage

/// Carries out the lines of a file, one after the other.
struct Batch: ~Copyable {
    /// The namespace of lines that name none.
    var namespace: String?
    private let name: String
    private let keepsGoing: Bool
    private let descriptor: Int32
    /// Keeps the file open; nil for the standard input, which is not ours.
    private let opened: OwnedDescriptor?
    private var reader = BatchReader()
    private let sockets: SharedSockets
    private var status = ExitStatus.done

    init(file: String, keepsGoing: Bool) throws(CommandFailure) {
        self.keepsGoing = keepsGoing
        sockets = SharedSockets(holdsBack: keepsGoing)
        name = file == "-" ? "stdin" : file
        if file == "-" {
            descriptor = 0
            opened = nil
            return
        }
        do throws(Errno) {
            let own = try OwnedDescriptor(opening: file)
            descriptor = own.rawValue
            opened = consume own
        } catch { throw CommandFailure("cannot read '\(escaped(file))': \(error.sentence)") }
    }

    /// - Returns: the exit status.
    mutating func run() throws -> Int32 {
        var isAtEnd = false
        while !isAtEnd {
            let more = try read()
            isAtEnd = more.isEmpty
            reader.append(more)
            guard try carryOutLines(isLast: isAtEnd) else { return status }
        }
        do throws(CommandFailure) { try sockets.close() } catch { note(report(error, at: place(sockets.line))) }
        reportRefusals()
        return status
    }

    /// False when a line has failed, and it ends with that.
    private mutating func carryOutLines(isLast: Bool) throws -> Bool {
        while true {
            let next: BatchLine?
            do throws(BatchReader.Failure) { next = try reader.next(isLast: isLast) } catch {
                note(report(CommandFailure.usage("a quote is not closed"), at: place(error.number)))
                guard keepsGoing else { return false }
                continue
            }
            guard let line = next else { return true }
            sockets.line = line.number
            do { try carryOut(line) } catch Errno.brokenPipe { throw Errno.brokenPipe } catch {
                fail(line, error)
            }
            reportRefusals()
            guard status == ExitStatus.done || keepsGoing else { return false }
        }
    }

    /// More of the file. Before a wait for it the sockets are closed, which would keep namespaces alive.
    private func read() throws -> [UInt8] {
        do throws(Errno) {
            if try waitReadable([descriptor], timeout: .zero).isEmpty { try? sockets.close() }
            return try readSome(from: descriptor, atMost: 1 << 16)
        } catch {
            throw CommandFailure("cannot read '\(escaped(name))': \(error.sentence)")
        }
    }

    private func carryOut(_ line: BatchLine) throws {
        // The lines of 'ip -batch' name the object.
        let words = try normalized(line.words.first == "netns" ? Array(line.words.dropFirst()) : line.words)
        // A program gets the bytes of the process's own command line, where these are not.
        if line.holdsOtherBytes, ["exec", "lab", "run"].contains(words.first) {
            throw CommandFailure.usage("the words of a program must be UTF-8 in a batch")
        }
        let operation = try operation(for: inNamespace(words))
        if var operation = operation as? any SharingOperation {
            operation.sockets = sockets
            defer { if operation.changesLinks { sockets.forgetDevices() } }
            return try operation.run()
        }
        // A file that names itself would never end.
        if operation is BatchExecution { throw CommandFailure.usage("a batch can't hold another one") }
        // What it does to namespaces and links is not known here.
        try sockets.close()
        // It may enter the namespaces of a rootless lab, from which there is no way back.
        if words.first == "lab" { return try runApart(words) }
        try operation.run()
    }

    /// Runs a line in a process of its own.
    private func runApart(_ arguments: [String]) throws {
        let end: ProcessEnd
        do throws(Errno) { end = try runProgram(["/proc/self/exe"] + arguments) } catch {
            throw CommandFailure("cannot start a process: \(error.sentence)")
        }
        if end != .exited(0) { throw ExitCode(end.shellStatus) }
    }

    /// The line with the namespace of all, where it takes one and names none.
    private func inNamespace(_ arguments: [String]) -> [String] {
        guard let namespace, let verb = arguments.first,
            !arguments.contains(where: { ["-n", "--namespace", "--netns", "--all-namespaces"].contains($0) })
        else { return arguments }
        let count = hasSubverbs(verb) ? 2 : ["impair", "sysctl"].contains(verb) ? 1 : 0
        guard count > 0, arguments.count > 1 else { return arguments }
        return Array(arguments[..<count]) + ["--namespace", namespace] + arguments[count...]
    }

    // MARK: Failures

    private func place(_ line: Int) -> String { "\(name):\(line): " }

    private mutating func fail(_ line: BatchLine, _ error: any Error) {
        let verb = (try? normalized(line.words)).flatMap(verbWords)
        if let end = error as? ExitCode, !end.isSuccess {
            // It has said why; a program may not have.
            printError(place(line.number) + "\(verb ?? ""): status \(end.rawValue)")
        }
        note(report(error, of: verb, at: place(line.number)))
    }

    private mutating func reportRefusals() {
        for refusal in sockets.takeRefusals() { note(report(refusal.failure, at: place(refusal.line))) }
    }

    private mutating func note(_ status: Int32) { self.status = max(self.status, status) }
}
