// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import Netlink

extension InterfaceName: AttributeValue {
    public init?(attributePayload payload: RawSpan) {
        guard let name = payload.withUnsafeBytes({ InterfaceName(kernel: $0) }) else { return nil }
        self = name
    }
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        (bytes + [0]).withUnsafeBytes(body)
    }
}

extension LinkLayerAddress: AttributeValue {
    public init?(attributePayload payload: RawSpan) {
        guard let address = payload.withUnsafeBytes({ LinkLayerAddress(bytes: $0) }) else { return nil }
        self = address
    }
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withUnsafeBytes(body) }
}
