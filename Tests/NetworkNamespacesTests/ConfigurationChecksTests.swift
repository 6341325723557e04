// SPDX-License-Identifier: Apache-2.0

import LinuxSystem
import Testing

@testable import Netlink
@testable import NetworkNamespaces

@Suite struct ConfigurationChecksTests {
    private func setup(
        _ directories: [String: [String]], hosts: [String: [String]] = [:], known: [NamespaceName] = ["red", "blue"]
    ) -> Setup {
        var setup = healthySetup()
        setup.names = known.map(liveName)
        setup.configuration.directories = directories.sorted { $0.key < $1.key }.map { name, entries in
            Setup.Configuration.Directory(
                name: name, entries: entries.map { Setup.Configuration.Entry(name: $0) }, hostSources: hosts[name])
        }
        return setup
    }

    @Test("files for names that do not exist, and files that cover nothing")
    func files() {
        var setup = setup(["red": ["hosts"], "gone": ["resolv.conf"]])
        setup.configuration.directories[1].entries.append(Setup.Configuration.Entry(name: "odd.conf", hasTarget: false))
        #expect(
            brief(configurationFindings(setup)) == [
                "note unused-configuration /etc/netns/gone",
                "warning configuration-without-target /etc/netns/red/odd.conf",
            ])
        // A stale name is one all the same; a directory of that name is none.
        setup.names.append(Setup.Name(name: "gone", condition: .stale))
        #expect(brief(configurationFindings(setup)) == ["warning configuration-without-target /etc/netns/red/odd.conf"])
        setup.names[2].condition = .foreign("a directory")
        #expect(configurationFindings(setup).count == 2)
    }

    @Test("a resolv.conf that is a link matters where a namespace has its own")
    func resolverLink() {
        var plain = setup(["red": ["hosts"]])
        plain.configuration.resolverLink = "../run/systemd/resolve/stub-resolv.conf"
        #expect(brief(configurationFindings(plain)) == ["ok configuration-ok /etc/netns"])
        var own = setup(["red": ["resolv.conf"]])
        own.configuration.resolverLink = "../run/systemd/resolve/stub-resolv.conf"
        #expect(brief(configurationFindings(own)) == ["note resolver-link /etc/resolv.conf"])
        own.configuration.resolverLink = "resolv.conf.static"
        #expect(brief(configurationFindings(own)) == ["ok configuration-ok /etc/netns"])
    }

    @Test("systemd-resolved bypasses a resolv.conf, unless the namespace has an nsswitch.conf without it")
    func nssResolve() {
        var setup = setup(
            ["blue": ["resolv.conf", "nsswitch.conf"], "red": ["resolv.conf"]], hosts: ["blue": ["files", "dns"]])
        setup.configuration.hostSources = ["mymachines", "resolve", "files", "dns"]
        #expect(brief(configurationFindings(setup)) == ["ok configuration-ok /etc/netns"], "it does not run")
        setup.configuration.runsResolved = true
        let findings = configurationFindings(setup)
        #expect(brief(findings) == ["warning nss-resolve /etc/nsswitch.conf"])
        #expect(findings[0].what.hasSuffix("resolv.conf of red"))
        #expect(findings[0].cure == "put 'hosts: files dns' into /etc/netns/NAME/nsswitch.conf")
        setup.configuration.directories.removeLast()
        #expect(brief(configurationFindings(setup)) == ["note nss-resolve /etc/nsswitch.conf"])
    }

    @Test("nscd answers from the host")
    func nscd() {
        var setup = setup(["red": ["resolv.conf"]])
        setup.configuration.runsNSCD = true
        #expect(brief(configurationFindings(setup)) == ["warning nscd nscd"])
        setup.configuration.directories = []
        #expect(brief(configurationFindings(setup)) == ["ok configuration-ok /etc/netns"])
    }

    @Test(
        "the hosts line of nsswitch.conf",
        arguments: [
            ("passwd: files\nhosts:          files dns\n", ["files", "dns"]),
            ("hosts:files resolve [!UNAVAIL=return] dns # last", ["files", "resolve", "dns"]),
            ("#hosts: no\n\thosts: mymachines [SUCCESS=continue NOTFOUND=return] dns", ["mymachines", "dns"]),
            ("passwd: files", []), ("", []), ("hosts:", []), ("hostsx: files", []),
        ])
    func switchFile(text: String, sources: [String]) {
        #expect(hostSources(inSwitch: Array(text.utf8)) == sources)
    }

    // MARK: The kernel

    @Test("limits")
    func limits() {
        var kernel = Setup.Kernel()
        for (limit, inUse, expected) in [
            (0, 1, "problem"), (100, 89, "ok"), (100, 90, "warning"), (100, 100, "problem"), (100, 120, "problem"),
        ] {
            (kernel.namespaceLimit, kernel.namespacesInUse) = (limit, inUse)
            #expect(limitFindings(kernel).map(\.severity.rawValue) == [expected], "\(inUse) of \(limit)")
        }
        kernel = Setup.Kernel()
        kernel.receiveBufferLimit = 212_992
        #expect(brief(limitFindings(kernel)) == ["ok limits-ok limits"])
        kernel.receiveBufferLimit = 65_536
        #expect(brief(limitFindings(kernel)) == ["note receive-buffer net.core.rmem_max"])
    }

    @Test("missing features are notes")
    func features() {
        var kernel = Setup.Kernel()
        kernel.missingFeatures = KernelFeature.allCases
        #expect(kernelFindings(kernel).map(\.subject) == KernelFeature.allCases.map(\.rawValue))
        #expect(kernelFindings(kernel).allSatisfy { $0.severity == .note && $0.code == .kernelFeature })
    }

    @Test("a bridge that is filtered matters where the rules drop by default")
    func bridges() {
        var kernel = Setup.Kernel()
        kernel.filtersBridges = true
        #expect(kernelFindings(kernel).map(\.code) == [.kernelOK])
        for policy in [ForwardPolicy.drop, .unknown] {
            kernel.forwardPolicy = policy
            #expect(kernelFindings(kernel).map(\.code) == [.bridgeFirewall])
            #expect(kernelFindings(kernel).map(\.severity) == [.note])
        }
        kernel.filtersBridges = false
        #expect(kernelFindings(kernel).map(\.code) == [.kernelOK])
    }

    @Test("a base chain that drops what is forwarded is recognised, whatever is damaged")
    func chains() throws {
        // struct nfgenmsg; NFTA_CHAIN_TABLE "filter"; NFTA_CHAIN_NAME "FORWARD"; NFTA_CHAIN_HOOK with
        // NFTA_HOOK_HOOKNUM 2 and NFTA_HOOK_PRIORITY 0; NFTA_CHAIN_POLICY 0.
        let header: [UInt8] = [2, 0, 0, 9]
        let names: [UInt8] = [
            11, 0, 1, 0, 0x66, 0x69, 0x6c, 0x74, 0x65, 0x72, 0, 0,
            12, 0, 3, 0, 0x46, 0x4f, 0x52, 0x57, 0x41, 0x52, 0x44, 0,
        ]
        func hook(_ number: UInt8) -> [UInt8] { [20, 0, 4, 0x80, 8, 0, 1, 0, 0, 0, 0, number, 8, 0, 2, 0, 0, 0, 0, 0] }
        func policy(_ number: UInt8) -> [UInt8] { [8, 0, 5, 0, 0, 0, 0, number] }
        func drops(_ bytes: [UInt8]) throws -> Bool { try isDroppingForwardChain(bytes.span.bytes) }

        #expect(try drops(header + names + hook(2) + policy(0)))
        #expect(try !drops(header + names + hook(2) + policy(1)))
        #expect(try !drops(header + names + hook(1) + policy(0)))
        #expect(try !drops(header + names))
        #expect(try !drops([10, 0, 0, 9] + names + hook(2) + policy(0)), "IPv6 only")
        #expect(try drops([1, 0, 0, 9] + names + hook(2) + policy(0)), "inet")
        let whole = header + names + hook(2) + policy(0)
        for count in whole.indices { _ = try? drops(Array(whole[..<count])) }
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0xff
            _ = try? drops(damaged)
        }
    }
}
