// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import Containers
internal import LinuxSystem
internal import NetworkNamespaces
internal import RouteNetlink

extension CompletionKind {
    /// Names under /run/netns.
    static var namespaces: CompletionKind {
        .custom { words, index, prefix in CompletionRequest(words, index, prefix).namespaces }
    }

    /// Containers that run, with their runtimes.
    static var containers: CompletionKind {
        .custom { words, index, prefix in CompletionRequest(words, index, prefix).containers }
    }

    /// The words behind the verbs of links, addresses and routes, and the devices that they name.
    static var grammar: CompletionKind {
        .custom { words, index, prefix in CompletionRequest(words, index, prefix).grammarWords }
    }

    /// Bridges.
    static var bridges: CompletionKind {
        .custom { words, index, prefix in CompletionRequest(words, index, prefix).devices(kind: "bridge") }
    }

    /// A program that the shell would find; what it takes is not known.
    static var programs: CompletionKind {
        .custom { words, index, prefix in
            let request = CompletionRequest(words, index, prefix)
            return request.operands.isEmpty ? request.programs : []
        }
    }

    /// The operands of `exec`: a namespace, then a program.
    static var execution: CompletionKind {
        .custom { words, index, prefix in CompletionRequest(words, index, prefix).execution }
    }
}

/// A word that a shell wants to complete.
///
/// Shells expand what they are given, at least bash does, and names are the work of others: one like
/// `$(reboot)` must never reach them. So only plain names are offered.
struct CompletionRequest {
    /// The words in front of it, without the program's name.
    let before: [String]
    private let prefix: String

    /// - Parameters:
    ///   - words: the whole line.
    ///   - index: which of the words it is.
    ///   - prefix: what stands in front of the cursor.
    init(_ words: [String], _ index: Int, _ prefix: String) {
        before = Array(words.prefix(max(0, index)).dropFirst())
        self.prefix = prefix
    }

    // MARK: Candidates

    /// Names under /run/netns that are not on the line yet; containers where one is begun, since that asks others.
    var namespaces: [String] {
        if prefix.contains(":") { return containers }
        let names = (try? NamespaceDirectory.system.names()) ?? []
        return plain(names.map(\.description)).filter { !before.contains($0) }
    }

    /// Containers that run. A shell may take a colon for the end of a word: then their names alone go on from there.
    var containers: [String] {
        let runtime = prefix.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let search = ContainerSearch()
        let found = ContainerRuntime(rawValue: runtime).map { search.running(by: [$0]) } ?? search.running()
        return found.containers.map { "\($0.reference)" }.filter { reference in
            plain([reference.split(separator: ":", maxSplits: 1).last.map(String.init) ?? ""]).count == 1
        }
    }

    /// Devices of the namespace that the line names, or of the caller's.
    func devices(kind: String? = nil) -> [String] {
        guard var socket = try? openSocket(), let links = try? socket.links(LinkFilter(kind: kind)) else { return [] }
        return plain(
            links.filter { kind == nil || $0.kind == kind }.flatMap { [$0.name.description] + $0.alternativeNames })
    }

    private func openSocket() throws -> RouteSocket {
        guard let namespace else { return try RouteSocket() }
        return try openNamespace(namespace).openRouteSocket()
    }

    /// A namespace, then a program; what a program takes is not known.
    var execution: [String] {
        switch (operands.count, before.contains("--all")) {
        case (0, false): namespaces
        case (1, false), (0, true): programs
        default: []
        }
    }

    /// Programs that the shell would find.
    var programs: [String] {
        let variable = environmentVariable("PATH") ?? ""
        var names: Set<String> = []
        for directory in variable.split(separator: ":") {
            for entry in (try? directoryEntries(String(directory))) ?? []
            where !entry.isDirectory && entry.name.hasPrefix(prefix) {
                names.insert(entry.name)
            }
        }
        return plain(names.sorted())
    }

    // MARK: The line

    /// Options in front of which the words belong to them. They are those of `exec` and `-n`.
    private static let valued: Set<String> = [
        "-n", "--namespace", "--netns", "--chdir", "--user", "--env", "--dns",
    ]

    /// The words behind the verb that are neither options nor their values.
    var operands: [String] {
        var operands: [String] = []
        var position = 1
        while position < before.count {
            let word = before[position]
            if Self.valued.contains(word) { position += 1 } else if !word.hasPrefix("-") { operands.append(word) }
            position += 1
        }
        return operands
    }

    /// The value of `-n`.
    private var namespace: String? {
        for (position, word) in before.enumerated() {
            if ["-n", "--namespace", "--netns"].contains(word), position + 1 < before.count {
                return before[position + 1]
            }
            for option in ["--namespace=", "--netns="] where word.hasPrefix(option) {
                return String(word.dropFirst(option.count))
            }
        }
        return nil
    }

    /// The names that are nothing but a name to any shell.
    private func plain(_ names: [String]) -> [String] {
        names.filter { name in
            !name.isEmpty && !name.hasPrefix("-")
                && name.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"):
                        true
                    default: "._-+@,%".utf8.contains(byte)
                    }
                }
        }
    }
}
