// SPDX-License-Identifier: Apache-2.0

import Testing

/// Output that can't be written, and complaints about what others have made.
@Suite(.enabled(if: Sandbox.isAvailable))
struct ComplaintTests {
    @Test(
        "output that can't be written is a failure",
        arguments: [
            "attach --json new $$", "attach --dry-run new $$", "set --json red 7", "set --dry-run red 7",
            "add --json new", "list", "delete --json red", "identify --json", "pids --json red",
        ])
    func fullOutput(line: String) throws {
        let box = try Sandbox()
        let result = try box.shell("netns add red; netns \(line) >/dev/full", mayFail: true)
        #expect(result.status == 1)
        #expect(result.errors == "netns: cannot write the output: No space left on device (ENOSPC)\n")
    }

    @Test("names with line feeds stay on one line")
    func oneLine() throws {
        let box = try Sandbox()
        try box.shell("ip netns add 'a\nb'")
        #expect(try box.run(["netns", "set", "--dry-run", "a\nb", "5"]).lines.count == 1)
        // A directory that may not be changed makes the system refuse in the middle of it all.
        try box.shell("mount -o bind,remount,ro /run/netns")
        try box.expect([Refusal(words: ["delete", "--no-wait", "c\nd"], 1, "c\\u{a}d")])
        let refused = try box.run(["netns", "attach", "--any-name", "new", "\(box.keeper)"])
        #expect(refused.errors == "netns: cannot make '/run/netns/new': Read-only file system (EROFS)\n")
        let kept = try box.run(["netns", "delete", "--no-wait", "a\nb"])
        #expect(kept.status == 1)
        #expect(kept.errors == "netns: cannot remove '/run/netns/a\\nb': Read-only file system (EROFS)\n")
    }

    @Test("something else in the place of /run/netns is refused and left alone", arguments: [": >", "mkfifo"])
    func noDirectory(make: String) throws {
        let box = try Sandbox()
        try box.shell("\(make) /run/netns")
        let before = try box.shell("cat /proc/self/mountinfo; ls -l /run").output
        let result = try box.netns("add red")
        #expect(result.status == 1)
        #expect(result.errors == "netns: cannot make the directory '/run/netns': Not a directory (ENOTDIR)\n")
        #expect(try box.shell("cat /proc/self/mountinfo; ls -l /run").output == before)
    }

    @Test("a directory that one may not look into does not count as empty")
    func closedDirectory() throws {
        let box = try Sandbox()
        try box.shell("netns add red; chmod 700 /run/netns; chmod 755 /run")
        // The command may lie where nobody else can reach it: its capabilities are taken away instead.
        let asUser = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--"]
        try box.shell("chown 65534:65534 /run/netns")
        let result = try box.run(asUser + [Sandbox.command, "delete", "red"])
        #expect(result.status == 1)
        #expect(result.errors == "netns: cannot look at '/run/netns/red': Permission denied (EACCES)\n")
    }

    @Test(
        "without a thread to spare there is a complaint like any other",
        arguments: [("add new other", 1), ("link show -n red", 1), ("exec --all -- true", 125)])
    func noThread(line: String, status: Int32) throws {
        let box = try Sandbox()
        // No machine has the memory for a stack of 200 TB.
        let result = try box.shell("netns add red; ulimit -s 200000000000; netns \(line)", mayFail: true)
        #expect(result.status == status)
        #expect(
            result.errors == "netns: cannot start a thread: Resource temporarily unavailable (EAGAIN)\n")
    }

    @Test("options that ip takes in front and makes nothing of need no verb", arguments: ["-d", "-4", "-s -d"])
    func leadingOptions(options: String) throws {
        let box = try Sandbox()
        #expect(try box.shell("netns add red; netns \(options)").output == "red\n")
    }

    @Test("a dry run says of foreign files what the real one says")
    func dryRun() throws {
        let box = try Sandbox()
        try box.shell("netns add red; mkdir /run/netns/directory; ln -s /nowhere /run/netns/nowhere")
        try box.expect(
            ["directory", "nowhere"].map { Refusal("add --dry-run \($0)", 1, "not a network namespace") })
    }
}
