// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import LinuxSystem
import Testing

/// Whether /dev/net/tun can be opened.
private let kernelHasTun = (try? OwnedDescriptor(opening: "/dev/net/tun", flags: 2)) != nil

@Suite(
    "Devices of programs",
    .enabled(if: Sandbox.isAvailable && kernelHasTun, "no namespaces or no /dev/net/tun here"))
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
        // Only after a while the kernel says that nobody holds the other end.
        #expect(try waitUntil { try box.shell("ip -n red -j link show t0").output.contains("\"DOWN\"") })
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

@Suite("tuntap", .enabled(if: Sandbox.isAvailable && kernelHasTun, "no namespaces or no /dev/net/tun here"))
struct TuntapTests {
    static let examples = [
        "t0 mode tun", "dev t0 mode tap user 4242 group 4243", "name t0 mode tap user root",
        "t0 mode tap multi_queue vnet_hdr", "t0 mode tun pi", "t0 mode tun vnet_hdr pi user 0", "mode tap", "mode tun",
    ]

    @Test("a device is made and shown as ip does it, and is deleted by both", arguments: examples)
    func likeIP(_ words: String) throws {
        let (left, right) = (try Sandbox(), try Sandbox())
        // ip(8) reads what it shows in /sys.
        for box in [left, right] { try box.shell("mount -t sysfs none /sys") }
        try left.shell("ip tuntap add \(words)")
        let result = try right.netns("tuntap add \(words)")
        #expect(result == CommandResult(status: 0, output: "", errors: ""))
        let wanted = try JSON(left.shell("ip -j tuntap").output)
        #expect(wanted == (try JSON(right.shell("ip -j tuntap").output)))
        #expect(wanted == (try JSON(right.netns("-j tuntap").output)))
        #expect(try right.netns("tuntap show").output == right.shell("ip tuntap show").output)
        let mode = words.contains("tap") ? "tap" : "tun"
        let other = mode == "tap" ? "tun" : "tap"
        let device = try #require(wanted.elements.first?["ifname"]?.text)
        #expect(try right.netns("tuntap show mode \(mode)").lines.count == 1)
        #expect(try right.netns("tuntap show mode \(other)").output == "")
        #expect(try right.netns("tuntap list \(device)").lines.count == 1)
        let refused = try right.netns("tuntap delete \(device) mode \(other)")
        #expect(refused.status == 1 && refused.errors.contains("it is of mode '\(mode)'"))
        try right.shell("netns tuntap del \(device) mode \(mode)")
        #expect(try right.shell("ip -br link show type tun").output == "")
    }

    @Test("another namespace is worked in, and all are shown")
    func elsewhere() throws {
        let box = try Sandbox()
        try box.shell(
            """
            netns add red; netns tuntap add t0 mode tap -n red; netns tuntap add t1 mode tun
            """)
        #expect(try box.shell("ip -n red -br link show t0").lines.count == 1)
        #expect(try box.netns("tuntap --all-namespaces").output == "t1: tun persist\n\nnetns: red\nt0: tap persist\n")
        let all = try JSON(box.netns("tuntap show --all-namespaces --json").output).elements
        #expect(all.map { $0["netns"]?.text } == [nil, "red"])
        try box.shell("netns tuntap delete t0 -n red")
        #expect(try box.netns("tuntap -n red").output == "")
    }

    @Test("a program that has a device open is shown, and keeps it from being deleted")
    func programs() throws {
        let box = try Sandbox()
        try box.shell("netns tuntap add t0 mode tap; netns tuntap add m0 mode tun multi_queue")
        let namespace = try OwnedDescriptor(opening: "/proc/\(box.keeper)/ns/net")
        var devices = try onDisposableThread { () throws -> [Int32] in
            try enterNetworkNamespace(namespace)
            let wanted: [(String, TunDeviceFlags)] = [("t0", .tap), ("m0", [.tun, .multiQueue])]
            return try wanted.map { name, flags in
                let device = try OwnedDescriptor(opening: "/dev/net/tun", flags: O_RDWR)
                let descriptor = device.rawValue
                let bits = flags.union(.noPacketInformation).rawValue
                try systemCall { clinux_tun_attach(descriptor, name, bits) }
                return device.release()
            }
        }
        defer { for device in devices { close(device) } }
        let shown = try JSON(box.netns("tuntap -d -j").output).elements
        for device in shown {
            let processes = device["processes"]?.elements ?? []
            #expect(processes.contains { $0["pid"] == .number("\(currentProcessID())") }, "\(device)")
        }
        #expect(shown.count == 2)
        #expect(try box.netns("tuntap -d").output.contains("(\(currentProcessID()))"))
        #expect(try JSON(box.netns("tuntap -j").output).elements.allSatisfy { $0["processes"] == nil })
        let refused = try box.netns("tuntap delete t0")
        #expect(refused.status == 1 && refused.errors.contains("a program has it open"), "\(refused.errors)")
        // One with several queues goes with the last of them.
        try box.shell("netns tuntap delete m0")
        #expect(try box.netns("tuntap show m0").output == "m0: tun multi_queue\n")
        // Once only: a number that is free may be another test's at once.
        close(devices.removeLast())
        #expect(try waitUntil { try box.netns("tuntap show").output == "t0: tap persist\n" })
    }

    @Test("what can't be done changes nothing")
    func refusals() throws {
        let box = try Sandbox()
        try box.shell("ip link add v0 type veth peer name v1")
        try box.expect([
            Refusal("tuntap add t0", 2, "tuntap add: 'mode' is missing"),
            Refusal("tuntap add t0 mode tup", 2, "'tup' is not 'tun' or 'tap'"),
            Refusal("tuntap add t0 mode tap user nobody-of-that-name", 2, "there is no user"),
            Refusal("tuntap add t0 t1 mode tap", 2, "unknown word 't1'"),
            Refusal("tuntap add a/b mode tap", 2, "can't be the name of a device"),
            Refusal("tuntap add v0 mode tap", 1, "cannot add link 'v0': File exists (EEXIST)"),
            Refusal("tuntap add t0 mode tap -n nothing", 1, "nothing"),
            Refusal("tuntap delete", 2, "tuntap delete: the device is missing"),
            Refusal("tuntap delete v0", 1, "it is of kind 'veth', not 'tun'"),
            Refusal("tuntap delete t0", 1, "cannot find device 't0'"),
            Refusal("tuntap delete t0 pi", 2, "unknown word 'pi'"),
            Refusal("tuntap frob", 2, "there is no verb 'frob' of 'netns tuntap'"),
        ])
    }
}
