// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import CMnl
public import Netlink

/// The options of a `macsec`, `IFLA_INFO_DATA` with `IFLA_MACSEC_…`. Sources: linux/if_link.h, IEEE 802.1AE.
///
/// The keys of its channels are set apart, by ip-macsec(8). The channel's identifier, the cipher and the length
/// of the check value can't be changed.
public struct MACsecOptions: LinkKindOptions, Equatable {
    /// The kernel's name of the kind.
    public static let kind = "macsec"

    /// `IFLA_MACSEC_SCI`: the identifier of the channel that is sent on: an address and a port.
    public var channel: MACsecChannel?
    /// `IFLA_MACSEC_PORT`: the port of an identifier whose address is the link's own. Write only.
    public var port: UInt16?
    /// `IFLA_MACSEC_CIPHER_SUITE`
    public var cipher: MACsecCipher?
    /// `IFLA_MACSEC_ICV_LEN`: the length of the integrity check value, 8 to 16 bytes.
    public var checkValueLength: UInt8?
    /// `IFLA_MACSEC_ENCODING_SA`: the association that is sent on, 0 to 3.
    public var encodingAssociation: UInt8?
    /// `IFLA_MACSEC_ENCRYPT`: frames are encrypted, not only authenticated.
    public var encrypts: Bool?
    /// `IFLA_MACSEC_PROTECT`: frames are protected at all.
    public var protects: Bool?
    /// `IFLA_MACSEC_INC_SCI`: every frame has the channel's identifier.
    public var sendsChannel: Bool?
    /// `IFLA_MACSEC_ES`: the identifier is that of the sender's address.
    public var isEndStation: Bool?
    /// `IFLA_MACSEC_SCB`: single copy broadcast.
    public var isSingleCopyBroadcast: Bool?
    /// `IFLA_MACSEC_REPLAY_PROTECT`: old frames are dropped, but for those of the window.
    public var replayProtection: Bool?
    /// `IFLA_MACSEC_WINDOW`: how many frames late one may come.
    public var replayWindow: UInt32?
    /// `IFLA_MACSEC_VALIDATION`
    public var validation: MACsecValidation?
    /// `IFLA_MACSEC_OFFLOAD`
    public var offload: MACsecOffload?

    /// Options of which nothing is said yet.
    public init() {}

    /// Reads `IFLA_INFO_DATA`.
    public init(decoding payload: RawSpan) throws(MalformedReply) {
        let attributes = try Attributes<MACsecScope>(payload)
        channel = try attributes.value(.channel)
        port = try attributes.value(.port)?.value
        cipher = try attributes.value(.cipher)
        checkValueLength = try attributes.value(.checkValueLength)
        encodingAssociation = try attributes.value(.encodingAssociation)
        encrypts = try attributes.value(.encrypts)
        protects = try attributes.value(.protects)
        sendsChannel = try attributes.value(.sendsChannel)
        isEndStation = try attributes.value(.isEndStation)
        isSingleCopyBroadcast = try attributes.value(.isSingleCopyBroadcast)
        replayProtection = try attributes.value(.replayProtection)
        replayWindow = try attributes.value(.replayWindow)
        validation = try attributes.value(.validation)
        offload = try attributes.value(.offload)
    }

    /// Puts `IFLA_INFO_DATA`; nothing if nothing is said.
    public func encode(into info: AttributeWriter<LinkInfoScope>) {
        guard self != MACsecOptions() else { return }
        info.nest(.macsec) { data in
            data.put(.channel, ifPresent: channel)
            data.put(.port, ifPresent: port.map(NetworkOrder.init))
            data.put(.cipher, ifPresent: cipher)
            data.put(.checkValueLength, ifPresent: checkValueLength)
            data.put(.encodingAssociation, ifPresent: encodingAssociation)
            data.put(.encrypts, ifPresent: encrypts)
            data.put(.protects, ifPresent: protects)
            data.put(.sendsChannel, ifPresent: sendsChannel)
            data.put(.isEndStation, ifPresent: isEndStation)
            data.put(.isSingleCopyBroadcast, ifPresent: isSingleCopyBroadcast)
            data.put(.replayProtection, ifPresent: replayProtection)
            data.put(.replayWindow, ifPresent: replayWindow)
            data.put(.validation, ifPresent: validation)
            data.put(.offload, ifPresent: offload)
        }
    }
}

/// The identifier of a secure channel: 48 bits of address, 16 of port, in network order.
public struct MACsecChannel: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The identifier as one number.
    public var rawValue: UInt64
    /// Takes the identifier as one number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// Composes an identifier.
    public init(address: MACAddress, port: UInt16) { rawValue = address.value << 16 | UInt64(port) }

    /// Reads the payload; nil when it is too short.
    public init?(attributePayload payload: RawSpan) {
        guard let number = NetworkOrder<UInt64>(attributePayload: payload) else { return nil }
        rawValue = number.value
    }
    /// Calls `body` with the bytes of the payload.
    public func withAttributePayload(_ body: (UnsafeRawBufferPointer) -> Void) {
        NetworkOrder(rawValue).withAttributePayload(body)
    }
}

