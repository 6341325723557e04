// SPDX-License-Identifier: Apache-2.0

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
}
