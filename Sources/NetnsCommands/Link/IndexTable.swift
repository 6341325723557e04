// SPDX-License-Identifier: Apache-2.0

/// Values by the number of the link, or of the namespace, to which they belong.
///
/// An ordered array: the kernel lists links by their numbers, so that most go to its end. A dictionary
/// would cost the runtime a search through every conformance of the program, at each start.
struct IndexTable<Value> {
    private var entries: [(index: Int32, value: Value)] = []

    /// The value of that number, if it has one.
    subscript(index: Int32) -> Value? {
        let position = position(of: index)
        return position < entries.count && entries[position].index == index ? entries[position].value : nil
    }

    /// The value of that number; when it has none, it gets this one.
    subscript(index: Int32, default initial: Value) -> Value {
        get { self[index] ?? initial }
        _modify {
            let position = position(of: index)
            if position == entries.count || entries[position].index != index {
                entries.insert((index, initial), at: position)
            }
            yield &entries[position].value
        }
    }

    /// Gives the number a value.
    mutating func set(_ index: Int32, to value: Value) { self[index, default: value] = value }

    /// Takes the number's value away.
    mutating func remove(_ index: Int32) {
        let position = position(of: index)
        if position < entries.count, entries[position].index == index { entries.remove(at: position) }
    }

    mutating func removeAll() { entries.removeAll() }

    mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    /// Where the number is, or where it would stand.
    private func position(of index: Int32) -> Int {
        guard let last = entries.last, last.index >= index else { return entries.count }
        var (low, high) = (0, entries.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
