// SPDX-License-Identifier: Apache-2.0

import Testing

/// What the verbs of namespaces must not take.
@Suite(.enabled(if: Sandbox.isAvailable))
struct NamespaceRefusalTests {
    private static let tooLong = String(repeating: "n", count: 256)

    /// Names that nobody may make, and some that only `--any-name` makes.
    private static let names = [
        Refusal("add", 2, "name"),
        Refusal(words: ["add", ""], 2, "it is empty"),
        Refusal("add .", 2, "names a directory"),
        Refusal("add ..", 2, "names a directory"),
        Refusal("add a/b", 2, "holds a '/'"),
        Refusal("add ../../etc/passwd", 2, "holds a '/'"),
        Refusal("add /run/netns/x", 2, "holds a '/'"),
        Refusal("add \(tooLong)", 2, "256 bytes"),
        Refusal("add --any-name \(tooLong)", 2, "256 bytes"),
        Refusal(words: ["add", "a b"], 2, "--any-name"),
        Refusal(words: ["add", "a\nb"], 2, "'a"),
        Refusal(words: ["add", "--any-name", "a\nb"], 2, "control character"),
        Refusal(words: ["add", "--any-name", "\u{1b}[2J"], 2, "control character"),
        Refusal("add -- -x", 2, "begins with '-'"),
        Refusal("add grün", 2, "--any-name"),
        Refusal("add new new", 2, "twice"),
        Refusal("add new a/b", 2, "holds a '/'"),
        Refusal("add red", 1, "exists already (EEXIST)"),
        Refusal("add new red", 1, "'red' exists already"),
        Refusal("add --dry-run red", 1, "exists already"),
        Refusal("attach a/b 1", 2, "holds a '/'"),
        Refusal("delete a/b", 2, "holds a '/'"),
        Refusal(words: ["delete", ""], 2, "it is empty"),
        Refusal("set .. 3", 2, "names a directory"),
        Refusal("pids ..", 2, "names a directory"),
        Refusal("exec .. true", 2, "names a directory"),
        Refusal("pids docker:a/b", 2, "can't be the name of a container"),
        Refusal("exec docker: true", 2, "can't be the name of a container"),
        Refusal("exec \(tooLong) true", 2, "256 bytes"),
    ]

    /// Names that nothing has.
    private static let missing = [
        Refusal("delete nosuch", 1, "no namespace 'nosuch' (ENOENT)"),
        Refusal("delete --no-wait nosuch", 1, "no namespace 'nosuch'"),
        Refusal("delete --if-unused nosuch", 1, "no namespace 'nosuch'"),
        Refusal("delete --dry-run nosuch", 1, "no namespace 'nosuch'"),
        Refusal("set nosuch 3", 1, "no namespace 'nosuch'"),
        Refusal("pids nosuch", 1, "no namespace 'nosuch'"),
        Refusal("pids --holders nosuch", 1, "no namespace 'nosuch'"),
        Refusal("exec nosuch true", 125, "no namespace 'nosuch'"),
        Refusal("pids no/such", 1, "cannot open 'no/such'"),
        Refusal("exec no/such true", 125, "cannot open 'no/such'"),
        Refusal("exec pid:2147483647 true", 125, "no process 2147483647 (ESRCH)"),
        Refusal("exec runc:nosuch true", 125, "runc does not run here: there is no '/run/runc'"),
        Refusal("pids lxc:nosuch", 1, "lxc does not run here"),
        Refusal("identify crun:nosuch", 1, "crun does not run here"),
        Refusal("attach new nspawn:nosuch", 1, "nspawn does not run here"),
        Refusal("attach new --container nosuch", 1, "there is no container 'nosuch'"),
        Refusal("enter containerd:nosuch", 125, "containerd does not run here"),
        Refusal("link show -n cri:nosuch", 1, "cri does not run here"),
        Refusal("connect runc:nosuch br0", 1, "runc does not run here"),
        Refusal(words: ["exec", "no\nsuch", "true"], 125, "no\\u{a}such"),
        Refusal("identify 2147483647", 1, "no process 2147483647 (ESRCH)"),
        Refusal("attach new 2147483647", 1, "no process 2147483647 (ESRCH)"),
    ]

