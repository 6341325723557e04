// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem

/// What `fail`, `heal` and `impair` have in common.
struct LabTargetArguments: ParsableArguments {
    @OptionGroup var arguments: LabArguments

    @Argument(help: ArgumentHelp("'A -- B' for links, or nodes; with ranges, globs and groups.", valueName: "target"))
    var target: String

    /// Does something to the target.
    func carryOut(_ action: (ScenarioTarget) throws(LabFailure) -> ScenarioEvent.Action) throws {
        let document = try arguments.document()
        guard let lab = document.lab else { return }
        do throws(LabFailure) {
            let target = try LabDisturbance.target(target, in: lab)
            let site = LabLifecycle(processes: SupervisedProcesses()).site(of: lab)
            try LabDisturbance(lab, at: site, processes: SupervisedProcesses()).carryOut(try action(target))
        } catch { throw document.commandFailure(error) }
    }
}

/// `netns lab fail`.
struct LabFailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fail",
        abstract: "Let links or nodes fail: their interfaces go down.",
        discussion: """
            The lab's file is as before: 'heal' and 'up' bring them back.

            EXAMPLES
              netns lab fail triangle "r1 -- r2"
              netns lab fail triangle r3
            """)

    @OptionGroup var target: LabTargetArguments

    func run() throws { try target.carryOut { (target) throws(LabFailure) in .fail(target) } }
}

/// `netns lab heal`.
struct LabHealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heal",
        abstract: "Let what has failed, or was impaired, be again as the file says.",
        discussion: """
            EXAMPLES
              netns lab heal triangle "r1 -- r2"
            """)

    @OptionGroup var target: LabTargetArguments

    func run() throws { try target.carryOut { (target) throws(LabFailure) in .heal(target) } }
}

/// `netns lab impair`.
struct LabImpairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "impair",
        abstract: "Impair links in place of what the file says.",
        discussion: """
            The words are the keys of 'impair' in netns-lab(5), with '=' between. 'heal' brings back what the file says.

            EXAMPLES
              netns lab impair triangle "r1 -- r2" rate=10mbit
              netns lab impair triangle "r* -- h*" delay=20ms loss=1%
            """)

    @OptionGroup var target: LabTargetArguments

    @Argument(help: ArgumentHelp("delay=20ms, loss=1%, rate=10mbit …", valueName: "key=value"))
    var words: [String]

    func run() throws {
        try target.carryOut { (target) throws(LabFailure) in .impair(target, try LabDisturbance.impairment(words)) }
    }
}

/// `netns lab run`.
struct LabRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Play the scenario of a lab: what happens at which time.",
        discussion: """
            Each event is a line when it happens. At the end, and when it is interrupted, everything is again as the \
            file says.

            EXAMPLES
              netns lab run wan
            """)

    @OptionGroup var arguments: LabArguments

    func run() throws {
        let document = try arguments.document()
        guard let lab = document.lab else { return }
        guard !lab.scenario.isEmpty else {
            throw CommandFailure("'\(lab.name)' has no scenario", hint: "write one under 'scenario', see netns-lab(5)")
        }
        let isPlayed: Bool
        do throws(LabFailure) { isPlayed = try LabScenario(lab).play() } catch { throw document.commandFailure(error) }
        if !isPlayed { throw ExitCode(128 + SignalNumber.interrupt) }
    }
}
