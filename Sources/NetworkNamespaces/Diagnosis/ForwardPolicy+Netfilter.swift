// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
internal import Netlink
internal import SystemPackage

extension ForwardPolicy {
    /// What the calling thread's network namespace does. Reading the rules needs `CAP_NET_ADMIN`;
    /// without it, as without any rules, the answer is `accept`.
    ///
    /// Rules of the old x_tables kind can't be asked for over netlink: where there are some, the
    /// answer is `unknown`.
    public static func read() -> ForwardPolicy {
        if dropsByDefault() { return .drop }
        let tables = (try? readFile("/proc/thread-self/net/ip_tables_names")) ?? []
        return tables.split(separator: 0x0a).contains { $0.elementsEqual("filter".utf8) } ? .unknown : .accept
    }

    private static func dropsByDefault() -> Bool {
        guard var socket = try? NetlinkSocket(.netfilter) else { return false }
        // Source: linux/netfilter/nfnetlink.h, nf_tables.h: NFNL_SUBSYS_NFTABLES and NFT_MSG_GETCHAIN,
        // with struct nfgenmsg of NFPROTO_UNSPEC in front.
        let request = Request<ChainScope>(10 << 8 | 4, header: UInt32(0), operation: "list packet filter chains")
        var drops = false
        try? socket.dump(request, restart: { drops = false }) { (_, payload) throws(MalformedReply) in
            if try isDroppingForwardChain(payload) { drops = true }
        }
        return drops
    }
}

/// Whether an `NFT_MSG_NEWCHAIN` is of a base chain that forwarded IPv4 packets pass and that drops by default.
func isDroppingForwardChain(_ message: RawSpan) throws(MalformedReply) -> Bool {
    guard message.byteCount >= 4 else { throw MalformedReply("a chain message is too short") }
    // NFPROTO_INET and NFPROTO_IPV4.
    guard let family: UInt8 = message.integer(at: 0), family == 1 || family == 2 else { return false }
    let attributes = try Attributes<ChainScope>(message.extracting(droppingFirst: 4))
    guard let hook = try attributes.nested(.hook), let policy = try attributes.value(.policy) else { return false }
    // NF_INET_FORWARD, NF_DROP.
    return try hook.value(.number)?.value == 2 && policy.value == 0
}

/// Attributes of a chain, `NFTA_CHAIN_…`.
enum ChainScope {}
/// Attributes of the hook that a base chain is attached to, `NFTA_HOOK_…`.
enum HookScope {}

extension AttributeKey where Scope == ChainScope, Value == Nest<HookScope> {
    fileprivate static var hook: Self { Self(4, "NFTA_CHAIN_HOOK") }
}

extension AttributeKey where Scope == ChainScope, Value == NetworkOrder<UInt32> {
    fileprivate static var policy: Self { Self(5, "NFTA_CHAIN_POLICY") }
}

extension AttributeKey where Scope == HookScope, Value == NetworkOrder<UInt32> {
    fileprivate static var number: Self { Self(1, "NFTA_HOOK_HOOKNUM") }
}