    /// Numbers that are none, or out of range, or taken.
    private static let numbers = [
        Refusal("identify x", 2, "'x' is not a process number"),
        Refusal("identify 0", 2, "'0' is not a process number"),
        Refusal("identify 0x10", 2, "'0x10' is not a process number"),
        Refusal("identify 2147483648", 2, "'2147483648' is not a process number"),
        Refusal("identify 99999999999999999999", 2, "is not a process number"),
        Refusal("identify -1", 2, "-1"),
        Refusal(words: ["identify", ""], 2, "is not a process number"),
        Refusal(words: ["identify", " 1"], 2, "is not a process number"),
        Refusal("identify +1", 2, "is not a process number"),
        Refusal("attach new x", 2, "'x' is not a process number"),
        Refusal("attach new 0", 2, "'0' is not a process number"),
        Refusal("attach new 1.5", 2, "'1.5' is not a process number"),
        Refusal("attach new ١", 2, "is not a process number"),
        Refusal("set red x", 2, "'x' is not a namespace id"),
        Refusal("set red 0x5", 2, "'0x5' is not a namespace id"),
        Refusal("set red 2147483648", 2, "'2147483648' is not a namespace id"),
        Refusal(words: ["set", "red", ""], 2, "is not a namespace id"),
        Refusal("set red 8", 1, "already has a nsid"),
        Refusal("set red auto", 1, "already has a nsid"),
        Refusal("set blue 7", 1, "already used"),
        Refusal("list-id nsid x", 2, "'x' is not a namespace id"),
        Refusal("list-id nsid 99", 1, "99"),
        Refusal("list-id target-nsid 99", 1, "Invalid target"),
    ]

    /// Too few words, too many, and some that mean nothing.
    private static let words = [
        Refusal("attach", 2, "name"),
        Refusal("attach new", 2, "pid"),
        Refusal("attach new 1 2", 2, "'2'"),
        Refusal("attach new 1 --container web", 2, "'--container' takes the place of the process"),
        Refusal("delete", 2, "no namespace is named"),
        Refusal("delete --all red", 2, "--all takes no names"),
        Refusal("set", 2, "name"),
        Refusal("set red", 2, "nsid"),
        Refusal("set red 1 2", 2, "'2'"),
        Refusal("identify 1 2", 2, "'2'"),
        Refusal("pids", 2, "name"),
        Refusal("pids red blue", 2, "'blue'"),
        Refusal("list-id nsid", 2, "'nsid' lacks its number"),
        Refusal("list-id target-nsid", 2, "'target-nsid' lacks its number"),
        Refusal("list-id nsdi 4", 2, "unknown word 'nsdi'; hint: did you mean 'nsid'?"),
        Refusal("add --frob new", 2, "--frob"),
        Refusal("list --frob", 2, "--frob"),
        Refusal("delete --frob red", 2, "--frob"),
        Refusal("--frob", 2, "--frob"),
        Refusal("--frob list", 2, "--frob"),
        Refusal("-n", 2, "'-n' needs a value"),
        Refusal("frob", 2, "no verb 'frob'"),
        Refusal("lsit", 2, "no verb 'lsit'"),
        Refusal(words: [""], 2, "no verb ''"),
        Refusal(words: ["fr\nob"], 2, "no verb 'fr\\nob'"),
        Refusal("rm red", 2, "did you mean 'delete'?"),
        Refusal("create red", 2, "did you mean 'add'?"),
        Refusal("-c list --frob", 2, "list: unknown option '--frob'"),
        Refusal("list --jsno", 2, "; hint: did you mean '--json'?"),
        Refusal("set red", 2, "hint: see 'netns set --help'"),
        Refusal("list-id frob", 2, "it takes 'target-nsid N' and 'nsid N'"),
        Refusal("li", 2, "could be 'link' or 'list'"),
        Refusal("help frob", 2, "no verb 'frob'"),
        Refusal("completions", 2, "shell"),
        Refusal("completions csh", 2, "'csh'"),
    ]

    /// What exec can't do. Its own mistakes are told apart from the program's status.
    private static let executions = [
        Refusal("exec", 2, "no namespace is named"),
        Refusal("exec --all", 2, "no program"),
        Refusal("-n red exec true", 2, "'netns exec NAME COMMAND'"),
        Refusal("exec red --user nobody id", 127, "options of exec go before the namespace"),
        Refusal("exec --frob red true", 2, "--frob"),
        Refusal("exec --frob", 2, "--frob"),
        Refusal("exec -x red true", 2, "-x"),
        Refusal("exec --user nosuchuser red true", 2, "no user 'nosuchuser'"),
        Refusal(words: ["exec", "--user", "", "red", "true"], 2, "no user ''"),
        Refusal("exec --user 99999999999 red true", 2, "no user '99999999999'"),
        Refusal("exec --user", 2, "--user"),
        Refusal("exec --env novalue red true", 2, "'novalue' is not of the form KEY=VALUE"),
        Refusal("exec --env =x red true", 2, "'=x' is not of the form KEY=VALUE"),
        Refusal("exec --dns nope red true", 2, "nope"),
        Refusal("exec --dns 10.0.0.256 red true", 2, "10.0.0.256"),
        Refusal("exec --chdir /nosuch red true", 125, "cannot change to '/nosuch'"),
        Refusal("exec --chdir /etc/passwd red true", 125, "ENOTDIR"),
        Refusal("exec red nosuchprogram", 127, "cannot run 'nosuchprogram'"),
        Refusal("exec red /nosuch/program", 127, "cannot run '/nosuch/program'"),
        Refusal("exec red /etc/passwd", 126, "cannot run '/etc/passwd'"),
        Refusal("exec red /etc", 126, "cannot run '/etc'"),
        Refusal(words: ["exec", "red", "no\nsuch"], 127, "cannot run 'no\\nsuch'"),
        Refusal(words: ["exec", "red", ""], 127, "cannot run ''"),
    ]

