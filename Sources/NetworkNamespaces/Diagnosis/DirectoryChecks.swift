// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import SystemPackage

/// What there is to say about the directory of names and its mounts.
func directoryFindings(_ setup: Setup) -> [Finding] {
    let directory = setup.directory
    switch directory.kind {
    case .missing:
        return [Finding(.note, .directoryMissing, directory.path, "does not exist yet; the first 'netns add' makes it")]
    case .other:
        return [
            Finding(
                .problem, .directoryForeign, directory.path, "is no directory: no name can be made",
                cure: "move it out of the way")
        ]
    case .directory, .link: break
    }
    let findings = linkFindings(directory) + permissionFindings(directory) + directoryMountFindings(setup)
    return findings.or(.directoryOK, directory.path, "is a shared mount of its own")
}

private func linkFindings(_ directory: Setup.Directory) -> [Finding] {
    guard case .link(let target) = directory.kind else { return [] }
    return [
        Finding(
            .warning, .directoryLink, directory.path,
            "is a symbolic link to '\(target)': names of others are listed, and deleted, as if they were your own",
            cure: "remove the link; 'netns attach NAME PID' names the namespace of a container")
    ]
}

private func permissionFindings(_ directory: Setup.Directory) -> [Finding] {
    guard directory.owner != 0 || directory.mode & 0o022 != 0 else { return [] }
    let who =
        directory.owner != 0
        ? "belongs to user \(directory.owner)" : "can be written by others (mode \(octal(directory.mode)))"
    return [
        Finding(
            .warning, .directoryWritable, directory.path, "\(who), who can exchange the namespaces behind names",
            cure: "chown root: \(directory.path) && chmod 755 \(directory.path)")
    ]
}

private func octal(_ mode: UInt32) -> String { String(mode & 0o7777, radix: 8) }

private func directoryMountFindings(_ setup: Setup) -> [Finding] {
    let (shown, path) = (setup.directory.path, setup.directory.resolvedPath)
    let tree = MountTree(setup.mounts)
    guard let mount = tree.mount(for: path) else { return [] }
    guard mount.target == path else {
        let cure = "'netns add' mounts it when it makes the next name"
        return setup.names.isEmpty
            ? [Finding(.note, .directoryNotMounted, shown, "is not a mount of its own yet", cure: cure)]
            : [
                Finding(
                    .warning, .directoryNotMounted, shown,
                    "is not a mount of its own: its names may not reach other mount namespaces", cure: cure)
            ]
    }
    var findings: [Finding] = []
    let times = setup.mounts.count { $0.target == path && tree.placeCovered(by: $0) == tree.place(of: path) }
    if times > 1 {
        findings.append(
            Finding(
                .warning, .doubleMount, shown, "is mounted \(times) times on itself, and so is every name in it",
                // Private first: otherwise the unmount reaches the names of the lower mount as well.
                cure:
                    "mount --make-rprivate \(shown) && umount --lazy \(shown), \(times == 2 ? "once" : "\(times - 1) times")"
            ))
    }
    // A slave's events can't be made to reach its master: that is said of the mount namespace.
    let isCutOff = mountNamespaceFindings(setup).contains { $0.code == .slaveMounts || $0.code == .privateMounts }
    if !mount.isShared, !isCutOff {
        findings.append(
            Finding(
                .warning, .directoryNotShared, shown,
                "is not a shared mount: a deleted namespace lives on in mount namespaces that were copied meanwhile",
                cure: "mount --make-shared \(shown)"))
    }
    let isPeerOfAbove = setup.mounts.contains { other in
        mount.isShared && other.peerGroup == mount.peerGroup && other.target != path && path.starts(with: other.target)
    }
    if isPeerOfAbove {
        findings.append(
            Finding(
                .warning, .directoryPeer, shown,
                "shares the mount events of the directory above: every name is mounted twice",
                cure: "when no names are left, umount \(shown); the next 'netns add' mounts it apart"))
    }
    return findings
}
