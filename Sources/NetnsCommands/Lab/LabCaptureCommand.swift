// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LabTopology
internal import LinuxSystem
internal import SystemPackage

/// `netns lab capture`.
struct LabCaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Capture what links and nodes send and receive, as pcapng.",
        discussion: """
            A target is 'A -- B' for the links between two nodes, 'A:eth0' for an interface, or a node for all that it \
            has. Of a link both directions are captured at the end that is named first, so that each frame is there \
            once. The interfaces are called 'A:eth0' in the capture, and addresses like the nodes.

            It ends with --count or --duration, when it is interrupted, when nobody reads any more, and when the lab \
            goes down.

            EXAMPLES
              netns lab capture triangle "r1 -- r2" | wireshark -k -i -
              netns lab capture triangle r1 h1 | tcpdump -n -r -
              netns lab capture --duration 10s --output r1.pcapng triangle r1
            """)

    @OptionGroup var arguments: LabArguments

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file; '-', the default, is standard output.", valueName: "file"),
        completion: .file(extensions: ["pcapng"]))
    var output = "-"

    @Option(help: ArgumentHelp("End after so many frames.", valueName: "number"))
    var count: Int?

    @Option(help: ArgumentHelp("End after this time: 500ms, 10s, 5m.", valueName: "time"))
    var duration: String?

    @Option(help: ArgumentHelp("Keep so many bytes of each frame at most.", valueName: "bytes"))
    var snaplen = Capture.maximumSnapLength

    @Argument(
        help: ArgumentHelp(
            "'A -- B' for links, 'A:eth0', or nodes; with ranges, globs and groups.", valueName: "target"))
    var targets: [String]

    func run() throws {
        var capture = try self.capture()
        let place = try OutputPlace(output)
        let document = try arguments.document()
        guard let lab = document.lab else { return }
        capture.comment = "lab \(lab.name): \(targets.joined(separator: ", "))"
        capture.names = lab.addressNames
        ignoreBrokenPipes()
        raiseDescriptorLimit()
        if output == "-" { try refuseTerminal(1, "standard output") }
        // Who may not capture, or names what is not there, leaves no file behind.
        var sources: [CaptureSource]
        do throws(LabFailure) {
            sources = try LabLifecycle(processes: SupervisedProcesses()).site(of: lab).captureSources(targets, of: lab)
        } catch { throw document.commandFailure(error) }
        if output == "-" {
            try carryOut(capture, &sources, to: 1, document)
        } else {
            let file = try open(at: place)
            try carryOut(capture, &sources, to: file.rawValue, document)
        }
    }

    private func carryOut(
        _ capture: Capture, _ sources: inout [CaptureSource], to descriptor: Int32, _ document: LabDocument
    ) throws(CommandFailure) {
        countInterrupts()
        do throws(LabFailure) {
            let outcome = try capture.run(&sources, to: descriptor)
            if !outcome.isReaderGone { printError(outcome.text) }
        } catch { throw document.commandFailure(error) }
    }

    /// What the options say.
    private func capture() throws(CommandFailure) -> Capture {
        var capture = Capture()
        if let count, count < 1 { throw .usage("'--count' is 1 at least") }
        capture.count = count
        guard (1...Capture.maximumSnapLength).contains(snaplen) else {
            throw .usage("'--snaplen' is from 1 to \(Capture.maximumSnapLength)")
        }
        capture.snapLength = snaplen
        if let duration {
            do throws(LabFailure) { capture.duration = try Duration(labText: duration) } catch {
                throw .usage("'--duration': \(error)", hint: error.hint)
            }
        }
        capture.application = "netns \(netnsVersion)"
        capture.isInterrupted = { interruptCount() > 0 }
        return capture
    }

    private func open(at place: borrowing OutputPlace) throws(CommandFailure) -> OwnedDescriptor {
        let file: OwnedDescriptor
        do throws(Errno) {
            file = try OwnedDescriptor(opening: place.path, flags: replaceForWriting, mode: 0o666)
        } catch { throw CommandFailure("cannot write '\(escaped(output))': \(error.sentence)") }
        try refuseTerminal(file.rawValue, "'\(escaped(output))'")
        return file
    }

    private func refuseTerminal(_ descriptor: Int32, _ name: String) throws(CommandFailure) {
        guard isTerminal(descriptor) else { return }
        throw .usage(
            "a capture is no text, and \(name) is a terminal",
            hint: "write it with '--output FILE', or pipe it to 'wireshark -k -i -' or 'tcpdump -r -'")
    }
}

extension Capture.Outcome {
    /// `12 frames captured, 0 dropped`, and where they were dropped.
    fileprivate var text: String {
        let dropped = interfaces.filter { $0.dropped > 0 }
        let places = dropped.map { "\($0.name) \($0.dropped)" }.joined(separator: ", ")
        let count = dropped.reduce(0) { $0 + $1.dropped }
        return "\(frames) \(frames == 1 ? "frame" : "frames") captured, \(count) dropped"
            + (places.isEmpty ? "" : " (\(places))")
    }
}
