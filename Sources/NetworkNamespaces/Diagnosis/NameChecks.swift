// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// What there is to say about the names.
func nameFindings(_ setup: Setup) -> [Finding] {
    let portFindings = setup.namelessPorts.map { namelessPortFinding($0) }
    guard setup.directory.kind != .missing, setup.directory.kind != .other else { return portFindings }
    var findings = setup.names.flatMap { conditionFindings($0) + spellingFindings($0) }
    findings += stackFindings(setup) + loopbackFindings(setup.namesWithLoopbackDown) + portFindings
    let count = setup.names.count
    let text =
        switch count {
        case 0: "there are none"
        case 1: "the only one stands for a namespace"
        default: "all \(count) stand for namespaces"
        }
    return findings.or(.namesOK, "names", text)
}

private func conditionFindings(_ name: Setup.Name) -> [Finding] {
    switch name.condition {
    case .namespace, .pending: return []
    case .stale:
        if let process = name.isNamespaceFor {
            return [
                Finding(
                    .warning, .nameElsewhere, "\(name.name)",
                    "is a namespace only in the mount namespace of process \(process)",
                    cure: "nsenter --target \(process.processID) --mount netns …")
            ]
        }
        return [
            Finding(
                .warning, .staleName, "\(name.name)", "is stale: no namespace is mounted on it (any more)",
                cure: "netns prune")
        ]
    case .danglingLink(let target):
        return [
            Finding(
                .warning, .danglingLink, "\(name.name)", "is a symbolic link to '\(target)', where nothing is",
                cure: "netns prune")
        ]
    case .otherLink(let target):
        return [
            Finding(
                .note, .foreignLink, "\(name.name)", "is a symbolic link to '\(target)', which is no network namespace")
        ]
    case .foreign(let what):
        return [Finding(.note, .foreignFile, "\(name.name)", "is \(what), and no name of a namespace")]
    }
}

// MARK: Spelling

private func spellingFindings(_ name: Setup.Name) -> [Finding] {
    if case .foreign = name.condition { return [] }
    guard let reason = danger(in: name.name) else { return [] }
    return [
        Finding(
            .warning, .unsafeName, "\(name.name)", "\(reason): scripts that read names will stumble over it",
            cure: "give the namespace another name with 'ln' or 'netns attach', and delete this one after a '--'")
    ]
}

private func danger(in name: NamespaceName) -> String? {
    if !name.isUTF8 { return "is not UTF-8" }
    let text = name.description.unicodeScalars
    if text.contains(where: { $0.properties.generalCategory == .control }) { return "holds a control character" }
    if text.contains(where: { $0.properties.isWhitespace }) { return "holds a blank" }
    if text.first == "-" { return "begins with '-', as options do" }
    let special = "\"'`\\$&|;<>()*?[]{}!#~".unicodeScalars
    if let scalar = text.first(where: { special.contains($0) }) { return "holds '\(scalar)', which shells expand" }
    return nil
}

// MARK: Mounts

private func stackFindings(_ setup: Setup) -> [Finding] {
    let tree = MountTree(setup.mounts)
    let directory = setup.directory.resolvedPath
    guard let base = tree.mount(for: directory), let place = tree.place(of: directory) else { return [] }
    let covering = Dictionary(grouping: setup.mounts.filter { $0.type == "nsfs" }) { tree.placeCovered(by: $0) }
    var findings: [Finding] = []
    var mountedTwice: [String] = []
    for name in setup.names {
        guard case .namespace = name.condition else { continue }
        let stack = tree.stack(on: directory.appending(name: name.name.bytes), over: base)
        if let lowest = stack.first, stack.count > 1 {
            let isOneNamespace = stack.allSatisfy { $0.root == lowest.root }
            findings.append(
                Finding(
                    .warning, .stackedName, "\(name.name)",
                    isOneNamespace
                        ? "is mounted \(stack.count) times, one over the other"
                        : "hides another namespace that is mounted below it",
                    cure: isOneNamespace ? "netns prune" : "'netns delete' takes off all mounts of the name"))
        }
        if covering[place.appending(name.name), default: []].count > 1 { mountedTwice.append("\(name.name)") }
    }
    if !mountedTwice.isEmpty {
        findings.append(
            Finding(
                .warning, .nameMountedTwice, summary(of: mountedTwice),
                "\(mountedTwice.count == 1 ? "has" : "have") a second mount, hidden below that of the directory",
                cure: cureOfHiddenMounts(setup)))
    }
    return findings
}

/// The lower mount goes with the upper one as long as the directory's mounts share their events.
private func cureOfHiddenMounts(_ setup: Setup) -> String {
    let path = setup.directory.path
    let causes: Set<FindingCode> = [.doubleMount, .directoryPeer]
    if directoryFindings(setup).contains(where: { causes.contains($0.code) }) { return "see what is said of \(path)" }
    return "delete the other names; then 'umount --lazy \(path)' brings the hidden mounts to light"
}

// MARK: Loopback

private func loopbackFindings(_ names: [NamespaceName]) -> [Finding] {
    guard let first = names.first else { return [] }
    let word = danger(in: first) == nil ? "\(first)" : "'\(first)'"
    return [
        Finding(
            .note, .loopbackDown, summary(of: names.map(\.description)),
            names.count == 1 ? "lo is down in this namespace" : "lo is down in these \(names.count) namespaces",
            cure: "netns -n \(word) link set lo up")
    ]
}

// MARK: Ports

private func namelessPortFinding(_ port: RecordedPort) -> Finding {
    let namespace = port.record.namespace
    return Finding(
        .warning, .namelessPort, "\(port.name)",
        "is a port of '\(port.bridge)' that was made for namespace '\(namespace)', which lives on without a name",
        cure: "netns link delete \(port.name), unless what uses the namespace still needs it")
}
