// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import NetworkNamespaces

extension NodeSettings {
    /// Reads the merged map of a node.
    init(_ node: YAMLNode, _ diagnostics: inout Diagnostics) {
        let map = MapReader(node, "a node", keys: Self.keys, aliases: Self.aliases, &diagnostics)
        if let value = map["forward"] { forwards = value.flag("'forward'", &diagnostics) ?? false }
        if let value = map["loopback"] { loopback = Self.readLoopback(value, &diagnostics) }
        for entry in map["interfaces"]?.mapEntries("'interfaces'", &diagnostics) ?? [] {
            if let setting = InterfaceSettings(entry, &diagnostics) { interfaces.append(setting) }
        }
        for value in map["routes"]?.oneOrMore ?? [] {
            if let route = RouteSetting(value, &diagnostics) { routes.append(route) }
        }
        for entry in map["sysctls"]?.mapEntries("'sysctls'", &diagnostics) ?? [] {
            guard
                let key = entry.key.parsed(
                    "a sysctl", &diagnostics,
                    { (text) throws(SysctlError) in
                        try SysctlKey(parsing: text)
                    }), let value = entry.value.string("the value of '\(key.value)'", &diagnostics)
            else { continue }
            sysctls.append(Located(SysctlRequest(key.value, value: value.value), at: entry.key.span))
        }
        devices = DeviceSetting.read(map, &diagnostics)
        for value in map["run"]?.oneOrMore ?? [] {
            if let process = ProcessSetting(value, number: processes.count + 1, &diagnostics) {
                processes.append(process)
            }
        }
        for entry in map["files"]?.mapEntries("'files'", &diagnostics) ?? [] {
            guard let name = entry.key.string("a file's name", &diagnostics),
                let contents = entry.value.text
            else {
                diagnostics.error(
                    .wrongType, "a file's contents are text, and this is \(entry.value.kind)", at: entry.value.span)
                continue
            }
            guard !name.value.contains("/"), name.value != ".", name.value != ".." else {
                diagnostics.error(.badName, "'\(name.value)' is not the name of a file in /etc", at: name.span)
                continue
            }
            files.append((name, contents))
        }
        for value in map["dns"]?.oneOrMore ?? [] {
            if let server = value.parsed(
                "a name server", &diagnostics,
                { (text) throws(AddressingError) in
                    try IPAddress(parsing: text)
                })
            {
                nameServers.append(server.value)
            }
        }
        for entry in map["labels"]?.mapEntries("'labels'", &diagnostics) ?? [] {
            if let name = entry.key.text, let value = entry.value.string("a label", &diagnostics) {
                labels.append((name, value.value))
            }
        }
        if let value = map["attach"], let text = value.string("'attach'", &diagnostics) {
            do throws(Diagnostic) {
                attachment = Located(try Attachment(parsing: text.value), at: text.span)
            } catch { diagnostics.error(error.code, error.message, at: text.span, hint: error.hint) }
        }
    }

    private static func readLoopback(_ node: YAMLNode, _ diagnostics: inout Diagnostics) -> Loopback? {
        if node.text == "auto" { return .automatic }
        if node.bool == false || node.text == "none" { return nil }
        return .addresses(node.prefixes("'loopback'", &diagnostics).map(\.value))
    }
}

extension YAMLNode {
    /// The entries of what must be a map.
    func mapEntries(_ what: String, _ diagnostics: inout Diagnostics) -> [Entry] {
        if let entries { return entries }
        if !isNull { diagnostics.error(.wrongType, "\(what) is a map, and this is \(kind)", at: span) }
        return []
    }

    /// An address with its prefix length, or several.
    func prefixes(_ what: String, _ diagnostics: inout Diagnostics) -> [Located<IPPrefix>] {
        oneOrMore.compactMap { node in
            node.parsed(what, &diagnostics) { (text) throws(AddressingError) in try IPPrefix(parsing: text) }
        }
    }

    /// `ipv4` or `ipv6` of an interface: addresses of that family.
    func addresses(
        _ family: AddressFamily, _ what: String, _ diagnostics: inout Diagnostics
    ) -> [Located<IPPrefix>] {
        let found = prefixes(what, &diagnostics)
        for prefix in found where prefix.value.family != family {
            diagnostics.error(.badValue, "\(what): \(prefix.value) is of the other family", at: prefix.span)
        }
        return found.filter { $0.value.family == family }
    }

