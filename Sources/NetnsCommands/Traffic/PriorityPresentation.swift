// SPDX-License-Identifier: Apache-2.0

internal import RouteNetlink

extension PriorityOptions: QdiscPresentation {
    private static let table = WordTable<PriorityOptions>([
        Word("bands") { words, options throws(CommandFailure) in options.bands = try words.number(2...16) },
        Word("priomap") { words, options throws(CommandFailure) in
            options.map[0] = try words.number(0...15)
            for position in 1..<mapCount where words.nextIsNumber { options.map[position] = try words.number(0...15) }
        },
    ])

    static var wordNames: [String] { table.names }

    static func read(kind: String, _ words: inout WordParser) throws(CommandFailure) -> PriorityOptions {
        var options = PriorityOptions()
        try table.readAll(&words, into: &options)
        if let band = options.map.first(where: { Int32($0) >= options.bands }) {
            throw words.usage("'priomap' names the band \(band), and there are \(options.bands)")
        }
        return options
    }

    func writeMembers(into json: inout JSONWriter) {
        json.member("bands", bands)
        json.member("priomap", array: { json in for band in map { json.value(band) } })
        json.member("multiqueue", false)
    }

    func text(details: Bool) -> String {
        "bands \(bands) priomap \(map.map(String.init).joined(separator: " ")) "
    }
}
