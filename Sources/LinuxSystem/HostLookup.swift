// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// Why a host has no address that can be used.
public struct HostLookupError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The C library's sentence, of gai_strerror(3).
    public var description: String
}

/// The address of a host that is to be tried first: 4 or 16 bytes in network order.
///
/// The calling thread's network namespace and the files of its mount namespace are asked, for as long as the
/// resolver takes. Source: getaddrinfo(3).
public func lookUpHost(_ name: String) throws(HostLookupError) -> [UInt8] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(name, nil, &hints, &list)
    guard status == 0 else {
        throw HostLookupError(description: gai_strerror(status).map { String(cString: $0) } ?? "status \(status)")
    }
    defer { freeaddrinfo(list) }
    var next = list
    while let entry = next?.pointee {
        let bytes = UnsafeRawBufferPointer(
            start: entry.ai_addr, count: entry.ai_addr == nil ? 0 : Int(entry.ai_addrlen))
        // struct sockaddr_in and sockaddr_in6: where the address is in them.
        switch entry.ai_family {
        case AF_INET where bytes.count >= 8: return Array(bytes[4..<8])
        case AF_INET6 where bytes.count >= 24: return Array(bytes[8..<24])
        default: next = entry.ai_next
        }
    }
    throw HostLookupError(description: "it has no address")
}
