// SPDX-License-Identifier: Apache-2.0

/// `did you mean 'mtu'?`, when one of the known words is near enough to be meant.
public func suggestion(for word: String, among known: some Sequence<String>) -> String? {
    nearest(to: word, among: known).map { "did you mean '\($0)'?" }
}

/// The known word that is nearest: one that it abbreviates, or one with few letters typed wrongly.
public func nearest(to word: String, among known: some Sequence<String>) -> String? {
    guard !word.isEmpty, word.utf8.count <= 64 else { return nil }
    let limit = max(1, word.utf8.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in known where candidate != word {
        // Two letters or more that begin a word are an abbreviation of it.
        let isAbbreviation = word.utf8.count > 1 && candidate.hasPrefix(word)
        let distance = isAbbreviation ? 0 : editDistance(word, candidate)
        guard distance <= limit, distance < max(word.utf8.count, candidate.utf8.count) else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.word
}

/// How many letters must be changed, added, left out or swapped with their neighbour to make one word of the other.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.utf8)
    let right = Array(right.utf8)
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var line = [row + 1]
        for column in right.indices {
            let isSame = left[row] == right[column]
            var distance = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, line[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            line.append(distance)
        }
        beforeLast = last
        last = line
    }
    return last[right.count]
}
