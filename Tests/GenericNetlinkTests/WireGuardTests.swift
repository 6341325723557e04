// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import GenericNetlink
import LinuxSystem
import MessageMutation
import Netlink
import Testing

/// The messages of linux/wireguard.h, attribute for attribute.
@Suite("WireGuard")
struct WireGuardTests {
    private static let family = GenericFamily(name: "wireguard", id: 0x23, version: 1)

    /// The key whose bytes count up from `first`, as those of the fixtures do.
    private static func key<Key: WireGuardKey>(_ first: UInt8) throws -> Key {
        try #require(Key(bytes: (0..<32).map { first + $0 }))
    }

    /// What tells of a key in hexadecimal.
    private static func hex(_ first: UInt8) -> String {
        (0..<32).map { String(first + UInt8($0), radix: 16) }.map { $0.count < 2 ? "0" + $0 : $0 }.joined()
    }

    // MARK: Keys

    @Test(
        "keys are read and written in base64",
        arguments: [
            "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=", "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=",
            "//////////////////////////////////////////8=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ])
    func keys(_ text: String) throws {
        #expect(try WireGuardPublicKey(parsing: text).base64 == text)
        #expect(try WireGuardPublicKey(parsing: text).description == text)
        #expect(try WireGuardSecretKey(parsing: text).base64 == text)
    }

    @Test(
        "what is no key is refused",
        arguments: [
            "", "=", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA==",
            // The last digit has bits that no byte has.
            "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyB=", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH-A=",
            "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH===", " QIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
            "ÄQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHy=",
        ])
    func malformedKeys(_ text: String) {
        #expect(throws: MalformedKey.self) { try WireGuardPublicKey(parsing: text) }
        #expect(throws: MalformedKey.self) { try WireGuardSecretKey(parsing: text) }
    }

    @Test("a secret key does not show itself")
    func hiddenKeys() throws {
        let key: WireGuardSecretKey = try Self.key(1)
        var spec = WireGuardSpec()
        spec.privateKey = key
        var dumped = ""
        Swift.dump(spec, to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\(spec)", String(reflecting: spec), dumped] {
            #expect(text.contains("(hidden)"))
            #expect(!text.contains(key.base64))
            #expect(!text.contains("2, 3, 4"), "\(text)")
        }
    }

    // MARK: Endpoints

    @Test("endpoints are written as they are typed")
    func endpoints() throws {
        let four = WireGuardEndpoint(try IPAddress(parsing: "192.0.2.1"), port: 51820)
        #expect(four.description == "192.0.2.1:51820")
        let six = WireGuardEndpoint(try IPAddress(parsing: "2001:db8::1"), port: 1)
        #expect(six.description == "[2001:db8::1]:1")
        let local = WireGuardEndpoint(try IPAddress(parsing: "fe80::1"), port: 1, zone: 2)
        #expect(local.description == "[fe80::1%2]:1")
        #expect(local.text(zone: "eth0") == "[fe80::1%eth0]:1")
        for endpoint in [four, six, local] {
            var bytes: [UInt8] = []
            endpoint.withAttributePayload { bytes = Array($0) }
            #expect(WireGuardEndpoint(attributePayload: bytes.span.bytes) == endpoint)
            for length in bytes.indices {
                #expect(WireGuardEndpoint(attributePayload: bytes.span.extracting(first: length).bytes) == nil)
            }
        }
    }

    // MARK: What is sent

    @Test("a device and its peers are written in one message")
    func change() throws {
        var spec = WireGuardSpec()
        spec.privateKey = try Self.key(1)
        spec.listenPort = 51820
        spec.firewallMark = 0xca6c
        spec.replacesPeers = true
        var first = WireGuardPeerSpec(try Self.key(0x81))
        first.presharedKey = try Self.key(0xc1)
        first.endpoint = WireGuardEndpoint(try IPAddress(parsing: "192.0.2.1"), port: 51820)
        first.persistentKeepalive = 25
        first.replacesAllowedIPs = true
        first.allowedIPs = [try IPPrefix(parsing: "10.0.0.0/24"), try IPPrefix(parsing: "2001:db8::/32")]
        var second = WireGuardPeerSpec(try Self.key(0xa1))
        second.endpoint = WireGuardEndpoint(try IPAddress(parsing: "fe80::1"), port: 51821, zone: 2)
        second.isUpdateOnly = true
        var third = first
        third.publicKey = try Self.key(0x41)
        third.isRemoved = true
        spec.peers = [first, second, third]
        let requests = spec.requests(family: Self.family, index: 7, displayName: "wg0")
        #expect(requests.count == 1)
        let expected = [UInt8](
            hex: """
                94010000 2300 0100 00000000 00000000 # nlmsghdr: 404 bytes, the family, REQUEST
                01010000                          # genlmsghdr: WG_CMD_SET_DEVICE, version 1
                0800 0100 07000000                # WGDEVICE_A_IFINDEX
                0800 0500 01000000                # WGDEVICE_A_FLAGS: REPLACE_PEERS
                2400 0300 \(Self.hex(1))          # WGDEVICE_A_PRIVATE_KEY
                0600 0600 6cca 0000               # WGDEVICE_A_LISTEN_PORT 51820
                0800 0700 6cca0000                # WGDEVICE_A_FWMARK
                3c01 0880                         # WGDEVICE_A_PEERS
                  b800 0080
                    2400 0100 \(Self.hex(0x81))   # WGPEER_A_PUBLIC_KEY
                    0800 0300 02000000            # WGPEER_A_FLAGS: REPLACE_ALLOWEDIPS
                    2400 0200 \(Self.hex(0xc1))   # WGPEER_A_PRESHARED_KEY
                    1400 0400 0200 ca6c c0000201 0000000000000000 # WGPEER_A_ENDPOINT: sockaddr_in
                    0600 0500 1900 0000           # WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL
                    4800 0980                     # WGPEER_A_ALLOWEDIPS
                      1c00 0080
                        0600 0100 0200 0000       # WGALLOWEDIP_A_FAMILY AF_INET
                        0800 0200 0a000000        # WGALLOWEDIP_A_IPADDR
                        0500 0300 18 000000       # WGALLOWEDIP_A_CIDR_MASK
                      2800 0080
                        0600 0100 0a00 0000       # AF_INET6
                        1400 0200 20010db8 00000000 00000000 00000000
                        0500 0300 20 000000
                  5000 0080
                    2400 0100 \(Self.hex(0xa1))
                    0800 0300 04000000            # UPDATE_ONLY
                    2000 0400 0a00 ca6d 00000000 fe800000 00000000 00000000 00000001 02000000 # sockaddr_in6
                  3000 0080
                    2400 0100 \(Self.hex(0x41))
                    0800 0300 01000000            # REMOVE_ME, and nothing else
                """)
        #expect(requests[0].bytes == expected)
    }

    @Test("what is to go away is sent as zeros")
    func removal() throws {
        var spec = WireGuardSpec()
        spec.privateKey = .absent
        spec.listenPort = 0
        spec.firewallMark = 0
        let request = try #require(spec.requests(family: Self.family, index: 7, displayName: "wg0").first)
        let zeros = String(repeating: "0", count: 64)
        #expect(
            Array(request.bytes.dropFirst(20))
                == [UInt8](hex: "08000100 07000000 24000300 \(zeros) 06000600 00000000 08000700 00000000"))
        #expect(request.operation == "configure wireguard device 'wg0'")
    }

    @Test("what does not fit into one message goes on in the next, and replaces nothing there")
    func splitting() throws {
        var spec = WireGuardSpec()
        spec.privateKey = try Self.key(1)
        spec.replacesPeers = true
        for number in 0..<40 {
            var peer = WireGuardPeerSpec(try Self.key(UInt8(number)))
            peer.endpoint = WireGuardEndpoint(.unspecified(.ipv6), port: 1)
            peer.presharedKey = try Self.key(0xc1)
            peer.persistentKeepalive = 25
            peer.replacesAllowedIPs = true
            peer.isUpdateOnly = true
            for address in 0..<(number == 20 ? 1500 : number) {
                let family: AddressFamily = address.isMultiple(of: 3) ? .ipv6 : .ipv4
                let bytes = (0..<family.byteCount).map { UInt8(truncatingIfNeeded: address >> ($0 * 8)) }
                peer.allowedIPs.append(IPPrefix(host: try #require(IPAddress(bytes: bytes))))
            }
            spec.peers.append(peer)
        }
        let requests = spec.requests(family: Self.family, index: 7, displayName: "wg0")
        #expect(requests.count > 3)
        var device = WireGuardDevice()
        var replacing: [WireGuardPublicKey] = []
        for (position, request) in requests.enumerated() {
            let bytes = request.bytes
            #expect(bytes.count <= 16_384)
            let payload = bytes.span.bytes.extracting(droppingFirst: 16)
            try device.merge(payload)
            let attributes = try Attributes<WireGuardDeviceScope>(genericAttributes: payload)
            #expect(try attributes.value(.index) == 7)
            #expect(attributes.contains(.privateKey) == (position == 0))
            #expect(try attributes.value(.flags) == (position == 0 ? 1 : nil))
            try attributes.nested(.peers)?.forEach { (_, payload) throws(MalformedReply) in
                let peer = try Attributes<WireGuardPeerScope>(payload)
                guard let key = try peer.value(.publicKey), let flags = try peer.value(.flags) else { return }
                // UPDATE_ONLY stays: a part of the peer must not make it.
                #expect(flags & 4 == 4)
                #expect(peer.contains(.endpoint) == (flags & 2 == 2))
                if flags & 2 == 2 { replacing.append(key) }
            }
        }
        #expect(replacing == spec.peers.map(\.publicKey))
        #expect(device.peers.map(\.publicKey) == spec.peers.map(\.publicKey))
        #expect(device.peers.map(\.allowedIPs) == spec.peers.map(\.allowedIPs))
    }

    // MARK: What the kernel sends

    /// Two messages of a dump; the second goes on with the second peer.
    private static let dump = [
        [UInt8](
            hex: """
                00010000                          # genlmsghdr: WG_CMD_GET_DEVICE
                0600 0600 6cca 0000               # WGDEVICE_A_LISTEN_PORT
                0800 0700 00000000                # WGDEVICE_A_FWMARK
                0800 0100 07000000                # WGDEVICE_A_IFINDEX
                0800 0200 77673000                # WGDEVICE_A_IFNAME "wg0"
                2400 0300 \(hex(1))               # WGDEVICE_A_PRIVATE_KEY
                2400 0400 \(hex(0x41))            # WGDEVICE_A_PUBLIC_KEY
                8801 0880                         # WGDEVICE_A_PEERS
                  bc00 0080
                    2400 0100 \(hex(0x81))        # WGPEER_A_PUBLIC_KEY
                    2400 0200 \(String(repeating: "0", count: 64)) # WGPEER_A_PRESHARED_KEY: none
                    1400 0600 0081246900000000 0500000000000000 # WGPEER_A_LAST_HANDSHAKE_TIME
                    0600 0500 1900 0000           # WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL
                    0c00 0800 5c00000000000000    # WGPEER_A_TX_BYTES
                    0c00 0700 0006000000000000    # WGPEER_A_RX_BYTES
                    0800 0a00 01000000            # WGPEER_A_PROTOCOL_VERSION
                    1400 0400 0200 ca6c c0000201 0000000000000000 # WGPEER_A_ENDPOINT
                    2000 0980                     # WGPEER_A_ALLOWEDIPS
                      1c00 0080 0600 0100 0200 0000 0800 0200 0a000000 0500 0300 18 000000
                  c800 0080
                    2400 0100 \(hex(0xa1))
                    2400 0200 \(hex(0xc1))
                    1400 0600 0000000000000000 0000000000000000
                    0600 0500 0000 0000
                    0c00 0800 0000000000000000
                    0c00 0700 0000000000000000
                    0800 0a00 01000000
                    2000 0400 0a00 ca6d 00000000 fe800000 00000000 00000000 00000001 02000000
                    2000 0980
                      1c00 0080 0600 0100 0200 0000 0800 0200 0a010000 0500 0300 10 000000
                """),
        [UInt8](
            hex: """
                00010000
                5800 0880
                  5400 0080
                    2400 0100 \(hex(0xa1))
                    2c00 0980
                      2800 0080 0600 0100 0a00 0000 1400 0200 20010db8 00000000 00000000 00000000 0500 0300 20 000000
                """),
    ]

    @Test("a device is put together from several messages")
    func dump() throws {
        var device = WireGuardDevice()
        for message in Self.dump { try device.merge(message.span.bytes) }
        #expect(device.index == 7 && device.name == "wg0" && device.listenPort == 51820 && device.firewallMark == 0)
        #expect(try device.privateKey == Self.key(1))
        #expect(try device.publicKey == Self.key(0x41))
        #expect(device.peers.count == 2)
        let first = try #require(device.peers.first), second = try #require(device.peers.last)
        #expect(try first.publicKey == Self.key(0x81))
        #expect(first.presharedKey == nil)
        #expect(first.lastHandshake == WallClockTime(seconds: 1_764_000_000, nanoseconds: 5))
        #expect(first.persistentKeepalive == 25 && first.receivedBytes == 1536 && first.sentBytes == 92)
        #expect(first.protocolVersion == 1)
        #expect(first.endpoint?.description == "192.0.2.1:51820")
        #expect(first.allowedIPs.map(\.description) == ["10.0.0.0/24"])
        #expect(try second.presharedKey == Self.key(0xc1))
        #expect(second.lastHandshake == nil && second.persistentKeepalive == 0)
        #expect(second.endpoint?.description == "[fe80::1%2]:51821")
        #expect(second.allowedIPs.map(\.description) == ["10.1.0.0/16", "2001:db8::/32"])
    }

    @Test("damaged messages throw or parse")
    func mutations() {
        for message in Self.dump {
            mutate(message) { payload in
                var device = WireGuardDevice()
                try? device.merge(payload)
            }
        }
    }
}
