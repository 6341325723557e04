// SPDX-License-Identifier: Apache-2.0

/// A kernel attribute number paired with the Swift type that its payload carries.
///
/// A key is declared once and serves to write and to read. `Scope` says which
/// message or nest the attribute belongs to, so that a key in the wrong place,
/// or with a payload of the wrong type, does not compile.
public struct AttributeKey<Scope, Value>: Sendable {
    /// The attribute's number, without `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`.
    public let number: UInt16
    /// The kernel's name, for example `IFLA_MTU`: error messages use it.
    public let name: StaticString

    /// Declares a key. The number comes from the kernel's header, whatever
    /// integer type C gave it; one outside 0…16383 can't be an attribute.
    @inlinable
    public init(_ number: some BinaryInteger, _ name: StaticString) {
        precondition((0...0x3fff).contains(number), "no netlink attribute has that number")
        self.number = UInt16(truncatingIfNeeded: number)
        self.name = name
    }
}

/// The payload of an attribute that holds further attributes of scope `Inner`.
public enum Nest<Inner> {}
