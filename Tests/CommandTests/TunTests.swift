// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
import Testing

/// Whether /dev/net/tun can be opened.
private let hasTun = (try? OwnedDescriptor(opening: "/dev/net/tun", flags: 2)) != nil

@Suite(
    "Devices of programs",
    .enabled(if: Sandbox.isAvailable && hasTun, "no namespaces or no /dev/net/tun here"))
struct TunTests {
    private func shown(_ box: Sandbox, _ device: String, in namespace: String? = nil) throws -> JSON {
        let prefix = namespace.map { "-n \($0) " } ?? ""
        let theirs = try JSON(try box.shell("ip \(prefix)-j -d link show \(device)").output)
        let ours = try JSON(try box.netns("\(prefix)link show \(device) --json --details").output)
        #expect(theirs.missing(from: ours) == [])
        // Behind it, kernels and versions of ip differ in what they show.
        func kindLine(_ text: String) -> Substring? {
            text.split(separator: "\n").first { $0.hasPrefix("    tun ") }?.split(separator: "addrgenmode").first
        }
        let text = try box.shell("ip \(prefix)-d link show \(device)").output
        #expect(try kindLine(box.netns("\(prefix)link show \(device) --details").output) == kindLine(text))
        #expect(kindLine(text) != nil)
        return try #require(ours.elements.first?["linkinfo"]?["info_data"])
    }

    @Test(
        "a device is as ip makes it",
        arguments: [
            "mode tap", "mode tun", "mode tap user 4242 group 4243", "mode tun user 0 group root",
            "mode tap multi_queue vnet_hdr", "mode tun pi one_queue",
        ])
    func likeIP(_ words: String) throws {
        let box = try Sandbox()
        let result = try box.netns("link add t0 type tun \(words)")
        #expect(result.status == 0, "\(result.errors)")
        let made = try shown(box, "t0")
        try box.shell("ip link delete t0; ip tuntap add t0 \(words)")
        #expect(try shown(box, "t0") == made)
    }

    @Test("it is made in a named namespace, with the properties of any link", arguments: ["netns red", "-n red"])
    func elsewhere(_ place: String) throws {
        let box = try Sandbox()
        try box.shell("netns add red; ip -n red link add br0 type bridge")
        let result = try box.netns(
            place == "-n red"
                ? "-n red link add t0 up mtu 1400 master br0 type tun mode tap"
                : "link add t0 netns red up mtu 1400 master br0 type tun mode tap")
        #expect(result.status == 0, "\(result.errors)")
        _ = try shown(box, "t0", in: "red")
        let link = try JSON(try box.shell("ip -n red -j link show t0").output).elements.first
        #expect(link?["mtu"] == .number("1400"))
        #expect(link?["master"] == .string("br0"))
        #expect(link?["flags"]?.elements.contains(.string("UP")) == true)
        #expect(try box.shell("ip link show t0", mayFail: true).status != 0)
    }

    @Test(
        "what can't be made leaves nothing",
        arguments: [
            ("link add t0 type tun", 2, "'mode' is missing"),
            ("link add t0 type tun user 0", 2, "'mode' is missing"),
            ("link add t0 type tun mode tap user nobody-of-that-name", 2, "there is no user"),
            ("link add t0 index 7 type tun mode tap", 2, "takes no 'link', 'index'"),
            ("link add type tun mode tap", 2, "needs a name"),
            ("link add t0 mtu 70000 type tun mode tap", 1, "cannot change link 't0'"),
            ("link add t0 master nothing type tun mode tap", 1, "cannot find device 'nothing'"),
            ("link add t0 netns nothing type tun mode tap", 1, "nothing"),
            ("-n nothing link add t0 type tun mode tap", 1, "nothing"),
            ("link add v0 type tun mode tap", 1, "cannot add link 'v0': File exists (EEXIST)"),
        ])
    func refused(_ line: String, _ status: Int32, _ message: String) throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 type veth peer name v1")
        let result = try box.netns(line)
        #expect(result.status == status)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(try box.shell("ip link show t0", mayFail: true).status != 0)
    }
}
