// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LinuxSystem
internal import NetworkNamespaces
internal import SystemPackage

/// `netns monitor`.
struct MonitorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Tell of namespaces, or of what is in them, as it comes, changes and goes.",
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

            With objects (link, address, route, rule, neighbor, nsid, or all) it tells of those, in the \
            caller's namespace, in those that -n names, or in all of them: see netns-monitor(8).

            EXAMPLES
              netns monitor
              netns monitor --snapshot
              netns monitor --json | jq --unbuffered -r 'select(.event == "add").name'
              netns monitor link address -n red
              netns monitor all --all-namespaces --timestamp
              netns monitor route --all-namespaces --json --snapshot
            """)

    @OptionGroup var output: OutputOptions

    @Flag(
        inversion: .prefixedNo,
        help: "Begin with what is there, as 'present'; of names, with --json, that is the default.")
    var snapshot: Bool?

    @Flag(help: "Say in front of each line when it was noticed.")
    var timestamp = false

    @Flag(help: "Follow the caller's namespace and every one that has a name.")
    var allNamespaces = false

    @Option(
        name: [.customShort("n"), .customLong("namespace"), .customLong("netns")],
        help: ArgumentHelp(
            "Follow this namespace: a name, 'pid:NUMBER' or the path of a namespace file; may be given several times.",
            valueName: "namespace"),
        completion: .namespaces)
    var namespace: [String] = []

    @Argument(
        help: ArgumentHelp(
            "What to tell of: link, address, route, rule, neighbor, nsid, or all; names if nothing is said.",
            valueName: "object"),
        completion: .list(monitorWords))
    var objects: [String] = []

    func run() throws {
        // The end of the reader is the end of the monitor, and no failure.
        ignoreBrokenPipes()
        do {
            if objects.isEmpty, namespace.isEmpty, !allNamespaces {
                try tell(in: output.json ? .json(output.writer()) : .text(timestamp: timestamp))
            } else {
                try configurationMonitoring().run()
            }
        } catch Errno.brokenPipe {
            return
        } catch let error as NamespaceError {
            throw CommandFailure(error.description, hint: limitHint(error) ?? error.hint)
        }
    }

    private func configurationMonitoring() throws(CommandFailure) -> ConfigurationMonitoring {
        guard !objects.isEmpty else {
            throw .usage("monitor: what to follow in the namespaces is not said", hint: "'all' is everything")
        }
        var monitoring = ConfigurationMonitoring(kinds: try monitoredKinds(objects))
        guard namespace.isEmpty || !allNamespaces else {
            throw .usage("'--all-namespaces' and '--namespace' exclude each other")
        }
        monitoring.namespaces = namespace
        monitoring.allNamespaces = allNamespaces
        monitoring.showsSnapshot = snapshot ?? false
        monitoring.showsTime = timestamp
        monitoring.json = output.writerIfWanted
        return monitoring
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
    case text(timestamp: Bool)
    case json(JSONWriter)

    func write(_ event: NamespaceEvent) throws(Errno) {
        switch self {
        case .text(let timestamp):
            guard let name = event.name else { return }
            let time = timestamp ? "[\(event.time.rfc3339)] " : ""
            try printOutput("\(time)\(event.kind.rawValue) \(escaped(name.description))\n")
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
