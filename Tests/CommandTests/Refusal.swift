// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// A command line that must be refused: one line on standard error, nothing on standard output, this
/// status, and nothing changed.
struct Refusal {
    /// The words behind `netns`.
    var words: [String]
    /// The documented status.
    var status: Int32
    /// What the complaint must name.
    var complaint: String
    /// Where it stands, for the report of a failure.
    var location: SourceLocation

    /// - Parameter line: the words, split at blanks.
    init(_ line: String, _ status: Int32, _ complaint: String, location: SourceLocation = #_sourceLocation) {
        self.init(words: line.split(separator: " ").map(String.init), status, complaint, location: location)
    }

    init(words: [String], _ status: Int32, _ complaint: String, location: SourceLocation = #_sourceLocation) {
        (self.words, self.status, self.complaint, self.location) = (words, status, complaint, location)
    }
}

extension Sandbox {
    /// Runs each command line and compares what it did with what it must do.
    ///
    /// - Parameter asUser: what stands in front of the command, such as `setpriv …`.
    func expect(_ refusals: [Refusal], prefix: [String] = []) throws {
        try settle()
        let before = try state()
        for refusal in refusals {
            let result = try run(prefix + [Self.command] + refusal.words)
            let comment = Comment(rawValue: "netns \(refusal.words.joined(separator: " "))")
            #expect(result.status == refusal.status, comment, sourceLocation: refusal.location)
            #expect(result.output == "", comment, sourceLocation: refusal.location)
            let isOneLine =
                result.errors.hasPrefix("netns: ") && result.errors.hasSuffix("\n")
                && result.errors.dropLast().allSatisfy { !$0.isNewline }
            #expect(isOneLine, "\(comment): \(result.errors)", sourceLocation: refusal.location)
            #expect(
                result.errors.contains(refusal.complaint), "\(comment): \(result.errors)",
                sourceLocation: refusal.location)
            let after = try state()
            let isSame = after == before
            let changed = zip(before.split(separator: "\n"), after.split(separator: "\n")).filter { $0 != $1 }
            #expect(
                isSame, "\(comment): \(changed.map { "-\($0)\n+\($1)" }.joined(separator: "\n"))",
                sourceLocation: refusal.location)
        }
    }

    /// Waits for devices that are up to know of their carrier, which takes the kernel up to a second
    /// (net/core/link_watch.c), and for duplicates of their addresses to be looked for; some never have a carrier.
    private func settle() throws {
        let deadline = ContinuousClock.now + .milliseconds(1500) * patience
        while ContinuousClock.now < deadline {
            let links = try JSON(shell("ip -j address").output).elements
            let isUnsettled = links.contains { link in
                let flags = link["flags"]?.elements ?? []
                guard flags.contains(.string("UP")), !flags.contains(.string("LOOPBACK")) else { return false }
                let isTentative = link["addr_info"]?.elements.contains { $0["tentative"] != nil } ?? false
                return link["operstate"] != .string("UP") || isTentative
            }
            guard isUnsettled else { return }
            usleep(50_000 * UInt32(patience))
        }
    }

    /// What a refused command must leave alone, quickly told: names, mounts, and links here and in each namespace.
    func state() throws -> String {
        try shell(
            """
            ls -lai --time-style=full-iso /run/netns | tail -n +4 || true
            cat /proc/self/mountinfo
            ip -j link; ip -j addr; ip -j route show table all; netns list-id
            for file in /run/netns/*; do
                [ "$(stat -L -f -c %T "$file")" = nsfs ] || continue
                nsenter --net="$file" sh -c 'ip -j link; ip -j addr; netns list-id' 2>/dev/null || true
            done
            """
        ).output
    }
}
