// SPDX-License-Identifier: Apache-2.0

import JSON
import MessageMutation
import Testing

@Suite("JSON texts")
struct JSONTests {
    private func read(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    @Test func aDocument() throws {
        let document = try read(
            #" {"Id":"4f","State":{"Pid":4711,"Running":true,"Error":null},"Names":["/web"],"Load":-1.5e+3} "#)
        #expect(document["Id"]?.text == "4f")
        #expect(document["State"]?["Pid"]?.integer(as: Int32.self) == 4711)
        #expect(document["State"]?["Running"]?.flag == true)
        #expect(document["State"]?["Error"] == .null)
        #expect(document["Names"]?.elements.first?.text == "/web")
        #expect(document["Load"] == .number("-1.5e+3"))
        #expect(document["Load"]?.integer(as: Int.self) == nil)
        #expect(document.members.map(\.key) == ["Id", "State", "Names", "Load"])
        #expect(document["Missing"] == nil)
        #expect(JSON.null.elements.isEmpty && JSON.null.members.isEmpty)
        #expect(try read("4294967296").integer(as: Int32.self) == nil)
    }

    @Test(arguments: [
        (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e4""#, "ä"), (#""\ud83d\ude00""#, "😀"),
        // Halves of a pair that have lost the other one.
        (#""\ud83d""#, "\u{fffd}"), (#""\ude00x""#, "\u{fffd}x"), (#""\ud83d\u0041""#, "\u{fffd}A"),
        (#""\ud83d\n""#, "\u{fffd}\n"), (#""""#, ""),
    ])
    func texts(written: String, text: String) throws { #expect(try read(written).text == text) }

    @Test(arguments: [
        "", " ", "{", "[", "\"", "\"\\", "\"\\x\"", "\"\\u12", "\"\\u+123\"", "\"\u{1}\"", "{]", "[}", "[1,]", "[1 2]",
        "{\"a\"}",
        "{\"a\" 1}", "{a:1}", "{\"a\":1,}", "01", "-", "+1", "1.", ".5", "1e", "1e+", "tru", "nul", "truefalse", "1 2",
        "NaN",
    ])
    func notJSON(text: String) throws { #expect(throws: JSONError.self) { try read(text) } }

    @Test func whereItIsWrong() throws {
        let error = #expect(throws: JSONError.self) { try read("[1 2]") }
        #expect(error.map { "\($0)" } == "a comma is missing (at byte 4)")
    }

    @Test func depth() throws {
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        _ = try read(deep)
        #expect(throws: JSONError.self) { try read("[\(deep)]") }
        #expect(throws: JSONError.self) { try read(String(repeating: "[{\"a\":", count: 1_000_000)) }
    }

    @Test func changedBytes() throws {
        mutate(Array(#"{"a":["\u00e4\ud83d\ude00",-1.5e3,true,null],"b":{}}"#.utf8)) { bytes in
            var copy: [UInt8] = []
            for offset in 0..<bytes.byteCount { copy.append(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) }
            _ = try? JSON(parsing: copy)
        }
    }
}
