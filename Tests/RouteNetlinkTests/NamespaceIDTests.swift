// SPDX-License-Identifier: Apache-2.0

import MessageMutation
import Netlink
import RouteNetlink
import Testing

/// What ip(8) 6.1 sends, and our request for the same. Descriptor 6 is the namespace.
private let captures: [Capture] = [
    Capture("ip netns list", "1c0000005a000100630e056b00000000 00000000 0800030006000000") {
        getNamespaceIDRequest(.descriptor(6)).bytes
    },
    Capture("ip netns list-id nsid 5", "1c0000005a000100650e056b00000000 00000000 0800010005000000") {
        getNamespaceIDRequest(.id(5)).bytes
    },
    Capture("ip netns set red 5", "2400000058000500630e056b00000000 00000000 0800030006000000 0800010005000000") {
        setNamespaceIDRequest(5, of: .descriptor(6)).bytes
    },
    Capture("ip netns set blue auto", "2400000058000500630e056b00000000 00000000 0800030006000000 08000100ffffffff") {
        setNamespaceIDRequest(nil, of: .descriptor(6)).bytes
    },
    Capture("ip netns list-id", "140000005a000103630e056b00000000 00000000") {
        listNamespaceIDsRequest(target: nil).dumpBytes
    },
    Capture("ip netns list-id target-nsid 5", "1c0000005a000103630e056b00000000 00000000 0800040005000000") {
        listNamespaceIDsRequest(target: 5).dumpBytes
    },
]

private let reports: [Report<NamespaceID>] = [
    Report("1c00000058000000630e056b436d14af 00000000 08000100ffffffff", NamespaceID(id: nil)),
    Report("1c00000058000200630e056b11690000 00000000 0800010005000000", NamespaceID(id: 5)),
    Report(
        "2400000058000200630e056b11690000 00000000 0800010003000000 0800050007000000", NamespaceID(id: 3, currentID: 7)),
    Report(
        "2400000058000200630e056b11690000 00000000 0800010003000000 08000500ffffffff", NamespaceID(id: 3)),
]

@Suite struct NamespaceIDTests {
    @Test(arguments: captures) func requestIsWhatIPSends(_ capture: Capture) throws {
        #expect(Message(try capture.request(), headerSize: 4) == Message(capture.bytes, headerSize: 4))
    }

    @Test func kernelReports() throws {
        for report in reports {
            #expect(try report.withPayload { try NamespaceID(decoding: $0) } == report.value)
        }
    }

    @Test func operationsNameTheirObjects() {
        #expect(getNamespaceIDRequest(.process(7)).operation == "find the id of the namespace of process 7")
        #expect(
            setNamespaceIDRequest(5, of: .descriptor(6), displayName: "red").operation
                == "give namespace 'red' the id 5")
        #expect(
            setNamespaceIDRequest(nil, of: .descriptor(6), displayName: "red").operation
                == "give namespace 'red' an id")
    }

    @Test(arguments: ["", "000000", "00000000", "00000000 0700010005000000", "00000000 ff00010005000000"])
    func malformedReportsThrow(_ hex: String) {
        #expect(throws: MalformedReply.self) { try NamespaceID(decoding: [UInt8](hex: hex).span.bytes) }
    }

    @Test func mutatedReportsThrowOrParse() {
        for report in reports {
            mutate(Array(report.bytes.dropFirst(16))) { _ = try? NamespaceID(decoding: $0) }
        }
    }
}
