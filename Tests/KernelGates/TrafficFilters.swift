// SPDX-License-Identifier: Apache-2.0

import Netlink
import RouteNetlink
import SystemPackage

/// Whether the kernel can redirect what comes in to a device: it has the qdisc `ingress`, a filter that catches every
/// packet, and the action `mirred`.
///
///     @Test(.enabled(if: kernelRedirectsIngress, "this kernel has no filter that redirects"))
///
/// It is asked once, in a namespace that goes at once. False also where no namespace can be made.
public var kernelRedirectsIngress: Bool {
    answers.answer(about: "ingress") { socket in
        var discipline = QueueingDisciplineSpec(index: 1, parent: .ingress, handle: TrafficHandle(0xffff))
        discipline.kindName = "ingress"
        let action = MirroredAction(.redirectToEgress, index: 1)
        let classifiers: [any TrafficClassifier] = [U32Classifier([.any], [action]), MatchAllClassifier([action])]
        let place = TrafficFilterPlace(index: 1, parent: TrafficHandle(0xffff), priority: 1)
        guard (try? socket.addQueueingDiscipline(discipline, displayName: "lo")) != nil else { return false }
        return classifiers.contains {
            (try? socket.addTrafficFilter(TrafficFilterSpec(place, $0), displayName: "lo")) != nil
        }
    }
}

private let answers = Answers()
