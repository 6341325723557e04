// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension RouteEncapsulation {
    /// The kind of tunnel, as ip(8) calls it. Source: linux/lwtunnel.h, `LWTUNNEL_ENCAP_…`.
    var name: String {
        let names = ["none", "mpls", "ip", "ila", "ip6", "seg6", "bpf", "seg6local", "rpl", "ioam6", "xfrm"]
        return Int(type) < names.count ? names[Int(type)] : String(type)
    }
}

extension RouteFlags {
    /// What an entry of the cache tells of itself, above the sixteen flags of any route. Source: linux/in_route.h.
    var cacheNames: [String] { Self.cacheTerms.filter { rawValue & $0.bit != 0 }.map(\.name) }

    private static let cacheTerms: [(bit: UInt32, name: String)] = [
        (1 << 31, "local"), (1 << 30, "reject"), (1 << 29, "mc"), (1 << 28, "brd"), (1 << 27, "dst-nat"),
        (1 << 23, "src-nat"), (1 << 22, "masq"), (1 << 17, "dst-direct"), (1 << 26, "src-direct"),
        (1 << 18, "redirected"), (1 << 24, "redirect"), (1 << 21, "fastroute"), (1 << 16, "notify"), (1 << 19, "proxy"),
    ]
}

extension RouteMetrics.Kind {
    /// A value with the unit that people use: times, which the kernel counts in parts of a millisecond, and features.
    func text(of value: UInt32) -> String {
        switch self {
        case .roundTripTime, .roundTripVariance, .minimumRTO:
            let milliseconds = milliseconds(of: value)
            return milliseconds >= 1000 && milliseconds % 1000 == 0
                ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
        case .features: return value == 1 ? "ecn" : "0x" + String(value, radix: 16)
        default: return String(value)
        }
    }

    /// A time in milliseconds.
    func milliseconds(of value: UInt32) -> UInt32 {
        switch self {
        case .roundTripTime: value / 8
        case .roundTripVariance: value / 4
        default: value
        }
    }
}
