/// The candidate that was probably meant by a word, or nil when none is near.
///
/// Near means: equal without regard to case and to `-` and `_`, or at most a third of the letters to change.
public func closestMatch(to word: String, among candidates: some Sequence<String>) -> String? {
    guard !word.isEmpty, word.utf8.count <= 64 else { return nil }
    let wanted = folded(word)
    var best: (distance: Int, name: String)?
    // Of equally near ones the first in the alphabet is meant, whatever order they come in.
    for candidate in candidates where candidate.utf8.count <= 64 {
        let letters = folded(candidate)
        let allowed = max(1, max(letters.count, wanted.count) / 3)
        guard abs(letters.count - wanted.count) <= min(allowed, best?.distance ?? .max) else { continue }
        let distance = editDistance(wanted, letters)
        guard distance == 0 || distance <= allowed && distance < min(wanted.count, letters.count) else { continue }
        if let best, (best.distance, best.name) <= (distance, candidate) { continue }
        best = (distance, candidate)
    }
    return best?.name
}

/// `did you mean X?`, or nil when nothing is near.
public func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
    closestMatch(to: word, among: candidates).map { "did you mean `\($0)`?" }
}

/// The letters that count, as scalars: farms have thousands of names.
private func folded(_ word: String) -> [Unicode.Scalar] {
    word.lowercased().unicodeScalars.filter { $0 != "-" && $0 != "_" && $0 != " " }
}

/// Insertions, deletions, changes and swaps of neighbours that lead from one word to the other.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row] + Array(repeating: 0, count: right.count)
        for column in 1...right.count {
            let change = left[row - 1] == right[column - 1] ? 0 : 1
            current[column] = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + change)
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                current[column] = min(current[column], beforeLast[column - 2] + 1)
            }
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
