// SPDX-License-Identifier: Apache-2.0

import Addressing
import NetworkNamespaces
import Testing

/// A connection of `eth0` to `br0`, changed by `change`.
func connection(
    _ interface: String = "eth0", _ bridge: String = "br0", _ change: (inout BridgeConnection) throws -> Void = { _ in }
) throws -> BridgeConnection {
    var connection = BridgeConnection(try InterfaceName(parsing: interface), to: try InterfaceName(parsing: bridge))
    try change(&connection)
    return connection
}

func prefixes(_ texts: String...) throws -> [IPPrefix] { try texts.map(IPPrefix.init(parsing:)) }
func addresses(_ texts: String...) throws -> [IPAddress] { try texts.map(IPAddress.init(parsing:)) }
func mac(_ text: String) throws -> MACAddress { try MACAddress(parsing: text) }
func device(_ text: String) throws -> InterfaceName { try InterfaceName(parsing: text) }
