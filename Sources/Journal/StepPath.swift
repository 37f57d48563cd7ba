public import SourceText

/// Where a step stands in the plan: its play, the blocks around it, its position, and the members of loops it is done for.
///
/// Spelled `play/step`, with blocks joined by dots and a loop's member after a `#`: `0/2`, `0/2.1`, `0/2#3.1`. All counts
/// start at zero; people are shown ``numberText``.
public struct StepPath: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// One level of the way to a step: a block, or the step itself.
    public struct Element: Hashable, Sendable {
        /// The place in the list that it stands in.
        public let position: Int
        /// The loop's member, for what has a loop.
        public let item: Int?

        /// Makes a level from zero-based counts.
        public init(position: Int, item: Int? = nil) {
            self.position = position
            self.item = item
        }
    }

    /// Position of the play in the playbook.
    public let play: Int
    /// The way to the step, outermost first; empty for the play itself.
    public let elements: [Element]

    /// Makes a path from its levels.
    public init(play: Int = 0, elements: [Element] = []) {
        self.play = play
        self.elements = elements
    }

    /// Makes the path of a step that stands in the play itself.
    public init(play: Int = 0, step: Int, item: Int? = nil) {
        self.init(play: play, elements: [Element(position: step, item: item)])
    }

    /// The path of something inside.
    public func appending(_ position: Int, item: Int? = nil) -> StepPath {
        StepPath(play: play, elements: elements + [Element(position: position, item: item)])
    }

    /// The same path for one member of its own loop.
    public func withItem(_ item: Int) -> StepPath {
        guard let last = elements.last else { return self }
        return StepPath(play: play, elements: elements.dropLast() + [Element(position: last.position, item: item)])
    }

    /// The same path whatever the members of loops: as it stands in the plan.
    public var withoutItems: StepPath {
        guard elements.contains(where: { $0.item != nil }) else { return self }
        return StepPath(play: play, elements: elements.map { Element(position: $0.position) })
    }

    /// Whether this is the path of something inside `block`, members of loops included.
    public func isInside(_ block: StepPath) -> Bool {
        play == block.play && elements.count > block.elements.count && elements.starts(with: block.elements)
    }

    /// The step's number as people count, in its own list: 1 for the first.
    public var number: Int { (elements.last?.position ?? -1) + 1 }

    /// The step's number as people count, blocks included: `3.1`.
    public var numberText: String { elements.map { "\($0.position + 1)" }.joined(separator: ".") }

    /// The spelling that journals use.
    public var description: String {
        var text = "\(play)/"
        for (level, element) in elements.enumerated() {
            if level > 0 { text += "." }
            text += "\(element.position)"
            if let item = element.item { text += "#\(item)" }
        }
        return text
    }

    /// Reads the spelling of ``description``; nil when the text is none.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let play = Int(parts[0]), play >= 0 else { return nil }
        var elements: [Element] = []
        for level in parts[1].split(separator: ".", omittingEmptySubsequences: false) {
            let counts = level.split(separator: "#", omittingEmptySubsequences: false)
            guard counts.count <= 2, let position = Int(counts[0]), position >= 0 else { return nil }
            var item: Int?
            if counts.count == 2 {
                guard let number = Int(counts[1]), number >= 0 else { return nil }
                item = number
            }
            elements.append(Element(position: position, item: item))
        }
        self.init(play: play, elements: elements)
    }

    /// In the order of the plan.
    public static func < (left: Self, right: Self) -> Bool {
        if left.play != right.play { return left.play < right.play }
        for (one, other) in zip(left.elements, right.elements) where one != other {
            if one.position != other.position { return one.position < other.position }
            return (one.item ?? -1) < (other.item ?? -1)
        }
        return left.elements.count < right.elements.count
    }
}

/// A step's path with what people call it; the header of a journal has one for every step of the plan.
public struct StepLabel: Hashable, Sendable {
    /// Where the step stands.
    public let path: StepPath
    /// The step kind's keyword, such as `install`.
    public let keyword: String
    /// The name by which expressions reach its outputs.
    public let id: String?
    /// What the author called it.
    public let name: String?
    /// The step in a few words when it has no name, such as `install game.apk`.
    public let summary: String?
    /// Where it is written.
    public let place: SourceLocation?
    /// Whether it is only done about a failure, so that a target which never came to it misses nothing.
    public let isForFailures: Bool

    /// Makes a label.
    public init(
        path: StepPath,
        keyword: String,
        id: String? = nil,
        name: String? = nil,
        summary: String? = nil,
        place: SourceLocation? = nil,
        isForFailures: Bool = false
    ) {
        self.path = path
        self.keyword = keyword
        self.id = id
        self.name = name
        self.summary = summary
        self.place = place
        self.isForFailures = isForFailures
    }

    /// What to show: the author's name, or the summary, or the keyword.
    public var title: String { name ?? summary ?? keyword }
}
