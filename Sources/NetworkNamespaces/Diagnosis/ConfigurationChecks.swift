// SPDX-License-Identifier: Apache-2.0

/// What there is to say about /etc/netns and about name resolution inside namespaces.
func configurationFindings(_ setup: Setup) -> [Finding] {
    let configuration = setup.configuration
    let known = Set(
        setup.names.filter { name in
            if case .foreign = name.condition { false } else { true }
        }.map(\.name.description))
    var findings: [Finding] = []
    for directory in configuration.directories {
        let path = "\(configuration.path)/\(directory.name)"
        if !known.contains(directory.name) {
            findings.append(
                Finding(.note, .unusedConfiguration, path, "there is no namespace '\(directory.name)' that it is for"))
        }
        for entry in directory.entries where !entry.hasTarget {
            findings.append(
                Finding(
                    .warning, .configurationWithoutTarget, "\(path)/\(entry.name)",
                    "has no namesake in /etc to take the place of: it is never seen",
                    cure: "make /etc/\(entry.name), empty if need be"))
        }
    }
    findings += resolverFindings(configuration)
    return findings.or(.configurationOK, configuration.path, "and name resolution are in order")
}

private func resolverFindings(_ configuration: Setup.Configuration) -> [Finding] {
    let withResolver = configuration.directories.filter { $0.entries.contains { $0.name == "resolv.conf" } }
    let names = withResolver.map(\.name)
    var findings: [Finding] = []
    if let target = configuration.resolverLink, target.contains("/run/"), !names.isEmpty {
        findings.append(
            Finding(
                .note, .resolverLink, "/etc/resolv.conf",
                "is a symbolic link to '\(target)': 'ip netns exec' mounts on the file behind it, and loses that "
                    + "mount when the file is replaced",
                cure: "use 'netns exec', which mounts on the link itself"))
    }
    if configuration.hostSources.contains("resolve"), configuration.runsResolved {
        // A file of its own keeps a namespace away from systemd-resolved.
        let bypassed = withResolver.filter { $0.hostSources?.contains("resolve") ?? true }.map(\.name)
        let path = "\(configuration.path)/NAME/nsswitch.conf"
        let cure = "put 'hosts: files dns' into \(path)"
        findings.append(
            bypassed.isEmpty
                ? Finding(
                    .note, .nssResolve, "/etc/nsswitch.conf",
                    "names 'resolve' for hosts: inside namespaces too, the host's systemd-resolved is asked", cure: cure
                )
                : Finding(
                    .warning, .nssResolve, "/etc/nsswitch.conf",
                    "names 'resolve' for hosts: the C library asks systemd-resolved of the host, and never reads the "
                        + "resolv.conf of \(summary(of: bypassed))", cure: cure))
    }
    if configuration.runsNSCD, !names.isEmpty {
        findings.append(
            Finding(
                .warning, .nscd, "nscd",
                "answers for host names from the host, whatever the resolv.conf of \(summary(of: names)) says",
                cure: "say 'enable-cache hosts no' in /etc/nscd.conf"))
    }
    return findings
}
