// SPDX-License-Identifier: Apache-2.0

internal import LabTopology
internal import LinuxSystem

/// How far a lab is, on a terminal; silent in a pipe.
final class LabProgress {
    private let verb: String
    private let isShown: Bool
    private var lastShown: ContinuousClock.Instant?
    private let start = ContinuousClock.now

    init(verb: String) {
        self.verb = verb
        isShown = isTerminal(2)
    }

    /// Shows the count, the rate and what is being made; ten times a second at most.
    func show(done: Int, total: Int, change: LabChange?) -> Bool {
        guard isShown else { return true }
        let now = ContinuousClock.now
        if let lastShown, now - lastShown < .milliseconds(100) { return true }
        lastShown = now
        let seconds = Double((now - start).components.seconds) + Double((now - start).components.attoseconds) / 1e18
        let rate = seconds > 0.05 ? Int(Double(done) / seconds) : 0
        let what = change.map { escaped($0.text).prefix(50) } ?? ""
        try? writeAll(Array("\r\u{1b}[K\(verb): \(done)/\(total), \(rate)/s  \(what)".utf8), to: 2)
        return true
    }

    /// Clears the line.
    func finish() {
        if isShown, lastShown != nil { try? writeAll(Array("\r\u{1b}[K".utf8), to: 2) }
    }
}
