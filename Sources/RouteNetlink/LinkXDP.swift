// SPDX-License-Identifier: Apache-2.0

internal import CMnl
internal import Netlink

/// The XDP programs of a link: what sees packets before the rest of the kernel does.
///
/// Programs are told by their ids, which bpf(2) knows more of. Source: `IFLA_XDP_…` of linux/if_link.h.
public struct LinkXDP: Equatable, Sendable {
    /// `IFLA_XDP_ATTACHED`: where the program is, or that there are several.
    public var mode: Mode
    /// `IFLA_XDP_PROG_ID`: the program, unless there are several.
    public var program: UInt32?
    /// `IFLA_XDP_SKB_PROG_ID`, `IFLA_XDP_DRV_PROG_ID`, `IFLA_XDP_HW_PROG_ID`: the program of each mode.
    public var genericProgram: UInt32?, driverProgram: UInt32?, hardwareProgram: UInt32?

    /// `XDP_ATTACHED_…`; raw, since kernels may add modes.
    public struct Mode: RawRepresentable, Equatable, Sendable {
        /// The kernel's number.
        public var rawValue: UInt8
        /// Takes the kernel's number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// In the driver.
        public static let driver = Mode(rawValue: 1)
        /// In the kernel, for any driver.
        public static let generic = Mode(rawValue: 2)
        /// In the hardware.
        public static let hardware = Mode(rawValue: 3)
        /// In several places.
        public static let multiple = Mode(rawValue: 4)
    }

    /// The programs by where they are, in ip(8)'s order.
    public var programs: [(mode: Mode, id: UInt32)] {
        let all: [(Mode, UInt32?)] = [
            (.generic, genericProgram), (.driver, driverProgram), (.hardware, hardwareProgram),
        ]
        return all.compactMap { mode, id in id.map { (mode, $0) } }
    }

    /// Reads `IFLA_XDP` of a link; nil when no program is attached.
    init?(of link: borrowing Attributes<LinkScope>) throws(MalformedReply) {
        guard let xdp = try link.nested(.xdp), let attached = try xdp.value(.attached), attached != 0 else {
            return nil
        }
        mode = Mode(rawValue: attached)
        program = try xdp.value(.program)
        genericProgram = try xdp.value(.genericProgram)
        driverProgram = try xdp.value(.driverProgram)
        hardwareProgram = try xdp.value(.hardwareProgram)
    }
}

/// Attributes inside `IFLA_XDP`.
private enum LinkXDPScope {}
extension AttributeKey where Scope == LinkScope, Value == Nest<LinkXDPScope> {
    fileprivate static var xdp: Self { Self(IFLA_XDP, "IFLA_XDP") }
}
extension AttributeKey where Scope == LinkXDPScope, Value == UInt8 {
    fileprivate static var attached: Self { Self(IFLA_XDP_ATTACHED, "IFLA_XDP_ATTACHED") }
}
extension AttributeKey where Scope == LinkXDPScope, Value == UInt32 {
    fileprivate static var program: Self { Self(IFLA_XDP_PROG_ID, "IFLA_XDP_PROG_ID") }
    fileprivate static var genericProgram: Self { Self(IFLA_XDP_SKB_PROG_ID, "IFLA_XDP_SKB_PROG_ID") }
    fileprivate static var driverProgram: Self { Self(IFLA_XDP_DRV_PROG_ID, "IFLA_XDP_DRV_PROG_ID") }
    fileprivate static var hardwareProgram: Self { Self(IFLA_XDP_HW_PROG_ID, "IFLA_XDP_HW_PROG_ID") }
}
