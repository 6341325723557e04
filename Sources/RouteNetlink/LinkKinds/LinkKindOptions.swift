// SPDX-License-Identifier: Apache-2.0

public import Netlink

/// The options of one kind of link, `IFLA_INFO_DATA`, or of a port of that kind, `IFLA_INFO_SLAVE_DATA`.
///
/// A new kind is one type in a file of its own here, and a line in `decodeLinkOptions` or
/// `decodePortOptions`.
public protocol LinkKindOptions: Sendable {
    /// The kind as the kernel calls it, `IFLA_INFO_KIND`; the first one, where several kinds share the options.
    static var kind: String { get }

    /// The kind of which these are the options.
    var kind: String { get }

    /// Reads the payload of the nest. Options that the kernel did not send stay nil.
    init(decoding payload: RawSpan) throws(MalformedReply)

    /// Puts the nest into `IFLA_LINKINFO`; options that are nil are left out.
    func encode(into info: AttributeWriter<LinkInfoScope>)
}

extension LinkKindOptions {
    /// The kind of which these are the options.
    public var kind: String { Self.kind }
}

/// The typed options of a link of this kind; nil when the kind has none or is not known here.
func decodeLinkOptions(kind: String, _ payload: RawSpan) throws(MalformedReply) -> (any LinkKindOptions)? {
    switch kind {
    case BridgeOptions.kind: try BridgeOptions(decoding: payload)
    case VlanOptions.kind: try VlanOptions(decoding: payload)
    case VxlanOptions.kind: try VxlanOptions(decoding: payload)
    case MacvlanOptions.kind, MacvlanOptions.tapKind: try MacvlanOptions(decoding: payload, kind: kind)
    case IpvlanOptions.kind, IpvlanOptions.tapKind: try IpvlanOptions(decoding: payload, kind: kind)
    case VrfOptions.kind: try VrfOptions(decoding: payload)
    case NetkitOptions.kind: try NetkitOptions(decoding: payload)
    case BondOptions.kind: try BondOptions(decoding: payload)
    case GREOptions.kind: try GREOptions(decoding: payload)
    case GRETapOptions.kind: try GRETapOptions(decoding: payload)
    case ERSPANOptions.kind: try ERSPANOptions(decoding: payload)
    case IP6GREOptions.kind: try IP6GREOptions(decoding: payload)
    case IP6GRETapOptions.kind: try IP6GRETapOptions(decoding: payload)
    case IP6ERSPANOptions.kind: try IP6ERSPANOptions(decoding: payload)
    case IPIPOptions.kind: try IPIPOptions(decoding: payload)
    case SITOptions.kind: try SITOptions(decoding: payload)
    case IP6TunnelOptions.kind: try IP6TunnelOptions(decoding: payload)
    case VTIOptions.kind: try VTIOptions(decoding: payload)
    case VTI6Options.kind: try VTI6Options(decoding: payload)
    case XFRMOptions.kind: try XFRMOptions(decoding: payload)
    case GeneveOptions.kind: try GeneveOptions(decoding: payload)
    case AMTOptions.kind: try AMTOptions(decoding: payload)
    case BareUDPOptions.kind: try BareUDPOptions(decoding: payload)
    case HSROptions.kind: try HSROptions(decoding: payload)
    case TunOptions.kind: try TunOptions(decoding: payload)
    case MACsecOptions.kind: try MACsecOptions(decoding: payload)
    default: nil
    }
}

/// The typed options that a master of this kind keeps for the link.
func decodePortOptions(kind: String, _ payload: RawSpan) throws(MalformedReply) -> (any LinkKindOptions)? {
    switch kind {
    case BridgePortOptions.kind: try BridgePortOptions(decoding: payload)
    case VrfPortOptions.kind: try VrfPortOptions(decoding: payload)
    case BondPortOptions.kind: try BondPortOptions(decoding: payload)
    default: nil
    }
}
