// SPDX-License-Identifier: Apache-2.0

public import Addressing
public import Netlink

extension InterfaceName: AttributeValue {
    /// Reads the payload; nil when it is of another form.
    public init?(attributePayload payload: RawSpan) {
        guard let name = payload.withUnsafeBytes({ InterfaceName(kernel: $0) }) else { return nil }
        self = name
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        (bytes + [0]).withUnsafeBytes(body)
    }
}

extension LinkLayerAddress: AttributeValue {
    /// Reads the payload; nil when it is of another form.
    public init?(attributePayload payload: RawSpan) {
        guard let address = payload.withUnsafeBytes({ LinkLayerAddress(bytes: $0) }) else { return nil }
        self = address
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withUnsafeBytes(body) }
}

extension MACAddress: AttributeValue {
    /// Reads the payload; nil when it is of another form.
    public init?(attributePayload payload: RawSpan) {
        guard let address = payload.withUnsafeBytes({ MACAddress(bytes: $0) }) else { return nil }
        self = address
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withBytes { $0.withUnsafeBytes(body) }
    }
}

/// Four or sixteen bytes in network order: the length says which family it is.
extension IPAddress: AttributeValue {
    /// Reads the payload; nil when it is of another form.
    public init?(attributePayload payload: RawSpan) {
        guard let address = payload.withUnsafeBytes({ IPAddress(bytes: $0) }) else { return nil }
        self = address
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        withBytes { $0.withUnsafeBytes(body) }
    }
}
