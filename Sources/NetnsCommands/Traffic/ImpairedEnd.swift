// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// One device whose sending is impaired.
struct ImpairedEnd {
    let namespace: String?
    let index: Int32
    let name: String
    let mtu: UInt32
    let kind: String?

    /// The handle by which qdiscs of this command are known from others: "ne" in ASCII.
    static let handle = TrafficHandle(0x6e65)

    init(_ namespace: String?, _ link: Link) {
        self.namespace = namespace
        (index, name, mtu) = (link.index, link.name.description, link.mtu ?? 1500)
        kind = link.kind
    }

    /// The qdisc at the place, `.root` or `.ingress`.
    func qdisc(
        at place: TrafficHandle, _ session: inout RouteSession
    ) throws(CommandFailure) -> QueueingDiscipline? {
        try session.ask { (socket) throws(NetlinkError) in try socket.queueingDisciplines(index: index) }
            .first { $0.parent == place }
    }

    /// The qdisc of this command, if there is one.
    func impairment(_ session: inout RouteSession) throws(CommandFailure) -> QueueingDiscipline? {
        try qdisc(at: .root, &session).flatMap { $0.handle == Self.handle ? $0 : nil }
    }

    /// Refuses a device to which somebody else has given a qdisc.
    func checkIsFree(_ session: inout RouteSession) throws(CommandFailure) {
        guard let root = try qdisc(at: .root, &session), root.handle != .unspecified, root.handle != Self.handle else {
            return
        }
        throw isTaken(by: root, "root", session.place)
    }

    /// The complaint that another's qdisc is there.
    func isTaken(by qdisc: QueueingDiscipline, _ word: String, _ place: String) -> CommandFailure {
        CommandFailure(
            "cannot impair \(quoted(name))\(place): it has the qdisc \(quoted(qdisc.kind)) '\(qdisc.handle)'",
            hint: "'netns qdisc delete dev \(name) \(word)' takes it away")
    }

    /// Takes the qdisc of this command away, if there is one.
    func clear(_ session: inout RouteSession) throws(CommandFailure) {
        guard try impairment(&session) != nil else { return }
        let spec = QueueingDisciplineSpec(index: index, parent: .root, handle: Self.handle)
        try session.ask { (socket) throws(NetlinkError) in
            try socket.deleteQueueingDiscipline(spec, displayName: name)
        }
    }

    /// Sets the qdisc of this command.
    func set(_ impairment: Impairment, _ session: inout RouteSession) throws(CommandFailure) {
        do throws(CommandFailure) { try replace(with: impairment.netem, &session) } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            guard let rate = impairment.soleRate else {
                var failure = error
                failure.hint =
                    "this kernel has no netem (module sch_netem, CONFIG_NET_SCH_NETEM), without which only '--rate' "
                    + "alone can be had"
                throw failure
            }
            try replace(with: Impairment.bucket(bytesPerSecond: rate, mtu: mtu), &session)
        }
    }

    /// Sets what there was before.
    ///
    /// - Parameter previous: a qdisc of this command; nil for none.
    func restore(_ previous: QueueingDiscipline?, _ session: inout RouteSession) throws(CommandFailure) {
        if let options = previous?.options { try replace(with: options, &session) } else { try clear(&session) }
    }

    private func replace(
        with options: any QueueingDisciplineOptions, _ session: inout RouteSession
    ) throws(CommandFailure) {
        // The kernel does not change the kind under a handle.
        let other = try impairment(&session).flatMap { $0.kind == options.kind ? nil : $0 }
        if other != nil { try clear(&session) }
        do throws(CommandFailure) { try put(options, &session) } catch {
            // What was there stays, if nothing else can be.
            if let options = other?.options { try? put(options, &session) }
            throw error
        }
    }

    private func put(
        _ options: any QueueingDisciplineOptions, _ session: inout RouteSession
    ) throws(CommandFailure) {
        var spec = QueueingDisciplineSpec(index: index, parent: .root, handle: Self.handle)
        spec.options = options
        try session.ask { (socket) throws(NetlinkError) in
            try socket.replaceQueueingDiscipline(spec, displayName: name)
        }
    }
}
