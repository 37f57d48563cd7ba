import SourceText

/// Reads the steps of one play in the order in which they happen; each knows the results of those before it.
struct StepReader {
    /// What holds for a list of steps from outside.
    struct Surroundings {
        /// The names that are known there; those of the steps before it by their order.
        var names: NameTable
        /// The tags of the play and the blocks around it.
        var tags: Set<String> = []
        /// Whether it is the play's own list, where `sync` may stand.
        var isTop = true
        /// How many of the variables that steps set are among the names already.
        var assignedCount = 0
    }

    let vocabulary: any StepVocabulary
    let targetKind: TargetKind
    let externalVariables: Set<String>
    private let kinds: [String]
    private let keywords: Set<String>
    /// The variables that steps so far have set, in order; they stay known to the end of the play.
    private(set) var assigned: [String] = []
    var diagnostics = Diagnostics()

    init(vocabulary: any StepVocabulary, targetKind: TargetKind, externalVariables: Set<String>) {
        self.vocabulary = vocabulary
        self.targetKind = targetKind
        self.externalVariables = externalVariables
        kinds = vocabulary.keywords + PlaybookKeys.ownKinds.map(\.keyword)
        keywords = Set(kinds)
    }

    /// A list of steps; what cannot be used is left out, and noted.
    ///
    /// - Parameter position: The place of the first one.
    mutating func entries(
        _ outlines: [StepOutline], from position: Int = 0, in surroundings: Surroundings
    ) -> [StepEntry] {
        var entries: [StepEntry] = []
        var inner = surroundings
        for (index, outline) in outlines.enumerated() {
            for name in assigned[inner.assignedCount...] { inner.names.declare(variable: name) }
            inner.assignedCount = assigned.count
            inner.names.position = outline.order
            if let entry = entry(outline, position + index, inner) { entries.append(entry) }
        }
        return entries
    }

    private mutating func entry(
        _ outline: StepOutline, _ position: Int, _ surroundings: Surroundings
    ) -> StepEntry? {
        let node = outline.node
        guard let entries = node.mapping, let kind = kindEntry(node, entries) else {
            if node.mapping == nil { reportNoMapping(node) }
            return nil
        }
        reportRepeatedKeys(node, &diagnostics)
        checkKeys(entries, kind)
        // The list of a loop is made before there is an item; the rest knows the item and the step's own variables.
        let loop = LoopReader.read(node["loop"], names: surroundings.names, &diagnostics)
        var names = surroundings.names
        if node["loop"] != nil {
            names.hasItem = true
            if let variable = loop?.variable { names.declare(variable: variable) }
        }
        let variables = VariablesReader.read(node["vars"], &names, externalVariables, &diagnostics)
        var arguments = StepArguments(keyword: "a step", at: kind.key.span, node: node, names: names)
        let common = StepCommon(reading: &arguments, loop: loop, inheriting: surroundings.tags)
        diagnostics.add(contentsOf: arguments.diagnostics)
        let place = Place(
            position: position, node: node, kind: kind, names: names, common: common, variables: variables)
        switch outline.shape {
        case .block(let body, let rescue, let always):
            return block(place, body, rescue, always, surroundings).map { .block($0) }
        case .include(let root, let steps):
            return include(place, root, steps, surroundings).map { .block($0) }
        case .step:
            // A block that is too deep has been refused already.
            guard kind.name != "block", kind.name != "include" else { return nil }
            return action(place, surroundings).map { .step(step(place, $0)) }
        }
    }

    /// One entry with everything that is read of every entry.
    struct Place {
        let position: Int
        let node: Node
        let kind: Node.Entry
        /// The names that are known inside it.
        let names: NameTable
        let common: StepCommon
        let variables: [String: Argument<Value>]
    }

