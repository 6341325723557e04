// SPDX-License-Identifier: Apache-2.0

import KernelGates
import LinuxSystem
import Testing

@Suite("Gates of kernel tests")
struct KernelGateTests {
    @Test(
        "what every kernel has opens them, what none has does not",
        .enabled(
            if: (try? makeNetworkNamespace().rawValue) != nil,
            "network namespaces cannot be made here: run scripts/test"))
    func gates() {
        #expect(kernelHas(linkKind: "veth"))
        #expect(kernelHas(linkKind: "bridge"))
        #expect(!kernelHas(linkKind: "nothing"))
    }
}
