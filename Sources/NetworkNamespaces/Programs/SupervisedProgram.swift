// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem

/// When a program that has ended is started again.
public enum RestartPolicy: String, Sendable, CaseIterable {
    /// Not at all.
    case never
    /// When a signal killed it, or its status is not 0.
    case onFailure = "on-failure"
    /// Whenever it has ended.
    case always
}

/// A program that runs in a network namespace in the background, and what happens to it there.
public struct SupervisedProgram: Sendable, Equatable {
    /// Its name, for records and logs.
    public var name: String
    /// The program and its arguments; at least one word.
    public var words: [String]
    /// The namespace whose files below /etc/netns it sees; nil leaves /etc and /sys as they are.
    public var namespace: String?
    /// Variables of its environment, `NAME=VALUE`.
    public var environment: [String] = []
    /// Whose process it is: a login name or a number; nil is the caller's.
    public var user: String?
    /// When it is started again.
    public var restart = RestartPolicy.never
    /// The sign that it is ready, as `ProgramReadiness` reads it.
    public var readiness: String?
    /// How long that may take.
    public var readyWithin: Duration = .seconds(30)
    /// Its log as it was asked for; nil is the record's own.
    public var log: String?
    /// The path of its log.
    public var logPath = ""
    /// A file for the supervisor's number alone.
    public var processFile: String?
    /// Whether its supervisor removes the record when it is stopped.
    public var isTransient = false

    /// A program.
    public init(name: String, words: [String]) { (self.name, self.words) = (name, words) }
}

// No word, name or path of Linux holds a NUL, so that nothing has to be escaped.

extension SupervisedProgram {
    /// The program as a file holds it: `key=value`, each ended by a NUL.
    var encoded: [UInt8] {
        var fields: [(String, String)] = [("name", name)]
        fields += words.map { ("word", $0) }
        fields += environment.map { ("environment", $0) }
        let optional = [
            ("namespace", namespace), ("user", user), ("readiness", readiness), ("log", log),
            ("process-file", processFile),
        ]
        for (key, value) in optional { if let value { fields.append((key, value)) } }
        fields.append(("restart", restart.rawValue))
        let (seconds, attoseconds) = readyWithin.components
        fields.append(("ready-within", "\(seconds) \(attoseconds)"))
        fields.append(("log-path", logPath))
        if isTransient { fields.append(("transient", "yes")) }
        return fields.flatMap { Array("\($0.0)=\($0.1)".utf8) + [0] }
    }

    /// Reads what `encoded` has written; nil for anything else.
    init?(decoding bytes: [UInt8]) {
        self.init(name: "", words: [])
        for field in bytes.split(separator: 0) {
            let text = String(decoding: field, as: UTF8.self)
            guard let sign = text.firstIndex(of: "=") else { return nil }
            let value = String(text[text.index(after: sign)...])
            switch text[..<sign] {
            case "name": name = value
            case "word": words.append(value)
            case "environment": environment.append(value)
            case "namespace": namespace = value
            case "user": user = value
            case "readiness": readiness = value
            case "log": log = value
            case "process-file": processFile = value
            case "restart": restart = RestartPolicy(rawValue: value) ?? .never
            case "ready-within":
                let parts = value.split(separator: " ").compactMap { Int64($0) }
                if parts.count == 2 {
                    readyWithin = Duration(secondsComponent: parts[0], attosecondsComponent: parts[1])
                }
            case "log-path": logPath = value
            case "transient": isTransient = true
            default: break
            }
        }
        if name.isEmpty || words.isEmpty { return nil }
    }
}

/// What a supervisor last wrote of its program.
public struct ProgramState: Sendable, Equatable {
    /// How far it is.
    public enum Phase: String, Sendable {
        /// The program runs.
        case running
        /// It has ended, and will be started again.
        case waiting
        /// It has ended for good.
        case ended
        /// It was stopped.
        case stopped
    }

    /// How far it is.
    public var phase = Phase.running
    /// The process that looks after the program.
    public var supervisor: ProcessIdentity?
    /// The program's process; the last one when it has ended.
    public var program: ProcessIdentity?
    /// How the program ended the last time.
    public var end: ProcessEnd?
    /// How many times it was started again.
    public var restarts = 0
    /// The inode of the network namespace.
    public var network: UInt64 = 0
    /// Whether the program leads a session.
    public var leadsSession = false

    /// Nothing yet.
    public init() {}

    /// The state as a file holds it: a line for each number.
    var encoded: [UInt8] {
        var text = "phase \(phase.rawValue)\n"
        if let supervisor { text += "supervisor \(supervisor.processID) \(supervisor.startTime)\n" }
        if let program { text += "program \(program.processID) \(program.startTime)\n" }
        switch end {
        case .exited(let status): text += "exited \(status)\n"
        case .killed(let signal): text += "killed \(signal)\n"
        case nil: break
        }
        text += "restarts \(restarts)\nnetwork \(network)\n"
        if leadsSession { text += "session 1\n" }
        return Array(text.utf8)
    }

    /// Reads what `encoded` has written.
    init(decoding bytes: [UInt8]) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 1 else { continue }
            var identity: ProcessIdentity? {
                guard words.count == 3, let process = Int32(words[1]), let start = UInt64(words[2]) else { return nil }
                return ProcessIdentity(processID: process, startTime: start)
            }
            switch words[0] {
            case "phase": phase = Phase(rawValue: String(words[1])) ?? .ended
            case "supervisor": supervisor = identity
            case "program": program = identity
            case "exited": end = Int32(words[1]).map { .exited($0) }
            case "killed": end = Int32(words[1]).map { .killed(signal: $0) }
            case "restarts": restarts = Int(words[1]) ?? 0
            case "network": network = UInt64(words[1]) ?? 0
            case "session": leadsSession = true
            default: break
            }
        }
    }
}

/// Why a program could not be run in the background.
public struct ProgramError: Error, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    public var description: String
    /// What to do about it.
    public var hint: String?
    /// Whether it was stopped from outside.
    public var isInterruption = false

    init(_ description: String, hint: String? = nil) { (self.description, self.hint) = (description, hint) }
}

extension ProcessEnd {
    /// `ended with status 1`, `was killed by signal 9`.
    public var sentence: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .killed(let signal): "was killed by signal \(signal)"
        }
    }

    var isFailure: Bool { self != .exited(0) }
}
