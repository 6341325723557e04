// SPDX-License-Identifier: Apache-2.0

internal import Addressing
public import NFTables
public import Netlink
public import SystemPackage

/// Why addresses are not translated.
public enum TranslationError: Error, Equatable, Sendable {
    /// Another one is in the way.
    case taken(Translation, by: Translation)
    /// The kernel refused rules; the translation where it is about one.
    case refused(Translation?, TableTransactionError)
    /// Rules were changed by others during every attempt.
    case interfered
    /// The rules can't be read.
    case unreadable(NetlinkError)
    /// Forwarding was not switched, or not put back.
    case forwarding(SysctlError)
    /// The namespace is out of reach.
    case namespace(NamespaceError)

    /// The error number, where the failure has one.
    public var errno: Errno? {
        switch self {
        case .taken: .fileExists
        case .refused(_, let error): error.errno
        case .interfered: nil
        case .unreadable(let error): error.errno
        case .forwarding(let error): error.errno
        case .namespace(let error): error.errno
        }
    }

    /// What to do, only where the cause is certain.
    public var hint: String? {
        switch self {
        case .refused(_, let error):
            isMissing(error.errno)
                ? "this kernel lacks nf_tables with NAT (CONFIG_NF_TABLES, CONFIG_NFT_NAT, CONFIG_NFT_MASQ, CONFIG_NFT_FIB_INET)"
                : nil
        case .unreadable(let error):
            isMissing(error.errno) ? "this kernel lacks nf_tables (CONFIG_NF_TABLES)" : nil
        default: nil
        }
    }
}

/// What a kernel says that has no nf_tables, or has not the type of chain or the expression.
func isMissing(_ errno: Errno?) -> Bool {
    errno == .notSupported || errno == .noSuchFileOrDirectory || errno == .protocolNotSupported
        || errno == .addressFamilyNotSupported
}

extension TranslationError: CustomStringConvertible {
    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .taken(let new, let old):
            "cannot set up \(new): \(old) is there already, for \(quoted(old.owner)) (EEXIST)"
        case .refused(let translation?, let error): "cannot set up \(translation): \(error)"
        case .refused(nil, let error): "\(error)"
        case .interfered: "the packet filter rules were changed during every attempt to change them; try again"
        case .unreadable(let error): "\(error)"
        case .forwarding(let error): "\(error)"
        case .namespace(let error): "\(error)"
        }
    }
}
