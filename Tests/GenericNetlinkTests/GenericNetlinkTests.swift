// SPDX-License-Identifier: Apache-2.0

@testable import GenericNetlink
import MessageMutation
import Netlink
import SystemPackage
import Testing

@Suite("Families of generic netlink")
struct GenericNetlinkTests {
    @Test("the kernel tells the id of a family once it is asked for the name")
    func family() throws {
        var socket = try GenericNetlinkSocket()
        // The family of the families: its id is fixed.
        let family = try socket.family(named: "nlctrl")
        #expect(family == GenericFamily(name: "nlctrl", id: 0x10, version: 2))
        #expect(try socket.family(named: "nlctrl") == family)
    }

    @Test("a family that the kernel lacks is its own refusal")
    func missing() throws {
        var socket = try GenericNetlinkSocket()
        do throws(NetlinkError) {
            _ = try socket.family(named: "nosuch")
            Issue.record("there is a family 'nosuch'")
        } catch {
            #expect(error.errno == .noSuchFileOrDirectory)
            #expect("\(error)".hasPrefix("cannot find the generic netlink family 'nosuch': "))
        }
    }

    /// `CTRL_CMD_NEWFAMILY` as far as it is read.
    private static let newFamily = [UInt8](
        hex: """
            01020000                          # genlmsghdr: CTRL_CMD_NEWFAMILY
            0e00 0200 77697265 67756172 6400 0000 # CTRL_ATTR_FAMILY_NAME "wireguard"
            0600 0100 2300 0000               # CTRL_ATTR_FAMILY_ID 0x23
            0800 0300 01000000                # CTRL_ATTR_VERSION 1
            0800 0400 00000000                # CTRL_ATTR_HDRSIZE
            0800 0500 08000000                # CTRL_ATTR_MAXATTR
            """)

    @Test("a family is read; a damaged one throws or parses")
    func decoding() throws {
        #expect(
            try GenericFamily(decoding: Self.newFamily.span.bytes)
                == GenericFamily(name: "wireguard", id: 0x23, version: 1))
        mutate(Self.newFamily) { _ = try? GenericFamily(decoding: $0) }
    }

    @Test("the question names the family")
    func question() {
        #expect(
            GenericFamily.request("wireguard").bytes
                == [UInt8](
                    hex: """
                        24000000 1000 0100 00000000 00000000 # nlmsghdr: GENL_ID_CTRL, REQUEST
                        03020000                          # genlmsghdr: CTRL_CMD_GETFAMILY
                        0e00 0200 77697265 67756172 6400 0000
                        """))
    }
}
