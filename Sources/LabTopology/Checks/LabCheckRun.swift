// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// What became of one check.
public struct LabCheckResult: Sendable {
    /// Which.
    public var check: LabCheck
    /// Whether it holds.
    public var holds: Bool
    /// How many were asked, and how many did not hold.
    public var asked = 0, failed = 0
    /// What did not hold, a line each; the first of them.
    public var details: [String] = []
}

/// Runs the checks of a lab that is up.
public struct LabCheckRun {
    private let lab: Lab
    private let site: LabSite
    private let addresses: [[IPAddress]]
    /// How many lines of details there are at most.
    private static let maximumDetails = 20

    /// Checks of a lab at its place. Needs `CAP_SYS_ADMIN` and `CAP_NET_RAW`.
    public init(_ lab: Lab, at site: LabSite) {
        (self.lab, self.site) = (lab, site)
        addresses = lab.primaryAddresses
    }

    /// Runs one check.
    ///
    /// - Parameter runCommand: runs a command in a node's namespace and says whether it ended with 0, and what it wrote.
    public func run(
        _ check: LabCheck, runCommand: (_ node: String, _ words: [String]) -> (isDone: Bool, output: String)
    ) throws(LabFailure) -> LabCheckResult {
        var result = LabCheckResult(check: check, holds: true)
        switch check.kind {
        case .reach(let nodes, let sample):
            judge(try ask(pairs(of: nodes, sample: sample), check.limit), check, &result)
        case .target(let from, .node(let node)):
            judge(try ask(from.filter { $0 != node }.map { ($0, node) }, check.limit), check, &result)
        case .target(let from, .address(let address)):
            let questions = from.map { ReachabilityMatrix.Question(source: $0, target: -1, address: address) }
            judge((questions, try matrix(of: from, check.limit).ask(questions)), check, &result)
        case .target(let from, .tcp(let node, let port)):
            try connect(from, addresses[node], port, lab.nodes[node].name, check, &result)
        case .target(let from, .tcpAddress(let address, let port)):
            try connect(from, [address], port, "\(address)", check, &result)
        case .command(let node, let words):
            result.asked = 1
            let deadline = ContinuousClock.now + check.limit
            var end = runCommand(lab.nodes[node].name, words)
            while !end.isDone, ContinuousClock.now < deadline {
                sleep(.milliseconds(200))
                end = runCommand(lab.nodes[node].name, words)
            }
            if end.isDone == check.isUnreachableExpected {
                (result.failed, result.holds) = (1, false)
                let lines = end.output.split(whereSeparator: \.isNewline).suffix(Self.maximumDetails)
                result.details = ["the command in '\(lab.nodes[node].name)' \(end.isDone ? "succeeds" : "fails")"]
                result.details += lines.map(String.init)
            }
        }
        return result
    }

