// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// One list for every Swift target, so that no target is held to less than another.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // `Attributes` views a reply in place; its lifetime dependency needs this flag.
    .enableExperimentalFeature("Lifetimes"),
]

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "netns",
    products: [
        .executable(name: "netns", targets: ["netns"]),
        .library(name: "LabTopology", targets: ["LabTopology"]),
        .library(name: "Containers", targets: ["Containers"]),
        .library(name: "NetworkNamespaces", targets: ["NetworkNamespaces"]),
        .library(name: "RouteNetlink", targets: ["RouteNetlink"]),
        .library(name: "NFTables", targets: ["NFTables"]),
        .library(name: "GenericNetlink", targets: ["GenericNetlink"]),
        .library(name: "Netlink", targets: ["Netlink"]),
        .library(name: "Addressing", targets: ["Addressing"]),
        .library(name: "JSON", targets: ["JSON"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .systemLibrary(name: "CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
        .systemLibrary(name: "CNftnl", pkgConfig: "libnftnl", providers: [.apt(["libnftnl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "LinuxSystem", dependencies: ["CLinux", system], swiftSettings: settings),
        .target(name: "Addressing", swiftSettings: settings),
        .target(name: "JSON", swiftSettings: settings),
        .target(name: "Netlink", dependencies: ["LinuxSystem", "CMnl", system], swiftSettings: settings),
        .target(
            name: "RouteNetlink",
            dependencies: ["Netlink", "Addressing", "LinuxSystem", "CMnl", system],
            swiftSettings: settings),
        .target(
            name: "GenericNetlink",
            dependencies: ["Netlink", "Addressing", "LinuxSystem", "CMnl", system],
            swiftSettings: settings),
        .target(
            name: "NFTables", dependencies: ["Netlink", "LinuxSystem", "CNftnl", "CMnl", system],
            swiftSettings: settings),
        .target(
            name: "NetworkNamespaces",
            dependencies: [
                "RouteNetlink", "GenericNetlink", "NFTables", "Netlink", "Addressing", "LinuxSystem", system,
            ],
            swiftSettings: settings),
        .target(
            name: "LabTopology",
            dependencies: [
                "NetworkNamespaces", "RouteNetlink", "Netlink", "Addressing", "LinuxSystem", "CYaml", system,
            ],
            swiftSettings: settings),
        .target(
            name: "Containers",
            dependencies: [
                "NetworkNamespaces", "RouteNetlink", "Addressing", "JSON", "LinuxSystem", system,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "NetnsCommands",
            dependencies: [
                "LabTopology", "Containers", "NetworkNamespaces", "RouteNetlink", "GenericNetlink", "Netlink",
                "Addressing",
                "LinuxSystem", system,
                argumentParser,
            ],
            swiftSettings: settings),
        .executableTarget(name: "netns", dependencies: ["NetnsCommands"], swiftSettings: settings),
        .executableTarget(
            name: "netns-bench", dependencies: ["NetworkNamespaces", "RouteNetlink", "Netlink", "Addressing"],
            swiftSettings: settings),

        .testTarget(name: "AddressingTests", dependencies: ["Addressing"], swiftSettings: settings),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "MessageMutation"], swiftSettings: settings),
        .testTarget(
            name: "ContainersTests",
            dependencies: [
                "Containers", "ContainerFakes", "TestFiles", "NetworkNamespaces", "JSON", "LinuxSystem", "CLinux",
                system,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LinuxSystemTests", dependencies: ["LinuxSystem", "CLinux", system], swiftSettings: settings),
        .target(name: "CHeaderProbe", path: "Tests/CHeaderProbe"),
        .target(name: "XDPProbe", path: "Tests/XDPProbe"),
        .target(name: "ImportVisibilityNames", path: "Tests/ImportVisibilityNames", swiftSettings: settings),
        .testTarget(
            name: "ImportVisibility",
            dependencies: ["Netlink", "LinuxSystem", "ImportVisibilityNames"],
            swiftSettings: settings),
        .testTarget(
            name: "NetlinkTests",
            dependencies: ["Netlink", "LinuxSystem", "CHeaderProbe", "CMnl", "CLinux", system],
            swiftSettings: settings),
        .target(
            name: "KernelGates", dependencies: ["RouteNetlink", "Netlink", "LinuxSystem", system],
            path: "Tests/KernelGates", swiftSettings: settings),
        .target(name: "MessageMutation", path: "Tests/MessageMutation", swiftSettings: settings),
        .target(
            name: "TestFiles", dependencies: ["LinuxSystem", "CLinux", system], path: "Tests/TestFiles",
            swiftSettings: settings),
        .target(
            name: "ContainerFakes", dependencies: ["LinuxSystem", "CLinux", system], path: "Tests/ContainerFakes",
            swiftSettings: settings),
        .testTarget(
            name: "RouteNetlinkTests",
            dependencies: [
                "RouteNetlink", "Netlink", "Addressing", "LinuxSystem", "KernelGates", "MessageMutation", "CMnl",
                system,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "GenericNetlinkTests",
            dependencies: ["GenericNetlink", "Netlink", "Addressing", "LinuxSystem", "MessageMutation", system],
            swiftSettings: settings),
        .testTarget(
            name: "NFTablesTests",
            dependencies: ["NFTables", "Netlink", "LinuxSystem", "MessageMutation", system],
            swiftSettings: settings),
        .testTarget(
            name: "NetworkNamespacesTests",
            dependencies: [
                "TestFiles", "NetworkNamespaces", "NFTables", "RouteNetlink", "Netlink", "Addressing", "LinuxSystem",
                "CLinux",
                system,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LabTopologyTests",
            dependencies: [
                "LabTopology", "NetworkNamespaces", "RouteNetlink", "Netlink", "Addressing", "LinuxSystem", system,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "netns", "NetnsCommands", "ContainerFakes", "TestFiles", "LabTopology", "NetworkNamespaces",
                "RouteNetlink", "Netlink", "Addressing",
                "LinuxSystem", "KernelGates", "MessageMutation", "XDPProbe", "CMnl", "CLinux", system,
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// Held by libFuzzer, and nothing without it: scripts/fuzz sets this. Otherwise its readers are handed what it found.
if Context.environment["NETNS_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "netns-fuzz", dependencies: ["RouteNetlink", "GenericNetlink", "NFTables", "Netlink"],
            path: "Tests/Fuzz",
            exclude: ["Corpus.swift", "CorpusTests.swift"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
} else {
    package.targets.append(
        .testTarget(
            name: "FuzzTests", dependencies: ["RouteNetlink", "GenericNetlink", "NFTables", "Netlink"],
            path: "Tests/Fuzz",
            swiftSettings: settings))
}
