// SPDX-License-Identifier: Apache-2.0

internal import Addressing
internal import ArgumentParser
internal import RouteNetlink

/// `netns impair`.
struct ImpairCommand: OperationCommand {
    static let configuration = CommandConfiguration(
        commandName: "impair",
        abstract: "Make what a device sends slow, late or lossy; show it, or make it good again.",
        discussion: """
            What is not said is taken away: the same command again changes nothing, another one replaces all. \
            Without an option it shows what is set. Only what a device sends is impaired, unless \
            '--both-directions' is given: then the other end of a veth is too, and what comes in to any other \
            device goes through an ifb, which is made for that.

            EXAMPLES
              netns impair eth0 -n red --delay 20ms --jitter 2ms --loss 1%
              netns impair eth0 -n red --rate 10Mbit --both-directions
              netns impair eth0 -n red
              netns impair eth0 -n red --clear
            """)

    @OptionGroup var namespace: NamespaceOption
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("How long each packet is held.", valueName: "time"))
    var delay: String?

    @Option(help: ArgumentHelp("How much the delay varies; needs '--delay'.", valueName: "time"))
    var jitter: String?

    @Option(help: ArgumentHelp("How many packets are lost.", valueName: "percentage"))
    var loss: String?

    @Option(help: ArgumentHelp("How many packets are sent twice.", valueName: "percentage"))
    var duplicate: String?

    @Option(help: ArgumentHelp("How many packets get a wrong bit.", valueName: "percentage"))
    var corrupt: String?

    @Option(
        help: ArgumentHelp("How many packets overtake those that are held; needs '--delay'.", valueName: "percentage"))
    var reorder: String?

    @Option(help: ArgumentHelp("How much is sent at most, such as 10Mbit.", valueName: "rate"))
    var rate: String?

    @Option(help: ArgumentHelp("How many packets wait at most; 1000 by default.", valueName: "packets"))
    var limit: String?

    @Flag(help: "Impair the other end of a veth as well; of other devices, what comes in.")
    var bothDirections = false

    @Flag(help: "Take away what this command has set.")
    var clear = false

    @Argument(help: "The device.", completion: .grammar)
    var device: String

    func operation() throws -> any Operation {
        let words: [(option: String, word: String, value: String?)] = [
            ("--delay", "delay", delay), ("--jitter", "jitter", jitter), ("--loss", "loss", loss),
            ("--duplicate", "duplicate", duplicate), ("--corrupt", "corrupt", corrupt),
            ("--reorder", "reorder", reorder), ("--rate", "rate", rate), ("--limit", "limit", limit),
        ]
        let given = words.compactMap { entry in entry.value.map { (entry.option, $0) } }
        guard !clear || given.isEmpty else {
            throw CommandFailure.usage("impair: '--clear' and '\(given[0].0)' exclude each other")
        }
        let target = ImpairmentTarget(namespace: namespace.namespace, device: device, bothDirections: bothDirections)
        if clear { return ImpairmentRemoval(target: target) }
        if given.isEmpty {
            guard !bothDirections else {
                throw CommandFailure.usage("impair: '--both-directions' says not what to do: '--delay', '--clear', …")
            }
            return ImpairmentShow(target: target, json: output.writerIfWanted)
        }
        return ImpairmentEdit(target: target, impairment: try Impairment(given))
    }
}

/// What a line is to be made of, as the options of `netns impair` say it.
struct Impairment {
    private(set) var netem = NetemOptions()
    /// The rate in bytes a second, if nothing but a rate is asked for.
    private(set) var soleRate: UInt64?

    /// - Parameter options: the options that are given, with their values.
    init(_ options: [(name: String, value: String)]) throws(CommandFailure) {
        // What is not said is said to be nothing: a netem that is changed keeps what it is not told.
        netem.correlation = NetemOptions.Correlation()
        netem.corruption = NetemOptions.Correlated(.never)
        netem.reordering = NetemOptions.Correlated(.never)
        netem.rate = NetemOptions.Rate(bytesPerSecond: 0)
        netem.marksCongestion = false
        for (name, value) in options { try note(name, value) }
        guard netem.jitter == .zero || netem.delay > .zero else {
            throw .usage("impair: '--jitter' needs '--delay'")
        }
        if netem.reordering?.probability != .never {
            guard netem.delay > .zero else {
                throw .usage("impair: '--reorder' needs '--delay': otherwise nothing waits that could be overtaken")
            }
            netem.gap = 1
        }
        if options.count == 1, options[0].name == "--rate" { soleRate = netem.rate?.bytesPerSecond }
    }

    private mutating func note(_ name: String, _ value: String) throws(CommandFailure) {
        var words = WordParser([name, value], verb: "impair")
        _ = words.take(name)
        switch name {
        case "--delay": netem.delay = try words.time()
        case "--jitter": netem.jitter = try words.time()
        case "--loss": netem.loss = .random(try words.probability())
        case "--duplicate": netem.duplication = try words.probability()
        case "--corrupt": netem.corruption = NetemOptions.Correlated(try words.probability())
        case "--reorder": netem.reordering = NetemOptions.Correlated(try words.probability())
        case "--limit": netem.limit = try words.number(1...UInt32.max)
        default:
            let rate = try words.rate()
            guard rate > 0 else { throw words.badValue("nothing could be sent at all") }
            netem.rate = NetemOptions.Rate(bytesPerSecond: rate)
        }
    }

    /// A token bucket of the rate, for kernels without netem.
    ///
    /// - Parameter mtu: of the device, in bytes; two packets of it with their headers may go at once.
    static func bucket(bytesPerSecond: UInt64, mtu: UInt32) -> TBFOptions {
        let headers: UInt32 = 14 + 4
        let burst = max(UInt32(clamping: bytesPerSecond / 100), UInt32(clamping: 2 * UInt64(mtu) + UInt64(headers)))
        return TBFOptions(
            bytesPerSecond: bytesPerSecond, burst: burst,
            limit: TBFOptions.limit(latency: .milliseconds(50), bytesPerSecond: bytesPerSecond, burst: burst))
    }
}
