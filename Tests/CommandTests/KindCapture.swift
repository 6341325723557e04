// SPDX-License-Identifier: Apache-2.0

import Netlink
@testable import NetnsCommands
import RouteNetlink
import Testing

/// What ip(8) was told of a kind, what it then sent, and maybe how it shows a link of which the kernel says just that.
struct KindCapture: Sendable, CustomTestStringConvertible {
    /// The kind and its words; of the devices `w0` has the index 1, `w1` 2, and `d0` 5.
    let line: String
    /// The attributes of `IFLA_INFO_DATA` or `IFLA_INFO_SLAVE_DATA`: the number and the payload in hexadecimal.
    let sent: String
    /// The object of `ip -j -d link show`, and what stands behind the kind in its text.
    let json: String?, text: String?
    /// Whether the link is to be made.
    let isNew: Bool

    init(_ line: String, sent: String, json: String? = nil, text: String? = nil, isNew: Bool = true) {
        (self.line, self.sent, self.json, self.text, self.isNew) = (line, sent, json, text, isNew)
    }

    private static let devices: [(name: String, index: Int32)] = [("w0", 1), ("w1", 2), ("d0", 5)]

    /// How a device is called.
    static func deviceName(_ index: Int32) -> String {
        devices.first { $0.index == index }?.name ?? "if\(index)"
    }

    var testDescription: String { line }

    /// The options that the command reads from the words.
    func options() throws -> (any LinkKindOptions)? {
        var words = line.split(separator: " ").map(String.init)
        let kind = words.removeFirst()
        var parser = WordParser(words, verb: isNew ? "link add" : "link set")
        let pending =
            kind.hasSuffix("_slave")
            ? try readPortKind(String(kind.dropLast("_slave".count)), &parser)
            : try readLinkKind(kind, &parser, creating: isNew)
        try parser.expectEnd()
        return try pending?.resolved { (name, _) throws(CommandFailure) in
            guard let device = Self.devices.first(where: { $0.name == name }) else {
                throw CommandFailure("cannot find device '\(name)'")
            }
            return device.index
        }
    }

    /// The kernel's attributes with this content.
    var payload: [UInt8] {
        sent.split(separator: " ").flatMap { attribute -> [UInt8] in
            let parts = attribute.split(separator: ":", omittingEmptySubsequences: false)
            let digits = parts[1].compactMap(\.hexDigitValue)
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
            let head = [UInt8(4 + bytes.count), 0, UInt8(parts[0], radix: 16) ?? 0, 0]
            return head + bytes + Array(repeating: 0, count: -bytes.count & 3)
        }
    }
}

/// The attributes that the options are sent as, in the form of `KindCapture.sent`; empty without any.
func attributes(of options: any LinkKindOptions, isPort: Bool) throws -> String {
    var spec = LinkSpec()
    if isPort { spec.portOptions = options } else { spec.options = options }
    let message = spec.addRequest().bytes
    var found: [(number: UInt16, text: String)] = []
    // Behind nlmsghdr and ifinfomsg: IFLA_LINKINFO (18), and in it the data (2) or those of the port (5).
    let link = try Attributes<LinkScope>(message.span.bytes.extracting(droppingFirst: 32))
    guard let info = link.payload(18) else { return "" }
    let nests = try Attributes<LinkInfoScope>(info)
    guard let data = nests.payload(isPort ? 5 : 2) else { return "" }
    try Attributes<LinkInfoScope>(data).forEach { number, payload in
        found.append((number, "\(hexadecimal([UInt8(number)])):\(hexadecimal(payload.bytes))"))
    }
    return found.sorted { $0.number < $1.number }.map(\.text).joined(separator: " ")
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Reads the captured attributes as the kernel's.
func decoded(_ capture: KindCapture) throws -> (any LinkKindPresentation)? {
    let kind = String(capture.line.prefix { $0 != " " })
    let empty =
        kind.hasSuffix("_slave")
        ? emptyPortOptions(of: String(kind.dropLast("_slave".count))) : emptyLinkOptions(of: kind)
    return try empty.map { try decode(like: $0, capture.payload) }
}

private func decode<Options: LinkKindPresentation>(like empty: Options, _ payload: [UInt8]) throws -> Options {
    try Options(decoding: payload.span.bytes)
}
