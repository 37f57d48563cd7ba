import SourceText

/// One entry of a list of steps before it is read: what it is, and its place in the order of execution.
///
/// The outline of a whole play comes first, so that ids are known to all steps, and so that a playbook that is too
/// large is refused before anything expensive is done with it.
struct StepOutline {
    /// What stands below it.
    indirect enum Shape {
        /// Nothing; or something that is no step at all.
        case step
        /// `block:` with its three lists.
        case block([StepOutline], rescue: [StepOutline], always: [StepOutline])
        /// `include:` with the file's steps; nil when the file could not be had.
        case include(Node?, [StepOutline])
    }

    let node: Node
    /// Its turn among all entries of the play, from 1; names of later ones are not known to it.
    let order: Int
    let shape: Shape
}

/// Makes outlines, and keeps count over all plays of a playbook.
struct Outliner {
    /// A playbook with more steps is refused.
    static let maximumSteps = 5_000
    /// Blocks and included files inside each other.
    static let maximumDepth = 16
    /// Members of one list to loop over.
    static let maximumItems = 10_000
    /// Rounds of loops inside loops, when all the lists are written out.
    static let maximumRounds = 100_000

    /// Where an outline goes on: how deep, in how many rounds, through which files.
    struct Place {
        var depth = 0
        var rounds = 1
        var chain: [SourceFile]
    }

    let vocabulary: any StepVocabulary
    private let keywords: Set<String>
    private(set) var includes: IncludedFiles
    private var stepCount = 0
    private var isFull = false
    private(set) var diagnostics = Diagnostics()

    // For the play at hand.
    private var order = 0
    private(set) var ids: [String: (index: Int, outputs: [String: ValueType])] = [:]
    private var idSpans: [String: SourceSpan] = [:]
    /// The variables that some step sets.
    private(set) var assigned: Set<String> = []

    init(vocabulary: any StepVocabulary, includes: IncludedFiles) {
        self.vocabulary = vocabulary
        self.includes = includes
        keywords = Set(vocabulary.keywords)
    }

    /// Forgets the ids of the play before.
    mutating func beginPlay() {
        order = 0
        ids = [:]
        idSpans = [:]
        assigned = []
    }

    /// What stands after the last entry so far.
    var end: Int { order + 1 }

    /// The outlines of a list, in order.
    mutating func outlines(of nodes: [Node], in place: Place) -> [StepOutline] {
        var background: [(id: String, outputs: [String: ValueType])] = []
        var list: [StepOutline] = []
        for node in nodes {
            guard stepCount < Self.maximumSteps else {
                if !isFull {
                    diagnostics.error(
                        "too-many-steps",
                        "a playbook has at most \(Self.maximumSteps) steps, those of included files among them",
                        at: node.span)
                }
                isFull = true
                break
            }
            // Blocks count too: empty ones that include each other would grow without end.
            stepCount += 1
            order += 1
            let own = order
            let shape = shape(of: node, in: place)
            list.append(StepOutline(node: node, order: own, shape: shape))
            guard let id = noteID(node) else { continue }
            let outputs = outputs(of: node)
            if node["background"]?.text == "true" { background.append((id, outputs)) }
            if ids[id] == nil { ids[id] = (own, outputs) }
        }
        // What a background step gives is known when its list has ended.
        for step in background { ids[step.id] = (order, step.outputs) }
        return list
    }

    private mutating func shape(of node: Node, in place: Place) -> StepOutline.Shape {
        let entries = node.mapping ?? []
        let kind = entries.first { keywords.contains($0.name) || PlaybookKeys.ownKeywords.contains($0.name) }
        var inner = place
        inner.depth += 1
        inner.rounds = rounds(node["loop"], place.rounds)
        if kind?.name == "set" { assigned.formUnion((kind?.value.mapping ?? []).map(\.name)) }
        guard let kind, kind.name == "block" || kind.name == "include" else {
            return .step
        }
        guard inner.depth <= Self.maximumDepth else {
            diagnostics.error(
                "too-deep", "blocks stand at most \(Self.maximumDepth) levels inside each other", at: kind.key.span)
            return .step
        }
        guard kind.name == "block" else { return include(kind, inner) }
        let body = outlines(of: kind.value.sequence ?? [], in: inner)
        let rescue = outlines(of: node["rescue"]?.sequence ?? [], in: inner)
        let always = outlines(of: node["always"]?.sequence ?? [], in: inner)
        return .block(body, rescue: rescue, always: always)
    }

    private mutating func include(_ entry: Node.Entry, _ place: Place) -> StepOutline.Shape {
        let node = entry.value.mapping == nil ? entry.value : entry.value["file"]
        // What is wrong with the name itself is told when the step is read.
        guard let node, let path = node.text, !node.isNull, !path.isEmpty, !path.contains("${{") else {
            return .include(nil, [])
        }
        guard let root = includes.root(of: path, at: node.span, chain: place.chain, &diagnostics) else {
            return .include(nil, [])
        }
        var inner = place
        inner.chain.append(root.span.file)
        return .include(root, outlines(of: root["steps"]?.sequence ?? [], in: inner))
    }

    /// How often the inside of a loop is done, as far as its list is written out.
    private mutating func rounds(_ loop: Node?, _ outer: Int) -> Int {
        guard let loop, let list = (loop.mapping == nil ? loop : loop["over"])?.sequence else { return outer }
        guard list.count <= Self.maximumItems else {
            diagnostics.error(
                "too-many-rounds", "a loop has at most \(Self.maximumItems) rounds, this one has \(list.count)",
                at: loop.span)
            return outer
        }
        let rounds = outer * max(1, list.count)
        guard rounds <= Self.maximumRounds else {
            diagnostics.error(
                "too-many-rounds",
                "loops inside loops make \(rounds) rounds here, at most \(Self.maximumRounds) are allowed",
                at: loop.span)
            return outer
        }
        return rounds
    }

    private func outputs(of node: Node) -> [String: ValueType] {
        // Results of a mistaken step may be asked for as well: one mistake gives one message.
        let keyword = node.mapping?.first { keywords.contains($0.name) }?.name
        var outputs = NameTable.commonOutputs
        if let keyword { outputs.merge(vocabulary.outputs(of: keyword)) { $1 } }
        if node["loop"] != nil { outputs["results"] = .list }
        return outputs
    }

    /// The id, when it is a name; it names one step.
    private mutating func noteID(_ step: Node) -> String? {
        guard let node = step["id"] else { return nil }
        guard let id = node.text, !node.isNull else {
            diagnostics.error("wrong-type", "`id` is a name, this is \(node.phrase)", at: node.span)
            return nil
        }
        PlaybookKeys.checkIdentifier(id, "the id of a step", at: node.span, &diagnostics)
        // A file that is included twice brings its ids twice; the later results count.
        if let earlier = idSpans[id], earlier != node.span {
            diagnostics.error(
                "duplicate-id", "the id `\(id)` is taken", at: node.span, help: "every id names one step",
                notes: [.init("by this step", at: earlier)])
            return nil
        }
        idSpans[id] = node.span
        return id
    }
}
