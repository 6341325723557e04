// SPDX-License-Identifier: Apache-2.0

/// Replies and requests as captured from Linux 6.18.
enum Fixture {
    static let addLink: AnnotatedHex = """
        # RTM_NEWLINK of a bridge whose name is too long
        4c000000 1000 0506 01000000 00000000  # nlmsghdr: 76 bytes, REQUEST|ACK|EXCL|CREATE, 1
        00 00 0000 00000000 00000000 00000000 # ifinfomsg
        1c00 0300 612d6e61 6d652d74 6861742d 69732d74 6f6f2d6c 6f6e6700 # IFLA_IFNAME "a-name-that-is-too-long"
        1000 1280                             # IFLA_LINKINFO, nested
          0b00 0100 62726964 6765 00 00       # IFLA_INFO_KIND "bridge", one byte of padding
        """

    static let cappedRefusal: AnnotatedHex = """
        # NLMSG_ERROR with NETLINK_CAP_ACK: only the request's head comes back
        68000000 0200 0003 01000000 fd5f0000  # nlmsghdr: 104 bytes, CAPPED|ACK_TLVS
        deffffff                              # -ERANGE
        4c000000 1000 0506 01000000 00000000  # the request's nlmsghdr
        2700 0100 41747472 69627574 65206661 696c6564 20706f6c 69637920 76616c69 64617469 6f6e00 00 # …_MSG
        0800 0200 20000000                    # NLMSGERR_ATTR_OFFS 32
        1400 0480                             # NLMSGERR_ATTR_POLICY
          0800 0700 0f000000 0800 0100 0b000000
        """

    static let wholeRefusal: AnnotatedHex = """
        # NLMSG_ERROR without NETLINK_CAP_ACK: the whole request comes back
        a4000000 0200 0002 01000000 c29befe4  # nlmsghdr: 164 bytes, ACK_TLVS
        deffffff                              # -ERANGE
        4c000000 1000 0506 01000000 00000000  # the request, to its end
        00000000 00000000 00000000 00000000
        1c000300 612d6e61 6d652d74 6861742d 69732d74 6f6f2d6c 6f6e6700
        10001280 0b000100 62726964 67650000
        2700 0100 41747472 69627574 65206661 696c6564 20706f6c 69637920 76616c69 64617469 6f6e00 00 # …_MSG
        0800 0200 20000000                    # NLMSGERR_ATTR_OFFS 32
        1400 0480                             # NLMSGERR_ATTR_POLICY
          0800 0700 0f000000 0800 0100 0b000000
        """

    static let bareRefusal: AnnotatedHex = """
        # NLMSG_ERROR without NETLINK_EXT_ACK
        4c000000 0200 0000 02000000 fd5f0000  # nlmsghdr: no flags
        deffffff                              # -ERANGE
        38000000 1000 0506 02000000 00000000  # the request, to its end
        00000000 00000000 00000000 00000000
        07000300 76300000
        10001280 0b000100 6e6f7375 63680000
        """

    static let success: AnnotatedHex = """
        # NLMSG_ERROR that says yes
        24000000 0200 0001 03000000 fd5f0000  # nlmsghdr: CAPPED
        00000000
        20000000 1000 0500 03000000 00000000
        """

    static let refusedDump: AnnotatedHex = """
        # NLMSG_DONE of a dump that the kernel refused
        4c000000 0300 0202 05000000 fd5f0000  # nlmsghdr: MULTI|ACK_TLVS
        eaffffff                              # -EINVAL
        3800 0100 46696c74 65722062 79206465 76696365 20696e64 6578206e 6f742073 7570706f
                  72746564 20666f72 206c696e 6b206475 6d707300
        """

    static let done: AnnotatedHex = """
        # NLMSG_DONE
        14000000 0300 0200 07000000 11168d97  # nlmsghdr: MULTI
        00000000
        """

    static let addresses: AnnotatedHex = """
        # RTM_NEWADDR twice in one datagram: 127.0.0.1/8 and ::1/128 on lo
        4c000000 1400 0200 07000000 11168d97  # nlmsghdr: 76 bytes, MULTI
        02 08 80 fe 01000000                  # ifaddrmsg: inet, /8, permanent, host, index 1
        0800 0100 7f000001                    # IFA_ADDRESS
        0800 0200 7f000001                    # IFA_LOCAL
        0700 0300 6c6f00 00                   # IFA_LABEL "lo"
        0800 0800 80000000                    # IFA_FLAGS permanent
        1400 0600 ffffffff ffffffff 38680200 38680200 # IFA_CACHEINFO
        50000000 1400 0200 07000000 11168d97  # nlmsghdr: 80 bytes
        0a 80 80 fe 01000000                  # ifaddrmsg: inet6, /128
        1400 0100 00000000 00000000 00000000 00000001 # IFA_ADDRESS
        1400 0600 ffffffff ffffffff 38680200 38680200 # IFA_CACHEINFO
        0800 0800 80000000                    # IFA_FLAGS
        0500 0b00 01 000000                   # IFA_PROTO kernel_lo
        """

    static let all: [AnnotatedHex] = [
        addLink, cappedRefusal, wholeRefusal, bareRefusal, success, refusedDump, done, addresses,
    ]
}
