public import SourceText

/// Where a step stands in the plan: play, enclosing blocks, position, and the loop item it runs for.
///
/// Spelled `play/step`, with blocks joined by dots and the item after a `#`: `0/2`, `0/2.1`, `0/2.1#3`. All counts start
/// at zero; people are shown ``number``.
public struct StepPath: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Position of the play in the playbook.
    public let play: Int
    /// Positions of the enclosing blocks, outermost first; empty for a step that stands in the play itself.
    public let blocks: [Int]
    /// Position of the step in its play or block.
    public let step: Int
    /// Position of the loop item, for a step with a loop.
    public let item: Int?

    /// Makes a path from zero-based positions.
    public init(play: Int = 0, blocks: [Int] = [], step: Int, item: Int? = nil) {
        self.play = play
        self.blocks = blocks
        self.step = step
        self.item = item
    }

    /// The step's number as people count: 1 for the first step of a play.
    public var number: Int { step + 1 }

    /// The spelling that journals use.
    public var description: String {
        var text = "\(play)/"
        for block in blocks { text += "\(block)." }
        text += "\(step)"
        if let item { text += "#\(item)" }
        return text
    }

    /// Reads the spelling of ``description``; nil when the text is none.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let play = Int(parts[0]) else { return nil }
        let ends = parts[1].split(separator: "#", omittingEmptySubsequences: false)
        guard let place = ends.first, ends.count <= 2 else { return nil }
        var positions: [Int] = []
        for position in place.split(separator: ".", omittingEmptySubsequences: false) {
            guard let position = Int(position), position >= 0 else { return nil }
            positions.append(position)
        }
        guard let step = positions.popLast() else { return nil }
        var item: Int?
        if ends.count == 2 {
            guard let number = Int(ends[1]) else { return nil }
            item = number
        }
        self.init(play: play, blocks: positions, step: step, item: item)
    }

    /// In the order of the plan.
    public static func < (left: Self, right: Self) -> Bool {
        if left.play != right.play { return left.play < right.play }
        let leftPlace = left.blocks + [left.step]
        let rightPlace = right.blocks + [right.step]
        if leftPlace != rightPlace { return leftPlace.lexicographicallyPrecedes(rightPlace) }
        return (left.item ?? -1) < (right.item ?? -1)
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

    /// Makes a label.
    public init(
        path: StepPath,
        keyword: String,
        id: String? = nil,
        name: String? = nil,
        summary: String? = nil,
        place: SourceLocation? = nil
    ) {
        self.path = path
        self.keyword = keyword
        self.id = id
        self.name = name
        self.summary = summary
        self.place = place
    }

    /// What to show: the author's name, or the summary, or the keyword.
    public var title: String { name ?? summary ?? keyword }
}
