// SPDX-License-Identifier: Apache-2.0

import Testing

/// Labs that can't be brought up: what was done until then is taken back.
@Suite(.enabled(if: LabSandbox.isAvailable, "no namespaces, or no /etc/netns"))
struct LabRollbackTests {
    /// Something in the way, and the lab that meets it.
    struct Obstacle: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What is done before.
        var preparation = ""
        var file: String
        /// What the complaint says.
        var complaint: String
        /// Whether it is only met on the way, at a line of the file.
        var line: Int?
    }

    static let obstacles = [
        Obstacle(
            testDescription: "a namespace of that name", preparation: "netns add test-h3",
            file: """
                lab: test
                nodes: [h1..5]
                links: [{h1..5: {pattern: ring}}]
                """, complaint: "test-h3"),
        Obstacle(
            testDescription: "a device of that name on the machine",
            preparation: "ip link add up0 type veth peer name other",
            file: """
                lab: test
                nodes: [h1, h2]
                links:
                  - h1 -- h2
                  - "host:up0 -- h1"
                """, complaint: "up0"),
        Obstacle(
            testDescription: "a device of that name in an attached namespace",
            preparation: "netns add web; ip -n web link add eth0 type veth peer name other",
            file: """
                lab: test
                nodes:
                  web: {attach: "netns:web"}
                  h1..3:
                links:
                  - h1..3: {pattern: ring}
                  - web:eth0 -- h1
                """, complaint: "eth0"),
        Obstacle(
            testDescription: "an address that the kernel refuses",
            file: """
                lab: test
                nodes:
                  h1..4:
                  h5: {sysctls: {net.ipv6.conf.default.disable_ipv6: 1}}
                links:
                  - h1..5: {pattern: ring}
                """, complaint: "cannot give", line: 6),
        Obstacle(
            testDescription: "a route that the kernel refuses",
            file: """
                lab: test
                nodes:
                  h1:
                    routes:
                      - {to: 203.0.113.0/24, via: 192.0.2.99}
                  h2..4:
                segments:
                  s: {members: h1..4, host: true}
                """, complaint: "cannot add the route to 203.0.113.0/24", line: 5),
        Obstacle(
            testDescription: "a process that is not there",
            file: """
                lab: test
                nodes:
                  web: {attach: "pid:4194305"}
                  h1:
                links: [h1 -- web]
                """, complaint: "web"),
    ]

    @Test("what is in the way is named, and the machine is as before", arguments: obstacles)
    func obstacle(_ obstacle: Obstacle) throws {
        let lab = try LabSandbox()
        try lab.box.shell(obstacle.preparation)
        let path = try lab.write(obstacle.file)
        let before = try lab.snapshot()
        let result = try lab.lab("up \(path)")
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("netns: ") && result.errors.split(separator: "\n").count == 1)
        #expect(result.errors.contains(obstacle.complaint), "\(result.errors)")
        if let line = obstacle.line { #expect(result.errors.contains("\(path):\(line):"), "\(result.errors)") }
        #expect(!result.errors.contains("could not be taken back"))
        #expect(try lab.snapshot() == before)
    }

    @Test("the limit of namespaces is met on the way, and all that were made are gone")
    func limit() throws {
        let lab = try LabSandbox()
        try lab.write(
            "lab: test\nnodes: [h1..20]\nlinks: [{h1..20: {pattern: ring}}]\nsegments: {s: {members: h1..20}}")
        let result = try lab.box.shell(
            """
            unshare --user --map-root-user --mount --net sh -ec '
                cp /run/lab/test.lab.yaml /tmp/lab.$$; mount -t tmpfs none /run; mkdir -p /run/lab
                mv /tmp/lab.$$ /run/lab/test.lab.yaml
                netns add warm; netns delete warm
                \(LabSandbox.look)
                look > /run/lab/before
                echo 12 > /proc/sys/user/max_net_namespaces
                status=0; netns lab up /run/lab/test.lab.yaml || status=$?
                look > /run/lab/after
                cmp /run/lab/before /run/lab/after && echo same $status
                echo 1000 > /proc/sys/user/max_net_namespaces
                netns lab up /run/lab/test.lab.yaml; netns lab down test
                look > /run/lab/after
                cmp /run/lab/before /run/lab/after && echo same
            '
            """.replacingQuotes())
        #expect(result.lines.filter { $0.hasPrefix("same") } == ["same 1", "same"], "\(result)")
        #expect(result.errors.contains("cannot make the node 'h"), "\(result.errors)")
    }

    @Test("a change that fails leaves the lab as it was up")
    func change() throws {
        let lab = try LabSandbox()
        let path = try lab.write(
            """
            lab: test
            nodes:
              h1..3:
              h4: {forward: true, loopback: auto, sysctls: {net.ipv4.ip_default_ttl: 33}}
            links:
              - h1..4: {pattern: ring, impair: {rate: 10mbit}}
              - h4 -- h1
            routing: static
            """)
        try lab.up()
        let before = try lab.configuration()
        try lab.write(
            """
            lab: test
            nodes:
              h1..3:
              h5: {routes: [{to: 203.0.113.0/24, via: 192.0.2.99}]}
            links:
              - h1..3: {pattern: ring, mtu: 1400}
              - h5 -- h1: {impair: {rate: 1mbit}}
            """, as: "other.lab.yaml")
        let result = try lab.lab("up /run/lab/other.lab.yaml")
        #expect(result.status == 1)
        #expect(result.errors.contains("other.lab.yaml:4:"), "\(result.errors)")
        #expect(!result.errors.contains("could not be taken back"), "\(result.errors)")
        #expect(try lab.configuration() == before)
        #expect(try lab.box.shell("ip netns exec test-h4 cat /proc/sys/net/ipv4/ip_default_ttl").output == "33\n")
        #expect(try lab.lab("up \(path)").output == "test: nothing to do\n")
        #expect(try lab.lab("down test").status == 0)
    }
}

extension String {
    /// The same for the inside of single quotes of a shell.
    fileprivate func replacingQuotes() -> String {
        guard let first = firstIndex(of: "'"), let last = lastIndex(of: "'"), first < last else { return self }
        let inner = self[index(after: first)..<last].split(separator: "'", omittingEmptySubsequences: false)
        return String(self[...first]) + inner.joined(separator: "'\\''") + String(self[last...])
    }
}
