// SPDX-License-Identifier: Apache-2.0

import Testing

/// What a lab writes below /etc/netns, and what it leaves alone.
@Suite(.enabled(if: LabSandbox.isAvailable, "no namespaces, or no /etc/netns"))
struct LabFilesTests {
    @Test("a file of somebody's own stays, whatever a lab does beside it")
    func ownFiles() throws {
        let lab = try LabSandbox()
        let box = lab.box
        let file = try lab.write("lab: files\nnodes: [a, b]\nlinks: [a -- b]\n")
        try box.shell("mkdir -p /etc/netns/files-a; echo mine > /etc/netns/files-a/nsswitch.conf")
        try box.shell("netns lab up \(file)")
        #expect(try box.shell("cat /etc/netns/files-a/nsswitch.conf").output == "mine\n")
        #expect(try box.shell("netns lab up \(file)").output == "files: nothing to do\n")
        #expect(try box.shell("grep -c ' b$' /etc/netns/files-a/hosts").output == "2\n")
        try box.shell("netns lab down files")
        #expect(try box.shell("cat /etc/netns/files-a/nsswitch.conf").output == "mine\n")
        #expect(try box.shell("ls /etc/netns /etc/netns/files-a").output.contains("hosts") == false)
    }

    @Test("what a run that was killed left of a file goes with the lab")
    func unfinishedFiles() throws {
        let lab = try LabSandbox()
        let box = lab.box
        let file = try lab.write("lab: files\nnodes: [a, b]\nlinks: [a -- b]\n")
        try box.shell("netns lab up \(file); touch /etc/netns/files-a/hosts.4711~ /etc/netns/files-b/hosts~")
        try box.shell("netns lab down files")
        #expect(
            try box.shell("find /etc/netns -mindepth 1 | sort").lines == [
                "/etc/netns/files-b", "/etc/netns/files-b/hosts~",
            ])
    }
}
