// SPDX-License-Identifier: Apache-2.0

/// The handle of a queueing discipline (`1:`) or of a class (`1:10`): two numbers of 16 bits, which are always
/// written in hexadecimal. Source: linux/pkt_sched.h, tc(8).
public struct TrafficHandle: RawRepresentable, Equatable, Hashable, Sendable {
    /// Both numbers as the kernel keeps them.
    public let rawValue: UInt32
    /// Takes a handle of the kernel's.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The class `minor` of the discipline `major`, or with 0 the discipline itself.
    public init(_ major: UInt16, _ minor: UInt16 = 0) { rawValue = UInt32(major) << 16 | UInt32(minor) }

    /// The discipline's number.
    public var major: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
    /// The class's number; 0 for the discipline itself.
    public var minor: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    /// `TC_H_UNSPEC`: the kernel chooses.
    public static let unspecified = TrafficHandle(rawValue: 0)
    /// `TC_H_ROOT`: what a device sends goes here first.
    public static let root = TrafficHandle(rawValue: 0xffff_ffff)
    /// `TC_H_INGRESS`, `TC_H_CLSACT`: where the disciplines `ingress` and `clsact` stand.
    public static let ingress = TrafficHandle(rawValue: 0xffff_fff1)
    /// `TC_H_MIN_INGRESS` of those: the filters of what comes in.
    public static let ingressFilters = TrafficHandle(rawValue: 0xffff_fff2)
    /// `TC_H_MIN_EGRESS` of `clsact`: the filters of what goes out.
    public static let egressFilters = TrafficHandle(rawValue: 0xffff_fff3)

    /// Reads `1:`, `1:10`, `:10`, `root` or `none`; nil for anything else.
    public init?(parsing text: String) {
        switch text {
        case "root": self = .root
        case "none": self = .unspecified
        default:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let major = Self.number(parts[0]), let minor = Self.number(parts[1]), text != ":"
            else { return nil }
            self.init(major, minor)
        }
    }

    private static func number(_ digits: Substring) -> UInt16? {
        digits.isEmpty ? 0 : digits.utf8.allSatisfy(\.isHexadecimalDigit) ? UInt16(digits, radix: 16) : nil
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

extension TrafficHandle: CustomStringConvertible {
    /// As tc(8) writes it: `1:`, `1:10`, `:10`, `root`, `none`.
    public var description: String {
        switch self {
        case .root: "root"
        case .unspecified: "none"
        default:
            (major == 0 ? "" : String(major, radix: 16)) + ":" + (minor == 0 ? "" : String(minor, radix: 16))
        }
    }
}
