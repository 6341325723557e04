// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Netlink
internal import RouteNetlink
internal import SystemPackage

extension NextHopCommand {
    /// `netns nexthop bucket`.
    struct Bucket: OperationCommand {
        static let configuration = CommandConfiguration(
            commandName: "bucket",
            abstract: "List the parts among which resilient groups spread flows.",
            discussion: """
                EXAMPLES
                  netns nexthop bucket list id 11 -n red
                  netns nexthop bucket list nhid 1 --json
                  netns nexthop bucket get id 11 index 0
                """)

        @OptionGroup var options: ShowOptions

        @Argument(
            help: ArgumentHelp(
                """
                [list] and of: id ID, nhid ID, dev DEVICE, master DEVICE, vrf DEVICE; or get id ID index NUMBER.
                """, valueName: "word"),
            completion: .grammar)
        var words: [String] = []

        func operation() -> any Operation { NextHopBucketShow(request: options.request, words: words) }
    }
}

/// Shows the parts of resilient groups that the words choose, or one of them.
struct NextHopBucketShow: Operation {
    /// What stands in front of the other words, with other names for the first.
    static let verbs = ["list", "get", "show", "ls"]

    var request: ShowRequest
    var words: [String]

    func run() throws {
        var parser = WordParser(words, verb: "nexthop bucket")
        let isLookup = parser.take("get")
        if !isLookup { _ = ["list", "show", "ls"].contains { parser.take($0) } }
        let selection = try NextHopBucketSelection(&parser, isLookup: isLookup)
        try request.showRows(
            { session, _ in
                if request.passesOver(&session, without: selection.devices) { return [] }
                return try selection.buckets(&session, mayBeMissing: request.allNamespaces)
            },
            json: { json, bucket, _ in json.members(of: bucket) },
            text: { text, bucket, _ in text.bucket(bucket) })
    }
}

/// Which parts of resilient groups are shown, in the words of `nexthop bucket`.
struct NextHopBucketSelection {
    private var group: UInt32?, nextHopID: UInt32?
    private var index: UInt16?
    private var device: String?, master: String?
    private var isLookup: Bool

    /// The devices that the words name.
    var devices: [String] { [device, master].compactMap(\.self) }

    /// Reads all words.
    ///
    /// - Parameter isLookup: whether they name one part of one group.
    init(_ words: inout WordParser, isLookup: Bool) throws(CommandFailure) {
        self.isLookup = isLookup
        let table = isLookup ? Self.lookupTable : Self.table
        while words.next != nil {
            guard try table.read(&words, into: &self) else { throw words.unknownWord(among: table.names) }
        }
        guard isLookup else { return }
        guard group != nil else { throw words.usage("the id is missing: 'id ID'") }
        guard index != nil else { throw words.usage("the index is missing: 'index NUMBER'") }
    }

    static let table = WordTable<NextHopBucketSelection>([
        groupWord,
        Word("nhid") { words, selection throws(CommandFailure) in
            selection.nextHopID = try words.number(1...UInt32.max)
        },
        Word("dev") { words, selection throws(CommandFailure) in selection.device = try words.deviceName() },
        Word("master", "vrf") { words, selection throws(CommandFailure) in
            selection.master = try words.deviceName()
        },
    ])

    /// The words behind `get`.
    static let lookupTable = WordTable<NextHopBucketSelection>([
        groupWord,
        Word("index") { words, selection throws(CommandFailure) in selection.index = try words.number() },
    ])

    private static let groupWord = Word<NextHopBucketSelection>("id") { words, selection throws(CommandFailure) in
        selection.group = try words.number(1...UInt32.max)
    }

    /// The parts that are meant.
    ///
    /// - Parameter mayBeMissing: whether a group that is not there is no failure.
    func buckets(_ session: inout RouteSession, mayBeMissing: Bool) throws(CommandFailure) -> [NextHopBucket] {
        var filter = NextHopBucketFilter(group: group, nextHopID: nextHopID)
        filter.device = try device.map { name throws(CommandFailure) in try session.index(of: name) }
        filter.master = try master.map { name throws(CommandFailure) in try session.index(of: name) }
        do throws(CommandFailure) {
            return try session.ask { (socket) throws(NetlinkError) in
                guard isLookup, let group, let index else { return try socket.nextHopBuckets(filter) }
                return [try socket.nextHopBucket(group: group, index: index)]
            }
        } catch {
            guard mayBeMissing, error.errno == .noSuchFileOrDirectory else { throw error }
            return []
        }
    }
}

extension JSONWriter {
    /// The members of a part of a resilient group, with the keys of `ip -j -d nexthop bucket list`.
    fileprivate mutating func members(of bucket: NextHopBucket) {
        member("id", bucket.group)
        member(
            "bucket",
            object: { json in
                json.member("index", bucket.index)
                json.timeMember("idle_time", bucket.idleTime)
                json.member("nhid", bucket.nextHopID)
            })
        member("flags", bucket.flags.names)
    }
}

extension TextWriter {
    /// A part of a resilient group as `ip nexthop bucket list` prints it.
    fileprivate mutating func bucket(_ bucket: NextHopBucket) {
        word("id", bucket.group)
        word("index", bucket.index)
        word("idle_time", secondsText(bucket.idleTime))
        word("nhid", bucket.nextHopID)
        for name in bucket.flags.names { write("\(name) ") }
        write("\n")
    }
}
