import SourceText

/// The keys that steps have beside the word for their kind.
struct StepCommon {
    let name: Template?
    let when: Expression?
    let loop: LoopCall?
    let timeout: Argument<Duration>?
    let stall: Argument<Duration>?
    let retries: Argument<Int>?
    let delay: Argument<Duration>?
    let until: Expression?
    let retryOn: Set<FailureKind>?
    let throttle: ThrottleCall?
    let tags: Set<String>
    let isBackground: Bool
    let expect: Expectation?
    let changes: Argument<Bool>?
    let unless: ShellTemplate?
    let continueOnError: Argument<Bool>?

    init(reading step: inout StepArguments, loop: LoopCall?, inheriting outer: Set<String>) {
        self.loop = loop
        name = step.template("name")
        when = step.condition("when")
        timeout = step.optionalValue("timeout", .positiveDuration)
        stall = step.optionalValue("stall", .positiveDuration)
        retries = step.optionalInteger("retries", in: 0...1000)
        delay = step.optionalDuration("delay")
        changes = step.optionalFlag("changes")
        unless = step.optionalShellLine("unless")
        continueOnError = step.optionalFlag("continue-on-error")
        let node = step.node
        var names = step.names
        names.hasResult = true
        until = node["until"].flatMap {
            Expression(condition: $0, named: "until", names: names, &step.diagnostics)
        }
        retryOn = node["retry-on"].map { FailureKinds.read($0, named: "retry-on", &step.diagnostics) }
        throttle = node["throttle"].flatMap { ThrottleReader.read($0, names: step.names, &step.diagnostics) }
        tags = outer.union(TagsReader.read(node["tags"], &step.diagnostics))
        isBackground = Self.isBackground(node, &step.diagnostics)
        let span = node["expect"]?.span
        expect = step.group("expect") { expect in
            Expectation(
                exit: expect.optionalInteger("exit", in: 0...255), output: expect.optionalText("output"),
                outputMatches: expect.optionalValue("output-matches", .pattern), span: span ?? expect.span)
        }
    }

    private static func isBackground(_ step: Node, _ diagnostics: inout Diagnostics) -> Bool {
        guard let node = step["background"] else { return false }
        guard case .boolean(let isBackground)? = node.coreValue else {
            let isComputed = node.text?.contains("${{") == true
            diagnostics.error(
                "wrong-type", "`background` is true or false, this is \(isComputed ? "an expression" : node.phrase)",
                at: node.span,
                help: isComputed ? "it cannot differ from phone to phone" : "write `background: true`")
            return false
        }
        // A block has no `background` at all, and is told so.
        guard step["block"] == nil, step["include"] == nil else { return false }
        if let key = step.mapping?.first(where: { $0.name == "loop" || $0.name == "until" }), isBackground {
            diagnostics.error(
                "contradiction", "a background step has no `\(key.name)`", at: key.key.span,
                help: "put the loop around a block, with the background step inside")
        }
        return isBackground
    }
}

extension ArgumentKind where Result == Duration {
    /// A duration in which something can happen.
    static var positiveDuration: Self { above("a duration of nothing would end every step at once") }

    /// A duration that is not nothing.
    static func above(_ message: String) -> Self {
        let any = Self.duration
        return Self(any.phrase, types: any.types, isText: any.isText) { value throws(TextMistake) in
            let duration = try any.convert(value)
            guard duration > .zero else { throw TextMistake(message) }
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

    /// A bare expression that is true or false.
    mutating func condition(_ key: String) -> Expression? {
        guard has(key), let node = node[key] else { return nil }
        return Expression(condition: node, named: key, names: names, &diagnostics)
    }
}

extension Expression {
    /// Reads a bare expression that is true or false; `${{ }}` around it is allowed, since people write it.
    init?(condition node: Node, named key: String, names: NameTable, _ diagnostics: inout Diagnostics) {
        guard let text = node.text, !node.isNull else {
            diagnostics.error("wrong-type", "`\(key)` is an expression, this is \(node.phrase)", at: node.span)
            return nil
        }
        do {
            var range = 0..<text.utf8.count
            if text.hasPrefix("${{"), text.hasSuffix("}}") { range = 3..<text.utf8.count - 2 }
            try self.init(parsing: range, of: node.origin)
        } catch {
            diagnostics.add(error.diagnostic)
            return nil
        }
        let type = TypeCheck.type(of: self, names: names, &diagnostics)
        if type != .any, type != .boolean {
            diagnostics.error(
                "wrong-type", "`\(key)` is true or false, this is \(type.phrase)", at: span,
                help: type == .text ? "compare it: `\(text) == 'text'`" : nil)
        }
    }
}
