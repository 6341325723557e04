// SPDX-License-Identifier: Apache-2.0

import Netlink
import RouteNetlink
import SystemPackage

/// Whether the kernel can make links of this kind, built in or by a module that it loads for that.
///
///     @Test(.enabled(if: kernelHas(linkKind: "vlan"), "this kernel has no vlan"))
///
/// It is asked once for each kind, in a namespace that goes at once. False also where no namespace can be made.
public func kernelHas(linkKind kind: String) -> Bool {
    answers.answer(about: kind) { socket in
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
}

private let answers = Answers()
