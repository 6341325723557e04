// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem

/// Whether there is room for more namespaces, and for events.
func limitFindings(_ kernel: Setup.Kernel) -> [Finding] {
    var findings: [Finding] = []
    let setting = "user.max_net_namespaces"
    if let limit = kernel.namespaceLimit {
        if limit == 0 {
            findings.append(
                Finding(
                    .problem, .namespaceLimit, setting, "is 0: no network namespace can be made",
                    cure: "sysctl \(setting)=65536"))
        } else if kernel.namespacesInUse * 10 >= limit * 9 {
            findings.append(
                Finding(
                    kernel.namespacesInUse >= limit ? .problem : .warning, .namespaceLimit, setting,
                    "allows \(limit) network namespaces, and \(kernel.namespacesInUse) are in use",
                    cure: "sysctl \(setting)=\(limit * 2)"))
        }
    }
    // The kernel's own default. Source: SK_RMEM_MAX in include/net/sock.h.
    if let size = kernel.receiveBufferLimit, size < 212_992 {
        findings.append(
            Finding(
                .note, .receiveBuffer, "net.core.rmem_max",
                "is only \(size) bytes: without CAP_NET_ADMIN, monitors lose events sooner",
                cure: "sysctl net.core.rmem_max=212992"))
    }
    return findings.or(
        .limitsOK, "limits",
        "\(kernel.namespacesInUse) network namespaces in sight"
            + (kernel.namespaceLimit.map { ", of \($0) allowed" } ?? ""))
}

/// What the kernel lacks, and what it does to bridges.
func kernelFindings(_ kernel: Setup.Kernel) -> [Finding] {
    var findings = kernel.missingFeatures.map { feature in
        Finding(.note, .kernelFeature, feature.rawValue, "is missing from this kernel: \(feature.substitute)")
    }
    if kernel.filtersBridges, kernel.forwardPolicy != .accept {
        let subject = "net.bridge.bridge-nf-call-iptables"
        findings.append(
            Finding(
                .note, .bridgeFirewall, subject,
                kernel.forwardPolicy == .drop
                    ? "is on, and the FORWARD rules of the host drop by default: they stop what crosses a bridge"
                    : "is on, and the host has iptables rules that could not be read: they may stop what crosses a bridge",
                cure: "sysctl \(subject)=0, or a rule that accepts what the bridge forwards"))
    }
    return findings.or(.kernelOK, "kernel", "has all that netns makes use of")
}

extension KernelFeature {
    /// What is done without it.
    fileprivate var substitute: String {
        switch self {
        case .strictChecking: "tables are filtered here, and wrong requests are noticed less often"
        case .processDescriptors: "processes are held by their number alone, which can be reused"
        case .mountCopies: "mounts below /sys are lost in 'exec'"
        case .processNamespaces: "the namespace of a process is looked up in /proc"
        case .namespaceIDs: "namespaces have no id that is never reused"
        }
    }
}
