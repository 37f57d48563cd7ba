/// Finds what refers to itself over any number of others, in time that grows with the number of references.
enum Circles {
    /// The names that stand in some circle.
    static func members(of references: [String: Set<String>]) -> Set<String> {
        var search = Search(references: references)
        for name in references.keys where search.indices[name] == nil { search.visit(name) }
        return search.circular
    }

    /// Tarjan's search for strongly connected parts, with a stack of its own: chains may be long.
    private struct Search {
        let references: [String: Set<String>]
        var indices: [String: Int] = [:]
        var lows: [String: Int] = [:]
        var open: [String] = []
        var isOpen: Set<String> = []
        var circular: Set<String> = []

        init(references: [String: Set<String>]) { self.references = references }

        mutating func visit(_ root: String) {
            var calls: [(name: String, rest: [String])] = [begin(root)]
            while var call = calls.popLast() {
                if let next = call.rest.popLast() {
                    calls.append(call)
                    if indices[next] == nil {
                        calls.append(begin(next))
                    } else if isOpen.contains(next) {
                        lower(call.name, to: indices[next] ?? 0)
                    }
                    continue
                }
                end(call.name)
                if let caller = calls.last { lower(caller.name, to: lows[call.name] ?? 0) }
            }
        }

        private mutating func begin(_ name: String) -> (String, [String]) {
            indices[name] = indices.count
            lows[name] = indices[name]
            open.append(name)
            isOpen.insert(name)
            return (name, references[name].map(Array.init) ?? [])
        }

        private mutating func lower(_ name: String, to index: Int) {
            lows[name] = min(lows[name] ?? index, index)
        }

        /// A part is complete when its first member is; one alone is a circle only if it speaks of itself.
        private mutating func end(_ name: String) {
            guard lows[name] == indices[name] else { return }
            var part: [String] = []
            while let last = open.popLast() {
                isOpen.remove(last)
                part.append(last)
                if last == name { break }
            }
            if part.count > 1 || references[name]?.contains(name) == true { circular.formUnion(part) }
        }
    }
}
