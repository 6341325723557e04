// SPDX-License-Identifier: Apache-2.0

extension IPPrefix {
    /// How many prefixes of a length fit into this one; nil when the length is none of a part.
    public func subnetCount(length: Int) -> UInt128? {
        guard length >= self.length, length <= family.bitCount else { return nil }
        let bits = length - self.length
        return bits == 128 ? .max : UInt128(1) << UInt128(bits)
    }

    /// One of the prefixes into which this one can be cut, from 0; nil when there are not so many.
    public func subnet(_ number: UInt128, length: Int) -> IPPrefix? {
        guard let count = subnetCount(length: length), number < count else { return nil }
        let shift = UInt128(family.bitCount - length)
        return IPPrefix(IPAddress(family, network.address.value + number << shift), length: length)
    }

    /// The number of a host, as ``host(_:)`` counts them; nil when the address is none of them.
    public func hostNumber(of address: IPAddress) -> UInt128? {
        guard contains(address) else { return nil }
        let offset = address.value - network.address.value
        let number = family.bitCount - length <= 1 ? offset + 1 : offset
        return number >= 1 && number <= hostCount ? number : nil
    }
}