    enum Subject: CaseIterable {
        case names, missingNames, numbers, words, executions

        fileprivate var refusals: [Refusal] {
            switch self {
            case .names: NamespaceRefusalTests.names
            case .missingNames: NamespaceRefusalTests.missing
            case .numbers: NamespaceRefusalTests.numbers
            case .words: NamespaceRefusalTests.words
            case .executions: NamespaceRefusalTests.executions
            }
        }
    }

    @Test(
        "a bad word is refused on one line, with the documented status, and changes nothing",
        arguments: Subject.allCases)
    func refusal(of subject: Subject) throws {
        let box = try Sandbox()
        try box.shell("netns add red blue; netns set red 7; ip link add v0 type veth peer name v1 netns red")
        try box.expect(subject.refusals)
    }

    @Test("what is no namespace in /run/netns is never entered, followed, covered or taken away")
    func foreignFiles() throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red
            cd /run/netns
            mkdir directory; echo contents >file; ln -s /etc/passwd password; ln -s /nowhere nowhere; ln -s loop loop
            mkfifo /run/fifo; ln -s /run/fifo fifo; mkfifo pipe; ln -s . self
            touch other; mount --bind /proc/self/ns/uts other
            mkdir mounted; mount -t tmpfs none mounted
            """)
        let names = [
            "directory", "file", "password", "nowhere", "loop", "fifo", "pipe", "self", "other", "mounted",
        ]
        try box.expect(
            names.flatMap { name in
                [
                    Refusal("add \(name)", 1, "not a network namespace"),
                    Refusal("add --exist-ok \(name)", 1, "not a network namespace"),
                    Refusal("attach --exist-ok \(name) \(box.keeper)", 1, "not a network namespace"),
                    Refusal("exec \(name) true", 125, "not a network namespace"),
                    Refusal("set \(name) 3", 1, "not a network namespace"),
                    Refusal("pids \(name)", 1, "not a network namespace"),
                ]
            })
        try box.expect(
            ["directory", "mounted", "file", "pipe", "other"].flatMap {
                [
                    Refusal("delete \($0)", 1, "not a network namespace"),
                    Refusal("delete --dry-run \($0)", 1, "not a network namespace"),
                    Refusal("delete --if-unused \($0)", 1, "not a network namespace"),
                    Refusal("delete --no-wait \($0)", 1, "not a network namespace"),
                ]
            })
        #expect(try box.netns("list").output == "red\n")
        #expect(try JSON(box.netns("list --json").output).elements.count == 1)
        let states = try JSON(box.netns("list --long --json").output).elements.map {
            "\($0["name"]?.text ?? "") \($0["state"]?.text ?? "")"
        }
        #expect(
            states == [
                "directory foreign", "fifo dangling", "file foreign", "loop dangling", "mounted foreign",
                "nowhere dangling", "other foreign", "password dangling", "pipe foreign", "red ok", "self dangling",
            ])

        // A link is a name like any other: it goes, and what it leads to stays.
        let deletion = try box.netns("delete password nowhere loop fifo self")
        #expect(deletion == CommandResult(status: 0, output: "", errors: ""))
        #expect(try box.shell("test -s /etc/passwd; test -p /run/fifo; ls /run/netns").lines.count == 6)
        #expect(try box.netns("delete --all").status == 0)
        #expect(try box.shell("ls /run/netns").lines == ["directory", "file", "mounted", "other", "pipe"])
    }

    @Test("a stale name is refused with its cure, whoever left it behind", arguments: ["000", "444", "644"])
    func stale(mode: String) throws {
        let box = try Sandbox()
        // Other programs make the file that they mount on readable.
        try box.shell("netns add red; : >/run/netns/old; chmod \(mode) /run/netns/old; sleep 1.1")
        let state = try JSON(box.netns("list --long --json").output).elements.first
        #expect(state?["state"] == .string("stale"))
        try box.expect([
            Refusal("exec old true", 125, "stale"),
            Refusal("set old 3", 1, "stale"),
            Refusal("pids old", 1, "'netns prune' removes"),
        ])
        #expect(try box.netns("list").output == "red\n")
        #expect(try box.netns("add old") == CommandResult(status: 0, output: "", errors: ""))
        #expect(try box.netns("exec old true").status == 0)
        try box.shell("umount /run/netns/old; sleep 1.1")
        #expect(try box.netns("delete old") == CommandResult(status: 0, output: "", errors: ""))
        #expect(try box.netns("list --long").lines.count == 2)
    }

    @Test("numbers are decimal: a leading zero is no octal number")
    func decimals() throws {
        let box = try Sandbox()
        #expect(try box.shell("netns add red; netns set red 010; netns list").output == "red (id: 10)\n")
    }
}
