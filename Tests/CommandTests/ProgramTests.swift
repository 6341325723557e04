// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// What the programs that netns runs are given, and as whom they run.
@Suite(.enabled(if: Sandbox.isAvailable))
struct ProgramTests {
    @Test("arguments and environment reach the program byte by byte", arguments: ["red", "--all --"])
    func bytes(target: String) throws {
        let box = try Sandbox()
        let script = """
            netns add red
            odd=$(printf 'a\\377b')
            export odd
            netns exec \(target) sh -c 'printf "%s,%s" "$odd" "$1" | od -An -tx1' sh "$odd"
            """
        #expect(try box.shell(script).lines.last == " 61 ff 62 2c 61 ff 62")
    }

    @Test("the program is looked for along the PATH that it is given", arguments: ["red", "--all --"])
    func path(target: String) throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red; mkdir /run/programs
            printf '#!/bin/sh\\necho found "$HOME" "$1"\\n' >/run/programs/findme
            printf 'echo found "$HOME" "$1"\\n' >/run/programs/plain
            chmod +x /run/programs/*
            """)
        for program in ["findme", "plain"] {
            let line = "netns exec --env PATH=/run/programs --env HOME=/a=b \(target) \(program) 'x y'"
            #expect(try box.shell(line).lines.last == "found /a=b x y", "\(line)")
        }
    }

    @Test("with --all nothing is written behind the last program's output")
    func nothingBehind() throws {
        let box = try Sandbox()
        #expect(try box.shell("netns add a b; netns exec --all -- true").output == "\nnetns: a\n\nnetns: b\n")
    }

    @Test("the number that means 'no change' to the kernel is no user")
    func noUser() throws {
        let box = try Sandbox()
        try box.shell("netns add red")
        try box.expect([Refusal("exec --user 4294967295 red true", 2, "no user '4294967295'")])
    }

    @Test("a user keeps every group", .enabled(if: geteuid() == 0, "only root can change groups"))
    func manyGroups() throws {
        let box = try Sandbox()
        let result = try box.shell(
            """
            netns add red
            for number in $(seq 300); do echo "many$number:x:$((70000 + number)):daemon"; done >/run/group
            cat /etc/group >>/run/group; mount --bind /run/group /etc/group
            netns exec --user daemon red id -G | wc -w; id -G daemon | wc -w
            """)
        #expect(result.lines.count == 2 && result.lines[0] == result.lines[1], "\(result)")
        #expect(result.lines.first.flatMap { Int($0) } ?? 0 > 300)
    }
}