/// `MACSEC_CIPHER_ID_…` of linux/if_macsec.h.
public struct MACsecCipher: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt64
    /// Takes the kernel's number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The standard's own number for `gcmAES128`; kernels show this one for both.
    public static let standard = MACsecCipher(rawValue: 0x0080_0200_0100_0001)
    /// AES-GCM with a key of 128 bits.
    public static let gcmAES128 = MACsecCipher(rawValue: 0x0080_c200_0100_0001)
    /// AES-GCM with a key of 256 bits.
    public static let gcmAES256 = MACsecCipher(rawValue: 0x0080_c200_0100_0002)
    /// The same as `gcmAES128` with numbers of frames of 64 bits.
    public static let gcmAESXPN128 = MACsecCipher(rawValue: 0x0080_c200_0100_0003)
    /// The same as `gcmAES256` with numbers of frames of 64 bits.
    public static let gcmAESXPN256 = MACsecCipher(rawValue: 0x0080_c200_0100_0004)
}

/// `MACSEC_VALIDATE_…` of linux/if_link.h: what becomes of frames that are not valid.
public struct MACsecValidation: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// They are not looked at.
    public static let disabled = MACsecValidation(rawValue: 0)
    /// They are counted and taken.
    public static let check = MACsecValidation(rawValue: 1)
    /// They are dropped.
    public static let strict = MACsecValidation(rawValue: 2)
}

/// `MACSEC_OFFLOAD_…` of linux/if_link.h: where the work is done.
public struct MACsecOffload: RawRepresentable, AttributeValue, Hashable, Sendable {
    /// The kernel's number.
    public var rawValue: UInt8
    /// Takes the kernel's number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// In the kernel.
    public static let off = MACsecOffload(rawValue: 0)
    /// In the transceiver.
    public static let phy = MACsecOffload(rawValue: 1)
    /// In the network card.
    public static let mac = MACsecOffload(rawValue: 2)
}

/// Attributes inside `IFLA_INFO_DATA` of a macsec: `IFLA_MACSEC_…` of linux/if_link.h.
private enum MACsecScope {}
extension AttributeKey where Scope == LinkInfoScope, Value == Nest<MACsecScope> {
    fileprivate static var macsec: Self { Self(IFLA_INFO_DATA, "IFLA_INFO_DATA") }
}
extension AttributeKey where Scope == MACsecScope, Value == MACsecChannel {
    fileprivate static var channel: Self { Self(IFLA_MACSEC_SCI, "IFLA_MACSEC_SCI") }
}
extension AttributeKey where Scope == MACsecScope, Value == NetworkOrder<UInt16> {
    fileprivate static var port: Self { Self(IFLA_MACSEC_PORT, "IFLA_MACSEC_PORT") }
}
extension AttributeKey where Scope == MACsecScope, Value == MACsecCipher {
    fileprivate static var cipher: Self { Self(IFLA_MACSEC_CIPHER_SUITE, "IFLA_MACSEC_CIPHER_SUITE") }
}
extension AttributeKey where Scope == MACsecScope, Value == UInt8 {
    fileprivate static var checkValueLength: Self { Self(IFLA_MACSEC_ICV_LEN, "IFLA_MACSEC_ICV_LEN") }
    fileprivate static var encodingAssociation: Self { Self(IFLA_MACSEC_ENCODING_SA, "IFLA_MACSEC_ENCODING_SA") }
}
extension AttributeKey where Scope == MACsecScope, Value == Bool {
    fileprivate static var encrypts: Self { Self(IFLA_MACSEC_ENCRYPT, "IFLA_MACSEC_ENCRYPT") }
    fileprivate static var protects: Self { Self(IFLA_MACSEC_PROTECT, "IFLA_MACSEC_PROTECT") }
    fileprivate static var sendsChannel: Self { Self(IFLA_MACSEC_INC_SCI, "IFLA_MACSEC_INC_SCI") }
    fileprivate static var isEndStation: Self { Self(IFLA_MACSEC_ES, "IFLA_MACSEC_ES") }
    fileprivate static var isSingleCopyBroadcast: Self { Self(IFLA_MACSEC_SCB, "IFLA_MACSEC_SCB") }
    fileprivate static var replayProtection: Self { Self(IFLA_MACSEC_REPLAY_PROTECT, "IFLA_MACSEC_REPLAY_PROTECT") }
}
extension AttributeKey where Scope == MACsecScope, Value == UInt32 {
    fileprivate static var replayWindow: Self { Self(IFLA_MACSEC_WINDOW, "IFLA_MACSEC_WINDOW") }
}
extension AttributeKey where Scope == MACsecScope, Value == MACsecValidation {
    fileprivate static var validation: Self { Self(IFLA_MACSEC_VALIDATION, "IFLA_MACSEC_VALIDATION") }
}
extension AttributeKey where Scope == MACsecScope, Value == MACsecOffload {
    fileprivate static var offload: Self { Self(IFLA_MACSEC_OFFLOAD, "IFLA_MACSEC_OFFLOAD") }
}
