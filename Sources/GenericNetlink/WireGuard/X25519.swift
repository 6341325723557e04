// SPDX-License-Identifier: Apache-2.0

// X25519, by which a public key follows from a private one. Source: RFC 7748, sections 4.1, 5 and 6.1; the form of the
// numbers is that of Bernstein and others, "High-speed high-security signatures" (2012), section 3.
//
// No branch and no index depends on a key, and the ladder takes as many steps for each.

/// The base point, u = 9.
let x25519BasePoint: [UInt8] = [9] + [UInt8](repeating: 0, count: 31)

/// The scalar as X25519 uses it: a multiple of the cofactor, its highest bit set.
///
/// - Parameter scalar: 32 bytes.
func x25519Clamped(_ scalar: [UInt8]) -> [UInt8] {
    var scalar = scalar
    scalar[0] &= 0xf8
    scalar[31] = scalar[31] & 0x7f | 0x40
    return scalar
}

/// The u-coordinate of a multiple of a point, 32 bytes.
///
/// - Parameters:
///   - scalar: 32 bytes, which are clamped.
///   - point: the u-coordinate, 32 bytes; the highest bit is passed over.
func x25519(scalar: [UInt8], point: [UInt8]) -> [UInt8] {
    let scalar = x25519Clamped(scalar)
    let u = FieldElement(point)
    var (x2, z2, x3, z3) = (FieldElement.one, FieldElement.zero, u, FieldElement.one)
    var swap: UInt64 = 0
    for position in stride(from: 254, through: 0, by: -1) {
        let bit = UInt64(scalar[position >> 3] >> UInt8(position & 7) & 1)
        swap ^= bit
        FieldElement.swap(&x2, &x3, if: swap)
        FieldElement.swap(&z2, &z3, if: swap)
        swap = bit
        let (a, b) = (x2 + z2, x2 - z2)
        let (aa, bb) = (a * a, b * b)
        let e = aa - bb
        let (da, cb) = ((x3 - z3) * a, (x3 + z3) * b)
        let (sum, difference) = (da + cb, da - cb)
        x3 = sum * sum
        z3 = u * (difference * difference)
        x2 = aa * bb
        z2 = e * (aa + e.multiplied(by: 121_665))
    }
    FieldElement.swap(&x2, &x3, if: swap)
    FieldElement.swap(&z2, &z3, if: swap)
    return (x2 * z2.inverse).bytes
}

/// A number modulo 2²⁵⁵ - 19, in five limbs of 51 bits.
///
/// Products take limbs below 2⁵³: what `*` returns, and a sum or a difference of two of those.
private struct FieldElement {
    var l0: UInt64, l1: UInt64, l2: UInt64, l3: UInt64, l4: UInt64

    static let zero = FieldElement(l0: 0, l1: 0, l2: 0, l3: 0, l4: 0)
    static let one = FieldElement(l0: 1, l1: 0, l2: 0, l3: 0, l4: 0)
    private static let mask: UInt64 = 1 << 51 - 1

    init(l0: UInt64, l1: UInt64, l2: UInt64, l3: UInt64, l4: UInt64) {
        (self.l0, self.l1, self.l2, self.l3, self.l4) = (l0, l1, l2, l3, l4)
    }

