// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// `netns monitor`.
struct MonitorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Tell of named network namespaces as they come and go.",
        discussion: """
            A line 'add NAME' or 'delete NAME' is written at once for each, whoever made it. A name \
            is told of when it can be entered, not before; files under /run/netns that are no \
            namespaces are passed over. It ends with a signal, or when nobody reads the output.

            With --json each line is an object with these members:
              event   "present", "snapshot-done", "add", "delete", or "overflow" when
                      events were lost; what follows leads to the present state
              name    the name; not with "snapshot-done" and "overflow"
              inode   the namespace's inode, as under /proc/PID/ns; not when it was
                      gone before it could be looked at
              id64    its 64-bit id, which is never reused (Linux 6.18)
              time    when it was noticed: RFC 3339, UTC, microseconds
            First come the names that are there, as "present", then "snapshot-done".

            EXAMPLES
              netns monitor
              netns monitor --snapshot
              netns monitor --json | jq --unbuffered -r 'select(.event == "add").name'
            """)

    @OptionGroup var output: OutputOptions

    @Flag(
        inversion: .prefixedNo,
        help: "Begin with the names that are there, as 'present NAME'; with --json that is the default.")
    var snapshot: Bool?

    func run() throws {
        // The end of the reader is the end of the monitor, and no failure.
        ignoreBrokenPipes()
        let form: EventForm = output.json ? .json(output.writer()) : .text
        do {
            try tell(in: form)
        } catch Errno.brokenPipe {
            return
        } catch let error as NamespaceError {
            throw CommandFailure(error.description, hint: limitHint(error) ?? error.hint)
        }
    }

    private func tell(in form: EventForm) throws {
        var monitor = try NamespaceDirectory.system.monitor(snapshot: snapshot ?? output.json)
        while let event = try monitor.next(output: 1) {
            if event.kind == .overflow {
                printError("events were lost because there were too many; /run/netns is compared anew")
            }
            try form.write(event)
        }
    }

    /// Which limit it was that the kernel's error number stands for.
    private func limitHint(_ error: NamespaceError) -> String? {
        switch error.errno {
        case .tooManyOpenFiles: "raise fs.inotify.max_user_instances (sysctl)"
        case .noSpace: "raise fs.inotify.max_user_watches (sysctl)"
        default: nil
        }
    }
}

/// How events are written: one system call each, so that a pipe's reader has them at once.
private enum EventForm {
    case text
    case json(JSONWriter)

    func write(_ event: NamespaceEvent) throws(Errno) {
        switch self {
        case .text:
            guard let name = event.name else { return }
            try printOutput("\(event.kind.rawValue) \(escaped(name.description))\n")
        case .json(var json):
            json.object { json in
                json.member("event", event.kind.rawValue)
                json.member("name", event.name?.description)
                json.member("inode", event.identity?.inode)
                json.member("id64", event.id)
                json.member("time", event.time.rfc3339)
            }
            try json.flush()
        }
    }
}
