// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite(.enabled(if: Sandbox.isAvailable))
struct MonitorTests {
    /// Waits until the monitor's watches are set. It watches /run, and the directory when there is one.
    private static let waitForWatches = """
        watches=1; if [ -d /run/netns ]; then watches=2; fi
        for attempt in $(seq 500); do
            if [ "$(cat /proc/$monitor/fdinfo/* 2>/dev/null | grep -c 'inotify wd')" -ge $watches ]; then break; fi
            sleep 0.02
        done
        sleep 0.2
        """

    /// Starts a monitor that writes to a pipe, runs `body`, ends the monitor, and shows what came through.
    ///
    /// In `body`, `seen LINE [COUNT]` waits until the monitor has written the line, as often as that.
    private func monitor(
        options: String = "", before: String = "true", _ body: String, timeout: Duration = .seconds(60)
    ) throws -> [String] {
        let box = try Sandbox()
        let result = try box.shell(
            """
            mkfifo /run/pipe
            cat /run/pipe > /run/seen & reader=$!
            \(before)
            netns monitor --snapshot \(options) > /run/pipe 2> /run/errors & monitor=$!
            seen() {
                for attempt in $(seq 500); do
                    if [ "$(grep -cx -- "$1" /run/seen)" -ge "${2:-1}" ]; then return; fi
                    sleep 0.02
                done
                echo "not seen: $1"
                return 1
            }
            \(Self.waitForWatches)
            \(body)
            kill $monitor
            wait $reader
            cat /run/errors >&2
            cat /run/seen
            """, timeout: timeout)
        #expect(result.errors == "")
        return result.lines
    }