    /// Reads 32 bytes, the least significant first, but for the highest bit.
    init(_ bytes: [UInt8]) {
        func word(_ index: Int) -> UInt64 {
            bytes[index * 8..<index * 8 + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        let (w0, w1, w2, w3) = (word(0), word(1), word(2), word(3))
        l0 = w0 & Self.mask
        l1 = (w0 >> 51 | w1 << 13) & Self.mask
        l2 = (w1 >> 38 | w2 << 26) & Self.mask
        l3 = (w2 >> 25 | w3 << 39) & Self.mask
        l4 = w3 >> 12 & Self.mask
    }

    /// The number in 32 bytes, less than the modulus.
    var bytes: [UInt8] {
        var number = self
        // Twice, since the first carry out of the top can fill the limbs again.
        number.carry()
        number.carry()
        // 1 where the number is the modulus or more: then adding 19 reaches 2²⁵⁵.
        var quotient = (number.l0 + 19) >> 51
        quotient = (number.l1 + quotient) >> 51
        quotient = (number.l2 + quotient) >> 51
        quotient = (number.l3 + quotient) >> 51
        quotient = (number.l4 + quotient) >> 51
        number.l0 += 19 * quotient
        number.l1 += number.l0 >> 51
        number.l2 += number.l1 >> 51
        number.l3 += number.l2 >> 51
        number.l4 += number.l3 >> 51
        let (l0, l1, l2) = (number.l0 & Self.mask, number.l1 & Self.mask, number.l2 & Self.mask)
        let (l3, l4) = (number.l3 & Self.mask, number.l4 & Self.mask)
        let words = [l0 | l1 << 51, l1 >> 13 | l2 << 38, l2 >> 26 | l3 << 25, l3 >> 39 | l4 << 12]
        return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
    }

    /// Brings each limb to 51 bits, but for a little more in the lowest.
    private mutating func carry() {
        l1 += l0 >> 51
        l0 &= Self.mask
        l2 += l1 >> 51
        l1 &= Self.mask
        l3 += l2 >> 51
        l2 &= Self.mask
        l4 += l3 >> 51
        l3 &= Self.mask
        l0 += 19 * (l4 >> 51)
        l4 &= Self.mask
    }

    static func + (left: Self, right: Self) -> Self {
        FieldElement(
            l0: left.l0 + right.l0, l1: left.l1 + right.l1, l2: left.l2 + right.l2, l3: left.l3 + right.l3,
            l4: left.l4 + right.l4)
    }

    /// Adds twice the modulus, so that no limb goes below zero; `right` is a product or a number that was read.
    static func - (left: Self, right: Self) -> Self {
        let (lowest, others): (UInt64, UInt64) = (2 * (1 << 51 - 19), 2 * (1 << 51 - 1))
        return FieldElement(
            l0: left.l0 + lowest - right.l0, l1: left.l1 + others - right.l1, l2: left.l2 + others - right.l2,
            l3: left.l3 + others - right.l3, l4: left.l4 + others - right.l4)
    }

    static func * (left: Self, right: Self) -> Self {
        func product(_ left: UInt64, _ right: UInt64) -> UInt128 { UInt128(left) * UInt128(right) }
        // What goes beyond 2²⁵⁵ comes back times 19.
        let (r1, r2, r3, r4) = (19 * right.l1, 19 * right.l2, 19 * right.l3, 19 * right.l4)
        let s0 =
            product(left.l0, right.l0) + product(left.l1, r4) + product(left.l2, r3) + product(left.l3, r2)
            + product(left.l4, r1)
        let s1 =
            product(left.l0, right.l1) + product(left.l1, right.l0) + product(left.l2, r4) + product(left.l3, r3)
            + product(left.l4, r2)
        let s2 =
            product(left.l0, right.l2) + product(left.l1, right.l1) + product(left.l2, right.l0)
            + product(left.l3, r4) + product(left.l4, r3)
        let s3 =
            product(left.l0, right.l3) + product(left.l1, right.l2) + product(left.l2, right.l1)
            + product(left.l3, right.l0) + product(left.l4, r4)
        let s4 =
            product(left.l0, right.l4) + product(left.l1, right.l3) + product(left.l2, right.l2)
            + product(left.l3, right.l1) + product(left.l4, right.l0)
        return FieldElement(reducing: s0, s1, s2, s3, s4)
    }

    /// The product with a small number.
    func multiplied(by factor: UInt64) -> Self {
        let factor = UInt128(factor)
        return FieldElement(
            reducing: UInt128(l0) * factor, UInt128(l1) * factor, UInt128(l2) * factor, UInt128(l3) * factor,
            UInt128(l4) * factor)
    }

    /// Carries sums of products, each below 2¹¹⁵, to limbs of 51 bits and a little.
    private init(reducing s0: UInt128, _ s1: UInt128, _ s2: UInt128, _ s3: UInt128, _ s4: UInt128) {
        func low(_ sum: UInt128) -> UInt64 { UInt64(truncatingIfNeeded: sum) & Self.mask }
        let s1 = s1 + s0 >> 51
        let s2 = s2 + s1 >> 51
        let s3 = s3 + s2 >> 51
        let s4 = s4 + s3 >> 51
        l0 = low(s0) + 19 * UInt64(truncatingIfNeeded: s4 >> 51)
        l1 = low(s1) + l0 >> 51
        l0 &= Self.mask
        l2 = low(s2)
        l3 = low(s3)
        l4 = low(s4)
    }

    /// The inverse, as the power by the modulus less 2; 0 for 0.
    var inverse: Self {
        func squared(_ number: Self, times: Int) -> Self {
            var number = number
            for _ in 0..<times { number = number * number }
            return number
        }
        let p1 = self
        let p2 = squared(p1, times: 1)
        let p9 = squared(p2, times: 2) * p1
        let p11 = p9 * p2
        let e5 = squared(p11, times: 1) * p9
        let e10 = squared(e5, times: 5) * e5
        let e20 = squared(e10, times: 10) * e10
        let e40 = squared(e20, times: 20) * e20
        let e50 = squared(e40, times: 10) * e10
        let e100 = squared(e50, times: 50) * e50
        let e200 = squared(e100, times: 100) * e100
        let e250 = squared(e200, times: 50) * e50
        return squared(e250, times: 5) * p11
    }

    /// Swaps the two numbers when `bit` is 1, and does as much when it is 0.
    static func swap(_ left: inout Self, _ right: inout Self, if bit: UInt64) {
        let mask = 0 &- bit
        func swapLimb(_ left: inout UInt64, _ right: inout UInt64) {
            let difference = (left ^ right) & mask
            left ^= difference
            right ^= difference
        }
        swapLimb(&left.l0, &right.l0)
        swapLimb(&left.l1, &right.l1)
        swapLimb(&left.l2, &right.l2)
        swapLimb(&left.l3, &right.l3)
        swapLimb(&left.l4, &right.l4)
    }
}
