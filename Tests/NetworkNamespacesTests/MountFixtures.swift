// SPDX-License-Identifier: Apache-2.0

@testable import LinuxSystem

/// Mount tables as a kernel wrote them, cut down to what matters.
enum MountFixture {
    /// As netns and ip(8) since 7.0 set it up: the directory in a peer group of its own.
    static let healthy = """
        27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        110 27 0:46 / /run rw,relatime shared:2 - tmpfs none rw
        111 110 0:46 /netns /run/netns rw,relatime shared:3 - tmpfs none rw
        112 111 0:4 net:[4026532299] /run/netns/red rw shared:4 - nsfs nsfs rw
        116 111 0:4 net:[4026532445] /run/netns/blue rw shared:5 - nsfs nsfs rw
        """

    /// As ip(8) before 7.0 sets it up on a shared /run.
    static let peerOfRun = """
        27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        110 27 0:46 / /run rw,relatime shared:2 - tmpfs none rw
        111 110 0:46 /netns /run/netns rw,relatime shared:2 - tmpfs none rw
        112 111 0:4 net:[4026532180] /run/netns/red rw shared:3 - nsfs nsfs rw
        113 110 0:4 net:[4026532180] /run/netns/red rw shared:3 - nsfs nsfs rw
        """

    /// The directory mounted on itself twice, and a name made before and one made after.
    static let mountedTwice = """
        27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        110 27 0:46 / /run rw,relatime shared:2 - tmpfs none rw
        111 110 0:46 /netns /run/netns rw,relatime shared:3 - tmpfs none rw
        112 111 0:4 net:[4026532299] /run/netns/red rw shared:4 - nsfs nsfs rw
        113 111 0:46 /netns /run/netns rw,relatime shared:3 - tmpfs none rw
        114 113 0:4 net:[4026532299] /run/netns/red rw shared:4 - nsfs nsfs rw
        115 113 0:4 net:[4026532445] /run/netns/blue rw shared:5 - nsfs nsfs rw
        116 111 0:4 net:[4026532445] /run/netns/blue rw shared:5 - nsfs nsfs rw
        """

    /// One name mounted on itself twice, another covered by a third one's namespace.
    static let stacked = """
        27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        110 27 0:46 / /run rw,relatime shared:2 - tmpfs none rw
        111 110 0:46 /netns /run/netns rw,relatime shared:3 - tmpfs none rw
        112 111 0:4 net:[4026532299] /run/netns/red rw shared:4 - nsfs nsfs rw
        116 111 0:4 net:[4026532445] /run/netns/blue rw shared:5 - nsfs nsfs rw
        113 115 0:4 net:[4026532299] /run/netns/red rw shared:4 - nsfs nsfs rw
        114 113 0:4 net:[4026532299] /run/netns/red rw shared:4 - nsfs nsfs rw
        115 112 0:4 net:[4026532299] /run/netns/red rw shared:4 - nsfs nsfs rw
        120 111 0:4 net:[4026532777] /run/netns/green rw shared:6 - nsfs nsfs rw
        121 120 0:4 net:[4026532445] /run/netns/green rw shared:5 - nsfs nsfs rw
        """

    /// A copy of `healthy` in another mount namespace: other numbers, and slave mounts.
    static let slave = """
        227 1 254:0 / / rw,relatime master:1 - ext4 /dev/vda rw
        210 227 0:46 / /run rw,relatime master:2 - tmpfs none rw
        211 210 0:46 /netns /run/netns rw,relatime master:3 - tmpfs none rw
        212 211 0:4 net:[4026532299] /run/netns/red rw master:4 - nsfs nsfs rw
        """

    static func table(_ text: String) -> [MountEntry] { mountEntries(in: Array(text.utf8)) }
}
