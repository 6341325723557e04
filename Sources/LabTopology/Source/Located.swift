// SPDX-License-Identifier: Apache-2.0

/// A value and the place in the file that it was read from.
public struct Located<Value> {
    /// The value.
    public var value: Value
    /// Where it stands.
    public var span: SourceSpan

    /// A value with its place.
    public init(_ value: Value, at span: SourceSpan) { (self.value, self.span) = (value, span) }
}

extension Located: Sendable where Value: Sendable {}
// Two values are the same wherever they stand.
extension Located: Equatable where Value: Equatable {
    /// Compares the values.
    public static func == (left: Self, right: Self) -> Bool { left.value == right.value }
}
