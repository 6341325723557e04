// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import SystemPackage

/// `netns lab check`.
struct LabCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Run the checks of a lab that is up, or see whether all nodes reach each other.",
        discussion: """
            A lab without checks is checked for all nodes reaching each other: an ICMP echo from inside each namespace \
            to each other node, many at a time, over IPv4 and IPv6.

            Exit status: 0 when all hold, 4 when one does not.

            EXAMPLES
              netns lab check triangle
              netns lab check --all-pairs triangle
            """)

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    @Flag(help: "See whether all nodes reach each other, whatever checks the file has.")
    var allPairs = false

    func run() throws {
        let document = try arguments.document(json: output.writerIfWanted)
        guard let lab = document.lab else { return }
        raiseDescriptorLimit()
        let run = LabCheckRun(lab, at: LabLifecycle(processes: SupervisedProcesses()).site(of: lab))
        var checks = lab.checks
        if allPairs || checks.isEmpty { checks = [.allPairs(of: lab)] }
        var results: [LabCheckResult] = []
        for check in checks {
            do throws(LabFailure) {
                let result = try run.run(check) { node, words in
                    captureInNode(lab.namespaceName(of: node), words)
                }
                results.append(result)
                if !output.json { try? printOutput(result.text) }
            } catch { throw document.commandFailure(error) }
        }
        if var json = output.writerIfWanted {
            json.beginArray()
            for result in results {
                json.object { json in
                    json.member("check", result.check.title)
                    json.member("holds", result.holds)
                    json.member("asked", result.asked)
                    json.member("failed", result.failed)
                    json.member("details", result.details)
                }
            }
            json.endArray()
            try json.flush()
        }
        if results.contains(where: { !$0.holds }) { throw ExitCode(LabExitStatus.checkFailed) }
    }
}

extension LabCheckResult {
    fileprivate var text: String {
        let counts = asked > 1 ? " (\(asked - failed) of \(asked))" : ""
        let lines = details.map { "  \(escaped($0))\n" }.joined()
        return "\(holds ? "ok    " : "FAILED")  \(escaped(check.title))\(counts)\n\(lines)"
    }
}

/// Runs a program in a namespace, as `netns exec` does, with its output where this program's goes.
func runInNode(_ namespace: String, _ words: [String]) -> ProcessEnd? {
    try? runProgram(["/proc/self/exe"] + execution(in: namespace, words))
}

/// Runs a program in a namespace, as `netns exec` does, and keeps what it writes.
private func captureInNode(_ namespace: String, _ words: [String]) -> (isDone: Bool, output: String) {
    do throws(Errno) {
        let (end, output) = try captureProgram("/proc/self/exe", ["netns"] + execution(in: namespace, words))
        return (end == .exited(0), String(decoding: output, as: UTF8.self))
    } catch { return (false, "cannot run it: \(error.sentence)") }
}

/// The line of `netns exec` that runs a program in a namespace.
private func execution(in namespace: String, _ words: [String]) -> [String] { ["exec", namespace, "--"] + words }
