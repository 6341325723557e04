// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import NetworkNamespaces

/// `netns nat`.
struct NATCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nat",
        abstract: "Show whose addresses netns translates.",
        discussion: """
            EXAMPLES
              netns nat list
              netns nat list -n red --json
            """,
        subcommands: [List.self], defaultSubcommand: List.self)

    /// `netns nat list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List masqueraded networks and published ports, each with its owner.",
            discussion: """
                EXAMPLES
                  netns nat list
                  netns nat list -n red --json
                """,
            aliases: ["ls", "show"])

        @OptionGroup var namespace: NamespaceOption
        @OptionGroup var output: OutputOptions

        func run() throws {
            let selector = try namespace.namespace.map { name throws(CommandFailure) in try namespaceSelector(name) }
            let held: NetworkNamespace
            do throws(NamespaceError) {
                if let selector { held = try selector.open() } else { held = try .current() }
            } catch { throw CommandFailure(error) }
            let all: [Translation]
            let effective: Set<Translation>
            do throws(TranslationError) {
                var translation = try NetworkAddressTranslation.open(in: held)
                all = try translation.translations().sorted { ($0.order, "\($0)") < ($1.order, "\($1)") }
                effective = Set(try translation.effectiveTranslations())
            } catch {
                var failure = CommandFailure("\(error)", hint: error.hint ?? privilegeHint(error.errno))
                failure.errno = error.errno
                throw failure
            }
            if var json = output.writerIfWanted {
                json.beginArray()
                for one in all { json.translation(one, isEffective: effective.contains(one)) }
                json.endArray()
                try json.flush()
            } else if !all.isEmpty {
                var table = Table(columns: ["WHAT", "FROM", "TO", "OWNER"])
                for one in all {
                    let owner = escaped(one.owner) + (effective.contains(one) ? "" : " (without effect)")
                    table.add(one.cells + [owner])
                }
                try printOutput(table.text)
            }
        }
    }
}

extension Translation {
    /// Networks first, then ports in their order.
    fileprivate var order: Int {
        if case .publication(let port) = kind { Int(port.hostPort) } else { -1 }
    }

    /// What, from where, to where.
    fileprivate var cells: [String] {
        switch kind {
        case .masquerade(let subnet, by: _): return ["masquerade", "\(subnet)", ""]
        case .publication(let port):
            func pair(_ address: String, _ port: UInt16) -> String {
                address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
            }
            return [
                port.transport.name, pair(port.hostAddress.map { "\($0)" } ?? "*", port.hostPort),
                pair("\(port.target)", port.targetPort),
            ]
        }
    }
}

extension JSONWriter {
    fileprivate mutating func translation(_ translation: Translation, isEffective: Bool) {
        object { json in
            switch translation.kind {
            case .masquerade(let subnet, by: let device):
                json.member("type", "masquerade")
                json.member("subnet", "\(subnet)")
                json.member("device", device.map { "\($0)" })
            case .publication(let port):
                json.member("type", "port")
                json.member("protocol", port.transport.name)
                json.member("host_address", port.hostAddress.map { "\($0)" })
                json.member("host_port", Int(port.hostPort))
                json.member("target", "\(port.target)")
                json.member("target_port", Int(port.targetPort))
            }
            json.member("owner", translation.owner)
            json.member("effective", isEffective)
        }
    }
}
