// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns lab doctor`.
struct LabDoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Show what a lab needs of this machine, and what is missing.",
        discussion: """
            The kernel is asked, in a namespace of its own that nobody sees; nothing is changed.

            Exit status: 0 when nothing is missing, 1 when something is.

            EXAMPLES
              netns lab doctor triangle.lab.yaml
            """)

    @OptionGroup var arguments: LabArguments
    @OptionGroup var output: OutputOptions

    /// One thing that is needed.
    private struct Finding {
        var what: String
        var isThere: Bool
        var lines: [Int]
    }

    func run() throws {
        let document = try arguments.document(entry: .prospective, json: output.writerIfWanted)
        guard let lab = document.lab else { return }
        var findings: [Finding] = []
        do throws(LabFailure) { findings = try features(of: lab) } catch { throw document.commandFailure(error) }
        findings += limits(of: lab) + firewall(of: lab)
        if var json = output.writerIfWanted {
            json.beginArray()
            for finding in findings {
                json.object { json in
                    json.member("needs", finding.what)
                    json.member("present", finding.isThere)
                    json.member("lines", array: { json in for line in finding.lines { json.value(line) } })
                }
            }
            json.endArray()
            try json.flush()
        } else {
            let lines = findings.map { finding in
                let place =
                    finding.lines.isEmpty ? "" : "  (line \(finding.lines.map(String.init).joined(separator: ", ")))"
                return "\(finding.isThere ? "ok     " : "MISSING")  \(finding.what)\(finding.isThere ? "" : place)\n"
            }
            try printOutput(lines.joined())
        }
        if findings.contains(where: { !$0.isThere }) { throw ExitCode(ExitStatus.refused) }
    }

    private func features(of lab: Lab) throws(LabFailure) -> [Finding] {
        var support = try KernelSupport()
        var findings: [Finding] = []
        var position: [LabFeature: Int] = [:]
        for feature in lab.neededFeatures {
            if let known = position[feature.value] {
                findings[known].lines.append(feature.span.line)
                continue
            }
            position[feature.value] = findings.count
            findings.append(
                Finding(what: feature.value.text, isThere: support.has(feature.value), lines: [feature.span.line]))
        }
        return findings
    }

    /// Whether rules of others stop what the machine passes on for the lab, or what crosses its bridges on the machine.
    private func firewall(of lab: Lab) -> [Finding] {
        let filtersBridges = (try? readFile("/proc/sys/net/bridge/bridge-nf-call-iptables"))?.first == UInt8(ascii: "1")
        let concerned = lab.segments.filter { $0.translates || ($0.isOnHost && filtersBridges) }
        guard !concerned.isEmpty else { return [] }
        let policy = ForwardPolicy.read()
        let bridges = concerned.map { "\($0.bridge)" }.joined(separator: ", ")
        let what =
            switch policy {
            case .accept: "forwarding that no rule of the machine drops by default, for \(bridges)"
            case .drop:
                "forwarding, for \(bridges): the machine's FORWARD rules drop by default, as dockerd sets them; "
                    + "accept what comes from and goes to the bridge, in dockerd's chain DOCKER-USER if it is there"
            case .unknown:
                "forwarding, for \(bridges): the machine has iptables rules of the old kind, which can't be read here"
            }
        var findings = [Finding(what: what, isThere: policy == .accept, lines: concerned.map(\.span.line))]
        // A connection that was seen crossing the bridge is settled then, and not translated when it comes back.
        let indirect = lab.segments.filter { $0.translates && !$0.gateways.isEmpty }
        if filtersBridges, !indirect.isEmpty {
            findings.append(
                Finding(
                    what: "net.bridge.bridge-nf-call-iptables=0, and …-ip6tables=0: what goes over a 'gateway' is not "
                        + "translated otherwise", isThere: false, lines: indirect.map(\.span.line)))
        }
        return findings
    }

    /// What a large lab runs into.
    private func limits(of lab: Lab) -> [Finding] {
        let nodes = lab.nodes.count + 1
        var findings: [Finding] = []
        func check(_ path: String, atLeast needed: Int, _ name: String) {
            guard let bytes = try? readFile(path),
                let value = Int(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }), needed > 0
            else { return }
            findings.append(
                Finding(what: "\(name): \(value), and \(needed) are needed", isThere: value >= needed, lines: []))
        }
        check("/proc/sys/user/max_net_namespaces", atLeast: nodes, "user.max_net_namespaces")
        check("/proc/sys/fs/nr_open", atLeast: 2 * nodes + 64, "fs.nr_open, open files of a process")
        let largest = lab.segments.map(\.members.count).max() ?? 0
        // Each node of a segment may know each other one; the table is the machine's.
        check(
            "/proc/sys/net/ipv4/neigh/default/gc_thresh3", atLeast: largest,
            "net.ipv4.neigh.default.gc_thresh3, neighbours")
        return findings
    }
}
