// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// Whether names that are made here can be seen by the rest of the machine.
func mountNamespaceFindings(_ setup: Setup) -> [Finding] {
    let subject = "mount namespace"
    // A mount's number is unique among all mount namespaces.
    guard let others = setup.mountsOfInit, Set(others.map(\.id)).isDisjoint(with: setup.mounts.map(\.id)) else {
        return [Finding(.ok, .mountsOK, subject, "is that of PID 1, as far as can be seen")]
    }
    let path = setup.directory.resolvedPath
    let (here, there) = (MountTree(setup.mounts), MountTree(others))
    guard let mount = here.mount(for: path), here.place(of: path) == there.place(of: path) else {
        return [
            Finding(
                .note, .ownMounts, subject,
                "is not that of PID 1, and has a \(path.text) of its own: names made here stay here")
        ]
    }
    let cure = "nsenter --target 1 --mount netns …"
    let groups = Set(others.compactMap(\.peerGroup))
    if mount.target == path, let group = mount.peerGroup, groups.contains(group) {
        return [Finding(.note, .ownMounts, subject, "is not that of PID 1, and exchanges names with it")]
    }
    if mount.target == path, let group = mount.masterGroup, groups.contains(group) {
        return [
            Finding(
                .warning, .slaveMounts, subject,
                "hears of PID 1's mounts and does not tell of its own: a name that ip makes here is stale there",
                cure: "use 'netns add' and 'netns attach', which make it there as well")
        ]
    }
    return [
        Finding(
            .problem, .privateMounts, subject,
            "is cut off from PID 1's in \(path.text): a name made on one side is stale on the other", cure: cure)
    ]
}

/// What the process may not do, and where it runs.
func privilegeFindings(_ privileges: Setup.Privileges) -> [Finding] {
    var findings: [Finding] = []
    // Source: linux/capability.h.
    let needed: [(name: String, bit: UInt64, purpose: String)] = [
        ("CAP_SYS_ADMIN", 21, "make, enter and delete namespaces"),
        ("CAP_NET_ADMIN", 12, "change links, addresses and routes"),
    ]
    let missing = needed.filter { privileges.effectiveCapabilities & (1 << $0.bit) == 0 }
    if privileges.userID == 0 {
        findings += missing.map { capability in
            Finding(
                .problem, .missingCapability, capability.name, "is missing, so that root can't \(capability.purpose)",
                cure: privileges.container == nil
                    ? "run it where root has the capability"
                    : "start the container with that capability")
        }
    } else if !missing.isEmpty {
        findings.append(
            Finding(
                .note, .noPrivileges, "user \(privileges.userID)",
                "may not change namespaces, nor look at all there is to see",
                cure: "run it as root, or in a user namespace of your own (unshare -Urmn)"))
    }
    if let container = privileges.container {
        findings.append(
            Finding(
                .note, .container, "container",
                "this is a container (\(container)): names and links of the host are out of sight"))
    }
    if !privileges.isInInitialUserNamespace {
        findings.append(
            Finding(
                .note, .userNamespace, "user namespace",
                "is not the initial one: links to the outside can't be made from here"))
    }
    return findings.or(.privilegesOK, "privileges", "are all that netns needs")
}

/// Whether somebody keeps everybody waiting.
func lockFindings(_ setup: Setup) -> [Finding] {
    let path = setup.directory.path
    guard let holders = setup.lockHolders else {
        return setup.directory.kind == .missing ? [] : [Finding(.ok, .lockOK, "lock of \(path)", "is free")]
    }
    let who = holders.isEmpty ? "somebody" : "process " + summary(of: holders.map(\.description))
    return [
        Finding(
            .warning, .lockHeld, "lock of \(path)",
            "has been held for over a second by \(who): 'netns add' and 'ip netns add' wait for it",
            cure: holders.first.map { "wait, or end the process: kill \($0.processID)" }
                ?? "wait, or find who has \(path) open")
    ]
}
