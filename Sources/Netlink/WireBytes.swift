// SPDX-License-Identifier: Apache-2.0

/// Calls `body` with a structure's bytes as they go to the kernel: the one way by which headers and payloads are put.
///
/// Bytes of padding between the fields of a structure keep whatever the stack held before, so that the kernel would
/// be told of it, or refuse it: such a structure stops a debug build. It takes a Swift one in its place whose fields
/// spell the padding out. `Bool` and unions are no fields of such structures either.
public func withWireBytes<Structure: BitwiseCopyable, Result>(
    of structure: Structure, _ body: (UnsafeRawBufferPointer) -> Result
) -> Result {
    assert(
        fieldByteCount(of: structure) == MemoryLayout<Structure>.size,
        "'\(Structure.self)' has bytes that belong to no field")
    return withUnsafeBytes(of: structure, body)
}

/// How many bytes the integers in a structure take, those in structures and tuples inside it as well.
package func fieldByteCount(of value: Any) -> Int {
    if let integer = value as? any FixedWidthInteger { return integer.bitWidth / 8 }
    return Mirror(reflecting: value).children.reduce(0) { $0 + fieldByteCount(of: $1.value) }
}
