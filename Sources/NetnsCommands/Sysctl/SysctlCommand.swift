// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces

/// `netns sysctl`.
struct SysctlCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "sysctl",
        abstract: "Read and set network parameters of a namespace.",
        discussion: """
            Keys are those of sysctl(8) that begin with 'net'. One above others reads all of them. \
            All keys are looked at before the first is set.

            EXAMPLES
              netns sysctl -n red net.ipv4.ip_forward
              netns sysctl -n red net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
              netns sysctl -n red net.ipv4.conf.eth0/1.rp_filter
              netns sysctl -n red net/ipv4/conf/eth0.1/rp_filter
              netns sysctl -n red net.ipv4.conf.all --json
            """)

    @OptionGroup var namespace: NamespaceOption
    @OptionGroup var output: OutputOptions

    @Flag(help: "Print values without keys.")
    var values = false

    @Argument(help: ArgumentHelp("KEY, or KEY=VALUE", valueName: "key[=value]"))
    var words: [String]

    func operation() -> any Operation {
        var operation = SysctlOperation(namespace: namespace.namespace, words: words, json: output.writerIfWanted)
        operation.valuesOnly = values
        return operation
    }
}

/// Reads and sets network parameters.
struct SysctlOperation: Operation {
    var namespace: String?
    /// `KEY` or `KEY=VALUE`.
    var words: [String]
    var valuesOnly = false
    var json: JSONWriter?

    func run() throws {
        let requests = try words.map { word throws(CommandFailure) in
            do throws(SysctlError) { return try SysctlRequest(parsing: word) } catch { throw failure(error) }
        }
        var settings: [SysctlSetting] = []
        do throws(CommandFailure) { try carryOut(requests) { settings.append($0) } } catch {
            // What was set before a refusal is set.
            if !settings.isEmpty { try show(settings) }
            throw error
        }
        try show(settings)
    }

    private func carryOut(_ requests: [SysctlRequest], _ body: (SysctlSetting) -> Void) throws(CommandFailure) {
        guard let name = namespace else {
            do throws(SysctlError) { return try NetworkNamespaces.carryOut(requests, body) } catch {
                throw failure(error)
            }
        }
        let namespace: NetworkNamespace
        let selector = try namespaceSelector(name)
        do throws(NamespaceError) { namespace = try selector.open() } catch { throw CommandFailure(error) }
        do throws(SysctlError) { try namespace.carryOut(requests, body) } catch { throw failure(error) }
    }

    private func show(_ settings: [SysctlSetting]) throws {
        if var json {
            json.beginArray()
            for setting in settings {
                json.object { json in
                    json.member("key", setting.key.description)
                    json.member("value", setting.value)
                }
                try json.flushIfFull()
            }
            json.endArray()
            return try json.flush()
        }
        var text = TextWriter()
        for setting in settings {
            // A value of several lines has the key before each, as with sysctl(8).
            for line in setting.value.split(separator: "\n", omittingEmptySubsequences: false) {
                if !valuesOnly { text.write("\(escaped(setting.key.description)) = ") }
                // The kernel separates the numbers of a value by tabs.
                text.write(
                    line.split(separator: "\t", omittingEmptySubsequences: false).map { escaped(String($0)) },
                    separator: "\t")
                text.write("\n")
            }
            try text.flushIfFull()
        }
        try text.flush()
    }

    private func failure(_ error: SysctlError) -> CommandFailure {
        var failure = CommandFailure(
            error.sentence(place: namespace.map { " in namespace \(quoted($0))" } ?? ""), hint: hint(error))
        failure.errno = error.errno
        if case .invalidKey = error { failure.status = ExitStatus.usage }
        return failure
    }

    private func hint(_ error: SysctlError) -> String? {
        switch error {
        case .invalidKey(let text, _):
            guard let key = try? SysctlKey(parsing: "net.\(text)"), (try? FileStatus(of: key.path)) != nil else {
                return nil
            }
            return "did you mean \(quoted(key.description))?"
        case .notFound(let key, let missing, let known): return meant(key, missing, known)
        default: return privilegeHint(error.errno)
        }
    }

    /// The key that was probably meant by one that is not there.
    ///
    /// - Parameters:
    ///   - missing: the first part of it that is not there.
    ///   - known: what is there in its place.
    private func meant(_ key: SysctlKey, _ missing: SysctlKey, _ known: [SysctlKey]) -> String? {
        let depth = missing.components.count
        let names = known.compactMap(\.components.last)
        // A device's name has dots, which were not written as slashes.
        for end in key.components.indices.dropFirst(depth) {
            let name = key.components[(depth - 1)...end].joined(separator: ".")
            guard names.contains(name) else { continue }
            let meant = SysctlKey(
                components: key.components[..<(depth - 1)] + [name] + key.components[(end + 1)...])
            return "did you mean \(quoted(meant.description))?"
        }
        guard let name = missing.components.last, let near = nearest(to: name, among: names) else { return nil }
        var components = key.components
        components[depth - 1] = near
        return "did you mean \(quoted(SysctlKey(components: components).description))?"
    }
}
