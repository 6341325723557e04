// SPDX-License-Identifier: Apache-2.0

/// The words in front of the one that is being completed, in the order that the parser takes.
///
/// The verb that is still to come, and the verb of links, addresses, routes and the like, are left out rather than
/// filled in, so that they are what is completed.
func completionLine(_ words: [String]) -> [String] {
    if let last = words.last, words.count == words.prefix(while: { $0.hasPrefix("-") }).count,
        ["-n", "-netns", "--netns", "--namespace"].contains(last)
    {
        return ["link", "show", "--namespace"]
    }
    // With a word that is no verb the line can be read only if it has its verbs.
    if let line = try? normalized(words + ["?"]), line.last == "?" { return line.dropLast() }
    guard let verb = try? normalized(words).first, words.contains(where: { !$0.hasPrefix("-") }) else { return [] }
    return hasSubverbs(verb) ? [verb] : []
}
