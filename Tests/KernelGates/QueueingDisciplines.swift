// SPDX-License-Identifier: Apache-2.0

import Netlink
import RouteNetlink
import SystemPackage

/// Whether the kernel has this kind of queueing discipline, built in or by a module that it loads for that.
///
///     @Test(.enabled(if: kernelHas(queueingDiscipline: "netem"), "this kernel has no netem"))
///
/// It is asked once for each kind, in a namespace that goes at once. False also where no namespace can be made.
public func kernelHas(queueingDiscipline kind: String) -> Bool {
    answers.answer(about: kind) { socket in
        var discipline = QueueingDisciplineSpec(
            index: 1, parent: ["ingress", "clsact"].contains(kind) ? .ingress : .root)
        discipline.kindName = kind
        do throws(NetlinkError) {
            try socket.addQueueingDiscipline(discipline, displayName: "lo")
            return true
        } catch {
            // Any other refusal is the kind's own, which wants its options.
            return error.errno != .noSuchFileOrDirectory
        }
    }
}

private let answers = Answers()
