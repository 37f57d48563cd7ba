import SourceText

/// Reads `loop`: a list, an expression, or a mapping with `over`.
enum LoopReader {
    static func read(_ node: Node?, names: NameTable, _ diagnostics: inout Diagnostics) -> LoopCall? {
        guard let node else { return nil }
        guard node.mapping != nil else {
            return items(node, names, &diagnostics).map {
                LoopCall(items: $0, variable: nil, maxParallel: nil, span: node.span)
            }
        }
        var arguments = StepArguments(keyword: "loop", at: node.span, node: node, names: names)
        let variable = arguments.optionalText("as")
        let maxParallel = arguments.optionalInteger("max-parallel", in: 1...100)
        let over = arguments.has("over") ? node["over"] : nil
        diagnostics.add(contentsOf: arguments.finish())
        if let variable {
            guard let name = variable.literal else {
                diagnostics.error("wrong-type", "`as` is a name, not an expression", at: variable.span)
                return nil
            }
            PlaybookKeys.checkIdentifier(name, "the name of a variable", at: variable.span, &diagnostics)
        }
        guard let over else {
            diagnostics.error(
                "missing-key", "`loop` needs `over`", at: node.span, help: "write `loop: { over: LIST, as: NAME }`")
            return nil
        }
        return items(over, names, &diagnostics).map {
            LoopCall(items: $0, variable: variable?.literal, maxParallel: maxParallel, span: node.span)
        }
    }

    private static func items(
        _ node: Node, _ names: NameTable, _ diagnostics: inout Diagnostics
    ) -> Argument<Value>? {
        if let text = node.text, !node.isNull, !text.contains("${{") {
            let roots = ["vars.", "inputs.", "steps.", "phone."]
            diagnostics.error(
                "wrong-type", "`loop` is a list, this is \(node.phrase)", at: node.span,
                help: roots.contains { text.hasPrefix($0) }
                    ? "write `${{ \(text) }}`" : "write `[one, other]`, or an expression in ${{ }}")
            return nil
        }
        return Argument(reading: node, named: "loop", .loopItems, names: names, &diagnostics)
    }
}

extension ArgumentKind where Result == Value {
    /// The members of a loop: not more than can have been meant.
    static var loopItems: Self {
        Self("a list", types: [.list], isText: false) { value throws(TextMistake) in
            guard case .list(let members) = value else { throw TextMistake.wrong(value, "a list") }
            guard members.count <= Outliner.maximumItems else {
                throw TextMistake("a loop has at most \(Outliner.maximumItems) rounds, this one has \(members.count)")
            }
            return value
        }
    }
}

/// Reads `throttle`: a number for the whole run, or `{ at-most: 2, per: server }`.
enum ThrottleReader {
    static func read(_ node: Node, names: NameTable, _ diagnostics: inout Diagnostics) -> ThrottleCall? {
        var arguments = StepArguments(keyword: "throttle", at: node.span, node: node, names: names)
        let atMost = arguments.integer("at-most", in: 1...1_000_000, bare: true)
        let per = arguments.optionalChoice("per", of: ThrottleCall.Sharing.allCases.map(\.rawValue))
        diagnostics.add(contentsOf: arguments.finish())
        if let per, per.literal == nil {
            diagnostics.error("wrong-type", "`per` is a plain word, not an expression", at: per.span)
        }
        let sharing = per?.literal.flatMap(ThrottleCall.Sharing.init) ?? .run
        return ThrottleCall(atMost: atMost, per: sharing, span: node.span)
    }
}

/// Reads `tags`: words in a text, separated by commas, or in a list.
enum TagsReader {
    static func read(_ node: Node?, _ diagnostics: inout Diagnostics) -> Set<String> {
        guard let node else { return [] }
        guard let texts = node.sequence?.map(\.text) ?? node.text.map({ words($0) }), !node.isNull else {
            diagnostics.error(
                "wrong-type", "`tags` is a list of words, this is \(node.phrase)", at: node.span,
                help: "write `tags: [one, other]`")
            return []
        }
        var tags: Set<String> = []
        for (index, text) in texts.enumerated() {
            let span = node.sequence?[index].span ?? node.span
            guard let text, isTag(text) else {
                diagnostics.error(
                    "bad-name", "a tag consists of letters, digits, -, _ and .", at: span,
                    help: text?.contains("${{") == true ? "tags are chosen before anything is computed" : nil)
                continue
            }
            tags.insert(text)
        }
        return tags
    }

    private static func words(_ text: String) -> [String?] {
        text.split(separator: ",").map { word in
            var word = word
            while word.first == " " { word.removeFirst() }
            while word.last == " " { word.removeLast() }
            return String(word)
        }
    }

    private static func isTag(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || [0x2D, 0x2E, 0x5F].contains($0)
            }
    }
}

/// Reads what a pause waits for: `30s`, `person`, `{ for: 30s }`, `{ person: "text" }`.
enum PauseReader {
    static func read(
        _ node: Node, named key: String, at span: SourceSpan, names: NameTable, _ diagnostics: inout Diagnostics
    ) -> PauseCall? {
        if node.text == "person" { return .person(nil) }
        guard node.mapping != nil else {
            guard !node.isNull else {
                diagnostics.error(
                    "empty", "`\(key)` does not say how long", at: span,
                    help: "write `\(key): 30s`, or `\(key): { person: \"what to look at\" }`")
                return nil
            }
            return Argument(reading: node, named: key, .above("a pause of nothing"), names: names, &diagnostics)
                .map { .duration($0) }
        }
        var arguments = StepArguments(keyword: key, at: span, node: node, names: names)
        let time = arguments.optionalValue("for", .above("a pause of nothing"))
        let isForPerson = arguments.has("person")
        let text = node["person"]?.isNull == true ? nil : arguments.template("person")
        diagnostics.add(contentsOf: arguments.finish())
        guard let time else {
            guard !isForPerson else { return .person(text) }
            if !arguments.has("for") {
                diagnostics.error(
                    "missing-key", "`\(key)` needs `for` or `person`", at: span, help: "add `for: 30s`")
            }
            return nil
        }
        if isForPerson {
            diagnostics.error(
                "contradiction", "`\(key)` waits for a time or for a person, not for both", at: span,
                help: "leave out one of the two")
        }
        return .duration(time)
    }
}
