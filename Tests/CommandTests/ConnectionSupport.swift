// SPDX-License-Identifier: Apache-2.0

/// The arguments of most tests of `connect`: everything but the MTU and the MAC address.
let usualConnection =
    "--create --bridge-address 10.0.0.1/24 --bridge-address fd00::1/64 --address 10.0.0.2/24 "
    + "--address fd00::2/64 --gateway 10.0.0.1 --gateway fd00::1"

/// A sandbox with namespaces of these names, in which link-local addresses are there at once: what is
/// compared must not change by itself.
func connectionBox(_ names: String...) throws -> Sandbox {
    let box = try Sandbox()
    try box.shell(
        """
        netns add \(names.joined(separator: " "))
        quiet='echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad'
        sh -c "$quiet"
        for name in \(names.joined(separator: " ")); do nsenter --net=/run/netns/$name sh -c "$quiet"; done
        """)
    return box
}

extension Sandbox {
    /// Links, addresses and routes as they are configured, here and in every named namespace.
    ///
    /// What the kernel changes in its own time is left out: carriers, and link-local addresses that come with them.
    func wiring() throws -> String {
        try shell(
            """
            look() {
                ip $1 $2 -o link show
                ip $1 $2 -o addr show
                ip $1 $2 route show table all
                ip $1 $2 -6 route show table all
            }
            { look; for name in $(ls /run/netns 2>/dev/null); do echo "$name:"; look -n $name; done; } |
                grep -v 'fe80::\\|ff00::' |
                sed -E 's/NO-CARRIER,|,LOWER_UP|,M-DOWN//g; s/ (qdisc|state) [^ ]+//g; s/ linkdown//'
            """
        ).output
    }
}

/// Whether strace(1) is there to make system calls fail.
let canInjectFaults = (try? ChildProcess(["strace", "-V"]).wait().status) == 0
