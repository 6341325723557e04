// SPDX-License-Identifier: Apache-2.0

import Testing

/// Routes for labels, beside what ip(8) shows of the same.
@Suite(.enabled(if: Sandbox.isAvailable))
struct MPLSRouteListingTests {
    private static let network = """
        echo 1000 >/proc/sys/net/mpls/platform_labels
        ip link add v0 type veth peer name w0
        ip link set v0 up
        ip link set w0 up
        ip addr add 10.0.0.1/24 dev v0
        ip addr add 2001:db8::1/64 dev v0 nodad
        """
    private static let routes = [
        "100 via inet 10.0.0.2 dev v0", "101 as 200 via inet6 2001:db8::2 dev v0",
        "102 as to 200/300 via inet 10.0.0.2 dev v0 ttl-propagate enabled", "103 via inet 10.0.0.2 dev v0 proto static",
        "104 nexthop as 400 via inet 10.0.0.2 dev v0 nexthop via inet6 2001:db8::2 dev v0",
    ]

    @Test(
        "what netns makes is what ip makes, and both show the same",
        .enabled(if: kernelRoutesMPLS, "this kernel routes no MPLS (mpls_router)"))
    func listing() throws {
        func box(madeBy tool: String) throws -> Sandbox {
            let box = try Sandbox()
            try box.shell(([Self.network] + Self.routes.map { "\(tool) -M route add \($0)" }).joined(separator: "\n"))
            return box
        }
        let (made, expected) = (try box(madeBy: "netns"), try box(madeBy: "ip"))
        for line in ["-M route", "-d -M route", "-M route show dev v0"] {
            let text = try expected.shell("ip \(line)").output
            #expect(try made.shell("ip \(line)").output == text, "ip \(line)")
            #expect(try made.netns(line).output == text, "netns \(line)")
        }
        let objects = try JSON(expected.shell("ip -j -d -M route").output)
        #expect(try objects.missing(from: JSON(made.netns("-M route --json").output)) == [])
        // A route of several ways is not one of a device.
        try made.shell("netns -M route delete 100; netns -M route flush dev v0")
        try expected.shell("ip -M route delete 100; ip -M route flush dev v0")
        #expect(try made.shell("ip -M route").output == expected.shell("ip -M route").output)
    }

    @Test("a bad word is refused on one line that says what is wrong")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 type veth peer name w0")
        try box.expect([
            Refusal("-M route add 100", 2, "the way is missing: 'via ADDRESS' or 'dev DEVICE'"),
            Refusal("-f mpls route add via inet 10.0.0.2", 2, "the label is missing"),
            Refusal("route add -M 1048576 dev v0", 2, "'1048576' is not a label up to 1048575"),
            Refusal("route add -M 100 101 dev v0", 2, "the label is given twice"),
            Refusal("route add -M 100 as 5//6 dev v0", 2, "'5//6' is not a label up to 1048575"),
            Refusal("route add -M 100 via inet6 10.0.0.2", 2, "'10.0.0.2' is no address of IPv6"),
            Refusal("route add -M 100 via 10.0.0.2 nexthop dev v0", 2, "'nexthop' excludes 'as', 'via' and 'dev'"),
            Refusal("route append -M 100 via 10.0.0.2", 2, "a label has one route"),
            Refusal("route add -M 100 dev nosuch", 1, "cannot find device 'nosuch' (ENODEV)"),
            Refusal("route flush -M", 2, "it must be said which routes to delete"),
            Refusal("route get -M", 2, "the label is missing"),
        ])
    }
}

private let kernelRoutesMPLS: Bool = {
    guard Sandbox.isAvailable, let box = try? Sandbox() else { return false }
    let made = try? box.shell("test -e /proc/sys/net/mpls/platform_labels", mayFail: true)
    return made?.status == 0
}()
