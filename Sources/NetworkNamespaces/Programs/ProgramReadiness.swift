// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// The sign by which a program shows that it does its work.
public enum ProgramReadiness: Equatable, Sendable {
    /// `tcp:PORT`: a socket in its namespace listens there.
    case tcp(UInt16)
    /// `udp:PORT`: a socket in its namespace is bound there.
    case udp(UInt16)
    /// `file:PATH`: the file is there.
    case file(String)
    /// `log:TEXT`: the text is in what it has written since it was started.
    case log(String)
    /// `exit`: it has ended with status 0.
    case exit

    /// Reads `tcp:7`, `file:/run/x.pid`, `log:listening` or `exit`.
    public init(parsing text: String) throws(ProgramError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("tcp", 2): self = .tcp(try Self.port(parts[1], text))
        case ("udp", 2): self = .udp(try Self.port(parts[1], text))
        case ("file", 2) where !parts[1].isEmpty: self = .file(parts[1])
        case ("log", 2) where !parts[1].isEmpty: self = .log(parts[1])
        case ("exit", 1): self = .exit
        default:
            throw ProgramError(
                "'\(text)' is no sign of readiness", hint: "write tcp:PORT, udp:PORT, file:PATH, log:TEXT or exit")
        }
    }

    private static func port(_ digits: String, _ text: String) throws(ProgramError) -> UInt16 {
        guard let port = UInt16(digits), port > 0 else {
            throw ProgramError("'\(text)' is no sign of readiness: a port is a number from 1 to 65535")
        }
        return port
    }
}

extension ProgramRecord {
    /// Waits until the program shows that it is ready.
    ///
    /// - Throws: `ProgramError` when it ends before, when the time runs out, and on `SIGINT` where those are counted.
    func wait(for sign: ProgramReadiness, _ limit: Duration, logStart: Int64) throws(ProgramError) {
        let deadline = ContinuousClock.now + limit
        let interrupts = interruptCount()
        var pause: Duration = .milliseconds(2)
        while true {
            // The state first: what a program did before it ended counts.
            let state = state
            if shows(sign, state, logStart) { return }
            if let state, state.phase == .ended, let end = state.end {
                throw ProgramError("it \(end.sentence) before it was ready")
            }
            guard state?.supervisor?.isRunning == true else {
                // It may have written how it ended since.
                if self.state == state { throw ProgramError("its supervisor has ended before it was ready") }
                continue
            }
            if interruptCount() > interrupts {
                var failure = ProgramError("it was interrupted")
                failure.isInterruption = true
                throw failure
            }
            guard ContinuousClock.now < deadline else {
                throw ProgramError("it was not ready (\(program?.readiness ?? "")) within \(limit)")
            }
            sleep(pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    private func shows(_ sign: ProgramReadiness, _ state: ProgramState?, _ logStart: Int64) -> Bool {
        switch sign {
        case .tcp(let port): return isBound(port, ["tcp", "tcp6"], state) { $0 == "0A" }
        case .udp(let port): return isBound(port, ["udp", "udp6"], state) { _ in true }
        case .file(let path): return (try? FileStatus(of: path)) != nil
        case .log(let text):
            guard let program, let bytes = try? readFile(program.logPath) else { return false }
            return bytes.dropFirst(Int(clamping: logStart)).firstRange(of: Array(text.utf8)) != nil
        case .exit: return state?.phase == .ended && state?.end == .exited(0)
        }
    }

    /// Whether a socket of the program's namespace has the port. Source: proc_pid_net(5).
    private func isBound(
        _ port: UInt16, _ tables: [String], _ state: ProgramState?, _ isWanted: (Substring) -> Bool
    ) -> Bool {
        guard let process = state?.supervisor?.processID else { return false }
        for table in tables {
            guard let bytes = try? readFile("/proc/\(process)/net/\(table)") else { continue }
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                guard fields.count > 3, let digits = fields[1].split(separator: ":").last,
                    UInt16(digits, radix: 16) == port, isWanted(fields[3])
                else { continue }
                return true
            }
        }
        return false
    }
}