    private func step(_ place: Place, _ action: StepAction) -> StepCall {
        let common = place.common
        var name = common.name
        if case .sync = action, name == nil, !place.kind.value.isNull {
            name = place.kind.value.text.map { Template(literal: $0, at: place.kind.value.span) }
        }
        return StepCall(
            position: place.position, keyword: place.kind.name, action: action, name: name, id: place.node["id"]?.text,
            when: common.when, loop: common.loop, timeout: common.timeout, stall: common.stall,
            retries: common.retries, delay: common.delay, until: common.until, retryOn: common.retryOn,
            throttle: common.throttle, tags: common.tags, isBackground: common.isBackground, expect: common.expect,
            changes: common.changes, unless: common.unless, continueOnError: common.continueOnError,
            variables: place.variables, span: place.node.span, keywordSpan: place.kind.key.span)
    }

    // MARK: What a step does

    private mutating func action(_ place: Place, _ surroundings: Surroundings) -> StepAction? {
        switch place.kind.name {
        case "set": return set(place)
        case "assert": return assert(place)
        case "pause":
            return PauseReader.read(
                place.kind.value, named: "pause", at: place.kind.key.span, names: place.names, &diagnostics
            ).map { .pause($0) }
        case "sync":
            checkSync(place, surroundings)
            return .sync
        default: return kind(place)
        }
    }

    private mutating func kind(_ place: Place) -> StepAction? {
        let keyword = place.kind.name
        let possible = vocabulary.targets(of: keyword)
        if !possible.contains(targetKind) {
            let all = TargetKind.allCases.filter(possible.contains).map(\.rawValue).joined(separator: " and ")
            diagnostics.error(
                "wrong-target", "`\(keyword)` acts on \(all), this play is for \(targetKind.rawValue)",
                at: place.kind.key.span, help: "put it into a play for \(all)")
        }
        var arguments = StepArguments(
            keyword: keyword, at: place.kind.key.span, node: place.kind.value, names: place.names)
        let kind = vocabulary.read(keyword, &arguments)
        diagnostics.add(contentsOf: arguments.finish())
        return kind.map { .kind($0) }
    }

    private mutating func set(_ place: Place) -> StepAction? {
        let node = place.kind.value
        guard let entries = node.mapping, !entries.isEmpty else {
            let isEmpty = node.isNull || node.mapping != nil
            diagnostics.error(
                isEmpty ? "empty" : "wrong-type",
                isEmpty ? "`set` sets nothing" : "`set` is a mapping of names, this is \(node.phrase)",
                at: isEmpty ? place.kind.key.span : node.span, help: "write `set: { NAME: VALUE }`")
            return nil
        }
        reportRepeatedKeys(node, &diagnostics)
        var values: [String: Argument<Value>] = [:]
        for entry in entries {
            PlaybookKeys.checkIdentifier(entry.name, "the name of a variable", at: entry.key.span, &diagnostics)
            values[entry.name] = Argument(
                reading: entry.value, named: entry.name, .any, names: place.names, &diagnostics)
        }
        assigned += entries.map(\.name)
        return .set(values)
    }

    private mutating func assert(_ place: Place) -> StepAction? {
        let node = place.kind.value
        var arguments = StepArguments(
            keyword: "assert", at: place.kind.key.span, node: node, names: place.names)
        var that: Node? = node
        var message: Template?
        if node.mapping != nil {
            that = arguments.has("that") ? node["that"] : nil
            message = arguments.template("message")
            diagnostics.add(contentsOf: arguments.finish())
        }
        guard let that else {
            diagnostics.error(
                "missing-key", "`assert` needs `that`", at: place.kind.key.span, help: "add `that: ...`")
            return nil
        }
        let nodes = that.sequence ?? [that]
        if nodes.isEmpty {
            diagnostics.error("empty", "`assert` asserts nothing", at: place.kind.key.span)
        }
        let conditions = nodes.compactMap {
            Expression(condition: $0, named: "assert", names: place.names, &diagnostics)
        }
        return .assert(conditions, message: message)
    }

    /// Where a barrier can stand: every phone of the wave must come to it, so it is in nothing that some skip.
    private mutating func checkSync(_ place: Place, _ surroundings: Surroundings) {
        if !surroundings.isTop {
            diagnostics.error(
                "misplaced-sync", "`sync` stands among the steps of a play, not inside a block",
                at: place.kind.key.span,
                help: "every phone of the wave has to come to it; end the block before it")
        }
        if let text = place.kind.value.text, !text.contains("${{") { return }
        diagnostics.error(
            "wrong-type", "`sync` takes nothing but a plain name, this is \(place.kind.value.phrase)",
            at: place.kind.value.span, help: "write `- sync:` or `- sync: NAME`")
    }

