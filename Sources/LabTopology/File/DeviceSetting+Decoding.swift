// SPDX-License-Identifier: Apache-2.0

internal import Addressing

extension DeviceSetting {
    private static let commonKeys = ["ipv4", "ipv6", "mtu", "mac", "up"]

    /// Reads `vlans`, `vxlans`, `vrfs`, `bridges` and `devices` of a node.
    static func read(_ node: MapReader, _ diagnostics: inout Diagnostics) -> [DeviceSetting] {
        var devices: [DeviceSetting] = []
        func each(
            _ key: String, _ subject: String, _ keys: [String], _ diagnostics: inout Diagnostics,
            _ kind: (MapReader, inout Diagnostics) -> Kind?
        ) {
            for entry in node[key]?.mapEntries("'\(key)'", &diagnostics) ?? [] {
                let map = MapReader(
                    entry.value, subject, keys: keys + commonKeys,
                    aliases: ["vlan": "id", "dev": "link", "interface": "link", "ports": "interfaces"], &diagnostics)
                guard let name = entry.key.interfaceName("a device", &diagnostics), let kind = kind(map, &diagnostics)
                else { continue }
                var device = DeviceSetting(name: name, kind: kind)
                device.readCommon(map, &diagnostics)
                devices.append(device)
            }
        }
        each("bridges", "a bridge", ["interfaces", "stp", "vlan_filtering"], &diagnostics) { map, diagnostics in
            .bridge(
                spanningTree: map["stp"]?.flag("'stp'", &diagnostics) ?? false,
                filtersVLANs: map["vlan_filtering"]?.flag("'vlan_filtering'", &diagnostics) ?? false)
        }
        each("vrfs", "a VRF", ["table", "interfaces"], &diagnostics) { map, diagnostics in
            map.required("table", &diagnostics)?.number("'table'", 1...UInt32.max, &diagnostics)
                .map { .vrf(table: $0.value) }
        }
        each("vlans", "a VLAN", ["link", "id"], &diagnostics) { map, diagnostics in
            guard let parent = map.required("link", &diagnostics)?.interfaceName("'link'", &diagnostics),
                let id = map.required("id", &diagnostics)?.number("'id'", UInt16(1)...4094, &diagnostics)
            else { return nil }
            return .vlan(parent: parent.value, id: id.value)
        }
        each("vxlans", "a VXLAN", ["vni", "local", "remote", "port", "link"], &diagnostics) { map, diagnostics in
            func address(_ key: String, _ diagnostics: inout Diagnostics) -> IPAddress? {
                map[key]?.parsed("'\(key)'", &diagnostics) { (text) throws(AddressingError) in
                    try IPAddress(parsing: text)
                }?.value
            }
            guard let vni = map.required("vni", &diagnostics)?.number("'vni'", UInt32(0)...0xff_ffff, &diagnostics)
            else { return nil }
            return .vxlan(
                vni: vni.value, local: address("local", &diagnostics), remote: address("remote", &diagnostics),
                port: map["port"]?.number("'port'", UInt16(1)...65_535, &diagnostics)?.value ?? 4789,
                parent: map["link"]?.interfaceName("'link'", &diagnostics)?.value)
        }
        each("devices", "a device", ["kind", "options", "interfaces"], &diagnostics) { map, diagnostics in
            guard let kind = map.required("kind", &diagnostics)?.string("'kind'", &diagnostics) else { return nil }
            let options = map["options"]?.oneOrMore.compactMap { $0.string("'options'", &diagnostics)?.value } ?? []
            if let value = map["options"], !options.isEmpty {
                diagnostics.error(
                    .unsupported, "options of devices can't be said yet", at: value.span,
                    hint: "leave them out, and set them with 'netns link set' once the lab is up")
            }
            return .other(kind: kind.value, options: options.flatMap { $0.split(separator: " ").map(String.init) })
        }
        return devices
    }

    private mutating func readCommon(_ map: MapReader, _ diagnostics: inout Diagnostics) {
        if let value = map["ipv4"] { addresses += value.addresses(.ipv4, "'ipv4'", &diagnostics) }
        if let value = map["ipv6"] { addresses += value.addresses(.ipv6, "'ipv6'", &diagnostics) }
        mtu = map["mtu"]?.mtu(&diagnostics)
        macAddress = map["mac"]?.macAddress("'mac'", &diagnostics)
        isUp = map["up"]?.flag("'up'", &diagnostics) ?? true
        members = map["interfaces"]?.oneOrMore.compactMap { $0.interfaceName("'interfaces'", &diagnostics) } ?? []
    }
}
