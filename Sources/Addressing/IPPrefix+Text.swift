// SPDX-License-Identifier: Apache-2.0

extension IPPrefix: LosslessStringConvertible {
    /// What an address without a length means.
    public enum BareAddress: Sendable, Hashable {
        /// An error.
        case refused
        /// A host, /32 or /128, as `ip` takes it.
        case host
    }

    /// Reads an address with its length; nil where ``init(parsing:)`` throws.
    public init?(_ description: String) {
        do throws(Flaw) { self = try Self.read(description.utf8Span.span, bareAddress: .refused) } catch { return nil }
    }

    /// Reads an address with its length: `192.0.2.1/24`.
    public init(parsing text: String) throws(AddressingError) {
        try self.init(parsing: text, bareAddress: .refused)
    }

    /// Reads an address with its length, or with `bareAddress: .host` also one without.
    public init(parsing text: String, bareAddress: BareAddress) throws(AddressingError) {
        do throws(Flaw) { self = try Self.read(text.utf8Span.span, bareAddress: bareAddress) } catch {
            throw AddressingError(.prefix, text, error)
        }
    }

    private static func read(_ text: Span<UInt8>, bareAddress: BareAddress) throws(Flaw) -> Self {
        guard !text.isEmpty else { throw .empty }
        guard let slash = firstIndex(of: .slash, in: text) else {
            let address = try IPAddress.read(text)
            guard bareAddress == .host else { throw Flaw("the prefix length is missing") }
            return Self(host: address)
        }
        guard slash > 0 else { throw Flaw("the address before '/' is missing") }
        let address = try IPAddress.read(text.extracting(0..<slash))
        let length = text.extracting((slash + 1)..<text.count)
        return Self(unchecked: address, try readLength(length, address.family))
    }

    private static func readLength(_ text: Span<UInt8>, _ family: AddressFamily) throws(Flaw) -> Int {
        guard !text.isEmpty else { throw Flaw("the prefix length after '/' is missing") }
        if let mask = try? IPv4Address.read(text) {
            // The habit of other tools; told how to write it where the mask is one.
            let length = (~mask.value).leadingZeroBitCount
            let isMask = mask.value == UInt32.max << UInt32(32 - length)
            throw Flaw(isMask ? "the netmask \(mask) is to be written as /\(length)" : "\(mask) is no prefix length")
        }
        do throws(Flaw) { return try readDecimal(text, limit: family.bitCount) } catch {
            throw Flaw("in the prefix length, \(error.reason)")
        }
    }

    /// The address and the length, always both: `192.0.2.1/32`.
    public var description: String {
        string(capacity: 49) { append(to: &$0) }
    }

    /// Appends ``description`` in ASCII: the fast way to print many.
    public func append(to buffer: inout [UInt8]) {
        address.append(to: &buffer)
        buffer.append(.slash)
        buffer.append(decimal: UInt8(truncatingIfNeeded: length))
    }

    /// The form in which `ip route` prints a destination: `default` for length 0, a host without its length.
    public var routeText: String {
        string(capacity: 49) { appendRouteText(to: &$0) }
    }

    /// Appends ``routeText`` in ASCII.
    public func appendRouteText(to buffer: inout [UInt8]) {
        if isDefaultRoute {
            buffer.append(contentsOf: "default".utf8)
        } else if isHost {
            address.append(to: &buffer)
        } else {
            append(to: &buffer)
        }
    }
}
