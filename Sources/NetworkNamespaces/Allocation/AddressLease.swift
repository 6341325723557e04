// SPDX-License-Identifier: Apache-2.0

public import Addressing
internal import LinuxSystem

/// An address that was given to an interface.
public struct AddressLease: Hashable, Sendable {
    /// Whose it is. Nobody else has the same three.
    public struct Owner: Hashable, Sendable {
        /// The network: of CNI its name, of `netns connect` the bridge's.
        public var network: String
        /// The container, by what its runtime never gives to another: its id, or the name of a namespace.
        public var container: String
        /// The interface in it.
        public var interface: String

        /// An owner.
        public init(network: String, container: String, interface: String) {
            (self.network, self.container, self.interface) = (network, container, interface)
        }
    }

    /// Whose it is.
    public var owner: Owner
    /// The address, with the length of its network.
    public var address: IPPrefix
    /// The namespace that the interface is in; nil when it is not known.
    public var namespace: Namespace?

    /// Which namespace an address is used in.
    public struct Namespace: Hashable, Sendable {
        /// Its file, whose number is used again when it is gone.
        public var identity: NamespaceIdentity
        /// The id that is never used again until the next start of the machine; nil before Linux 6.18.
        public var id: UInt64?

        /// That of an open namespace.
        public init(_ namespace: borrowing NetworkNamespace) {
            (identity, id) = (namespace.identity, namespace.id)
        }

        init(identity: NamespaceIdentity, id: UInt64?) { (self.identity, self.id) = (identity, id) }
    }

    /// A lease.
    public init(_ address: IPPrefix, _ owner: Owner, in namespace: Namespace? = nil) {
        (self.address, self.owner, self.namespace) = (address, owner, namespace)
    }
}

extension AddressLease.Owner: CustomStringConvertible {
    /// `eth0 of web in lan`.
    public var description: String { "\(quoted(interface)) of \(quoted(container)) in \(quoted(network))" }
}

// MARK: As a line of a file

extension AddressLease.Owner {
    /// `lease NETWORK CONTAINER INTERFACE `, which the address follows.
    var lineStart: [UInt8] {
        var line = Array("lease ".utf8)
        for word in [network, container, interface] {
            append(word, to: &line)
            line.append(blank)
        }
        return line
    }

    /// Blanks and whatever else would end a word are written `%20`.
    private func append(_ word: String, to line: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        for byte in word.utf8 {
            if byte > 0x20, byte != 0x7f, byte != UInt8(ascii: "%") {
                line.append(byte)
            } else {
                line += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
}

extension AddressLease {
    /// `lease lan web eth0 10.0.0.2/24 4:4026532281:17`
    var line: [UInt8] {
        var line = owner.lineStart
        address.append(to: &line)
        line.append(blank)
        if let namespace {
            let (device, inode) = (namespace.identity.device, namespace.identity.inode)
            line += Array("\(device):\(inode):\(namespace.id.map(String.init) ?? "-")".utf8)
        } else {
            line.append(UInt8(ascii: "-"))
        }
        return line
    }

    /// Reads a line; nil for one of another form.
    init?(line: ArraySlice<UInt8>) {
        let fields = line.split(separator: blank, omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0].elementsEqual("lease".utf8),
            let address = IPPrefix(String(decoding: fields[4], as: UTF8.self))
        else { return nil }
        owner = Owner(network: word(fields[1]), container: word(fields[2]), interface: word(fields[3]))
        self.address = address
        let numbers = String(decoding: fields[5], as: UTF8.self).split(separator: ":")
        guard numbers.count == 3, let device = UInt64(numbers[0]), let inode = UInt64(numbers[1]) else { return }
        namespace = Namespace(identity: NamespaceIdentity(device: device, inode: inode), id: UInt64(numbers[2]))
    }
}

let blank = UInt8(ascii: " ")

private func word(_ field: ArraySlice<UInt8>) -> String {
    guard field.contains(UInt8(ascii: "%")) else { return String(decoding: field, as: UTF8.self) }
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