    /// A device's name.
    func interfaceName(_ what: String, _ diagnostics: inout Diagnostics) -> Located<InterfaceName>? {
        guard let located = string(what, &diagnostics) else { return nil }
        do throws(AddressingError) {
            let name = try InterfaceName(parsing: located.value)
            guard !name.isTemplate else {
                diagnostics.error(.badName, "'\(name)' is not the name of one device", at: span)
                return nil
            }
            return Located(name, at: span)
        } catch {
            diagnostics.error(
                located.value.utf8.count > InterfaceName.maximumCount ? .nameTooLong : .badName, "\(error)", at: span)
            return nil
        }
    }

    func macAddress(_ what: String, _ diagnostics: inout Diagnostics) -> MACAddress? {
        guard let mac = parsed(what, &diagnostics, { (text) throws(AddressingError) in try MACAddress(parsing: text) })
        else { return nil }
        guard mac.value.isAssignable else {
            diagnostics.error(.badValue, "no device can have the address \(mac.value)", at: span)
            return nil
        }
        return mac.value
    }

    func mtu(_ diagnostics: inout Diagnostics) -> UInt32? { number("'mtu'", 68...65_535, &diagnostics)?.value }
}

extension InterfaceSettings {
    fileprivate init?(_ entry: YAMLNode.Entry, _ diagnostics: inout Diagnostics) {
        guard let name = entry.key.interfaceName("an interface", &diagnostics) else { return nil }
        self.name = name
        let map = MapReader(
            entry.value, "an interface", keys: ["ipv4", "ipv6", "mac", "mtu", "up"],
            aliases: ["ip": "ipv4", "address": "ipv4", "addresses": "ipv4", "cidr": "ipv4"], &diagnostics)
        if let value = map["ipv4"] { addresses += value.addresses(.ipv4, "'ipv4'", &diagnostics) }
        if let value = map["ipv6"] { addresses += value.addresses(.ipv6, "'ipv6'", &diagnostics) }
        macAddress = map["mac"]?.macAddress("'mac'", &diagnostics)
        mtu = map["mtu"]?.mtu(&diagnostics)
        isUp = map["up"]?.flag("'up'", &diagnostics)
    }
}

extension RouteSetting {
    fileprivate init?(_ node: YAMLNode, _ diagnostics: inout Diagnostics) {
        let map = MapReader(
            node, "a route", keys: ["to", "via", "dev", "hops", "src", "type", "metric", "table"],
            aliases: [
                "dst": "to", "destination": "to", "gateway": "via", "next-hop": "via", "interface": "dev",
                "nexthops": "hops", "source": "src", "preferred-source": "src",
            ],
            &diagnostics)
        span = node.span
        for value in map["via"]?.oneOrMore ?? [] {
            if let gateway = value.parsed(
                "'via'", &diagnostics,
                { (text) throws(AddressingError) in
                    try IPAddress(parsing: text)
                })
            {
                gateways.append(gateway.value)
            }
        }
        device = map["dev"]?.interfaceName("'dev'", &diagnostics)?.value
        hops = Self.readHops(map["hops"], &diagnostics)
        if !hops.isEmpty, let span = map["via"]?.span ?? map["dev"]?.span {
            diagnostics.error(
                .badValue, "'hops' stand in place of 'via' and 'dev'", at: span, hint: "keep one of the two forms")
        }
        source =
            map["src"]?.parsed(
                "'src'", &diagnostics, { (text) throws(AddressingError) in try IPAddress(parsing: text) })?.value
        type =
            map["type"]?.word("'type'", ["unicast", "blackhole", "unreachable", "prohibit"], &diagnostics)?.value
            ?? type
        metric = map["metric"]?.number("'metric'", 0...UInt32.max, &diagnostics)?.value
        table = map["table"]?.number("'table'", 1...UInt32.max, &diagnostics)?.value
        guard let target = map.required("to", &diagnostics) else { return nil }
        span = target.span
        if target.text == "default" {
            guard let family = gateways.first?.family ?? hops.lazy.compactMap(\.gateway).first?.family else {
                diagnostics.error(
                    .missingKey, "a default route needs 'via', which tells its family", at: target.span,
                    hint: "or write 0.0.0.0/0 or ::/0")
                return nil
            }
            destination = .defaultRoute(family)
        } else {
            guard
                let prefix = target.parsed(
                    "'to'", &diagnostics,
                    { (text) throws(AddressingError) in
                        try IPPrefix(parsing: text)
                    })
            else { return nil }
            destination = prefix.value.network
        }
        let others = gateways + hops.compactMap(\.gateway) + [source].compactMap(\.self)
        if let other = others.first(where: { $0.family != destination.family }) {
            diagnostics.error(.badValue, "\(other) is of another family than \(destination)", at: target.span)
            return nil
        }
        if type == "unicast", gateways.isEmpty, device == nil, hops.isEmpty {
            diagnostics.error(.missingKey, "a route needs 'via' or 'dev'", at: target.span)
            return nil
        }
    }

