// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Users or groups of a user namespace, and those outside that they stand for. Source: user_namespaces(7).
public struct IdentityRange: Hashable, Sendable {
    /// The first inside; nil is as low as there is room.
    public var inner: UInt32?
    /// The first outside.
    public var outer: UInt32
    /// How many.
    public var count: UInt32

    /// `count` from `outer` on are `inner` and those after it inside.
    public init(inner: UInt32?, outer: UInt32, count: UInt32) {
        (self.inner, self.outer, self.count) = (inner, outer, count)
    }
}

/// What is to be mapped into a new user namespace, of users or of groups.
public struct IdentityMap: Hashable, Sendable {
    /// What the caller becomes inside.
    public var own: UInt32?
    /// Others.
    public var ranges: [IdentityRange] = []
    /// Whether the first range of the caller's in /etc/subuid or /etc/subgid is among the others.
    public var usesSubordinate = false

    /// Nothing.
    public init() {}

    /// Whether something is mapped.
    public var isEmpty: Bool { own == nil && needsOthers == false }
    /// Whether others than the caller are mapped, for which the caller's own word is not enough.
    public var needsOthers: Bool { usesSubordinate || !ranges.isEmpty }

    /// The lines of the map: the caller's own, then the others around it.
    ///
    /// No number inside or outside is in two of them: the caller's takes precedence. What it takes inside is left out
    /// there, so that what comes behind it goes on outside where the part before has ended.
    ///
    /// - Parameters:
    ///   - caller: the caller's number outside.
    ///   - subordinate: the range of /etc/subuid.
    public func lines(caller: UInt32, subordinate: IdentityRange? = nil) -> [IdentityRange] {
        guard let own else { return (ranges + [subordinate].compactMap(\.self)).map { placed($0) } }
        var lines = [IdentityRange(inner: own, outer: caller, count: 1)]
        for range in (ranges + [subordinate].compactMap(\.self)).map({ placed($0) }) {
            let (inner, outer) = (UInt64(range.inner ?? 0), UInt64(range.outer))
            var pieces = [(inner: inner, outer: outer, count: UInt64(range.count))]
            pieces = pieces.flatMap { piece in
                guard let offset = offset(of: caller, from: piece.outer, piece.count) else { return [piece] }
                return [
                    (piece.inner, piece.outer, offset),
                    (piece.inner + offset, piece.outer + offset + 1, piece.count - offset - 1),
                ]
            }
            pieces = pieces.flatMap { piece in
                guard let offset = offset(of: own, from: piece.inner, piece.count) else { return [piece] }
                return [
                    (piece.inner, piece.outer, offset),
                    (piece.inner + offset + 1, piece.outer + offset, piece.count - offset - 1),
                ]
            }
            lines += pieces.filter { $0.count > 0 }.map {
                IdentityRange(inner: UInt32($0.inner), outer: UInt32($0.outer), count: UInt32($0.count))
            }
        }
        return lines
    }

    private func placed(_ range: IdentityRange) -> IdentityRange {
        IdentityRange(inner: range.inner ?? 0, outer: range.outer, count: range.count)
    }

    private func offset(of number: UInt32, from first: UInt64, _ count: UInt64) -> UInt64? {
        let number = UInt64(number)
        return number >= first && number < first + count ? number - first : nil
    }
}

/// Users or groups.
enum IdentityClass: String {
    case user = "uid", group = "gid"

    /// The file of the ranges that a user may map. Source: subuid(5).
    var subordinateFile: String { "/etc/sub\(rawValue)" }
    /// The program that may map them for everybody. Source: newuidmap(1).
    var program: String { "new\(rawValue)map" }

    /// The first range of the user's.
    func subordinateRange(of userID: UInt32) throws(WorldError) -> IdentityRange {
        let range = try attempting("read '\(subordinateFile)'") { () throws(Errno) in
            try LinuxSystem.subordinateRange(in: subordinateFile, of: userID)
        }
        if let range { return IdentityRange(inner: nil, outer: range.first, count: range.count) }
        let owner = accountName(userID) ?? String(userID)
        throw WorldError(
            "'\(subordinateFile)' gives no range to the user '\(owner)'",
            hint: "'usermod --add-sub\(rawValue)s FIRST-LAST \(owner)' gives one")
    }

    /// Writes a map of a process. Source: user_namespaces(7).
    ///
    /// What the caller may not write is written by newuidmap(1), which takes this process's place.
    func write(_ lines: [IdentityRange], of process: String, mayReplace: Bool = false) throws(WorldError) {
        let path = "/proc/\(process)/\(rawValue)_map"
        let text = lines.map { "\($0.inner ?? 0) \($0.outer) \($0.count)\n" }.joined()
        do throws(Errno) { try writeText(text, to: path) } catch {
            let capability = "CAP_SET\(rawValue.uppercased())"
            guard mayReplace, error == .notPermitted || error == .permissionDenied else {
                throw WorldError(
                    "write '\(path)'", error, hint: error == .notPermitted ? "it takes \(capability)" : nil)
            }
            let words = lines.flatMap { ["\($0.inner ?? 0)", "\($0.outer)", "\($0.count)"] }
            throw WorldError(
                "run \(program)", replaceProcess(with: [program, process] + words),
                hint: "without \(capability) the maps of others are written by it: package uidmap")
        }
    }
}
