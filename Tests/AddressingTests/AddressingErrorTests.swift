// SPDX-License-Identifier: Apache-2.0

import Addressing
import Testing

@Suite struct AddressingErrorTests {
    @Test func isOneClearPhrase() throws {
        #expect(
            message { try IPAddress(parsing: "10.0.0.300") }
                == "'10.0.0.300' is not an IPv4 address: '300' is greater than 255 "
                + "(expected four numbers from 0 to 255, such as 192.0.2.1)")
        #expect(
            message { try IPPrefix(parsing: "10.0.0.1") }
                == "'10.0.0.1' is not an address with prefix length: the prefix length is missing "
                + "(expected a form such as 192.0.2.1/24 or 2001:db8::1/64)")
        #expect(
            message { try InterfaceName(parsing: "sixteen-bytes-xx") }
                == "'sixteen-bytes-xx' is not a device name: it has 16 bytes, and the kernel takes 15 at most "
                + "(expected 1 to 15 bytes without '/', ':', whitespace or control characters)")
        #expect(
            message { try MACAddress(parsing: "02:00") }
                == "'02:00' is not a MAC address: it has 2 pairs, not six "
                + "(expected six pairs of hexadecimal digits, such as 02:00:5e:00:53:01)")
    }

    /// No text breaks the line, moves the cursor or hides what follows.
    @Test(arguments: [
        "a\nb", "\r", "\u{1b}[2J", "\u{202e}x", "\u{85}", "\u{2028}", "\0", String(repeating: "x\n", count: 5_000),
    ])
    func staysOnOnePrintableLine(text: String) {
        for message in [
            message { try IPAddress(parsing: text) }, message { try IPPrefix(parsing: text) },
            message { try MACAddress(parsing: text) }, message { try InterfaceName(parsing: text) },
            message { try IPv4Address(parsing: "1.2.3." + text) }, message { try IPv6Address(parsing: "1:" + text) },
            message { try IPPrefix(parsing: "::/" + text) },
        ] {
            #expect(!message.isEmpty)
            #expect(message.unicodeScalars.count < 1_200)
            #expect(
                message.unicodeScalars.allSatisfy {
                    $0.isASCII ? $0 >= " " && $0 <= "~" : $0 == "…"
                })
        }
    }

    @Test func quotesAndBackslashesAreEscaped() {
        #expect(message { try InterfaceName(parsing: "it's a \\") }.hasPrefix("'it\\'s a \\\\' is not a device name"))
        for text in ["a b\\xff", "a \\\\\\x80"] {
            #expect(message { try InterfaceName(parsing: text) }.hasPrefix("'\(text)' is not a device name"))
        }
        #expect(message { try InterfaceName(parsing: "a \\x7f") }.hasPrefix("'a \\\\x7f' is not a device name"))
    }

    private func message<Value>(_ body: () throws -> Value) -> String {
        do {
            _ = try body()
            return ""
        } catch { return "\(error)" }
    }
}
