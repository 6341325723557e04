// SPDX-License-Identifier: Apache-2.0

internal import LinuxSystem
public import SystemPackage

extension WireGuardSecretKey {
    /// Makes a private key that nobody can guess.
    ///
    /// - Throws: the `Errno` of getrandom(2).
    public static func newPrivateKey() throws(Errno) -> WireGuardSecretKey {
        WireGuardSecretKey(computed: x25519Clamped(try randomBytes(32)))
    }

    /// Makes a key for two peers to share.
    ///
    /// - Throws: the `Errno` of getrandom(2).
    public static func newPresharedKey() throws(Errno) -> WireGuardSecretKey {
        WireGuardSecretKey(computed: try randomBytes(32))
    }

    /// The public key that belongs to this private key.
    public var publicKey: WireGuardPublicKey {
        WireGuardPublicKey(computed: x25519(scalar: bytes, point: x25519BasePoint))
    }
}
