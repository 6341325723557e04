// SPDX-License-Identifier: Apache-2.0

internal import LabTopology
internal import LinuxSystem

/// Plays the scenario of a lab against the clock.
struct LabScenario {
    private let lab: Lab
    private let disturbance: LabDisturbance

    /// Something to be done at a time from the start.
    private struct Step {
        var time: Duration
        var title: String
        var action: ScenarioEvent.Action
    }

    init(_ lab: Lab) {
        self.lab = lab
        let site = LabLifecycle(processes: SupervisedProcesses()).site(of: lab)
        disturbance = LabDisturbance(lab, at: site, processes: SupervisedProcesses())
    }

    /// Does everything at its time, then brings back what the file says, also where an event has failed.
    ///
    /// - Returns: false when it was interrupted.
    func play() throws(LabFailure) -> Bool {
        countInterrupts()
        let start = ContinuousClock.now
        var failure: LabFailure?
        var isPlayed = true
        for step in steps {
            guard wait(until: start + step.time) else {
                isPlayed = false
                break
            }
            try? printOutput("\(text(step.time))  \(escaped(step.title))\n")
            if case .command(let nodes, let words) = step.action {
                for node in nodes { _ = runInNode(lab.namespaceName(of: lab.nodes[node].name), words) }
            } else {
                do throws(LabFailure) { try disturbance.carryOut(step.action) } catch {
                    failure = error
                    break
                }
            }
        }
        try disturbance.carryOut(.heal(.links(Array(lab.links.indices))))
        try disturbance.carryOut(.heal(.nodes(Array(lab.nodes.indices))))
        if let failure { throw failure }
        return isPlayed
    }

    /// The events, and the ends of those that last for a while, in order.
    private var steps: [Step] {
        var steps = lab.scenario.map { Step(time: $0.time, title: $0.title, action: $0.action) }
        for event in lab.scenario {
            guard let duration = event.duration else { continue }
            switch event.action {
            case .fail(let target), .impair(let target, _):
                steps.append(Step(time: event.time + duration, title: "end of \(event.title)", action: .heal(target)))
            case .heal, .command: break
            }
        }
        return steps.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    /// - Returns: false when it was interrupted.
    private func wait(until time: ContinuousClock.Instant) -> Bool {
        while ContinuousClock.now < time {
            if interruptCount() > 0 { return false }
            sleep(min(time - .now, .milliseconds(50)))
        }
        return interruptCount() == 0
    }

    private func text(_ time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        let tenths = attoseconds / 100_000_000_000_000_000
        let number = "\(seconds).\(tenths)"
        return String(repeating: " ", count: max(7 - number.count, 0)) + number + "s"
    }
}
