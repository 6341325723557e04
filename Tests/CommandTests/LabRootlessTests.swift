// SPDX-License-Identifier: Apache-2.0

import Glibc
import LinuxSystem
import Testing

/// Labs of an ordinary user: in a user namespace that one process holds.
@Suite(.enabled(if: Sandbox.isAvailable && isSuperuser(), "only root can be another user"))
struct LabRootlessTests {
    /// Runs a script as a user without any right, with a lab file that has everything that needs nothing of outside.
    ///
    /// `netns` is the built command; `$XDG_RUNTIME_DIR` is empty, and `hidden` holds the machine's state for `machine`.
    ///
    /// Labs are a user's, wherever their names are: each sandbox has a user, and a name, of its own.
    private func script(_ commands: String, in box: Sandbox, asRoot: Bool = false) -> String {
        let user = 200_000 + box.keeper
        return """
            mkdir -m 755 /run/bin; mkdir -m 700 /run/mine /run/work; chmod 755 /run
            cp \(Sandbox.command) /run/bin/netns; chmod 755 /run/bin/netns
            machine() {
                ls -A /run/netns /run/netns-lab 2>&1 || true; find /etc/netns -mindepth 1
                cut -d' ' -f4- /proc/self/mountinfo; ip -j link; ip -j addr
            }
            machine >/run/before
            cat >/run/user <<'END_OF_SCRIPT'
            cd /run/work
            cat >t.lab.yaml <<'END'
            \(Self.file.split(separator: "\n").joined(separator: "\n"))
            END
            holder() { awk '$1 == "process" { print $2 }' /run/mine/netns-lab/*; }
            inside() { nsenter --target $(holder) --user --mount --net --preserve-credentials -- "$@"; }
            # The processes of this user in a user namespace other than this shell's, or in the one of $space.
            strangers() {
                for process in /proc/[0-9]*; do
                    [ "$(stat -c %u $process 2>/dev/null)" = $(id -u) ] || continue
                    found=$(readlink $process/ns/user) || continue
                    [ "$found" = "${space:-$found}" ] || continue
                    [ "$found" = "$(readlink /proc/self/ns/user)" ] || echo "${process#/proc/}"
                done
            }
            \(asRoot ? "space=none" : "")
            trap 'for process in $(strangers); do kill -9 $process; done' EXIT
            gone() {
                for i in $(seq 500); do [ -n "$(strangers)" ] || return 0; sleep 0.02; done
                strangers; return 1
            }
            \(commands)
            END_OF_SCRIPT
            if [ \(asRoot) = false ]; then
                chown \(user):\(user) /run/mine /run/work
                become="setpriv --reuid \(user) --regid \(user) --clear-groups"
            fi
            XDG_RUNTIME_DIR=/run/mine PATH=/run/bin:$PATH $become sh -e /run/user
            machine >/run/after
            diff /run/before /run/after
            """
    }

