// SPDX-License-Identifier: Apache-2.0

public import LinuxSystem
internal import CLinux
internal import SystemPackage

extension NetlinkSocket {
    /// Hands the events that have arrived to `body`, without waiting for more.
    ///
    /// - Parameter limit: after how many datagrams to stop.
    /// - Returns: false when it stopped there, and more may have arrived.
    /// - Throws: `.overflow` when events were lost; those that have arrived can still be taken.
    public mutating func takeEvents(
        limit: Int = .max, _ body: (MessageHeader, RawSpan) throws(NetlinkError) -> Void
    ) throws(NetlinkError) -> Bool {
        for _ in 0..<limit {
            let receipt = try receive(events: true, waits: false) { (header, payload) throws(NetlinkError) in
                if !header.isDone, !header.isError, !header.isNoop { try body(header, payload) }
            }
            switch receipt {
            case .visited: continue
            case .tooLong: throw .overflow
            case .nothing: return true
            }
        }
        return false
    }

    /// Opens the network namespace that the socket belongs to. Needs `CAP_NET_ADMIN` over it.
    ///
    /// Source: linux/sockios.h, `SIOCGSKNS` (Linux 4.10).
    public borrowing func openNamespace() throws(NetlinkError) -> OwnedDescriptor {
        let descriptor = descriptor
        do throws(Errno) {
            return OwnedDescriptor(owning: try systemCall { clinux_socket_namespace(descriptor) })
        } catch { throw .socket(operation: "open the network namespace of a socket", error) }
    }
}
