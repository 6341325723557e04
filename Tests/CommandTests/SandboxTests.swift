// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite(.enabled(if: Sandbox.isAvailable))
struct SandboxTests {
    @Test("a sandbox holds lo and no names, and is gone with the test")
    func isolation() throws {
        let box = try Sandbox()
        #expect(try box.shell("ip -br link | wc -l").output == "1\n")
        #expect(try box.shell("ls -A /run").output == "")
        try box.shell("ip netns add red; ip link add v0 type veth peer name v1 netns red")
        let before = try box.snapshot()
        #expect(before.contains("v0"))
        #expect(try box.snapshot() == before)
        #expect(try Sandbox().shell("ip -br link | wc -l").output == "1\n")
    }

    @Test("the status, both outputs and the path to the command are passed on")
    func results() throws {
        let box = try Sandbox()
        let result = try box.shell("echo out; echo err >&2; command -v netns; exit 7", mayFail: true)
        #expect(result == CommandResult(status: 7, output: "out\n\(Sandbox.command)\n", errors: "err\n"))
        #expect(try box.run(["sh", "-c", "kill -TERM $$"]).status == 143)
        #expect(throws: SandboxFailure.self) { try box.shell("false") }
        #expect(throws: SandboxFailure.self) { try box.start(["sleep", "60"]).wait(timeout: .milliseconds(20)) }
    }
}
