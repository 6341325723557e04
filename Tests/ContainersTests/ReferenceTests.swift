// SPDX-License-Identifier: Apache-2.0

import Containers
import Testing

@Suite("What containers are called")
struct ReferenceTests {
    @Test(arguments: [
        ("docker:web", ContainerReference(.docker, "web")),
        ("podman:web-1_2.3", ContainerReference(.podman, "web-1_2.3")),
        ("containerd:web", ContainerReference(.containerd, "web")),
        ("containerd:k8s.io/0f", ContainerReference(.containerd, "0f", scope: "k8s.io")),
        ("cri:kube-system/dns", ContainerReference(.cri, "dns", scope: "kube-system")),
        ("runc:a", ContainerReference(.runc, "a")), ("crun:a", ContainerReference(.crun, "a")),
        ("nspawn:a", ContainerReference(.nspawn, "a")), ("lxc:a", ContainerReference(.lxc, "a")),
    ])
    func references(text: String, reference: ContainerReference) throws {
        #expect(try ContainerReference(parsing: text) == reference)
        #expect("\(reference)" == text)
    }

    @Test(arguments: ["web", "pid:4711", "/run/netns/red", "Docker:web", "dockerweb", "rkt:web", ""])
    func otherWords(text: String) throws { #expect(try ContainerReference(parsing: text) == nil) }

    @Test(arguments: [
        "docker:", "docker:a/b", "docker:../x", "docker:-x", "docker:a b", "docker:a?b", "docker:ä", "cri:/x", "cri:a/",
        "cri:a/b/c", "containerd:../x", "docker:a\r\nb", "docker:" + String(repeating: "a", count: 256),
    ])
    func noNames(text: String) throws {
        #expect(throws: ContainerError.invalidName(text)) { try ContainerReference(parsing: text) }
    }
}
