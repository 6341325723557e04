// SPDX-License-Identifier: Apache-2.0

public import NetworkNamespaces
internal import SystemPackage

extension LabSite {
    /// Which namespace a node is, for a `ConfigurationMonitor`: one of the lab by its name, whether it is up or not.
    ///
    /// - Throws: `LabFailure` when what is attached can't be found.
    public func selector(of node: String) throws(LabFailure) -> NamespaceSelector {
        do {
            if node == LabState.host { return .path("/proc/self/ns/net") }
            guard let attachment = attachments[node] else { return .name(try namespaceName(of: node)) }
            return try selector(of: attachment)
        } catch { throw LabFailure("cannot find the namespace of '\(node)'", error) }
    }
}

extension Lab {
    /// The nodes that words of the command line name, in the order of the file; all for none.
    ///
    /// - Parameter words: names, ranges, globs and groups, as in the file.
    public func nodes(chosenBy words: [String]) throws(LabFailure) -> [String] {
        var names: Set<String> = []
        for word in words {
            let found = try capturePoints(word)
            guard found.allSatisfy({ $0.interface == nil }) else {
                throw LabFailure("cannot follow '\(word)'", reason: "it is no node")
            }
            names.formUnion(found.map(\.node))
        }
        let nodes = nodes.map(\.name)
        return words.isEmpty ? nodes : nodes.filter(names.contains)
    }
}