    @Test("what ip and netns do comes through a pipe at once")
    func pipe() throws {
        let lines = try monitor(
            before: "ip netns add early",
            """
            ip netns add red; seen 'add red'
            netns add blue; seen 'add blue'
            ip netns attach here $$; seen 'add here'
            netns delete red; seen 'delete red'
            ip netns del blue; seen 'delete blue'
            netns delete early here 2>/dev/null; seen 'delete early'
            """)
        #expect(
            lines == [
                "present early", "add red", "add blue", "add here", "delete red", "delete blue", "delete early",
                "delete here",
            ])
    }

    @Test("200 rounds of add and delete are told completely and in order")
    func rounds() throws {
        let lines = try monitor(
            // In a directory that has only just been made, nobody can see what happens in its first moment.
            before: "ip netns add first; ip netns del first",
            """
            for i in $(seq 200); do ip netns add n$((i % 3)); ip netns del n$((i % 3)); done
            ip netns add last; seen 'add last'
            """)
        let expected = (1...200).flatMap { ["add n\($0 % 3)", "delete n\($0 % 3)"] } + ["add last"]
        #expect(lines == expected)
    }

    @Test("every name that is told of can be entered, unless it was deleted meanwhile")
    func noHalfMadeNames() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            ip netns add first
            mkfifo /run/pipe
            while read -r what name; do
                [ "$what" = add ] || continue
                if nsenter --net="/run/netns/$name" true 2>/dev/null; then echo "entered $name"; continue; fi
                # ip unmounts a name and removes it a moment later.
                sleep 0.3
                if [ -e "/run/netns/$name" ]; then echo "half-made $name"; else echo "gone $name"; fi
            done < /run/pipe > /run/result & reader=$!
            netns monitor > /run/pipe & monitor=$!
            \(Self.waitForWatches)
            for i in $(seq 60); do ip netns add n$i; ip netns del n$i; done
            for i in $(seq 20); do ip netns add k$i; touch /run/netns/junk$i; done
            rm /run/netns/junk*
            for attempt in $(seq 500); do
                if [ "$(wc -l < /run/result)" -ge 80 ]; then break; fi
                sleep 0.02
            done
            kill $monitor; wait $reader
            cat /run/result
            """, timeout: .seconds(120))
        #expect(result.lines.count == 80, "\(result.output)")
        #expect(result.lines.filter { $0.hasPrefix("half-made") } == [])
        #expect(result.lines.filter { $0.hasPrefix("entered k") }.count == 20)
    }

    @Test("what is no namespace is never told of, nor is its end")
    func junk() throws {
        let lines = try monitor(
            before: "ip netns add red; touch /run/netns/old",
            """
            cd /run/netns
            touch junk; mkdir folder; ln -s /etc etc; mkfifo fifo; ln -s /nonexistent nowhere
            touch by-hand; mount --bind /proc/$$/ns/net by-hand; seen 'add by-hand'
            mount --bind /proc/$$/ns/uts junk
            umount junk; rm -r junk folder etc fifo nowhere old
            umount by-hand; rm by-hand
            cd /; ip netns add end; seen 'add end'
            """)
        #expect(lines == ["present red", "add by-hand", "delete by-hand", "add end"])
    }

    @Test("a stale name is told of when a namespace is mounted on it, and when it loses it")
    func staleName() throws {
        let lines = try monitor(
            before: "ip netns add red; umount /run/netns/red; sleep 1.1",
            """
            netns add red; seen 'add red'
            umount /run/netns/red; seen 'delete red'
            mount --bind /proc/$$/ns/net /run/netns/red; seen 'add red' 2
            ip netns add blue; seen 'add blue'
            mount --bind /run/netns/blue /run/netns/red; seen 'add red' 3
            """)
        #expect(lines == ["add red", "delete red", "add red", "add blue", "delete red", "add red"])
    }

    @Test("the directory may be made later, be removed, and be covered by another file system")
    func directory() throws {
        let lines = try monitor(
            """
            ip netns add red; seen 'add red'
            ip netns del red; seen 'delete red'
            umount /run/netns; rmdir /run/netns
            netns add blue; seen 'add blue'
            mount -t tmpfs none /run/netns; seen 'delete blue'
            ip netns add green; seen 'add green'
            umount -l /run/netns; seen 'delete green'
            seen 'add blue' 2
            """)
        #expect(lines == ["add red", "delete red", "add blue", "delete blue", "add green", "delete green", "add blue"])
    }

    @Test("JSON has one object a line, the snapshot first, and says which namespace it is")
    func json() throws {
        let lines = try monitor(
            options: "--json", before: "ip netns add red",
            """
            netns add blue
            stat -L -c 'inode %i' /run/netns/blue >> /run/inode
            netns delete blue red
            sleep 0.3
            cat /run/inode
            """)
        let inode = try #require(lines.first).dropFirst("inode ".count)
        let events = try lines.dropFirst().map { try JSON($0) }
        #expect(events.map { $0["event"]?.text } == ["present", "snapshot-done", "add", "delete", "delete"])
        #expect(events.map { $0["name"]?.text } == ["red", nil, "blue", "blue", "red"])
        #expect(events.map { $0["inode"] }[2...3].allSatisfy { $0 == .number(String(inode)) })
        for event in events {
            let time = try #require(event["time"]?.text)
            #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "\(time)")
        }
    }

    @Test("it ends quietly when nobody reads, and with a signal")
    func end() throws {
        let box = try Sandbox()
        // Without any event: the end of the reader is noticed by itself.
        let unread = try box.shell("{ netns monitor; echo \"status $?\" >&2; } | true", timeout: .seconds(10))
        #expect(unread.errors == "status 0\n")
        let first = try box.shell(
            """
            ip netns add red
            { netns monitor --snapshot; echo "status $?" >&2; } | head -n 1
            """, timeout: .seconds(10))
        #expect(first.output == "present red\n")
        #expect(first.errors == "status 0\n")
        for (signal, status) in [(Int32(2), Int32(130)), (15, 143)] {
            let monitor = try box.start(["netns", "monitor", "--snapshot"])
            #expect(try monitor.waitForOutput { $0 == "present red\n" })
            monitor.signal(signal)
            let result = try monitor.wait(timeout: .seconds(10))
            #expect(result == CommandResult(status: status, output: "present red\n", errors: ""))
        }
    }

    @Test("names that could break a line are escaped in text and whole in JSON")
    func oddNames() throws {
        let name = "a\nb"
        let text = try monitor(before: "ip netns add \"$(printf 'a\\nb')\"", "sleep 0.2")
        #expect(text == ["present a\\nb"])
        let json = try monitor(options: "--json", before: "ip netns add \"$(printf 'a\\nb')\"", "sleep 0.2")
        #expect(try JSON(json[0])["name"] == .string(name))
    }
}
