// SPDX-License-Identifier: Apache-2.0

import Testing

/// Programs that `netns run` starts in the background.
@Suite(.enabled(if: Sandbox.isAvailable, "no namespaces can be made here"))
struct RunTests {
    /// A sandbox with a namespace, and shell functions that say what a record tells.
    private func script(_ commands: String) -> String {
        """
        field() { awk -v name="$1" '$1 == name { print $2 }' /run/netns-run/red/$2/state; }
        until_gone() { for i in $(seq 500); do [ -e "$1" ] || return 0; sleep 0.02; done; return 1; }
        dead() { for i in $(seq 500); do grep -qs '^State:.[^ZX]' "/proc/$1/status" || return 0; sleep 0.02; done; return 1; }
        netns add red
        \(commands)
        """
    }

    @Test("a program runs in its namespace, in a session of its own, with nothing of the caller's")
    func start() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                netns run red --ready log:ready --env A=b -- sh -c 'echo $A ready; exec sleep 100' 9</dev/null
                program=$(field program sh)
                [ "$(stat -Lc %i /proc/$program/ns/net)" = "$(stat -Lc %i /run/netns/red)" ]
                [ "$(cut -d' ' -f6 /proc/$program/stat)" = "$program" ]
                [ "$(readlink /proc/$program/fd/0)" = /dev/null ]
                [ "$(ls /proc/$program/fd | xargs)" = "0 1 2" ]
                cat /run/netns-run/red/sh/log
                netns run --list --json
                netns run --stop red
                dead $program
                [ ! -e /run/netns-run ]
                """))
        let lines = result.lines
        #expect(lines.first == "b ready")
        let entry = try JSON(lines.last ?? "").elements.first
        #expect(entry?["process"]?.text == "sh")
        #expect(entry?["state"]?.text == "running")
    }

    @Test("a program that is killed is started again, and one that ends is told of")
    func restart() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                netns run red --restart on-failure -- sleep 100
                first=$(field program sleep)
                kill -9 $first
                for i in $(seq 500); do [ "$(field program sleep)" = $first ] || break; sleep 0.02; done
                second=$(field program sleep)
                [ $second != $first ]
                [ "$(field restarts sleep)" = 1 ]
                [ "$(stat -Lc %i /proc/$second/ns/net)" = "$(stat -Lc %i /run/netns/red)" ]
                netns run --stop red
                dead $second
                netns run red --name once --ready exit -- sh -c 'exit 0'
                netns run --list | grep -q 'once .*exited 0'
                netns run --stop --name once red
                """))
    }

    @Test("a stopped program takes everything along that it has started, whether that heeds SIGTERM or not")
    func stop() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                netns run red --name d --pid-file /run/d.pid --ready file:/run/stubborn -- sh -c \
                    '(setsid sh -c "trap \\"\\" TERM; echo \\$\\$ >/run/stubborn; while :; do sleep 1; done" &); \
                     (setsid sh -c "echo \\$\\$ >/run/meek; exec sleep 100" &); exit 0'
                for i in $(seq 500); do [ -s /run/meek ] && [ -s /run/stubborn ] && break; sleep 0.02; done
                [ "$(cat /run/d.pid)" = "$(field supervisor d)" ]
                kill $(cat /run/d.pid)
                until_gone /run/d.pid
                dead $(cat /run/meek)
                dead $(cat /run/stubborn)
                until_gone /run/netns-run
                """))
    }

    @Test("a program ends with its supervisor, and what outlives both is ended by '--stop'")
    func killedSupervisor() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                netns run red --name d --ready file:/run/inner -- sh -c \
                    'sh -c "echo \\$\\$ >/run/inner; exec sleep 100" & wait'
                for i in $(seq 500); do [ -s /run/inner ] && break; sleep 0.02; done
                program=$(field program d); supervisor=$(field supervisor d)
                kill -9 $supervisor
                dead $supervisor
                dead $program
                netns run --list | grep -q 'd .*supervisor lost'
                kill -0 $(cat /run/inner)
                netns run --stop red
                dead $(cat /run/inner)
                [ ! -e /run/netns-run ]
                """))
    }

    @Test("a number in a record that another process has by now is left alone")
    func recycledNumber() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                netns run red --name d --ready exit -- true
                sleep 100 & other=$!
                sed -i "s/^supervisor .*/supervisor $other 1/; s/^program .*/program $other 1/; s/^phase .*/phase running/" \
                    /run/netns-run/red/d/state
                netns run --list | grep -q 'supervisor lost'
                netns run --stop red
                kill -0 $other
                kill $other
                """))
    }

    @Test(
        "what can't be started or is not ready leaves nothing, and says why",
        arguments: [
            ("-- /nonexistent", "cannot run '/nonexistent': No such file or directory (ENOENT)"),
            ("--ready tcp:7 -- sh -c 'echo bad port; exit 3'", "ended with status 3 before it was ready"),
            ("--ready tcp:7 -- sh -c 'echo bad port; exit 3'", "its log ends with: bad port"),
            ("--ready tcp:7 --within 0.2 -- sleep 100", "it was not ready (tcp:7) within 0.2 seconds"),
            ("--ready log:x --within 0.2 -- sleep 100", "it was not ready (log:x)"),
        ])
    func failure(words: String, reason: String) throws {
        let box = try Sandbox()
        let result = try box.shell(script("! netns run red \(words) && [ ! -e /run/netns-run ]"))
        #expect(result.errors.contains(reason))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test("when it fails in one namespace it is ended in the others")
    func allOrNothing() throws {
        let box = try Sandbox()
        try box.shell(script("! netns run red blue --name s -- sleep 100 && [ ! -e /run/netns-run ]"))
    }

    @Test(
        "readiness is what the kernel says of the namespace's sockets",
        .enabled(if: isInstalled("socat"), "socat is not installed"))
    func sockets() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                netns run red --name t --ready tcp:7001 -- socat TCP-LISTEN:7001 -
                netns run red --name u --ready udp:7002 -- socat UDP-RECV:7002 -
                netns exec red ss -Hltn | grep -q ':7001 '
                netns exec red ss -Hlun | grep -q ':7002 '
                netns run --stop red
                """))
    }

    @Test("in the foreground the status is the program's, and an end is passed on")
    func foreground() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                status=0; netns run red --foreground -- sh -c 'exit 7' || status=$?
                [ $status = 7 ] && [ ! -e /run/netns-run ]
                netns run red --foreground -- sh -c 'echo $$ >/run/inner; exec sleep 100' & netns=$!
                for i in $(seq 500); do [ -s /run/inner ] && break; sleep 0.02; done
                kill $netns
                status=0; wait $netns || status=$?
                [ $status = 143 ]
                dead $(cat /run/inner)
                until_gone /run/netns-run
                """))
    }

    @Test(
        "mistakes are told before anything is started",
        arguments: [
            "red", "-- true", "red --restart sometimes -- true", "red --ready soon -- true",
            "red --ready tcp:0 -- true",
            "red --name a/b -- true", "red blue --foreground -- true", "red --user nosuchuser -- true",
            "red --env x -- true", "--list --stop red", "--stop", "red --json -- true",
        ])
    func mistakes(line: String) throws {
        let box = try Sandbox()
        let result = try box.shell(script("netns run \(line)"), mayFail: true)
        #expect(result.status == 2)
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(try box.shell("ls /run/netns-run", mayFail: true).status != 0)
    }
}