    // MARK: Which kind it is

    private mutating func reportNoMapping(_ node: Node) {
        let word = node.text ?? ""
        diagnostics.error(
            "wrong-type", "a step is a mapping with its kind as a key, this is \(node.phrase)", at: node.span,
            help: keywords.contains(word) ? "write `\(word):`" : "write `- KIND: ...`")
    }

    /// The one entry that says what the step does.
    private mutating func kindEntry(_ node: Node, _ entries: [Node.Entry]) -> Node.Entry? {
        let found = entries.filter { keywords.contains($0.name) }
        guard let first = found.first else {
            reportNoKind(node, entries)
            return nil
        }
        if let second = found.first(where: { $0.name != first.name }) {
            diagnostics.error(
                "two-kinds", "a step does one thing, this one has `\(first.name)` and `\(second.name)`",
                at: second.key.span, help: "make two steps of it: begin this line with `- `",
                notes: [.init("the first one", at: first.key.span)])
        }
        return first
    }

    private mutating func reportNoKind(_ node: Node, _ entries: [Node.Entry]) {
        if let stray = entries.first(where: { $0.name == "rescue" || $0.name == "always" }) {
            diagnostics.error(
                "missing-kind", "`\(stray.name)` belongs to a `block`, and there is none", at: stray.key.span,
                help: "put the steps that it is for under `block:` beside it")
            return
        }
        let unknown = entries.filter { !PlaybookKeys.step.contains($0.name) }
        for entry in unknown { reportUnknown(entry, beside: nil) }
        guard unknown.isEmpty else { return }
        diagnostics.error(
            "missing-kind", "this step does not say what to do", at: entries.first?.key.span ?? node.span,
            help: "add one of \(kinds.sorted().joined(separator: ", "))")
    }

    private mutating func checkKeys(_ entries: [Node.Entry], _ kind: Node.Entry) {
        let possible = PlaybookKeys.keys(of: kind.name)
        for entry in entries where !possible.contains(entry.name) && !keywords.contains(entry.name) {
            guard PlaybookKeys.anyStep.contains(entry.name) else {
                reportUnknown(entry, beside: kind.name)
                continue
            }
            diagnostics.error(
                "misplaced-key", "`\(kind.name)` takes no `\(entry.name)`", at: entry.key.span,
                help: Self.reason(entry.name, beside: kind.name))
        }
    }

    private static func reason(_ key: String, beside keyword: String) -> String {
        switch (keyword, key) {
        case ("sync", _): "every phone of the wave has to come to it, each once"
        case (_, "rescue"), (_, "always"): "`\(key)` belongs to a `block`"
        case ("block", "id"): "a block gives no results; its steps can have ids"
        case ("include", "id"): "an included file gives no results of its own; its steps can have ids"
        case ("block", _), ("include", _): "give it to the steps inside"
        default: "it is for steps that do something to a phone"
        }
    }

    private mutating func reportUnknown(_ entry: Node.Entry, beside keyword: String?) {
        // Without a kind the unknown key may be meant as one.
        let keys = keyword.map(PlaybookKeys.keys) ?? PlaybookKeys.step
        let possible = keys + (keyword == nil ? kinds : [])
        let isOwn = keyword.map(PlaybookKeys.ownKeywords.contains) == true
        let what = isOwn ? "`\(keyword ?? "")`" : "a step"
        let near = PlaybookKeys.slip(entry.name, among: possible) ?? suggestion(for: entry.name, among: possible)
        let all =
            keyword == nil
            ? "`drover steps` lists the kinds" : "\(what) has \(keys.joined(separator: ", "))"
        diagnostics.error(
            keyword == nil ? "unknown-kind" : "unknown-key",
            keyword == nil ? "unknown step kind `\(entry.name)`" : "\(what) has no key `\(entry.name)`",
            at: entry.key.span,
            help: near ?? all)
    }
}
