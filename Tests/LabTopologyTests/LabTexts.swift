// SPDX-License-Identifier: Apache-2.0

@testable import LabTopology

/// The lab that a text describes.
func document(_ text: String, remembered: LabMemory = LabMemory()) -> LabDocument {
    LabDocument(path: "test.lab.yaml", remembered: { _ in remembered }, reader: { _ in text })
}

/// Three routers in a ring, each with a host.
let triangle = """
    lab: triangle
    groups:
      router: {forward: true, loopback: auto}
    nodes:
      r1..3: {groups: [router]}
      h1..3:
    links:
      - r1..3: {pattern: ring}
      - r1..3 -- h1..3: {pattern: pair}
    routing: static
    """

/// A bridge with two hosts, behind a router that has another one.
let segments = """
    lab: office
    nodes:
      gw: {forward: true}
      a1..3:
      b1..2: {sysctls: {net.ipv4.ip_default_ttl: 32}}
    segments:
      left: {members: a1..3, gateway: gw, subnet: 10.1.0.0/24, mtu: 1400}
      right: {members: b1..2, gateway: gw, impair: {rate: 10mbit}}
    routing: static
    """

/// The proposal's fabric of 1,000 hosts.
let fabric = """
    lab: fabric
    pools:
      core:  {ipv4: 10.255.0.0/16, ipv6: "fd00:ffff::/48", each: [31, 127]}
      racks: {ipv4: 10.0.0.0/12, ipv6: "fd00::/48", each: [24, 64]}
    groups:
      router: {forward: true, loopback: ["10.200.0.1/32"], sysctls: {net.ipv4.fib_multipath_hash_policy: 1}}
    nodes:
      spine1..4: {groups: [router]}
      leaf1..40: {groups: [router]}
      h1..1000:
    links:
      - leaf1..40 -- spine1..4: {pattern: mesh, pool: core, mtu: 9000, impair: {delay: 50us}}
    segments:
      rack1..40: {members: h1..1000, gateway: leaf1..40, pool: racks}
    """
