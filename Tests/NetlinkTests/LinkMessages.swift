// SPDX-License-Identifier: Apache-2.0

import CMnl
import Netlink

/// As much of rtnetlink as the tests of the layer below it need.
enum LinkScope {}
enum LinkInfoScope {}

extension AttributeKey where Scope == LinkScope, Value == String {
    static var name: Self { Self(IFLA_IFNAME, "IFLA_IFNAME") }
}
extension AttributeKey where Scope == LinkScope, Value == UInt32 {
    static var mtu: Self { Self(IFLA_MTU, "IFLA_MTU") }
}
extension AttributeKey where Scope == LinkScope, Value == Nest<LinkInfoScope> {
    static var info: Self { Self(IFLA_LINKINFO, "IFLA_LINKINFO") }
}
extension AttributeKey where Scope == LinkInfoScope, Value == String {
    static var kind: Self { Self(IFLA_INFO_KIND, "IFLA_INFO_KIND") }
}

func addLink(_ name: String, kind: String = "bridge", flags: RequestFlags = [.create, .exclusive]) -> Request<LinkScope>
{
    let request = Request<LinkScope>(RTM_NEWLINK, flags: flags, header: ifinfomsg(), operation: "add link '\(name)'")
    request.attributes.put(.name, name)
    request.attributes.nest(.info) { $0.put(.kind, kind) }
    return request
}

func deleteLink(_ name: String) -> Request<LinkScope> {
    let request = Request<LinkScope>(RTM_DELLINK, header: ifinfomsg(), operation: "delete link '\(name)'")
    request.attributes.put(.name, name)
    return request
}

func setLink(index: Int32 = 0, name: String? = nil) -> Request<LinkScope> {
    var header = ifinfomsg()
    header.ifi_index = index
    let request = Request<LinkScope>(RTM_NEWLINK, header: header, operation: "set link \(name ?? "\(index)")")
    request.attributes.put(.name, ifPresent: name)
    return request
}

func getLink(index: Int32, flags: RequestFlags = []) -> Request<LinkScope> {
    var header = ifinfomsg()
    header.ifi_index = index
    return Request(RTM_GETLINK, flags: flags, header: header, operation: "show link \(index)")
}

func getLinks() -> Request<LinkScope> { Request(RTM_GETLINK, header: ifinfomsg(), operation: "show links") }

/// The name in a message of `ifinfomsg` and its attributes.
func linkName(_ header: MessageHeader, _ payload: RawSpan) throws(MalformedReply) -> String {
    guard payload.byteCount >= 16 else { throw MalformedReply("too short for ifinfomsg") }
    let attributes = try Attributes<LinkScope>(payload.extracting(droppingFirst: 16))
    guard let name = try attributes.value(.name) else { throw MalformedReply("a link without a name") }
    return name
}
