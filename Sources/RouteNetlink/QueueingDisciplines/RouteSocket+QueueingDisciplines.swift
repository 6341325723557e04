// SPDX-License-Identifier: Apache-2.0

public import Netlink

extension RouteSocket {
    /// Gives a device a queueing discipline. Needs `CAP_NET_ADMIN`.
    ///
    /// - Parameter displayName: how errors call the device.
    /// - Throws: `.kernel` with `EEXIST` when there is one, `ENOENT` for a kind that the kernel lacks.
    public mutating func addQueueingDiscipline(
        _ discipline: QueueingDisciplineSpec, displayName: String
    ) throws(NetlinkError) {
        try socket.acknowledge(discipline.addRequest(displayName: displayName))
    }

    /// Gives a device a queueing discipline, in the place of the one that is there. Needs `CAP_NET_ADMIN`.
    public mutating func replaceQueueingDiscipline(
        _ discipline: QueueingDisciplineSpec, displayName: String
    ) throws(NetlinkError) {
        try socket.acknowledge(discipline.replaceRequest(displayName: displayName))
    }

    /// Changes a queueing discipline. Needs `CAP_NET_ADMIN`.
    public mutating func changeQueueingDiscipline(
        _ discipline: QueueingDisciplineSpec, displayName: String
    ) throws(NetlinkError) {
        try socket.acknowledge(discipline.changeRequest(displayName: displayName))
    }

    /// Takes a queueing discipline away, with all that is below it. Needs `CAP_NET_ADMIN`.
    ///
    /// - Throws: `.kernel` with `ENOENT` when there is none but the kernel's own.
    public mutating func deleteQueueingDiscipline(
        _ discipline: QueueingDisciplineSpec, displayName: String
    ) throws(NetlinkError) {
        try socket.acknowledge(discipline.deleteRequest(displayName: displayName))
    }

    /// The queueing disciplines of a device, or with nil of all devices.
    ///
    /// - Parameter invisible: also those that the kernel made for classes by default.
    public mutating func queueingDisciplines(
        index: Int32? = nil, invisible: Bool = false
    ) throws(NetlinkError) -> [QueueingDiscipline] {
        var disciplines: [QueueingDiscipline] = []
        try socket.dump(
            listQueueingDisciplinesRequest(index: index, invisible: invisible), restart: { disciplines.removeAll() }
        ) { (_, payload) throws(MalformedReply) in
            let discipline = try QueueingDiscipline(decoding: payload)
            // The kernel sends those of all devices, whatever is asked for.
            if index == nil || index == discipline.index { disciplines.append(discipline) }
        }
        return disciplines
    }

    /// Makes a class. Needs `CAP_NET_ADMIN`.
    public mutating func addTrafficClass(_ spec: TrafficClassSpec, displayName: String) throws(NetlinkError) {
        try socket.acknowledge(spec.addRequest(displayName: displayName))
    }

    /// Makes a class or changes the one that is there. Needs `CAP_NET_ADMIN`.
    public mutating func replaceTrafficClass(_ spec: TrafficClassSpec, displayName: String) throws(NetlinkError) {
        try socket.acknowledge(spec.replaceRequest(displayName: displayName))
    }

    /// Changes a class. Needs `CAP_NET_ADMIN`.
    public mutating func changeTrafficClass(_ spec: TrafficClassSpec, displayName: String) throws(NetlinkError) {
        try socket.acknowledge(spec.changeRequest(displayName: displayName))
    }

    /// Deletes a class. Needs `CAP_NET_ADMIN`.
    public mutating func deleteTrafficClass(_ spec: TrafficClassSpec, displayName: String) throws(NetlinkError) {
        try socket.acknowledge(spec.deleteRequest(displayName: displayName))
    }

    /// The classes of a device, or of one of its disciplines.
    public mutating func trafficClasses(
        index: Int32, parent: TrafficHandle? = nil
    ) throws(NetlinkError) -> [TrafficClass] {
        var classes: [TrafficClass] = []
        try socket.dump(
            listTrafficClassesRequest(index: index, parent: parent), restart: { classes.removeAll() }
        ) { (_, payload) throws(MalformedReply) in
            classes.append(try TrafficClass(decoding: payload))
        }
        return classes
    }
}
