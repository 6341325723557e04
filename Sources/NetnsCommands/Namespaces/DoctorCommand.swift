// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import NetworkNamespaces

/// `netns doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is wrong with this machine's set-up, and how to cure it.",
        discussion: """
            One finding a line, the worst first: how bad it is (ok, note, warning, problem), its \
            code, what it is about, what is the matter, and the cure. Nothing is changed. The codes \
            are listed in netns-namespace(8). The exit status is 1 when there is a problem, otherwise 0.

            Looked at are /run/netns and its mounts, every name in it, the mount namespace, the \
            capabilities, the lock, /etc/netns and name resolution, and the kernel with its limits.

            EXAMPLES
              netns doctor
              netns doctor --json | jq -r '.[] | select(.severity == "warning").cure'
              netns doctor --json | jq -e 'any(.code == "stale-name")' && netns prune
            """)

    @OptionGroup var output: OutputOptions

    func run() throws {
        let findings = NamespaceDirectory.system.diagnose()
        if output.json {
            var json = output.writer()
            json.array { json in
                for finding in findings { json.object { finding.write(to: &$0) } }
            }
            try json.flush()
        } else {
            try printOutput(lines(findings))
        }
        if findings.contains(where: { $0.severity == .problem }) { throw ExitCode(ExitStatus.refused) }
    }

    private func lines(_ findings: [Finding]) -> String {
        let widths = (
            severity: findings.map(\.severity.rawValue.count).max() ?? 0,
            code: findings.map(\.code.rawValue.count).max() ?? 0
        )
        return findings.map { finding in
            let severity = padded(finding.severity.rawValue, to: widths.severity)
            let code = padded(finding.code.rawValue, to: widths.code)
            let cure = finding.cure.map { "; cure: \($0)" } ?? ""
            return escaped("\(severity)  \(code)  \(finding.subject): \(finding.what)\(cure)") + "\n"
        }.joined()
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension Finding {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("severity", severity.rawValue)
        json.member("code", code.rawValue)
        json.member("subject", subject)
        json.member("what", what)
        json.member("cure", cure)
    }
}
