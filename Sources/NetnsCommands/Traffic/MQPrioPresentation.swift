// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension MQPrioOptions: QdiscShowing {
    func writeMembers(into json: inout JSONWriter) {
        json.member("tc", classes)
        json.member("map", array: { json in for entry in map { json.value(entry) } })
        json.member(
            "queues",
            array: { json in
                for range in queues {
                    json.array { json in
                        json.value(range.lowerBound)
                        json.value(range.upperBound)
                    }
                }
            })
    }

    func text(details: Bool) -> String {
        "tc \(classes) map \(map.map(String.init).joined(separator: " ")) queues "
            + queues.map { "(\($0.lowerBound):\($0.upperBound)) " }.joined()
    }
}
