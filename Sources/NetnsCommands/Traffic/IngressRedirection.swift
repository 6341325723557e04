// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// What comes in to a device, sent through an ifb of its own: packets that come in can't be queued, those that an ifb
/// sends can.
///
/// The ifb has an alternative name, by which it is known from others. It, the qdisc `ingress` of the device and a
/// filter that redirects everything are made and taken away together.
struct IngressRedirection {
    /// The device to which the packets come in.
    let device: ImpairedEnd

    init(of device: ImpairedEnd) { self.device = device }

    /// The name of the ifb. The device keeps its number when it is renamed.
    var ifbName: String { "ifb-\(device.index)" }
    /// The alternative name by which the ifb of this command is known.
    var mark: String { "netns-impair-\(device.index)" }

    private static let kind = "ifb"
    private static let place = TrafficHandle(0xffff)
    /// That of the filter, which is the same number as that of the qdiscs of this command: nobody uses it by chance.
    private static let priority = ImpairedEnd.handle.major
    private var filterPlace: TrafficFilterPlace {
        TrafficFilterPlace(index: device.index, parent: Self.place, priority: Self.priority)
    }

    /// The ifb, if it is there.
    func ifb(_ session: inout RouteSession) throws(CommandFailure) -> ImpairedEnd? {
        let found = try session.ask { (socket) throws(NetlinkError) in try socket.link(.name(mark)) }
        guard let found, found.kind == Self.kind else { return nil }
        return ImpairedEnd(device.namespace, found)
    }

    /// Refuses a device where somebody else has a qdisc for what comes in.
    func checkIsFree(_ session: inout RouteSession) throws(CommandFailure) {
        guard try ifb(&session) == nil, let present = try device.qdisc(at: .ingress, &session) else { return }
        throw device.isTaken(by: present, "ingress", session.place)
    }

    /// Impairs what comes in. What is not there yet is made; when that fails, it goes again.
    func set(_ impairment: Impairment, _ session: inout RouteSession) throws(CommandFailure) {
        let present = try ifb(&session)
        let previous = try present.flatMap { (end) throws(CommandFailure) in try end.impairment(&session) }
        let end: ImpairedEnd
        if let present { end = present } else { end = try addDevice(&session) }
        do throws(CommandFailure) {
            try end.set(impairment, &session)
            try redirect(to: end, &session)
        } catch {
            // What failed is what the user must hear of.
            if present == nil { try? remove(&session) } else { try? end.restore(previous, &session) }
            throw error
        }
    }

    /// Takes away what `set` has made; nothing else. Filters that others have put there since stay, with the qdisc.
    func remove(_ session: inout RouteSession) throws(CommandFailure) {
        guard let ifb = try ifb(&session) else { return }
        let filters = try filters(&session)
        let own = filters.filter { $0.place.priority == Self.priority }
        if own.contains(where: { leads($0, to: ifb) }) {
            if filters.count > own.count {
                try session.ask { (socket) throws(NetlinkError) in
                    try socket.deleteTrafficFilters(at: filterPlace, displayName: device.name)
                }
            } else {
                try deleteQdisc(&session)
            }
        } else if filters.isEmpty, try device.qdisc(at: .ingress, &session) != nil {
            try deleteQdisc(&session)
        }
        try session.ask { (socket) throws(NetlinkError) in try socket.delete(.index(ifb.index)) }
    }

    // MARK: Steps

    private func addDevice(_ session: inout RouteSession) throws(CommandFailure) -> ImpairedEnd {
        var spec = LinkSpec(name: InterfaceName(kernel: ifbName.utf8))
        spec.kindName = Self.kind
        spec.isUp = true
        do throws(CommandFailure) {
            let made = try session.ask { (socket) throws(NetlinkError) in try socket.addAndReturn(spec) }
            guard let made else { throw CommandFailure("the link \(quoted(ifbName)) went as soon as it was made") }
            do throws(CommandFailure) {
                try session.ask { (socket) throws(NetlinkError) in
                    try socket.perform([
                        alternativeNamesRequest([mark], index: made.index, displayName: ifbName).erased
                    ])
                }
            } catch {
                try? session.ask { (socket) throws(NetlinkError) in try socket.delete(.index(made.index)) }
                throw error
            }
            return ImpairedEnd(device.namespace, made)
        } catch {
            throw refused(
                error, session.place,
                missing: error.errno == .notSupportedOnSocket ? "ifb (module ifb, CONFIG_IFB)" : nil)
        }
    }

    private func redirect(to ifb: ImpairedEnd, _ session: inout RouteSession) throws(CommandFailure) {
        if try device.qdisc(at: .ingress, &session) == nil {
            var spec = QueueingDisciplineSpec(index: device.index, parent: .ingress, handle: Self.place)
            spec.kindName = "ingress"
            do throws(CommandFailure) {
                try session.ask { (socket) throws(NetlinkError) in
                    try socket.addQueueingDiscipline(spec, displayName: device.name)
                }
            } catch {
                throw refused(
                    error, session.place,
                    missing: isMissing(error) ? "ingress (module sch_ingress, CONFIG_NET_SCH_INGRESS)" : nil)
            }
        }
        guard try !filters(&session).contains(where: { leads($0, to: ifb) }) else { return }
        let actions = [MirroredAction(.redirectToEgress, index: ifb.index)]
        do throws(CommandFailure) {
            try add(MatchAllClassifier(actions), &session)
        } catch {
            guard isMissing(error) else { throw refused(error, session.place, missing: nil) }
            // Where the action is what is missing, the second attempt says so as well.
            do throws(CommandFailure) { try add(U32Classifier([.any], actions), &session) } catch {
                throw refused(
                    error, session.place,
                    missing: isMissing(error)
                        ? "matchall and u32 (modules cls_matchall, cls_u32) or mirred (module act_mirred)" : nil)
            }
        }
    }

    private func add(
        _ classifier: any TrafficClassifier, _ session: inout RouteSession
    ) throws(CommandFailure) {
        let spec = TrafficFilterSpec(filterPlace, classifier)
        try session.ask { (socket) throws(NetlinkError) in
            try socket.addTrafficFilter(spec, displayName: device.name)
        }
    }

    private func deleteQdisc(_ session: inout RouteSession) throws(CommandFailure) {
        let spec = QueueingDisciplineSpec(index: device.index, parent: .ingress, handle: Self.place)
        try session.ask { (socket) throws(NetlinkError) in
            try socket.deleteQueueingDiscipline(spec, displayName: device.name)
        }
    }

    private func filters(_ session: inout RouteSession) throws(CommandFailure) -> [TrafficFilter] {
        try session.ask { (socket) throws(NetlinkError) in
            try socket.trafficFilters(index: device.index, parent: Self.place)
        }
    }

    private func leads(_ filter: TrafficFilter, to ifb: ImpairedEnd) -> Bool {
        filter.mirrorings.contains(MirroredAction(.redirectToEgress, index: ifb.index))
    }

    // MARK: Complaints

    private func isMissing(_ failure: CommandFailure) -> Bool { failure.errno == .noSuchFileOrDirectory }

    /// Says what was attempted, and what the kernel lacks for it.
    private func refused(_ failure: CommandFailure, _ place: String, missing: String?) -> CommandFailure {
        var failure = failure
        failure.message = "cannot impair what comes in to \(quoted(device.name))\(place): " + failure.message
        if let missing {
            failure.hint = "this kernel has no \(missing), without which only what the device sends can be impaired"
        } else if failure.errno == .fileExists {
            failure.hint = "'netns link delete \(ifbName)' takes away a link of that name that is not in use"
        }
        return failure
    }
}
