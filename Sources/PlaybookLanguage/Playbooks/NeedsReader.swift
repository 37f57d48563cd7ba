import SourceText

/// Reads which plays need which: each needs only plays above it.
struct NeedsReader {
    private let nodes: [Node]
    private var byWord: [String: Int] = [:]

    /// Learns the ids and names of all plays; an id that is taken twice is noted.
    init(_ nodes: [Node], _ diagnostics: inout Diagnostics) {
        self.nodes = nodes
        var ids: [String: SourceSpan] = [:]
        for (index, node) in nodes.enumerated() {
            guard let id = node["id"] else { continue }
            guard let text = id.text, !id.isNull else {
                diagnostics.error("wrong-type", "`id` is a name, this is \(id.phrase)", at: id.span)
                continue
            }
            PlaybookKeys.checkIdentifier(text, "the id of a play", at: id.span, &diagnostics)
            if let earlier = ids[text] {
                diagnostics.error(
                    "duplicate-id", "the id `\(text)` is taken", at: id.span, help: "every id names one play",
                    notes: [.init("by this play", at: earlier)])
                continue
            }
            ids[text] = id.span
            byWord[text] = index
        }
        for (index, node) in nodes.enumerated() {
            guard let name = node["name"]?.text, byWord[name] == nil else { continue }
            byWord[name] = index
        }
    }

    /// The plays that the one at an index needs.
    func needs(of index: Int, _ diagnostics: inout Diagnostics) -> [Int] {
        var needed: [Int] = []
        for member in members(of: index, &diagnostics) {
            guard let word = member.text, !member.isNull else {
                diagnostics.error(
                    "wrong-type", "`needs` is a list of plays, this is \(member.phrase)", at: member.span,
                    help: "name a play by its `id` or its `name`")
                continue
            }
            guard let other = byWord[word] else {
                diagnostics.error(
                    "unknown-play", "no play is called `\(word)`", at: member.span,
                    help: suggestion(for: word, among: byWord.keys) ?? "name a play by its `id` or its `name`")
                continue
            }
            if other == index {
                diagnostics.error("circle", "the play needs itself", at: member.span)
            } else if other > index, let circle = circle(from: other, to: index, [index]) {
                // A circle leads downwards somewhere; it is told there, and only there.
                let names = (circle + [index]).map(title).joined(separator: " -> ")
                diagnostics.error("circle", "plays need each other: \(names)", at: member.span)
            } else if other > index {
                diagnostics.error(
                    "later-play", "the play `\(word)` comes later", at: member.span,
                    help: "plays run in the order in which they stand; move it above this one",
                    notes: [.init("it stands here", at: (nodes[other].mapping?.first?.key ?? nodes[other]).span)])
            } else if !needed.contains(other) {
                needed.append(other)
            }
        }
        return needed
    }

    private func members(of index: Int, _ diagnostics: inout Diagnostics) -> [Node] {
        guard let node = nodes[index]["needs"] else { return [] }
        return node.sequence ?? [node]
    }

    /// The way from a play over what it needs to another, when there is one.
    private func circle(from start: Int, to target: Int, _ way: [Int]) -> [Int]? {
        if start == target { return way }
        var open = [(start, way + [start])]
        var seen: Set<Int> = []
        while let (index, way) = open.popLast() {
            guard seen.insert(index).inserted, let node = nodes[index]["needs"] else { continue }
            for member in node.sequence ?? [node] {
                guard let next = member.text.flatMap({ byWord[$0] }) else { continue }
                if next == target { return way }
                open.append((next, way + [next]))
            }
        }
        return nil
    }

    private func title(_ index: Int) -> String {
        nodes[index]["id"]?.text ?? nodes[index]["name"]?.text ?? "\(index + 1)"
    }
}
