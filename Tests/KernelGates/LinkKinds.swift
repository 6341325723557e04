// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
import Netlink
import RouteNetlink
import Synchronization
import SystemPackage

/// Whether the kernel can make links of this kind, built in or by a module that it loads for that.
///
///     @Test(.enabled(if: kernelHas(linkKind: "vlan"), "this kernel has no vlan"))
///
/// It is asked once for each kind, in a namespace that goes at once. False also where no namespace can be made.
public func kernelHas(linkKind kind: String) -> Bool {
    answers.withLock { answers in
        if let answer = answers[kind] { return answer }
        let answer = kernelMakes(kind)
        answers[kind] = answer
        return answer
    }
}

private let answers = Mutex<[String: Bool]>([:])

private func kernelMakes(_ kind: String) -> Bool {
    guard let namespace = try? makeNetworkNamespace(), var socket = try? RouteSocket.open(in: namespace) else {
        return false
    }
    var link = LinkSpec()
    link.kindName = kind
    do throws(NetlinkError) {
        try socket.add(link)
        return true
    } catch {
        // Any other refusal is the kind's own, which wants an id, a peer or a link below.
        return error.errno != .notSupportedOnSocket
    }
}
