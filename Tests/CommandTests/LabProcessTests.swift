// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
import Testing

/// The processes of labs.
@Suite(.enabled(if: Sandbox.isAvailable && isSuperuser(), "labs write to /etc/netns"))
struct LabProcessTests {
    /// A sandbox with a lab of two nodes, of which the processes of the second are given.
    private func script(_ commands: String) -> String {
        """
        mkdir -p /etc/netns; mount -t tmpfs none /etc/netns; cd /run
        field() { awk -v name="$1" '$1 == name { print $2 }' /run/netns-lab/t/processes/$2/state; }
        dead() { for i in $(seq 500); do grep -qs '^State:.[^ZX]' "/proc/$1/status" || return 0; sleep 0.02; done; return 1; }
        lab() {
            cat >t.yaml <<END
        lab: t
        nodes:
          a: {run: [{name: s, cmd: 'echo begin; exec sleep $1', ready: 'log:begin', restart: on-failure},
                    {name: once, cmd: 'echo done', ready: exit}]}
          b: {run: [$2]}
        links: [a -- b]
        END
        }
        ends_all() {
            netns lab down t >/dev/null
            [ ! -e /run/netns-lab ]
            [ -z "$(ls /run/netns)" ]
        }
        lab 100
        netns lab up t.yaml
        \(commands)
        """
    }

    @Test("processes run in their nodes, are shown, and end with the lab")
    func life() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                program=$(field program a/s); supervisor=$(field supervisor a/s)
                [ "$(stat -Lc %i /proc/$program/ns/net)" = "$(stat -Lc %i /run/netns/t-a)" ]
                grep -q ' b$' /proc/$program/root/etc/hosts
                netns lab status t
                netns lab logs t
                [ "$(netns lab logs t a/s)" = begin ]
                netns lab up t.yaml
                [ "$(field program a/s)" = $program ]
                ends_all
                dead $program; dead $supervisor
                """))
        #expect(result.output.contains("a/once | done\na/s | begin\n"))
        #expect(result.output.contains("t: nothing to do"))
        #expect(result.output.contains("exited 0"))
    }

    @Test("processes end with the lab when its record is lost")
    func lostRecord() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                program=$(field program a/s); supervisor=$(field supervisor a/s)
                rm -r /run/netns-lab
                ends_all
                dead $program; dead $supervisor
                """))
    }

    @Test("a log is followed until it is interrupted")
    func follow() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                netns lab logs t a --follow >seen & follower=$!
                echo later >>/run/netns-lab/t/processes/a/s/log
                for i in $(seq 500); do grep -q later seen && break; sleep 0.02; done
                kill $follower
                cat seen
                ends_all
                """))
        #expect(result.output.contains("a/s | later\n"))
    }

    @Test("a changed definition, and nothing else, starts a process anew")
    func change() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                program=$(field program a/s)
                lab 101 "{name: other, cmd: [sleep, '102']}"
                netns lab plan t.yaml || true
                netns lab up t.yaml
                dead $program
                tr '\\0' ' ' </proc/$(field program a/s)/cmdline
                tr '\\0' ' ' </proc/$(field program b/other)/cmdline
                other=$(field program b/other)
                lab 101
                netns lab up t.yaml
                dead $other
                [ ! -e /run/netns-lab/t/processes/b ]
                ends_all
                """))
        #expect(result.output.contains("- process s in a\n+ process s in a\n+ process other in b\n"))
        #expect(result.output.contains("sleep 101 sleep 102"))
    }

    @Test("a process that is not ready lets 'up' fail, with its log, and all is as before")
    func failure() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                lab 101 "{name: bad, cmd: 'echo no such peer; exit 4', ready: 'tcp:179'}"
                ! netns lab up t.yaml
                tr '\\0' ' ' </proc/$(field program a/s)/cmdline
                netns lab status t >/dev/null
                ends_all
                ! netns lab up t.yaml
                [ ! -e /run/netns-lab ]; [ -z "$(ls /run/netns)" ]
                """))
        #expect(result.errors.contains("t.yaml:5:"))
        #expect(
            result.errors.contains(
                "cannot start 'bad' in 'b': it ended with status 4 before it was ready; its log ends with: no such peer"
            ))
        #expect(result.output.contains("sleep 100"))
    }

    @Test("a killed supervisor is a difference that 'up' mends")
    func killedSupervisor() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                program=$(field program a/s); supervisor=$(field supervisor a/s)
                kill -9 $supervisor
                dead $supervisor; dead $program
                status=0; netns lab status t || status=$?
                [ $status = 3 ]
                netns lab up t
                netns lab status t >/dev/null
                kill -0 $(field program a/s)
                ends_all
                """))
        #expect(result.output.contains("supervisor lost"))
        #expect(result.output.contains("+ process s in a\n"))
    }

    @Test("a node that is gone, and lives on for its processes alone, is made again with them")
    func ghost() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                program=$(field program a/s)
                netns delete t-a
                netns lab up t
                dead $program
                netns lab status t >/dev/null
                [ "$(stat -Lc %i /proc/$(field program a/s)/ns/net)" = "$(stat -Lc %i /run/netns/t-a)" ]
                program=$(field program a/s)
                netns delete t-a
                ends_all
                dead $program
                """))
    }
}
