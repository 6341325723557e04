// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import LinuxSystem
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

/// Whether a namespace passes packets on, and what it did before.
enum Forwarding {
    /// What was before forwarding was switched on: `forwarding4=0 forwarding6=0 accept_ra=eth0`.
    struct Record: Equatable, Sendable {
        /// Whether packets of a family were passed on; a family that is not there is not in it.
        var isOn: [AddressFamily: Bool] = [:]
        /// Devices that had a default route by a router's advertisement: one that passes packets on does not listen to
        /// these unless `accept_ra` is 2, and the kernel deletes the route.
        var listeners: [InterfaceName] = []

        init() {}

        /// Reads what `text` gives; what is missing is not known, and is left alone.
        init(_ text: String) {
            for field in text.split(separator: " ") {
                let parts = field.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                switch parts[0] {
                case "forwarding4": isOn[.ipv4] = parts[1] == "1"
                case "forwarding6": isOn[.ipv6] = parts[1] == "1"
                case "accept_ra": listeners = parts[1].split(separator: ",").compactMap { InterfaceName(String($0)) }
                default: continue
                }
            }
        }

        /// 127 bytes at most: devices that do not fit are left out.
        var text: String {
            var fields: [String] = []
            if let value = isOn[.ipv4] { fields.append("forwarding4=\(value ? 1 : 0)") }
            if let value = isOn[.ipv6] { fields.append("forwarding6=\(value ? 1 : 0)") }
            var names = ""
            for listener in listeners where fields.joined(separator: " ").utf8.count + names.utf8.count < 96 {
                names += (names.isEmpty ? "" : ",") + "\(listener)"
            }
            if !names.isEmpty { fields.append("accept_ra=\(names)") }
            return fields.joined(separator: " ")
        }
    }

    private static func key(_ family: AddressFamily) -> SysctlKey {
        SysctlKey(
            components: family == .ipv4
                ? ["net", "ipv4", "ip_forward"] : ["net", "ipv6", "conf", "all", "forwarding"])
    }

    private static func listeningKey(_ device: InterfaceName) -> SysctlKey {
        SysctlKey(components: ["net", "ipv6", "conf", "\(device)", "accept_ra"])
    }

    /// Whether packets of a family are passed on; not where there is no such family.
    static func isOn(_ family: AddressFamily, in namespace: borrowing NetworkNamespace) throws(SysctlError) -> Bool {
        try value(of: key(family), in: namespace) == "1"
    }

    private static func value(
        of key: SysctlKey, in namespace: borrowing NetworkNamespace
    ) throws(SysctlError) -> String? {
        var value: String?
        do throws(SysctlError) { try namespace.carryOut([SysctlRequest(key)]) { value = $0.value } } catch {
            if case .notFound = error { return nil }
            throw error
        }
        return value
    }

    /// What there is now.
    static func record(of namespace: borrowing NetworkNamespace) throws(SysctlError) -> Record {
        var record = Record()
        for family in AddressFamily.allCases {
            record.isOn[family] = try value(of: key(family), in: namespace).map { $0 != "0" }
        }
        if record.isOn[.ipv6] == false { record.listeners = listeners(in: namespace) }
        return record
    }

    /// The devices that a default route by a router's advertisement leads over, and that would forget it.
    private static func listeners(in namespace: borrowing NetworkNamespace) -> [InterfaceName] {
        var filter = RouteFilter()
        filter.family = .ipv6
        // RTPROT_RA of linux/rtnetlink.h.
        filter.origin = RouteProtocol(rawValue: 9)
        guard var socket = try? namespace.openRouteSocket(), let routes = try? socket.routes(filter) else { return [] }
        let indexes = Set(routes.filter(\.destination.isDefaultRoute).compactMap(\.outputInterface))
        var names: [InterfaceName] = []
        for index in indexes.sorted() {
            guard let link = (try? socket.link(.index(index))) ?? nil,
                (try? value(of: listeningKey(link.name), in: namespace)) == "1"
            else { continue }
            names.append(link.name)
        }
        return names
    }

    /// Switches forwarding on, and keeps the default routes that routers have advertised.
    static func switchOn(_ family: AddressFamily, in namespace: borrowing NetworkNamespace) throws(SysctlError) {
        guard let value = try value(of: key(family), in: namespace), value == "0" else { return }
        if family == .ipv6 {
            for device in listeners(in: namespace) { try set(listeningKey(device), "2", in: namespace) }
        }
        try set(key(family), "1", in: namespace)
    }

    /// Puts back what was before.
    static func restore(_ record: Record, in namespace: borrowing NetworkNamespace) throws(SysctlError) {
        for family in AddressFamily.allCases where record.isOn[family] == false {
            guard try value(of: key(family), in: namespace) == "1" else { continue }
            try set(key(family), "0", in: namespace)
        }
        for device in record.listeners where (try? value(of: listeningKey(device), in: namespace)) == "2" {
            // It may have gone meanwhile.
            try? set(listeningKey(device), "1", in: namespace)
        }
    }

    private static func set(
        _ key: SysctlKey, _ value: String, in namespace: borrowing NetworkNamespace
    ) throws(SysctlError) {
        try namespace.carryOut([SysctlRequest(key, value: value)]) { _ in }
    }
}
