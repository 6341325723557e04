// SPDX-License-Identifier: Apache-2.0

/// A verb of the command with its verbs and options, as `--experimental-dump-help` tells it.
struct CommandTree: Sendable {
    let name: String
    let aliases: [String]
    let discussion: String
    let verbs: [CommandTree]
    /// Every spelling of every option that is not hidden, with its dashes; without those that all verbs have.
    let options: Set<String>

    /// Those of all verbs.
    static let commonOptions: Set<String> = ["--version", "-h", "--help"]

    /// Asks the built command.
    static func load() throws -> CommandTree {
        let result = try ChildProcess([Sandbox.command, "--experimental-dump-help"]).wait()
        guard result.status == 0, let command = try JSON(result.output)["command"] else {
            throw SandboxFailure("the command does not describe itself: \(result.errors)")
        }
        return CommandTree(command)
    }

    private init(_ command: JSON) {
        name = command["commandName"]?.text ?? ""
        aliases = command["aliases"]?.elements.compactMap(\.text) ?? []
        discussion = command["discussion"]?.text ?? ""
        verbs = (command["subcommands"]?.elements ?? []).filter(Self.isShown).map(CommandTree.init)
        let arguments = (command["arguments"]?.elements ?? []).filter(Self.isShown)
        options = Set(
            arguments.flatMap { $0["names"]?.elements ?? [] }.compactMap { name in
                name["name"]?.text.map { (name["kind"]?.text == "long" ? "--" : "-") + $0 }
            }
        ).subtracting(Self.commonOptions)
    }

    private static func isShown(_ item: JSON) -> Bool { item["shouldDisplay"] != .bool(false) }

    /// The verb of that name.
    func verb(_ name: some StringProtocol) -> CommandTree? {
        verbs.first { $0.name == name || $0.aliases.contains(String(name)) }
    }

    /// The verbs below that do something: the verb itself when there are none.
    var leaves: [CommandTree] { verbs.isEmpty ? [self] : verbs.flatMap(\.leaves) }
}