    /// Each of the nodes with each other one, or so many of the pairs by chance; the same on every run.
    private func pairs(of nodes: [Int], sample: Int?) -> [(Int, Int)] {
        let count = nodes.count * (nodes.count - 1)
        guard let sample, sample < count else {
            return nodes.flatMap { source in nodes.filter { $0 != source }.map { (source, $0) } }
        }
        var state = stableHash(of: lab.name)
        return (0..<sample).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Int((state >> 33) % UInt64(count))
            let (source, target) = (number / (nodes.count - 1), number % (nodes.count - 1))
            return (nodes[source], nodes[target >= source ? target + 1 : target])
        }
    }

    private func matrix(of sources: [Int], _ limit: Duration) throws(LabFailure) -> ReachabilityMatrix {
        var namespaces: [Int: Int32] = [:]
        for source in Set(sources) {
            guard let session = try site.session(lab.nodes[source].name) else {
                throw LabFailure(
                    "cannot check '\(lab.name)'", reason: "the node '\(lab.nodes[source].name)' is not up",
                    hint: "'netns lab up' brings it up")
            }
            namespaces[source] = session.namespace.descriptor.rawValue
        }
        return ReachabilityMatrix(namespaces: namespaces, limit: limit)
    }

    private typealias Answers = (asked: [ReachabilityMatrix.Question], missing: [ReachabilityMatrix.Question])

    /// Echoes to every family that both ends have.
    private func ask(_ pairs: [(Int, Int)], _ limit: Duration) throws(LabFailure) -> Answers {
        let families = addresses.map { Set($0.map(\.family)) }
        let questions = pairs.flatMap { source, target in
            addresses[target].filter { families[source].contains($0.family) }
                .map { ReachabilityMatrix.Question(source: source, target: target, address: $0) }
        }
        return (questions, try matrix(of: pairs.map(\.0), limit).ask(questions))
    }

    private func judge(_ answers: Answers, _ check: LabCheck, _ result: inout LabCheckResult) {
        result.asked = answers.asked.count
        let wrong =
            check.isUnreachableExpected
            ? answers.asked.filter { !Set(answers.missing).contains($0) } : answers.missing
        result.failed = wrong.count
        result.holds = wrong.isEmpty
        result.details = wrong.prefix(Self.maximumDetails).map { question in
            let target = question.target < 0 ? "" : "\(lab.nodes[question.target].name) "
            let verb = check.isUnreachableExpected ? "reaches" : "does not reach"
            return "\(lab.nodes[question.source].name) \(verb) \(target)(\(question.address))"
        }
        if wrong.count > Self.maximumDetails { result.details.append("and \(wrong.count - Self.maximumDetails) more") }
    }

    /// Connects from each source to one of the addresses, as a client does that tries them all.
    private func connect(
        _ sources: [Int], _ addresses: [IPAddress], _ port: UInt16, _ target: String, _ check: LabCheck,
        _ result: inout LabCheckResult
    ) throws(LabFailure) {
        let deadline = ContinuousClock.now + check.limit
        for source in sources {
            let name = lab.nodes[source].name
            guard let session = try site.session(name) else {
                throw LabFailure("cannot check '\(lab.name)'", reason: "the node '\(name)' is not up")
            }
            result.asked += 1
            let usable = addresses.filter { address in self.addresses[source].contains { $0.family == address.family } }
            let outcome = connection(
                from: session, usable, port, until: deadline, waits: !check.isUnreachableExpected)
            guard (outcome.reached != nil) == check.isUnreachableExpected else { continue }
            result.failed += 1
            result.holds = false
            if let reached = outcome.reached {
                result.details.append("\(name) reaches: \(target) (\(reached)) port \(port)")
            } else if usable.isEmpty {
                result.details.append("\(name) does not reach: no address of a family that \(target) has")
            }
            for (address, reason) in outcome.refusals {
                result.details.append("\(name) does not reach: \(reason): \(target) (\(address)) port \(port)")
            }
        }
    }

    /// The address to which there is a connection, or why there is none to each.
    private func connection(
        from session: NodeSession, _ addresses: [IPAddress], _ port: UInt16,
        until deadline: ContinuousClock.Instant, waits: Bool
    ) -> (reached: IPAddress?, refusals: [(IPAddress, Errno)]) {
        var refusals: [(IPAddress, Errno)] = []
        repeat {
            refusals = []
            for (number, address) in addresses.enumerated() {
                let bytes = address.bytes
                // One that does not answer leaves time for the others.
                let limit = max((deadline - .now) / (addresses.count - number), .milliseconds(50))
                do {
                    try session.namespace.run { try probeTCP(bytes, port: port, timeLimit: limit) }
                    return (address, [])
                } catch { refusals.append((address, error as? Errno ?? .ioError)) }
            }
            guard waits, !addresses.isEmpty, ContinuousClock.now < deadline else { break }
            sleep(.milliseconds(100))
        } while true
        return (nil, refusals)
    }
}

extension Lab {
    /// The address of each node by which others know it, one of each family: that of lo, or of its first interface.
    var primaryAddresses: [[IPAddress]] {
        var all: [[IPPrefix]] = nodes.map(\.loopbackAddresses)
        for link in links {
            for end in 0..<2 { if let node = link.ends[end].node { all[node] += link.addresses[end] } }
        }
        for segment in segments {
            for member in segment.members { if let node = member.port.node { all[node] += member.addresses } }
        }
        return all.map { addresses in
            AddressFamily.allCases.compactMap { family in addresses.first { $0.family == family }?.address }
        }
    }
}
