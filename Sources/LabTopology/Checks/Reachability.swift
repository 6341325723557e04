// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Synchronization
internal import SystemPackage

/// Who reaches whom: ICMP echoes from inside each namespace to the addresses of all others, many at a time.
struct ReachabilityMatrix {
    /// One echo that must be answered.
    struct Question: Hashable, Sendable {
        var source: Int, target: Int
        var address: IPAddress
    }

    /// The descriptor of each source's namespace, by node.
    let namespaces: [Int: Int32]
    /// How long in all.
    let limit: Duration

    /// How many echoes of one source are under way at once, so that no buffer runs over.
    private static let window = 64
    /// How long an answer may take before the echo is sent again.
    private static let patience: Duration = .milliseconds(300)

    /// How many threads there are: most of them wait for answers that do not come.
    private static let maximumThreads = 64

    /// Asks everything, and what was not answered again until the time is over; everything is asked once at least.
    ///
    /// - Returns: what was not answered.
    func ask(_ questions: [Question]) -> [Question] {
        let deadline = ContinuousClock.now + limit
        var open = questions
        repeat { open = askOnce(open) } while !open.isEmpty && ContinuousClock.now < deadline
        return open.sorted { ($0.source, $0.target, $0.address) < ($1.source, $1.target, $1.address) }
    }

    private func askOnce(_ questions: [Question]) -> [Question] {
        let work = Dictionary(grouping: questions, by: \.source)
        let sources = work.keys.sorted()
        let namespaces = namespaces
        let state = SharedWork(next: Atomic<Int>(0), unanswered: Mutex<[Question]>([]))
        onThreads(min(Self.maximumThreads, sources.count)) { _ in
            while true {
                let number = state.next.add(1, ordering: .relaxed).oldValue
                guard number < sources.count else { return }
                let own = work[sources[number]] ?? []
                var missing = own
                if let descriptor = namespaces[sources[number]],
                    (try? enterNetworkNamespace(rawValue: descriptor)) != nil
                {
                    missing = Self.ask(own)
                }
                if !missing.isEmpty { state.unanswered.withLock { $0 += missing } }
            }
        }
        return state.unanswered.withLock { $0 }
    }

    /// All questions of one source, from the namespace of the calling thread.
    private static func ask(_ questions: [Question]) -> [Question] {
        var missing: [Question] = []
        for family in AddressFamily.allCases {
            let own = questions.filter { $0.address.family == family }
            if own.isEmpty { continue }
            let identifier = UInt16.random(in: 1...UInt16.max)
            do throws(Errno) {
                let socket = try EchoSocket(isIPv6: family == .ipv6, identifier: identifier)
                missing += exchange(own, over: socket)
            } catch { missing += own }
        }
        return missing
    }

    private static func exchange(
        _ questions: [Question], over socket: borrowing EchoSocket
    ) -> [Question] {
        // Each packet of questions has its time; what was lost is asked again.
        let packets = (questions.count + window - 1) / window
        let deadline = ContinuousClock.now + patience * (2 * packets + 1)
        var isOpen = Array(repeating: true, count: questions.count)
        var sentAt = Array(repeating: ContinuousClock.Instant?.none, count: questions.count)
        var open = questions.count
        var waiting: [Int] = []
        var queue = Array(questions.indices)[...]
        let descriptor = socket.descriptor.rawValue
        while open > 0 {
            while waiting.count < window, let next = queue.popFirst() {
                let bytes = questions[next].address.bytes
                // The first call may report what became of an earlier echo, and send nothing.
                if (try? socket.send(to: bytes, number: UInt32(next))) == nil {
                    try? socket.send(to: bytes, number: UInt32(next))
                }
                sentAt[next] = .now
                waiting.append(next)
            }
            let now = ContinuousClock.now
            if now >= deadline { break }
            let oldest = waiting.compactMap { sentAt[$0] }.min() ?? now
            let pause = min(max(oldest + patience - now, .zero), deadline - now)
            _ = try? waitReadable([descriptor], timeout: pause)
            while let answer = (try? socket.receive()) ?? nil {
                let number = Int(answer)
                guard isOpen.indices.contains(number), isOpen[number] else { continue }
                isOpen[number] = false
                open -= 1
            }
            let limit = ContinuousClock.now - patience
            waiting.removeAll { number in
                if !isOpen[number] { return true }
                guard let sent = sentAt[number], sent <= limit else { return false }
                queue.append(number)
                return true
            }
        }
        return questions.indices.filter { isOpen[$0] }.map { questions[$0] }
    }
}

/// What the threads share.
private final class SharedWork: Sendable {
    let next: Atomic<Int>
    let unanswered: Mutex<[ReachabilityMatrix.Question]>

    init(next: consuming Atomic<Int>, unanswered: consuming sending Mutex<[ReachabilityMatrix.Question]>) {
        self.next = next
        self.unanswered = unanswered
    }
}
