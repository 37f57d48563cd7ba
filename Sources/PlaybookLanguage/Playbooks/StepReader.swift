import SourceText

/// Reads the steps of a playbook one after the other; each knows the results of those before it.
struct StepReader {
    private let vocabulary: any StepVocabulary
    private let keywords: [String]
    private var names: NameTable
    private var ids: [String: SourceSpan] = [:]
    private(set) var diagnostics = Diagnostics()

    init(vocabulary: any StepVocabulary, names: NameTable, nodes: [Node]) {
        self.vocabulary = vocabulary
        keywords = vocabulary.keywords
        self.names = names
        for (index, node) in nodes.enumerated() {
            guard let id = node["id"]?.text, self.names.steps[id] == nil else { continue }
            // Results of a mistaken step may be asked for as well: one mistake gives one message.
            let keyword = node.mapping?.first { keywords.contains($0.name) }?.name
            let own = keyword.map { vocabulary.outputs(of: $0) } ?? [:]
            self.names.steps[id] = (index, NameTable.commonOutputs.merging(own) { $1 })
        }
    }

    /// One step, or nil when it cannot be used.
    mutating func read(_ node: Node, index: Int) -> StepCall? {
        names.position = index
        guard let entries = node.mapping, let kindEntry = kindEntry(node, entries) else {
            if node.mapping == nil { reportNoMapping(node) }
            checkID(node["id"])
            return nil
        }
        var names = names
        let variables = VariablesReader.read(node["vars"], &names, [], &diagnostics)
        var common = StepArguments(keyword: "a step", at: kindEntry.key.span, node: node, names: names)
        let call = StepCommon(reading: &common, names: names)
        checkKeys(entries, kindEntry)
        diagnostics.add(contentsOf: common.diagnostics)

        var arguments = StepArguments(
            keyword: kindEntry.name, at: kindEntry.key.span, node: kindEntry.value, names: names)
        let kind = vocabulary.read(kindEntry.name, &arguments)
        diagnostics.add(contentsOf: arguments.finish())
        checkID(node["id"])
        guard let kind else { return nil }
        return StepCall(
            position: index, keyword: kindEntry.name, action: .kind(kind), name: call.name, id: node["id"]?.text,
            when: call.when, loop: nil, timeout: call.timeout, stall: call.stall, retries: call.retries,
            delay: call.delay, until: nil, retryOn: nil, throttle: nil, tags: [], isBackground: false,
            expect: call.expect, changes: call.changes, unless: call.unless, continueOnError: call.continueOnError,
            variables: variables, span: node.span, keywordSpan: kindEntry.key.span)
    }

    private mutating func reportNoMapping(_ node: Node) {
        let word = node.text ?? ""
        diagnostics.error(
            "wrong-type", "a step is a mapping with its kind as a key, this is \(node.phrase)", at: node.span,
            help: keywords.contains(word) ? "write `\(word):`" : "write `- KIND: ...`")
    }

    /// The one entry that says what the step does.
    private mutating func kindEntry(_ node: Node, _ entries: [Node.Entry]) -> Node.Entry? {
        let kinds = entries.filter { keywords.contains($0.name) }
        guard let first = kinds.first else {
            reportNoKind(node, entries)
            return nil
        }
        if let second = kinds.first(where: { $0.name != first.name }) {
            diagnostics.error(
                "two-kinds", "a step does one thing, this one has `\(first.name)` and `\(second.name)`",
                at: second.key.span, help: "make two steps of it: begin this line with `- `",
                notes: [.init("the first one", at: first.key.span)])
        }
        return first
    }

    private mutating func reportNoKind(_ node: Node, _ entries: [Node.Entry]) {
        let unknown = entries.filter { !PlaybookKeys.step.contains($0.name) }
        for entry in unknown { reportUnknown(entry, mayBeKind: true) }
        guard unknown.isEmpty else { return }
        diagnostics.error(
            "missing-kind", "this step does not say what to do", at: entries.first?.key.span ?? node.span,
            help: "add one of \(keywords.sorted().joined(separator: ", "))")
    }

    private mutating func checkKeys(_ entries: [Node.Entry], _ kind: Node.Entry) {
        for entry in entries where !PlaybookKeys.step.contains(entry.name) && !keywords.contains(entry.name) {
            reportUnknown(entry, mayBeKind: false)
        }
    }