    @Test("without a directory for the session, the file below /tmp goes with the lab as well")
    func withoutSession() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                unset XDG_RUNTIME_DIR
                netns lab up t.lab.yaml
                [ -e /tmp/netns-lab-$(id -u)/test ]
                netns lab down test
                [ ! -e /tmp/netns-lab-$(id -u) ]
                gone
                netns lab down test 2>&1 || echo "status $?"
                """, in: box))
        #expect(result.output.contains("there is no lab 'test'") && result.output.contains("status 1"))
    }

    private static let file = """
        lab: test
        groups:
          router: {forward: true, loopback: auto}
        nodes:
          r1..2: {groups: [router]}
          h1..2: {dns: 10.9.9.9}
          p: {run: [{name: s, cmd: 'echo begin; exec sleep 1000', ready: 'log:begin'}]}
        links:
          - r1 -- r2: {mtu: 1400, impair: {rate: 100mbit}}
          - r2 -- p
        segments:
          left: {members: h1, gateway: r1, host: true}
          right: {members: h2, gateway: r2}
        routing: static
        """

    @Test("an ordinary user brings one up, checks it, changes it and takes it down", arguments: [false, true])
    func life(asRoot: Bool) throws {
        let box = try Sandbox()
        let lab = "l\(box.keeper)"
        let result = try box.shell(
            script(
                """
                sed -i 's/^lab: test/lab: \(lab)/' t.lab.yaml; lab=\(lab)
                netns lab plan --rootless t.lab.yaml >/dev/null && exit 1 || [ $? = 3 ]
                [ -z "$(strangers)" ]; [ -z "$(ls -A /run/mine)" ]
                netns lab up \(asRoot ? "--rootless " : "")t.lab.yaml
                [ "$(stat -c %a%F /run/mine/netns-lab)" = 700directory ]
                space=$(readlink /proc/$(holder)/ns/user)
                # What the kernel says of the holder.
                grep -q '^ *0 *'$(id -u)' ' /proc/$(holder)/uid_map
                for kind in user mnt net; do
                    [ $(stat -Lc %i /proc/$(holder)/ns/$kind) != $(stat -Lc %i /proc/self/ns/$kind) ]
                done
                [ "$(awk '{ print $6 }' /proc/$(holder)/stat)" = $(holder) ]
                inside ls /run/netns
                inside ip -n $lab-r1 -j link show dev eth0 | jq -r '.[].mtu'
                inside ip -j addr show dev lo | jq -c '[.[].flags[] | select(. == "UP")]'
                inside ip netns exec $lab-h1 ping -q -c1 -W5 h2 >/dev/null
                [ "$(inside ip netns pids $lab-p | wc -l)" -ge 1 ]
                netns lab list --json | jq -c '.[] | [.lab, .nodes, .rootless]'
                [ "$(netns lab list --json | jq '.[].holder')" = $(holder) ]
                netns lab up t.lab.yaml
                netns lab status $lab >/dev/null
                netns lab status --json $lab | jq .rootless
                netns lab check $lab
                netns lab exec $lab h1 -- id -u
                netns lab exec $lab h1 test -e t.lab.yaml
                netns lab exec $lab h1 -- grep -c 9.9.9 /etc/resolv.conf
                netns lab exec $lab r1 -- netns lab status $lab >/dev/null
                echo 'exit 7' | netns lab shell $lab r2 || echo "shell $?"
                netns lab logs $lab p/s
                netns lab fail $lab "r1 -- r2"
                inside ip -n $lab-r1 -j link show dev eth0 | jq -c '.[].flags | index("UP")'
                netns lab heal $lab "r1 -- r2"
                netns lab impair $lab "r1 -- r2" rate=10mbit
                inside tc -n $lab-r1 qdisc show dev eth0 | grep -o 'rate 10Mbit'
                netns lab plan t.lab.yaml >/dev/null || echo "plan $?"
                sed -i '/left:/s/host: true/host: false/; s/mtu: 1400/mtu: 1300/' t.lab.yaml
                netns lab up t.lab.yaml >/dev/null
                inside ip -n $lab-r1 -j link show dev eth0 | jq -r '.[].mtu'
                netns lab graph $lab >/dev/null
                netns lab export $lab --output /run/work/out.yaml; grep -c $lab /run/work/out.yaml >/dev/null
                netns lab capture --count 1 --output /run/mine/p.pcapng $lab "r1 -- r2" 2>/dev/null & capture=$!
                for i in $(seq 200); do kill -0 $capture 2>/dev/null || break
                    netns lab exec $lab h1 -- ping -q -c1 -W1 h2 >/dev/null; done
                wait $capture; [ -s /run/mine/p.pcapng ]; rm /run/mine/p.pcapng
                netns lab exec $lab h1 -- sh -c 'setsid sleep 900 & '
                netns lab down $lab
                gone
                [ -z "$(ls -A /run/mine)" ]
                netns lab list
                netns lab status $lab || echo "status $?"
                """, in: box, asRoot: asRoot))
        #expect(result.errors.contains("netns: there is no lab '\(lab)'"), "\(result.errors)")
        let lines = result.lines.filter { !$0.hasPrefix("+ ") && !$0.contains("made") }
        #expect(
            lines == [
                "\(lab)-h1", "\(lab)-h2", "\(lab)-p", "\(lab)-r1", "\(lab)-r2", "\(lab)-switch", "1400", "[\"UP\"]",
                "[\"\(lab)\",5,true]", "\(lab): nothing to do", "true", "ok      all reach each other (40 of 40)", "0",
                "1",
                "shell 7", "begin", "null", "rate 10Mbit", "plan 3", "1300", "\(lab): down", "status 1",
            ], "\(result)")
        #expect(result.output.contains("rootless (process "))
    }

    @Test("what was killed is begun anew by 'up', and ended by 'down'")
    func killed() throws {
        let box = try Sandbox()
        try box.shell(
            script(
                """
                netns lab up t.lab.yaml >/dev/null
                first=$(holder); kill -9 $first
                [ -n "$(strangers)" ]
                netns lab up t.lab.yaml >/dev/null
                [ $(holder) != $first ]
                netns lab check test >/dev/null
                kill -9 $(holder)
                netns lab down test >/dev/null
                gone; [ -z "$(ls -A /run/mine)" ]
                # Told to end, it takes all along.
                netns lab up t.lab.yaml >/dev/null
                kill $(holder)
                gone; for i in $(seq 500); do [ -e /run/mine/netns-lab ] || break; sleep 0.02; done
                [ -z "$(ls -A /run/mine)" ]
                # Found without its file.
                netns lab up t.lab.yaml >/dev/null
                rm -r /run/mine/netns-lab
                netns lab status test >/dev/null
                netns lab up t.lab.yaml | grep -q 'nothing to do'
                netns lab down test >/dev/null
                gone; [ -z "$(ls -A /run/mine)" ]
                """, in: box))
    }

    /// The 'up' that is killed has system calls before the holder is there, while it is made, and after.
    @Test(
        "'up' that is killed anywhere: 'up' again converges, and 'down' leaves nothing",
        .enabled(if: canInjectFaults, "strace is not installed"))
    func killedUp() throws {
        let count = runsLongTests ? 50 : 12
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                killed=0
                for call in write:1 write:2 write:3 write:5 rename:1 rename:2 openat:20 openat:60 mount:1 \\
                    $(for i in $(seq \(count - 9)); do echo sendmsg:$((i * 60 / \(count))); done); do
                    status=0; name=${call%:*}
                    strace -o /dev/null -e trace=$name -e inject=$name:signal=KILL:when=${call#*:} \\
                        netns lab up t.lab.yaml >/dev/null 2>&1 || status=$?
                    case $status in 137) killed=$((killed + 1));; 0);; *) echo "$call: $status"; exit 1;; esac
                    if [ $((killed % 3)) = 1 ]; then
                        netns lab down --if-exists test >/dev/null; gone; ls -A /run/mine
                    fi
                    netns lab up t.lab.yaml >/dev/null
                    netns lab plan t.lab.yaml >/dev/null
                    netns lab exec test h1 -- ping -q -c1 -W5 h2 >/dev/null
                    netns lab down test >/dev/null
                    gone; ls -A /run/mine
                done
                # The holder itself, while it makes its namespaces.
                for call in unshare:2 mount:1 mount:2 symlink:5 move_mount:1; do
                    status=0; name=${call%:*}
                    timeout 30 strace -f -o /dev/null -e trace=$name -e inject=$name:signal=KILL:when=${call#*:} \
                        netns lab up t.lab.yaml >/dev/null 2>said || status=$?
                    [ $status = 1 ] || { echo "$call: $status"; cat said; }
                    gone; ls -A /run/mine
                done
                netns lab up t.lab.yaml >/dev/null; netns lab down test >/dev/null; gone
                echo "killed $killed"
                """, in: box), timeout: .seconds(300))
        let killed = result.lines.last.flatMap { Int($0.dropFirst("killed ".count)) } ?? 0
        #expect(result.lines.count == 1, "\(result.output)")
        #expect(killed >= count / 2, "\(result.output)")
    }

    @Test("what fails is taken back whole, with the holder")
    func failure() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                sed "s/echo begin; exec sleep 1000/exit 3/" t.lab.yaml >bad.lab.yaml
                netns lab up bad.lab.yaml && exit 1
                gone; [ -z "$(ls -A /run/mine)" ]
                echo 'wrong: 1' >>t.lab.yaml
                netns lab up t.lab.yaml && exit 1 || [ $? = 2 ]
                gone; [ -z "$(ls -A /run/mine)" ]
                printf 'lab: x\\nnodes: {a: {attach: "pid:1"}, b: }\\nlinks: [a -- b]\\n' >a.lab.yaml
                netns lab up a.lab.yaml && exit 1 || [ $? = 2 ]
                printf 'lab: x\\nnodes: {a: , b: }\\nsegments: {s: {members: [a, b], uplink: eth0}}\\n' >a.lab.yaml
                netns lab up - <a.lab.yaml && exit 1 || [ $? = 2 ]
                gone; [ -z "$(ls -A /run/mine)" ]
                mkdir /run/mine/netns-lab; chmod 777 /run/mine/netns-lab
                netns lab up --rootless a.lab.yaml && exit 1
                rmdir /run/mine/netns-lab
                """, in: box))
        #expect(result.errors.contains("'s' in 'p': it ended with status 3 before it was ready"), "\(result.errors)")
        #expect(result.errors.contains("a.lab.yaml:2:21: error[unsupported]: 'a' can't be attached to a rootless lab"))
        #expect(result.errors.contains("-:3:41: error[unsupported]: the device 'eth0' is not in a rootless lab"))
        #expect(result.errors.contains("netns: cannot use '/run/mine/netns-lab': it is not only yours; hint: "))
    }

    @Test("a refusal names the limit of the machine", arguments: ["user", "mnt", "net"])
    func refusal(kind: String) throws {
        let box = try Sandbox()
        // Root of a user namespace sets its limits.
        let result = try box.shell(
            script(
                """
                unshare --user --map-root-user sh -c '
                    echo 0 >/proc/sys/user/max_\(kind)_namespaces; netns lab up --rootless t.lab.yaml; echo $?'
                [ -z "$(ls -A /run/mine)" ]
                """, in: box))
        #expect(result.output == "1\n")
        #expect(result.errors.contains("No space left on device (ENOSPC); hint: user.max_\(kind)_namespaces is 0: "))
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test("a batch goes on where it was")
    func batch() throws {
        let box = try Sandbox()
        let result = try box.shell(
            script(
                """
                printf 'lab up t.lab.yaml\\nlab exec test h1 true\\nlist\\nlab down test\\n' | netns batch | tail -1
                gone
                """, in: box))
        #expect(result.output == "test: down\n")
    }
}
