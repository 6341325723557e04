// SPDX-License-Identifier: Apache-2.0

import LabTopology

/// The keys of each map of a lab file, as the decoder knows them.
///
/// It is asked: a key that is in no map is refused with a list of those that are.
enum LabKeys {
    private static let absurd = "zzzzzzzzzzzzzzzz"

    /// A file with such a key in every map.
    private static let text = """
        lab: a
        \(absurd): 1
        defaults: {\(absurd): 1}
        pools: {p: {ipv4: 10.0.0.0/8, \(absurd): 1}}
        nodes:
          x:
            \(absurd): 1
            interfaces: {eth0: {\(absurd): 1}}
            routes: [{to: 10.0.0.0/8, dev: eth0, \(absurd): 1}, {to: 11.0.0.0/8, hops: [{dev: eth0, \(absurd): 1}]}]
            bridges: {b: {\(absurd): 1}}
            vrfs: {v: {table: 7, \(absurd): 1}}
            vlans: {w: {link: eth0, id: 7, \(absurd): 1}}
            vxlans: {u: {vni: 7, \(absurd): 1}}
            devices: {d: {kind: dummy, \(absurd): 1}}
            run: [{cmd: "true", \(absurd): 1}]
          y:
        links:
          - x -- y: {\(absurd): 1, impair: {\(absurd): 1, forward: {\(absurd): 1}}}
        segments:
          s: {\(absurd): 1, members: {x: {\(absurd): 1}}, host: {\(absurd): 1}}
        checks: [{reach: all, \(absurd): 1}]
        scenario: [{at: 1s, fail: x, \(absurd): 1}]
        """

    /// By what the decoder calls the map, as in "'patern' is not a setting of a link".
    static let byMap: [String: Set<String>] = {
        var keys: [String: Set<String>] = [:]
        let document = LabDocument(path: "absurd.lab.yaml", reader: { _ in text })
        let (start, list) = ("'\(absurd)' is not a setting of ", "the settings are: ")
        for diagnostic in document.diagnostics.all where diagnostic.message.hasPrefix(start) {
            guard let hint = diagnostic.hint, hint.hasPrefix(list) else { continue }
            keys[String(diagnostic.message.dropFirst(start.count))] = Set(
                hint.dropFirst(list.count).split(separator: ",").map { String($0.drop { $0 == " " }) })
        }
        return keys
    }()
}
