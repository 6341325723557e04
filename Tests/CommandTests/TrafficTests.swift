// SPDX-License-Identifier: Apache-2.0

import MessageMutation
import Netlink
@testable import NetnsCommands
import RouteNetlink
import Testing

@Suite("Traffic control")
struct TrafficTests {
    /// The request of `netns LINE`, for the device 3.
    private static func request(_ line: String) throws -> [UInt8] {
        let words = line.split(separator: " ").map(String.init)
        if words[0] == "class" {
            let verb = try #require(TrafficVerb(rawValue: words[1]))
            var (_, spec) = try ClassEdit(verb: verb, words: Array(words.dropFirst(2))).draft()
            spec.index = 3
            switch verb {
            case .add: return spec.addRequest(displayName: "v0").bytes
            case .replace: return spec.replaceRequest(displayName: "v0").bytes
            case .change: return spec.changeRequest(displayName: "v0").bytes
            case .delete: return spec.deleteRequest(displayName: "v0").bytes
            }
        }
        let verb = try #require(TrafficVerb(rawValue: words[1]))
        var (_, spec) = try QdiscEdit(verb: verb, words: Array(words.dropFirst(2))).draft()
        spec.index = 3
        switch verb {
        case .add: return spec.addRequest(displayName: "v0").bytes
        case .replace: return spec.replaceRequest(displayName: "v0").bytes
        case .change: return spec.changeRequest(displayName: "v0").bytes
        case .delete: return spec.deleteRequest(displayName: "v0").bytes
        }
    }

    /// What a discipline with the options of the line is shown as.
    private static func discipline(_ line: String) throws -> QueueingDiscipline {
        let bytes = try request(line)
        return try QueueingDiscipline(decoding: bytes.span.bytes.extracting(droppingFirst: 16))
    }

    private static func options(_ discipline: QueueingDiscipline) throws -> JSON {
        var json = JSONWriter()
        json.object { discipline.writeOptions(into: &$0) }
        return try JSON(String(decoding: json.bytes, as: UTF8.self))
    }

    @Test("a command line sends what tc sends for it", arguments: trafficCaptures.indices)
    func captures(_ index: Int) throws {
        let (line, request) = trafficCaptures[index]
        #expect(TrafficRequest(try Self.request(line)).description == request, "\(line)")
    }

    @Test("options are shown as tc shows them", arguments: trafficShown.indices)
    func shown(_ index: Int) throws {
        let (line, options) = trafficShown[index]
        let found = try Self.options(try Self.discipline(line))
        #expect(try JSON(options).missing(from: found) == [], "\(line)")
    }

    /// Lines without blanks at their ends, of which tc(8) is not sure.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test("what a kernel reports of disciplines is shown as tc shows it", arguments: disciplineReports.indices)
    func disciplines(_ index: Int) throws {
        let report = disciplineReports[index]
        let bytes = Array(hexadecimal: report.message)
        let discipline = try QueueingDiscipline(decoding: bytes.span.bytes.extracting(droppingFirst: 16))
        var json = JSONWriter()
        json.object { discipline.writeMembers(into: &$0, device: nil, statistics: true) }
        if !report.json.isEmpty {
            let found = try JSON(String(decoding: json.bytes, as: UTF8.self))
            #expect(try JSON(report.json).missing(from: found) == [], "\(report.made)")
        }
        if !report.text.isEmpty {
            var text = TextWriter()
            discipline.write(to: &text, device: nil, details: true, statistics: true)
            let shown = Self.lines(String(decoding: text.bytes, as: UTF8.self))
            #expect(shown == Self.lines(report.text), "\(report.made)")
        }
    }

    @Test("what a kernel reports of classes is shown as tc shows it", arguments: classReports.indices)
    func classes(_ index: Int) throws {
        let report = classReports[index]
        var rest = Array(hexadecimal: report.message)[...]
        var text = TextWriter()
        while let first = rest.first {
            let length = Int(first) | Int(rest[rest.startIndex + 1]) << 8
            let message = Array(rest.prefix(length))
            let entry = try TrafficClass(decoding: message.span.bytes.extracting(droppingFirst: 16))
            entry.write(to: &text, details: true, statistics: true)
            var json = JSONWriter()
            json.object { entry.writeMembers(into: &$0, statistics: true) }
            #expect(throws: Never.self) { try JSON(String(decoding: json.bytes, as: UTF8.self)) }
            rest = rest.dropFirst(length)
        }
        #expect(Self.lines(String(decoding: text.bytes, as: UTF8.self)) == Self.lines(report.text), "\(report.made)")
    }