    private mutating func reportUnknown(_ entry: Node.Entry, mayBeKind: Bool) {
        if PlaybookKeys.plannedStep.contains(entry.name) || PlaybookKeys.plannedKinds.contains(entry.name) {
            PlaybookKeys.notAvailable(entry, &diagnostics)
            return
        }
        let possible = PlaybookKeys.step + (mayBeKind ? keywords : [])
        let near = PlaybookKeys.slip(entry.name, among: possible) ?? suggestion(for: entry.name, among: possible)
        let all =
            mayBeKind
            ? "the kinds are \(keywords.sorted().joined(separator: ", "))"
            : "a step has \(PlaybookKeys.step.joined(separator: ", "))"
        diagnostics.error(
            mayBeKind ? "unknown-kind" : "unknown-key",
            mayBeKind ? "unknown step kind `\(entry.name)`" : "a step has no key `\(entry.name)`", at: entry.key.span,
            help: near ?? all)
    }

    /// An id is a name, and names one step.
    private mutating func checkID(_ node: Node?) {
        guard let node else { return }
        guard let id = node.text, !node.isNull else {
            diagnostics.error("wrong-type", "`id` is a name, this is \(node.phrase)", at: node.span)
            return
        }
        PlaybookKeys.checkIdentifier(id, "the id of a step", at: node.span, &diagnostics)
        if let earlier = ids[id] {
            diagnostics.error(
                "duplicate-id", "the id `\(id)` is taken", at: node.span, help: "every id names one step",
                notes: [.init("by this step", at: earlier)])
            return
        }
        ids[id] = node.span
    }
}

/// The keys that every step has.
struct StepCommon {
    let name: Template?
    let when: Expression?
    let timeout: Argument<Duration>?
    let stall: Argument<Duration>?
    let retries: Argument<Int>?
    let delay: Argument<Duration>?
    let expect: Expectation?
    let changes: Argument<Bool>?
    let unless: ShellTemplate?
    let continueOnError: Argument<Bool>?

    init(reading step: inout StepArguments, names: NameTable) {
        reportRepeatedKeys(step.node, &step.diagnostics)
        name = step.template("name")
        when = step.condition("when")
        timeout = step.optionalValue("timeout", .positiveDuration)
        stall = step.optionalValue("stall", .positiveDuration)
        retries = step.optionalInteger("retries", in: 0...1000)
        delay = step.optionalDuration("delay")
        changes = step.optionalFlag("changes")
        unless = step.optionalShellLine("unless")
        continueOnError = step.optionalFlag("continue-on-error")
        let span = step.node["expect"]?.span
        expect = step.group("expect") { expect in
            Expectation(
                exit: expect.optionalInteger("exit", in: 0...255), output: expect.optionalText("output"),
                outputMatches: expect.optionalValue("output-matches", .pattern), span: span ?? expect.span)
        }
    }
}

extension ArgumentKind where Result == Duration {
    /// A duration in which something can happen.
    static var positiveDuration: Self {
        let any = Self.duration
        return Self(any.phrase, types: any.types, isText: any.isText) { value throws(TextMistake) in
            let duration = try any.convert(value)
            guard duration > .zero else { throw TextMistake("a duration of nothing would end every step at once") }
            return duration
        }
    }
}

extension StepArguments {
    /// A heading with expressions.
    mutating func template(_ key: String) -> Template? {
        guard has(key), let node = node[key] else { return nil }
        guard node.text != nil, !node.isNull else {
            diagnostics.error("wrong-type", "`\(key)` is a text, this is \(node.phrase)", at: node.span)
            return nil
        }
        let template = Template(reading: node, &diagnostics)
        template.check(names, &diagnostics)
        return template
    }

    /// A bare expression that is true or false; `${{ }}` around it is allowed, since people write it.
    mutating func condition(_ key: String) -> Expression? {
        guard has(key), let node = node[key] else { return nil }
        guard let text = node.text, !node.isNull else {
            diagnostics.error("wrong-type", "`\(key)` is an expression, this is \(node.phrase)", at: node.span)
            return nil
        }
        do {
            var range = 0..<text.utf8.count
            if text.hasPrefix("${{"), text.hasSuffix("}}") { range = 3..<text.utf8.count - 2 }
            let expression = try Expression(parsing: range, of: node.origin)
            let type = TypeCheck.type(of: expression, names: names, &diagnostics)
            if type != .any, type != .boolean {
                diagnostics.error(
                    "wrong-type", "`\(key)` is true or false, this is \(type.phrase)", at: expression.span,
                    help: type == .text ? "compare it: `\(text) == 'text'`" : nil)
            }
            return expression
        } catch {
            diagnostics.add(error.diagnostic)
            return nil
        }
    }
}
