import PlaybookLanguage
import SourceText

/// Which steps of a playbook take part: `--tags`, `--skip-tags`, `--from` and `--only`.
///
/// The tag `always` takes part unless it is skipped by name, `never` only when it is asked for by name. What is done
/// on failures, and what rescues or ends a block, goes with the steps that it belongs to.
public struct StepFilter: Hashable, Sendable {
    /// Only steps with one of these tags; empty for all.
    public var tags: Set<String>
    /// No steps with one of these tags.
    public var skipTags: Set<String>
    /// The first step that takes part: an id, a heading, or a number such as `3` or `2.1`.
    public var from: String?
    /// The only steps that take part, by the same names; empty for all.
    public var only: [String]

    /// Takes everything unless told otherwise.
    public init(tags: Set<String> = [], skipTags: Set<String> = [], from: String? = nil, only: [String] = []) {
        self.tags = tags
        self.skipTags = skipTags
        self.from = from
        self.only = only
    }

    /// Whether every step takes part.
    public var isOpen: Bool { self == StepFilter() }

    /// The steps of a play that take part; the names of `from` and `only` that were met are taken out of `unmet`.
    func apply(to play: PlayCall, unmet: inout Set<String>) -> (steps: [StepEntry], onFailure: [StepEntry]) {
        var walk = Walk(filter: self, hasBegun: from == nil, unmet: unmet)
        let steps = walk.kept(play.steps, tags: play.tags, prefix: "")
        unmet = walk.unmet
        return (steps, play.onFailure)
    }

    /// Every name that a step can be called by.
    static func names(in playbook: Playbook) -> [String] {
        func names(_ entries: [StepEntry]) -> [String] {
            entries.flatMap { entry -> [String] in
                switch entry {
                case .step(let step): [step.id, step.name?.source].compactMap { $0 }
                case .block(let block): [block.name?.source].compactMap { $0 } + names(block.steps)
                }
            }
        }
        return playbook.plays.flatMap { names($0.steps) }
    }

    private struct Walk {
        let filter: StepFilter
        var hasBegun: Bool
        var unmet: Set<String>

        mutating func kept(_ entries: [StepEntry], tags: Set<String>, prefix: String) -> [StepEntry] {
            entries.compactMap { entry in
                let number = "\(prefix)\(entry.position + 1)"
                switch entry {
                case .step(let step):
                    return isKept(step, tags.union(step.tags), number) ? entry : nil
                case .block(let block):
                    return kept(block, tags.union(block.tags), number).map { .block($0) }
                }
            }
        }

        private mutating func isKept(_ step: StepCall, _ tags: Set<String>, _ number: String) -> Bool {
            let names = [step.id, step.name?.source, number].compactMap { $0 }
            return takes(names) && filter.takes(tags)
        }

        private mutating func kept(_ block: BlockCall, _ tags: Set<String>, _ number: String) -> BlockCall? {
            let names = [block.name?.source, number].compactMap { $0 }
            let isNamed = !names.filter { filter.only.contains($0) }.isEmpty
            let isFrom = filter.from.map { names.contains($0) } ?? false
            if isFrom { begin() }
            var inner = self
            if isNamed { inner = Walk(filter: filter.withoutNames, hasBegun: hasBegun, unmet: unmet) }
            let steps = inner.kept(block.steps, tags: tags, prefix: "\(number).")
            hasBegun = inner.hasBegun
            unmet = inner.unmet.subtracting(names)
            guard !steps.isEmpty else { return nil }
            return block.with(steps: steps)
        }

        private mutating func takes(_ names: [String]) -> Bool {
            unmet.subtract(names)
            if let from = filter.from, names.contains(from) { begin() }
            guard hasBegun else { return false }
            return filter.only.isEmpty || names.contains { filter.only.contains($0) }
        }

        private mutating func begin() { hasBegun = true }
    }

    private var withoutNames: StepFilter { StepFilter(tags: tags, skipTags: skipTags, from: from) }

    private func takes(_ own: Set<String>) -> Bool {
        guard skipTags.isDisjoint(with: own) else { return false }
        if own.contains("never") { return !tags.isDisjoint(with: own) }
        return tags.isEmpty || tags.contains("all") || own.contains("always") || !tags.isDisjoint(with: own)
    }
}