    @Test("damaged reports throw or are shown")
    func damagedReports() {
        for report in disciplineReports {
            mutate(Array(Array(hexadecimal: report.message).dropFirst(16))) {
                guard let discipline = try? QueueingDiscipline(decoding: $0) else { return }
                var (json, text) = (JSONWriter(), TextWriter())
                discipline.writeMembers(into: &json, device: nil, statistics: true)
                discipline.write(to: &text, device: nil, details: true, statistics: true)
            }
        }
        for report in classReports {
            mutate(Array(Array(hexadecimal: report.message).dropFirst(16))) {
                guard let entry = try? TrafficClass(decoding: $0) else { return }
                var (json, text) = (JSONWriter(), TextWriter())
                entry.writeMembers(into: &json, statistics: true)
                entry.write(to: &text, details: true, statistics: true)
            }
        }
    }

    @Test("models of loss are shown by the names of their numbers")
    func lossModels() throws {
        let lines = [
            ("loss state 1% 2% 3% 4% 5%", #"{"loss-state":{"p13":0.01,"p31":0.02,"p32":0.03,"p23":0.04,"p14":0.05}}"#),
            ("loss gemodel 1% 10% 70% 0.1%", #"{"loss-gemodel":{"p":0.01,"r":0.1,"1-h":0.7,"1-k":0.001}}"#),
        ]
        for (words, expected) in lines {
            let found = try Self.options(try Self.discipline("qdisc add dev v0 root netem \(words)"))
            #expect(try JSON(expected).missing(from: found) == [])
        }
        let discipline = try Self.discipline("qdisc add dev v0 root netem loss gemodel 1% 10% 70% 0.1% ecn")
        #expect(discipline.optionsText(details: false) == "limit 1000 loss gemodel p 1% r 10% 1-h 70% 1-k 0.1% ecn ")
    }

    @Test("units are tc's")
    func units() {
        let rates: [(String, UInt64?)] = [
            ("8", 1), ("8bit", 1), ("1kbit", 125), ("1Kibit", 128), ("10Mbit", 1_250_000), ("1.5mbit", 187_500),
            ("1mibit", 131_072), ("1gbit", 125_000_000), ("1tbit", 125_000_000_000), ("1bps", 1), ("1kbps", 1000),
            ("1kibps", 1024), ("1mbps", 1_000_000), ("10%", nil), ("mbit", nil), ("-1mbit", nil), ("1mb", nil),
            ("1e3", nil), ("0x10", nil), ("1.mbit", nil), (".5mbit", nil), ("99999999999999999tbps", nil),
        ]
        for (text, rate) in rates { #expect(trafficRate(text) == rate, "\(text)") }
        let sizes: [(String, UInt32?)] = [
            ("1", 1), ("1b", 1), ("1k", 1024), ("10KB", 10_240), ("1.5k", 1536), ("1mb", 1 << 20), ("1g", 1 << 30),
            ("1kbit", 128), ("8gbit", 1 << 30), ("4g", nil), ("1kibit", nil), ("k", nil), ("", nil),
        ]
        for (text, size) in sizes { #expect(trafficSize(text) == size, "\(text)") }
        let times: [(String, Int64?)] = [
            ("1", 1000), ("1us", 1000), ("1.5ms", 1_500_000), ("2s", 2_000_000_000), ("3secs", 3_000_000_000),
            ("4msec", 4_000_000), ("5usecs", 5000), ("6ns", 6), ("5min", nil), ("ms", nil), ("-1ms", nil),
        ]
        for (text, time) in times { #expect(trafficTime(text) == time, "\(text)") }
        #expect(trafficProbability("25%")?.rawValue == 0x4000_0000)
        #expect(trafficProbability("25")?.rawValue == 0x4000_0000)
        for text in ["101%", "-1%", "%", "x", "1%%"] { #expect(trafficProbability(text) == nil, "\(text)") }
    }

    @Test("measures are written as tc writes them")
    func measures() {
        let rates: [(UInt64, String)] = [
            (1, "8bit"), (1000, "8Kbit"), (125_000, "1Mbit"), (187_500, "1500Kbit"), (5_000_000_000, "40Gbit"),
        ]
        for (rate, text) in rates { #expect(rateText(rate) == text) }
        let sizes: [(UInt32, String)] = [
            (0, "0b"), (1600, "1600b"), (10_240, "10Kb"), (1 << 20, "1Mb"), (1_045_000, "1045000b"),
        ]
        for (size, text) in sizes { #expect(sizeText(size) == text) }
        let times: [(Int64, String)] = [
            (0, "0us"), (800_000, "800us"), (1_000_000, "1ms"), (81_920_000, "81.9ms"), (10_240_000_000, "10.2s"),
        ]
        for (time, text) in times { #expect(timeText(.nanoseconds(time)) == text) }
    }
}

extension [UInt8] {
    /// Hexadecimal digits; everything else between them is left out.
    fileprivate init(hexadecimal text: String) {
        let digits = text.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
