// SPDX-License-Identifier: Apache-2.0

import Testing

/// Several commands at the same time on the same names.
@Suite(.enabled(if: Sandbox.isAvailable))
struct NamespaceConcurrencyTests {
    @Test("of 64 that add the same name one succeeds, and nothing is left over")
    func sameName() throws {
        let box = try Sandbox()
        for _ in 0..<(runsLongTests ? 10 : 1) {
            let adders = try (0..<64).map { _ in try box.start(["netns", "add", "same"]) }
            let results = try adders.map { try $0.wait() }
            #expect(results.filter { $0.status == 0 }.count == 1)
            for result in results where result.status != 0 {
                #expect(result.status == 1)
                #expect(result.errors.hasPrefix("netns: namespace 'same' exists already (EEXIST)"), "\(result.errors)")
            }
            #expect(try box.netns("list").output == "same\n")
            #expect(try box.shell("grep -c nsfs /proc/self/mountinfo; ls -A /run/netns").output == "1\nsame\n")
            #expect(try box.netns("delete same").status == 0)
            #expect(try box.shell("grep -c nsfs /proc/self/mountinfo || true; ls -A /run/netns").output == "0\n")
        }
    }

    @Test("64 names are added and deleted while ip does the same")
    func differentNames() throws {
        let box = try Sandbox()
        let names = (0..<64).map { "n\($0)" } + (0..<64).map { "i\($0)" }
        let adders = try names.map { name in
            try box.start(name.hasPrefix("n") ? ["netns", "add", name] : ["ip", "netns", "add", name])
        }
        for adder in adders { #expect(try adder.wait() == CommandResult(status: 0, output: "", errors: "")) }
        #expect(try box.netns("list").lines == names.sorted())
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo; ls /run/netns | wc -l").output == "128\n128\n")
        let inodes = try box.shell("ls -i /run/netns | awk '{ print $1 }' | sort -u | wc -l")
        #expect(inodes.output == "128\n")
        // Crosswise: each deletes what the other made.
        let deleters = try names.map { name in
            try box.start(name.hasPrefix("i") ? ["netns", "delete", name] : ["ip", "netns", "delete", name])
        }
        for deleter in deleters { #expect(try deleter.wait() == CommandResult(status: 0, output: "", errors: "")) }
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo || true; ls -A /run/netns").output == "0\n")
    }

    @Test("the directory is prepared once, whoever comes first")
    func preparation() throws {
        for _ in 0..<(runsLongTests ? 50 : 5) {
            let box = try Sandbox()
            try box.shell("mount --make-shared /run")
            let adders = try (0..<8).map { number in try box.start(["netns", "add", "n\(number)"]) }
            for adder in adders { #expect(try adder.wait().status == 0) }
            #expect(try box.shell("grep -c ' /run/netns ' /proc/self/mountinfo").output == "1\n")
            #expect(try box.shell("grep -c nsfs /proc/self/mountinfo").output == "8\n")
        }
    }

    @Test("of those that attach and delete the same name each either succeeds or says why")
    func attachAndDelete() throws {
        let box = try Sandbox()
        try box.shell("netns add keep")
        let process = try box.start(["netns", "exec", "keep", "sleep", "60"])
        #expect(try waitUntil { try box.netns("pids keep").output != "" })
        let commands = try (0..<48).map { number in
            try box.start(
                number % 3 == 0
                    ? ["netns", "attach", "x", "\(process.processID)"]
                    : number % 3 == 1 ? ["netns", "delete", "x"] : ["netns", "add", "x"])
        }
        for command in commands {
            let result = try command.wait()
            let isClean =
                result.status == 0 && result.errors == ""
                || result.status == 1
                    && (result.errors.hasPrefix("netns: namespace 'x' exists already (EEXIST)")
                        || result.errors == "netns: there is no namespace 'x' (ENOENT)\n")
            #expect(isClean, "\(result)")
        }
        _ = try box.netns("delete --ignore-missing x")
        #expect(try box.netns("list").output == "keep\n")
        #expect(try box.shell("grep -c nsfs /proc/self/mountinfo; ls -A /run/netns").output == "1\nkeep\n")
    }

    /// B2 of ip: in 300 rounds 160 to 180 errors.
    @Test("readers meet no half-made name", .timeLimit(.minutes(10)), arguments: ["ip netns", "netns"])
    func readers(writer: String) throws {
        let box = try Sandbox()
        let rounds = runsLongTests ? 300 : 30
        // A reader says what it met that it must not meet, and goes on until the writer is done.
        let clean = "netns: there is no namespace 'red' (ENOENT)"
        func reader(_ command: String) throws -> ChildProcess {
            try box.start([
                "sh", "-c",
                """
                while [ -e /run/busy ]; do
                    said=$(\(command) 2>&1 >/dev/null) || [ "$said" = "\(clean)" ] || echo "$? $said"
                    [ -z "$said" ] || [ "$said" = "\(clean)" ] || echo "said $said"
                done
                """,
            ])
        }
        try box.shell("netns add steady; touch /run/busy")
        let readers = try [
            "netns list", "netns list --long --json", "netns exec red true", "netns pids red", "netns link show -n red",
            "netns link show --all-namespaces",
        ].map(reader)
        let result = try box.shell(
            """
            round=0
            while [ $round -lt \(rounds) ]; do
                round=$((round + 1)); \(writer) add red; \(writer) delete red
            done; rm /run/busy
            """, timeout: .seconds(590))
        // A reader may be inside at that moment.
        #expect(result.errors.split(separator: "\n").allSatisfy { $0.contains("a namespace that lives on") })
        for reader in readers {
            let result = try reader.wait()
            #expect(result == CommandResult(status: 0, output: "", errors: ""), "\(result.output)")
        }
        #expect(try box.netns("list").output == "steady\n")
    }
}
