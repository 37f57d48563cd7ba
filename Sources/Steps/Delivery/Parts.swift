extension Sequence {
    /// Cuts into parts, in order, that together weigh no more than a limit; what is heavier has a part of its own.
    func parts(upTo limit: Int, weight: (Element) -> Int) -> [[Element]] {
        var parts: [[Element]] = []
        var sum = 0
        for element in self {
            let cost = weight(element)
            if parts.isEmpty || sum + cost > limit {
                parts.append([])
                sum = 0
            }
            parts[parts.count - 1].append(element)
            sum += cost
        }
        return parts
    }
}