    private static func readHops(_ node: YAMLNode?, _ diagnostics: inout Diagnostics) -> [RouteHop] {
        (node?.oneOrMore ?? []).map { value in
            let map = MapReader(value, "a hop", keys: ["via", "dev"], aliases: ["gateway": "via"], &diagnostics)
            let gateway = map["via"]?.parsed(
                "'via'", &diagnostics, { (text) throws(AddressingError) in try IPAddress(parsing: text) })
            let device = map["dev"]?.interfaceName("'dev'", &diagnostics)
            if gateway == nil, device == nil {
                diagnostics.error(.missingKey, "a hop needs 'via' or 'dev'", at: value.span)
            }
            return RouteHop(gateway: gateway?.value, device: device?.value)
        }
    }
}

extension ProcessSetting {
    fileprivate init?(_ node: YAMLNode, number: Int, _ diagnostics: inout Diagnostics) {
        if node.entries == nil {
            guard let command = Self.readCommand(node, &diagnostics) else { return nil }
            (name, self.command) = ("run\(number)", command)
            return
        }
        let map = MapReader(
            node, "a process", keys: ["name", "cmd", "ready", "within", "restart", "env", "user", "log"],
            aliases: ["command": "cmd", "exec": "cmd", "environment": "env", "readiness": "ready"], &diagnostics)
        guard let value = map.required("cmd", &diagnostics), let command = Self.readCommand(value, &diagnostics) else {
            return nil
        }
        self.command = command
        name = map["name"]?.string("'name'", &diagnostics)?.value ?? "run\(number)"
        if let value = map["name"], name.contains("/") || name.hasPrefix(".") {
            diagnostics.error(.badName, "'\(name)' can't be the name of a log file", at: value.span)
        }
        if let value = map["ready"], let text = value.string("'ready'", &diagnostics) {
            let known = ["tcp:", "udp:", "file:", "log:", "exit"]
            if known.contains(where: { text.value.hasPrefix($0) }) {
                readiness = text.value
            } else {
                diagnostics.error(
                    .badValue, "'\(text.value)' is no sign of readiness", at: text.span,
                    hint: "write tcp:PORT, udp:PORT, file:PATH, log:TEXT or exit")
            }
        }
        if let value = map["within"] { readyWithin = value.duration("'within'", &diagnostics) ?? readyWithin }
        if let value = map["restart"] {
            restart = value.word("'restart'", ["never", "on-failure", "always"], &diagnostics)?.value ?? restart
        }
        for entry in map["env"]?.mapEntries("'env'", &diagnostics) ?? [] {
            if let name = entry.key.text, let text = entry.value.text { environment.append("\(name)=\(text)") }
        }
        user = map["user"]?.string("'user'", &diagnostics)?.value
        log = map["log"]?.string("'log'", &diagnostics)?.value
    }

    /// A list of words, or a line that a shell reads.
    private static func readCommand(_ node: YAMLNode, _ diagnostics: inout Diagnostics) -> [String]? {
        if let values = node.values {
            let words = values.compactMap { $0.string("a word of a command", &diagnostics)?.value }
            if words.isEmpty { diagnostics.error(.badValue, "the command is empty", at: node.span) }
            return words.isEmpty ? nil : words
        }
        return node.string("a command", &diagnostics).map { ["/bin/sh", "-c", $0.value] }
    }
}
