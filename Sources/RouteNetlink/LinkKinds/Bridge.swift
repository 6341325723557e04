// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// STUB
public struct BridgeOptions: LinkKindOptions {
    public static let kind = "bridge"
    public init() {}
    public init(decoding payload: RawSpan) throws(MalformedReply) {}
    public func encode(into info: AttributeWriter<LinkInfoScope>) {}
}
/// STUB
public struct BridgePortOptions: LinkKindOptions {
    public static let kind = "bridge"
    public init() {}
    public init(decoding payload: RawSpan) throws(MalformedReply) {}
    public func encode(into info: AttributeWriter<LinkInfoScope>) {}
}
