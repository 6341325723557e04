// SPDX-License-Identifier: Apache-2.0

import Addressing
@testable import LabTopology
import Testing

@Suite("Files of other tools")
struct ImportTests {
    /// The lab that a file of another tool becomes, which must have no mistakes, and what did not map.
    private func lab(_ text: String, _ path: String) throws -> (lab: Lab, remarks: [String]) {
        let format = try #require(LabImport.format(of: text, path: path))
        let draft = try LabImport.draft(of: text, path: path, format: format)
        let document = document(draft.text)
        #expect(document.diagnostics.all.isEmpty, "\(document.diagnostics.text(in: document.source))\n\(draft.text)")
        return (try #require(document.lab), draft.remarks)
    }

    private func flaw(_ text: String, _ format: LabImport.Format) -> String? {
        do throws(LabFailure) {
            _ = try LabImport.draft(of: text, path: "x", format: format)
            return nil
        } catch { return error.description }
    }

    @Test("GraphML: labels become names, speeds rates, places labels; the rest is listed")
    func graphML() throws {
        let (lab, remarks) = try lab(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <!-- of a collection -->
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
              <key attr.name="label" attr.type="string" for="node" id="d1" />
              <key attr.name="Latitude" attr.type="double" for="node" id="d2" />
              <key attr.name="hyperedge" attr.type="int" for="node" id="d3" />
              <key attr.name="LinkSpeedRaw" attr.type="double" for="edge" id="d4" />
              <key attr.name="Network" attr.type="string" for="graph" id="d5" />
              <graph edgedefault="undirected">
                <data key="d5">Small &amp; Net</data>
                <node id="0"><data key="d1">New York</data><data key="d2">40.71</data></node>
                <node id="1"><data key="d1">Chicago</data><data key="d3">1</data></node>
                <node id="2"><data key="d1"><![CDATA[Chicago]]></data></node>
                <edge source="0" target="1"><data key="d4">10000000.0</data></edge>
                <edge source="1" target="2"/>
                <edge source="2" target="2"/>
                <hyperedge id="lan"><endpoint node="0"/><endpoint node="2"/></hyperedge>
              </graph>
            </graphml>
            """, "small.graphml")
        #expect(lab.name == "Small-Net")
        #expect(lab.nodes.map(\.name) == ["New-York", "Chicago", "Chicago-2"])
        #expect(lab.links.map(\.key) == ["New-York--Chicago", "Chicago--Chicago-2"])
        #expect(lab.links[0].settings.impairment?.forward.bytesPerSecond == 1_250_000)
        #expect(lab.segments.map(\.name) == ["lan"])
        #expect(lab.segments[0].members.count == 2)
        #expect(lab.nodes[0].settings.labels.map(\.value) == ["40.71"])
        #expect(lab.computesRoutes)
        #expect(remarks.contains("'hyperedge' of nodes"))
        #expect(remarks.contains("a link of '2' with itself"))
        #expect(remarks.contains("the name 'New York': it is New-York here"))
    }

    @Test("XML that is wrong is told by its line")
    func xml() {
        #expect(flaw("<graphml>\n<graph>\n</graphml>", .graphml)?.contains("line 3") == true)
        #expect(flaw("<graphml><graph a='1' a='2'/></graphml>", .graphml)?.contains("given twice") == true)
        #expect(flaw("<graphml>&nothing;</graphml>", .graphml)?.contains("'&'") == true)
        #expect(flaw("<!DOCTYPE g [<!ENTITY a \"b\">]><graphml/>", .graphml)?.contains("definitions") == true)
        #expect(flaw("<graphml/>", .graphml)?.contains("no graph") == true)
        #expect(flaw("<html/>", .graphml)?.contains("'html'") == true)
        #expect(flaw(String(repeating: "<a>", count: 5000), .graphml)?.contains("deeply") == true)
        #expect(flaw("<graphml><graph/></graphml>", .graphml)?.contains("no nodes") == true)
    }

    @Test("GML as the Topology Zoo has it")
    func gml() throws {
        let (lab, remarks) = try lab(
            """
            Creator "Topology Zoo Toolset"
            # a comment
            graph [
              label "Ring"
              node [ id 10 label "Z&#252;rich" Longitude 8.54 Internal 1 ]
              node [ id 11 label "Genf" ]
              node [ id 12 label "" ]
              edge [ source 10 target 11 LinkLabel "OC-3" ]
              edge [ source 11 target 12 delay "3ms" ]
              edge [ source 12 target 10 latency 4 ]
            ]
            """, "ring.gml")
        #expect(lab.name == "Ring")
        #expect(lab.nodes.map(\.name) == ["Zrich", "Genf", "12"])
        #expect(lab.links.count == 3)
        #expect(lab.links[1].settings.impairment?.forward.delay == .milliseconds(3))
        #expect(remarks.contains("'Internal' of nodes"))
        #expect(remarks.contains("'latency' of links, which has no unit"))
        #expect(flaw("graph [ node [ id 1 ]", .gml)?.contains("missing") == true)
        #expect(flaw("graph [ ] ]", .gml)?.contains("without its") == true)
        #expect(flaw("graph [ node ]", .gml)?.contains("'node' has no value") == true)
        #expect(flaw("graph [\n node [ id \"1 ] ]", .gml)?.contains("line 2") == true)
    }

    @Test("containerlab: endpoints, bridges, MTUs and addresses of commands")
    func containerlab() throws {
        let (lab, remarks) = try lab(
            """
            name: srlceos
            mgmt: {network: fixed}
            topology:
              defaults: {kind: linux}
              nodes:
                srl: {kind: nokia_srlinux, image: ghcr.io/x}
                pc1:
                  kind: linux
                  exec:
                    - ip addr add 192.168.1.1/24 dev eth1
                    - ip route add default via 192.168.1.254
                    - ping -c1 192.168.1.254
                pc2:
                br-clab: {kind: bridge}
              links:
                - endpoints: ["srl:ethernet-1/1", "pc1:eth1"]
                  mtu: 1500
                - type: veth
                  endpoints:
                    - {node: srl, interface: e1-2, mac: "02:00:00:00:00:01"}
                    - {node: br-clab, interface: srl2}
                - endpoints: ["pc2:eth1", "br-clab:pc2"]
                - endpoints: ["pc2:eth2", "host:clab0"]
                - endpoints: ["srl:e1-9", "mgmt-net:srl9"]
                - {type: vxlan, endpoint: {node: srl}}
            """, "lab.clab.yml")
        #expect(lab.name == "srlceos")
        #expect(lab.nodes.map(\.name) == ["srl", "pc1", "pc2"])
        #expect(lab.links.map(\.key) == ["srl--pc1", "pc2--host:clab0"])
        #expect(lab.links[0].ends[0].interface?.description == "ethernet-1-1")
        #expect(lab.links[0].addresses[1].map(\.description).first == "192.168.1.1/24")
        #expect(lab.links[0].settings.mtu?.value == 1500)
        #expect(lab.segments.map(\.name) == ["br-clab"])
        #expect(lab.segments[0].members.count == 2)
        #expect(lab.nodes[1].settings.routes.count == 1)
        #expect(lab.nodes[0].settings.interfaces.first?.macAddress?.description == "02:00:00:00:00:01")
        for remark in [
            "'mgmt'", "'topology.defaults'", "'image' of the node 'srl'", "a link to 'mgmt-net:srl9'",
            "the command 'ping -c1 192.168.1.254' of 'pc1'",
        ] {
            #expect(remarks.contains(remark), "\(remarks)")
        }
    }

    @Test("MiniEdit: switches become bridges, hosts are numbered as mininet does")
    func miniEdit() throws {
        let (lab, remarks) = try lab(
            """
            {"application": {"ipBase": "10.1.0.0/16", "openFlowVersions": {}},
             "controllers": [{"opts": {"hostname": "c0", "controllerType": "ref"}}],
             "hosts": [
               {"number": "1", "opts": {"hostname": "h1", "nodeNum": 1, "sched": "host", "ip": "10.1.7.7"}},
               {"number": "2", "opts": {"hostname": "h2", "nodeNum": 2, "sched": "cfs"}}],
             "links": [
               {"src": "h1", "dest": "s1", "opts": {"bw": 10, "delay": "5ms", "loss": 1}},
               {"src": "s1", "dest": "h2", "opts": {}},
               {"src": "s1", "dest": "s2", "opts": {}},
               {"src": "s2", "dest": "s1", "opts": {}}],
             "switches": [
               {"number": "1", "opts": {"hostname": "s1", "switchType": "default"}},
               {"number": "2", "opts": {"hostname": "s2", "switchType": "default"}}],
             "version": "2"}
            """, "small.mn")
        #expect(lab.nodes.map(\.name) == ["h1", "h2", "s1", "s2"])
        #expect(lab.links[0].addresses[0].map(\.description) == ["10.1.7.7/16"])
        #expect(lab.links[1].addresses[1].map(\.description) == ["10.1.0.2/16"])
        #expect(lab.links[0].settings.impairment?.forward.delay == .milliseconds(5))
        #expect(lab.links[0].ends.map { $0.interface?.description } == ["h1-eth0", "s1-eth1"])
        let bridge = try #require(lab.node(named: "s1")?.settings.devices.first)
        #expect(bridge.members.map { "\($0.value)" } == ["s1-eth1", "s1-eth2", "s1-eth3", "s1-eth4"])
        // Two links between the switches are a circle.
        #expect(bridge.kind == .bridge(spanningTree: true, filtersVLANs: false))
        #expect(remarks.contains("the controller 'c0'"))
        #expect(remarks.contains("'sched' of the host 'h2'"))
    }

    @Test("A script of mininet's: calls with literals and the variables of calls")
    func script() throws {
        let (lab, remarks) = try lab(
            """
            class Small(Topo):
                def build(self):
                    left = self.addHost('h1', ip='10.0.0.1/24')  # "left"
                    right = self.addHost( "h2", ip="10.0.0.2/24", defaultRoute='via 10.0.0.254' )
                    s1 = self.addSwitch('s1')
                    self.addLink(left, s1, bw=10, delay='5ms', max_queue_size=100)
                    self.addLink(right, 's1', intfName2='uplink')
                    for i in range(3):
                        self.addHost('x%d' % i)
            """, "small.py")
        #expect(lab.nodes.map(\.name) == ["h1", "h2", "s1"])
        #expect(lab.links.map(\.key) == ["h1--s1", "h2--s1"])
        #expect(lab.links[0].settings.impairment?.forward.limit == 100)
        #expect(lab.links[1].ends[1].interface?.description == "uplink")
        #expect(lab.nodes[1].settings.routes.count == 1)
        #expect(remarks == ["line 9: self.addHost('x%d' % i)"])
        #expect(flaw("print('nothing')", .mininet)?.contains("no calls") == true)
    }

    @Test("No bytes bring a reader down")
    func mutations() {
        let texts: [(String, LabImport.Format)] = [
            ("<graphml><graph><node id='a'/><edge source='a' target='a'/></graph></graphml>", .graphml),
            ("graph [ node [ id 1 label \"a\" ] edge [ source 1 target 1 ] ]", .gml),
            (
                "name: a\ntopology:\n  nodes: {a: {exec: [ip a a b dev c]}}\n  links: [{endpoints: ['a:b', 'a:c']}]\n",
                .containerlab
            ),
            ("a = addHost('a', ip='x')\naddLink(a, 'b', bw=1, delay='')\n", .mininet),
            ("{\"hosts\": [{\"opts\": {\"hostname\": \"h\"}}], \"links\": []}", .mininet),
        ]
        for (text, format) in texts {
            let bytes = Array(text.utf8)
            for position in bytes.indices {
                for byte in [UInt8(ascii: "<"), UInt8(ascii: "\""), UInt8(ascii: "["), 0xff] {
                    var changed = bytes
                    changed[position] = byte
                    _ = try? LabImport.draft(of: String(decoding: changed, as: UTF8.self), path: "x", format: format)
                }
                _ = try? LabImport.draft(
                    of: String(decoding: bytes[..<position], as: UTF8.self), path: "x", format: format)
            }
        }
    }
}
