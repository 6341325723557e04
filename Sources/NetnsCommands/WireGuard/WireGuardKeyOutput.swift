// SPDX-License-Identifier: Apache-2.0

internal import GenericNetlink
internal import LinuxSystem
internal import SystemPackage

/// Prints a key on a line of its own.
struct WireGuardKeyOutput: Operation {
    /// Which one.
    enum Kind {
        /// A new one for a device.
        case privateKey
        /// That of the private key on standard input.
        case publicKey
        /// A new one for two peers to share.
        case presharedKey
    }

    var kind: Kind

    func run() throws {
        let text: String
        do throws(Errno) {
            switch kind {
            case .privateKey:
                warnOfReaders()
                text = try WireGuardSecretKey.newPrivateKey().base64
            case .presharedKey:
                warnOfReaders()
                text = try WireGuardSecretKey.newPresharedKey().base64
            case .publicKey:
                text = ""
            }
        } catch { throw CommandFailure("cannot make a key: \(error.sentence)") }
        guard kind == .publicKey else { return try printOutput(text + "\n") }
        let key = try KeyFile.standardInput.read()
        guard key != .absent else { throw CommandFailure("there is no key in standard input: it is empty") }
        try printOutput(key.publicKey.base64 + "\n")
    }

    /// As wg(8) does.
    private func warnOfReaders() {
        // The last three bits of the mode are those of others.
        guard let output = try? FileStatus(of: "/proc/self/fd/1"), output.isRegularFile, output.mode & 0o7 != 0 else {
            return
        }
        printError("warning: the key goes to a file that others may read; think of 'umask 077'")
    }
}
