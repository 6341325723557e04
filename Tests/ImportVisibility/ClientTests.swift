// SPDX-License-Identifier: Apache-2.0

import ImportVisibilityNames
import LinuxSystem
import Netlink
import Testing

/// A client of the libraries. It compiles as long as they keep their C modules to
/// themselves: otherwise each of these names would be ambiguous.
@Suite struct ClientTests {
    @Test func namesAreTheClientsOwn() {
        #expect(MemoryLayout<nlmsghdr>.size == 0)
        #expect(MemoryLayout<ifinfomsg>.size == 0)
        #expect(MemoryLayout<__user_cap_header_struct>.size == 0)
    }

    /// What a client needs is there without any C module.
    @Test func writesAndReadsAttributes() throws {
        enum Scope {}
        let key = AttributeKey<Scope, UInt32>(4, "EXAMPLE")
        let request = Request<Scope>(16, flags: .create, header: UInt32(0), operation: "try it")
        request.attributes.put(key, 7)
        let bytes = Array(request.bytes.dropFirst(20))
        let value = try Attributes<Scope>(bytes.span.bytes).value(key)
        #expect(value == 7)
    }
}
